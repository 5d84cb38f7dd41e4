// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/scenarios/script.hpp"

namespace rig {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Process> start(const std::string& program,
                               const std::vector<std::string>& settings) {
    std::vector<std::string> words{"/bin/" + program, "--config", "/etc/rig.toml"};
    for (const auto& setting : settings) {
        words.emplace_back("--set");
        words.push_back(setting);
    }
    return std::make_unique<Process>(words, "/tmp/" + program + ".log");
}

}  // namespace

std::string fresh_storage() {
    static int storages = 0;
    return "storage.directory=\"/var/lib/chargepoint-" + std::to_string(++storages) + '"';
}

std::unique_ptr<Process> start_hald(const std::vector<std::string>& settings) {
    return start("chargepoint-hald", settings);
}

std::unique_ptr<Process> start_daemon(const std::vector<std::string>& settings) {
    return start("chargepointd", settings);
}

Bench::Bench(const std::string& board)
    : settings_{fresh_storage(), "hal.board=\"/config/board/" + board + ".toml\""} {
    world({{"do", "reset"}});
    mishap({{"do", "i2c_hang"}, {"on", false}});
    mishap({{"do", "forget_openings"}});
    restart_hald();
}

void Bench::restart_hald() {
    hardware_.reset();
    hald_.reset();
    hald_ = start_hald(settings_);
    hardware_ = std::make_unique<Hardware>(run_folder + "hal.sock");
}

Json Bench::outlet(int connector) {
    const auto seen = world({{"do", "observe"}});
    for (const auto& outlet : seen["connectors"])
        if (outlet["id"] == connector) return outlet;
    throw Failed{"there is no such connector"};
}

bool Bench::all_poles_open() {
    const auto relays = outlet()["relays"];
    for (const auto& pole : relays)
        if (pole.get<bool>()) return false;
    return true;
}

void Bench::charge(units::Milliamps limit) {
    world({{"do", "plug_in"}, {"connector", 1}});
    hardware().allow(limit);
    hardware().await(
        "it charges", [&] { return hardware().charging(); }, 20s);
}

}  // namespace rig
