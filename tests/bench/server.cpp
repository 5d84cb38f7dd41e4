// SPDX-License-Identifier: Apache-2.0
// The bench: a central system that measures its charge point, and the empty client beside it.

#include "tests/bench/child.hpp"
#include "tests/bench/syncs.hpp"
#include "tests/bench/websocket.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using bench::Child;
using bench::Connection;
using std::chrono::steady_clock;

constexpr int server_core = 0;
constexpr int client_core = 1;
constexpr int boots = 20;
constexpr int calls = 2'000;
constexpr int warm_up_calls = 200;
constexpr int transactions = 5;
constexpr int quiet_ms = 2'000;
constexpr int settled_ms = 200;  // after a start whose only purpose was to be timed

struct Options {
    std::string programs, folder, preload;
    int idle_seconds = 60;
};

struct Figures {
    double boot_ms = 0, boot_first_ms = 0;
    bench::Memory memory;
    double idle_cpu_ms = 0, wakeups_per_second = 0;
    double round_trips_per_second = 0, p50_us = 0, p99_us = 0;
    double commits = 0, commit_us = 0;  // per transaction; of one commit
};

double elapsed_ms(steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

std::string quoted(const std::string& text, std::size_t number) {
    std::size_t start = 0, end = 0;
    for (std::size_t i = 0; i <= number; ++i) {
        start = text.find('"', i == 0 ? 0 : end + 1);
        end = text.find('"', start + 1);
        if (start == std::string::npos || end == std::string::npos) return {};
    }
    return text.substr(start + 1, end - start - 1);
}

std::string now_text() {
    const std::time_t now = std::time(nullptr);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", std::gmtime(&now));
    return text;
}

// Answers a call of the charge point; gives its action.
std::string answer(Connection& connection, const std::string& call) {
    const std::string id = quoted(call, 0), action = quoted(call, 1);
    const std::string accepted = R"({"idTagInfo":{"status":"Accepted"}})";
    std::string payload = "{}";
    if (action == "BootNotification")
        payload = R"({"status":"Accepted","interval":86400,"currentTime":")" + now_text() + "\"}";
    if (action == "Heartbeat") payload = R"({"currentTime":")" + now_text() + "\"}";
    if (action == "Authorize") payload = accepted;
    if (action == "StartTransaction")
        payload = R"({"transactionId":7,"idTagInfo":{"status":"Accepted"}})";
    connection.send("[3,\"" + id + "\"," + payload + "]");
    return action;
}

bool is_call(const std::string& text) { return text.rfind("[2,", 0) == 0; }

std::string received(Connection& connection) {
    auto text = connection.receive();
    if (!text) throw std::runtime_error("the charge point closed the connection");
    return *std::move(text);
}

// Serves until that action has come.
void serve_until(Connection& connection, const std::string& wanted) {
    for (;;) {
        const std::string text = received(connection);
        if (is_call(text) && answer(connection, text) == wanted) return;
    }
}

void serve_until_quiet(Connection& connection, int quiet = quiet_ms) {
    while (connection.wait(quiet)) {
        if (const std::string text = received(connection); is_call(text)) answer(connection, text);
    }
}

// --- what is measured

void measure_round_trips(Connection& connection, Figures& figures) {
    std::vector<double> times;
    steady_clock::time_point first;
    for (int i = 0; i < warm_up_calls + calls; ++i) {
        if (i == warm_up_calls) first = steady_clock::now();
        const std::string id = "b" + std::to_string(i);
        const auto start = steady_clock::now();
        connection.send("[2,\"" + id + R"(","GetConfiguration",{"key":["HeartbeatInterval"]}])");
        std::string text = received(connection);
        for (; is_call(text) || text.empty(); text = received(connection))
            if (is_call(text)) answer(connection, text);
        if (quoted(text, 0) != id) throw std::runtime_error("unexpected: " + text);
        if (i >= warm_up_calls) times.push_back(elapsed_ms(start) * 1000);
    }
    figures.round_trips_per_second = calls / (elapsed_ms(first) / 1000);
    figures.p50_us = percentile(times, 0.5);
    figures.p99_us = percentile(times, 0.99);
}

// Serves for that long.
void serve_for(Connection& connection, int seconds) {
    const auto end = steady_clock::now() + std::chrono::seconds(seconds);
    for (auto left = end - steady_clock::now(); left > left.zero();
         left = end - steady_clock::now()) {
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        if (!connection.wait(static_cast<int>(milliseconds))) continue;
        if (const std::string text = received(connection); is_call(text)) answer(connection, text);
    }
}

