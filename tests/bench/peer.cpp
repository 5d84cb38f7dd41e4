// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/peer.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace bench {
namespace {

std::string now_text() {
    const std::time_t now = std::time(nullptr);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", std::gmtime(&now));
    return text;
}

}  // namespace

bool is_call(const std::string& text) { return text.starts_with("[2,"); }

std::string quoted(const std::string& text, std::size_t number) {
    std::size_t start = 0, end = 0;
    for (std::size_t i = 0; i <= number; ++i) {
        start = text.find('"', i == 0 ? 0 : end + 1);
        end = text.find('"', start + 1);
        if (start == std::string::npos || end == std::string::npos) return {};
    }
    return text.substr(start + 1, end - start - 1);
}

std::string received(Connection& connection) {
    auto text = connection.receive();
    if (!text) throw std::runtime_error("the charge point closed the connection");
    return *std::move(text);
}

std::string answer(Connection& connection, const std::string& call) {
    static int transactions = 0;
    const std::string id = quoted(call, 0), action = quoted(call, 1);
    const std::string accepted = R"("idTagInfo":{"status":"Accepted"})";
    std::string payload = "{}";
    if (action == "BootNotification")
        payload = R"({"status":"Accepted","interval":86400,"currentTime":")" + now_text() + "\"}";
    if (action == "Heartbeat") payload = R"({"currentTime":")" + now_text() + "\"}";
    if (action == "Authorize") payload = "{" + accepted + "}";
    if (action == "StartTransaction")
        payload = R"({"transactionId":)" + std::to_string(++transactions) + "," + accepted + "}";
    connection.send("[3,\"" + id + "\"," + payload + "]");
    return action;
}

std::string call(Connection& connection, const std::string& action, const std::string& payload) {
    static int number = 0;
    const std::string id = "b" + std::to_string(++number);
    connection.send("[2,\"" + id + "\",\"" + action + "\"," + payload + "]");
    for (;;) {
        auto text = received(connection);
        if (is_call(text))
            answer(connection, text);
        else if (!text.empty() && quoted(text, 0) == id)
            return text;
        else if (!text.empty())
            throw std::runtime_error("unexpected: " + text);
    }
}

void serve_until_quiet(Connection& connection, int quiet_ms) {
    while (connection.wait(quiet_ms))
        if (const std::string text = received(connection); is_call(text)) answer(connection, text);
}

std::string write_configuration(const std::string& folder, int port, const std::string& more) {
    const std::string path = folder + "/chargepoint.toml";
    std::filesystem::create_directories(folder + "/storage");
    std::ofstream(path)
        << "[charge_point]\nvendor = \"Example\"\nmodel = \"Bench\"\nserial_number = \"BENCH1\"\n"
        << "[central_system]\nurl = \"ws://127.0.0.1:" << port << "/ocpp\"\n"
        << "[hal]\nsocket = \"" << folder << "/hal.sock\"\n"
        << "[simulator]\nsocket = \"" << folder << "/sim.sock\"\n"
        << "[storage]\ndirectory = \"" << folder << "/storage\"\n"
        << "[control]\nsocket = \"" << folder << "/control.sock\"\n"
        << "[local_interface]\nlisten = \"\"\n[log]\nlevel = \"info\"\nformat = \"text\"\n"
        << "[ocpp]\nMeterValueSampleInterval = 0\nClockAlignedDataInterval = 0\n"
        << more;
    return path;
}

}  // namespace bench
