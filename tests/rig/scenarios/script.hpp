// SPDX-License-Identifier: Apache-2.0
#pragma once
// The list of scenarios, and what they share: sockets, programs, and where the guest keeps things.

#include "tests/rig/scenarios/hardware.hpp"
#include "tests/rig/scenarios/stage.hpp"

#include <memory>
#include <string>
#include <vector>

namespace rig {

inline const std::string run_folder = "/run/chargepoint/";

struct Scenario {
    const char* name;  // a sentence
    void (*play)();
};

std::vector<Scenario> kernel_scenarios();
std::vector<Scenario> hardware_scenarios();
std::vector<Scenario> slow_scenarios();
std::vector<Scenario> process_scenarios();
std::vector<Scenario> daemon_scenarios();
std::vector<Scenario> measurements();
std::vector<Scenario> watchdog_scenarios();

// The production programs as the guest starts them.
std::unique_ptr<Process> start_hald(const std::vector<std::string>& settings = {});
std::unique_ptr<Process> start_daemon(const std::vector<std::string>& settings = {});

// Makes the storage of a machine that was never used.
std::string fresh_storage();

// A world as fresh as the board was at the start, the hardware process, and a place at it.
class Bench {
public:
    explicit Bench(const std::string& board = "rb1");

    Json world(const Json& request) { return world_.ask(request); }
    Json mishap(const Json& request) { return board_.ask(request); }
    // One outlet as it physically is.
    Json outlet(int connector = 1);
    bool all_poles_open();
    double true_watt_hours() { return outlet()["energy_wh"].get<double>(); }

    Process& hald() { return *hald_; }
    Hardware& hardware() { return *hardware_; }
    Connection& simulated() { return world_; }
    void restart_hald();
    void reconnect() { hardware_ = std::make_unique<Hardware>(run_folder + "hal.sock"); }

    // Plugs in and charges with that current.
    void charge(units::Milliamps limit);

private:
    const std::vector<std::string> settings_;
    Connection world_{run_folder + "simulator.sock"};
    Connection board_{run_folder + "rig.sock"};
    std::unique_ptr<Process> hald_;
    std::unique_ptr<Hardware> hardware_;
};

}  // namespace rig