// What a process has and does while nothing happens.
class Idle {
public:
    explicit Idle(const Child& child) : child_(child), before_(child.work()) {}

    void finish(int seconds, Figures& figures) const {
        const bench::Work after = child_.work();
        figures.memory = child_.memory();
        figures.idle_cpu_ms = after.cpu_ms - before_.cpu_ms;
        figures.wakeups_per_second = static_cast<double>(after.wakeups - before_.wakeups) / seconds;
    }

private:
    const Child& child_;
    bench::Work before_;
};

// One start: from exec to its BootNotification.
double boot(Child& child, const bench::Listener& listener, Connection& connection) {
    connection = listener.accept();
    connection.accept_upgrade();
    const std::string text = received(connection);
    const double time = elapsed_ms(child.started());
    if (quoted(text, 1) != "BootNotification") throw std::runtime_error("not a boot: " + text);
    answer(connection, text);
    return time;
}

void measure_boots(const std::function<std::unique_ptr<Child>()>& start,
                   const bench::Listener& listener, Figures& figures) {
    std::vector<double> times;
    for (int i = 0; i < boots; ++i) {
        auto child = start();
        Connection connection(-1, Connection::Role::Server);
        times.push_back(boot(*child, listener, connection));
        if (i == 0) figures.boot_first_ms = times[0];
        serve_until_quiet(connection, settled_ms);
        connection = Connection(-1, Connection::Role::Server);
        child->stop();
    }
    figures.boot_ms = percentile(times, 0.5);
}

// --- the charge point

void simulate(const Options& options, const std::string& request) {
    const std::string path = options.folder + "/sim.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char reply[256] = {};
    if (connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 ||
        write(peer, (request + "\n").c_str(), request.size() + 1) < 0 ||
        read(peer, reply, sizeof reply - 1) <= 0 || !std::strstr(reply, "\"ok\":true"))
        throw std::runtime_error("simulator: " + request + " " + reply);
    close(peer);
}

std::string write_configuration(const Options& options, int port) {
    const std::string path = options.folder + "/chargepoint.toml";
    std::ofstream file(path);
    file << "[charge_point]\nvendor = \"Example\"\nmodel = \"Bench\"\nserial_number = \"BENCH1\"\n"
         << "[central_system]\nurl = \"ws://127.0.0.1:" << port << "/ocpp\"\n"
         << "[hal]\nsocket = \"" << options.folder << "/hal.sock\"\n"
         << "[simulator]\nsocket = \"" << options.folder << "/sim.sock\"\n"
         << "[storage]\ndirectory = \"" << options.folder << "/storage\"\n"
         << "[control]\nsocket = \"" << options.folder << "/control.sock\"\n"
         << "[local_interface]\nlisten = \"\"\n[log]\nlevel = \"info\"\nformat = \"text\"\n"
         << "[ocpp]\nMeterValueSampleInterval = 0\nClockAlignedDataInterval = 0\n";
    std::filesystem::create_directories(options.folder + "/storage");
    return path;
}

void measure_transactions(const Options& options, Connection& connection, const bench::Syncs& syncs,
                          Figures& figures) {
    const std::uint64_t count = syncs.count, time = syncs.nanoseconds;
    for (int i = 0; i < transactions; ++i) {
        simulate(options, R"({"do":"plug_in","connector":1})");
        serve_until(connection, "StatusNotification");
        simulate(options, R"({"do":"present_tag","uid":"04A1B2C3"})");
        serve_until(connection, "StartTransaction");
        serve_until_quiet(connection);
        simulate(options, R"({"do":"present_tag","uid":"04A1B2C3"})");
        serve_until(connection, "StopTransaction");
        serve_until_quiet(connection);
        simulate(options, R"({"do":"unplug","connector":1})");
        serve_until_quiet(connection);
    }
    const double commits = static_cast<double>(syncs.count - count);
    figures.commits = commits / transactions;
    if (commits > 0)
        figures.commit_us = static_cast<double>(syncs.nanoseconds - time) / 1000 / commits;
}

Figures measure_charge_point(const Options& options, Figures& hardware_figures) {
    Figures figures;
    const bench::Listener listener;
    const std::string config = write_configuration(options, listener.port());
    Child hardware({options.programs + "/chargepoint-hald", "--config", config}, server_core,
                   options.folder + "/hald.log");
    while (!std::filesystem::exists(options.folder + "/hal.sock")) usleep(1'000);
    const auto start = [&](const std::vector<std::string>& environment) {
        return std::make_unique<Child>(
            std::vector<std::string>{options.programs + "/chargepointd", "--config", config},
            client_core, options.folder + "/daemon.log", environment);
    };
    measure_boots([&] { return start({}); }, listener, figures);
    Connection connection(-1, Connection::Role::Server);
    {
        const auto child = start({});
        boot(*child, listener, connection);
        serve_until_quiet(connection);
        const Idle idle(*child), hardware_idle(hardware);
        serve_for(connection, options.idle_seconds);
        idle.finish(options.idle_seconds, figures);
        hardware_idle.finish(options.idle_seconds, hardware_figures);
        measure_round_trips(connection, figures);
    }
    const std::string path = options.folder + "/syncs";
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (ftruncate(file, sizeof(bench::Syncs)) < 0) throw std::runtime_error(path);
    void* memory = mmap(nullptr, sizeof(bench::Syncs), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    const auto child = start({"LD_PRELOAD=" + options.preload, "CHARGEPOINT_BENCH_SYNCS=" + path});
    boot(*child, listener, connection);
    serve_until_quiet(connection);
    measure_transactions(options, connection, *static_cast<bench::Syncs*>(memory), figures);
    return figures;
}

Figures measure_floor(const Options& options, const std::string& program) {
    Figures figures;
    const bench::Listener listener;
    const auto start = [&] {
        return std::make_unique<Child>(
            std::vector<std::string>{program, std::to_string(listener.port())}, client_core,
            options.folder + "/floor.log");
    };
    measure_boots(start, listener, figures);
    Connection connection(-1, Connection::Role::Server);
    const auto child = start();
    boot(*child, listener, connection);
    figures.memory = child->memory();
    measure_round_trips(connection, figures);
    return figures;
}

void print_idle(const char* name, const Figures& figures, int seconds) {
    std::printf("%-46s %10.1f %10s ms\n",
                (std::string(name) + ", CPU in " + std::to_string(seconds) + " s idle").c_str(),
                figures.idle_cpu_ms, "-");
    std::printf("%-46s %10.1f %10s /s\n", "  wake-ups", figures.wakeups_per_second, "-");
}

void print(const Figures& charge_point, const Figures& hardware, const Figures& floor,
           int idle_seconds) {
    const auto row = [](const char* what, double ours, double least, const char* unit) {
        std::printf("%-46s %10.1f %10.1f %-5s", what, ours, least, unit);
        if (least > 0) std::printf(" %8.1f", ours / least);
        std::printf("\n");
    };
    std::printf("%-46s %10s %10s %-5s %8s\n", "", "ours", "floor", "", "ratio");
    row("exec to BootNotification, median of 20", charge_point.boot_ms, floor.boot_ms, "ms");
    row("exec to BootNotification, first", charge_point.boot_first_ms, floor.boot_first_ms, "ms");
    row("PSS after boot", static_cast<double>(charge_point.memory.pss_kb) / 1024,
        static_cast<double>(floor.memory.pss_kb) / 1024, "MiB");
    row("RSS after boot", static_cast<double>(charge_point.memory.rss_kb) / 1024,
        static_cast<double>(floor.memory.rss_kb) / 1024, "MiB");
    print_idle("chargepointd", charge_point, idle_seconds);
    print_idle("chargepoint-hald", hardware, idle_seconds);
    std::printf("%-46s %10.1f %10s MiB\n", "  PSS",
                static_cast<double>(hardware.memory.pss_kb) / 1024, "-");
    row("GetConfiguration (1 key)", charge_point.round_trips_per_second,
        floor.round_trips_per_second, "/s");
    row("  p50", charge_point.p50_us, floor.p50_us, "us");
    row("  p99", charge_point.p99_us, floor.p99_us, "us");
    std::printf("%-46s %10.1f\n", "commits (fsync) per transaction", charge_point.commits);
    std::printf("%-46s %10.1f %10s us\n", "  time of one", charge_point.commit_us, "-");
}

}  // namespace

int main(int count, char** arguments) try {
    if (count != 5) {
        std::fprintf(stderr, "usage: server PROGRAMS BENCH-PROGRAMS FOLDER IDLE-SECONDS\n");
        return 64;
    }
    const std::string own = arguments[2];
    const Options options{arguments[1], arguments[3], own + "/libsyncs.so",
                          std::atoi(arguments[4])};
    bench::pin_to(server_core);
    const Figures floor = measure_floor(options, own + "/floor");
    Figures hardware;
    const Figures charge_point = measure_charge_point(options, hardware);
    print(charge_point, hardware, floor, options.idle_seconds);
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 70;
}
