// SPDX-License-Identifier: Apache-2.0
// The machine's own watchdog: nothing in this file can pass in the machine. That it loses its
// power before the last line is what must be.

#include "tests/rig/scenarios/script.hpp"

#include <csignal>
#include <thread>

namespace rig {
namespace {

using namespace std::chrono_literals;

// Longer than the watchdog waits.
constexpr auto longest_bite = 25s;

void the_watchdog_bites() {
    const auto hald = start_hald({R"(hal.board="/config/board/rb1-watchdog.toml")"});
    Hardware hardware(run_folder + "hal.sock");
    hardware.pass(longest_bite);
    must(hald->running(), "it feeds its watchdog");
    std::printf("RIG stands still\n");
    std::fflush(stdout);
    hald->signal(SIGSTOP);
    std::this_thread::sleep_for(longest_bite);
    throw Failed{"the machine is reset"};
}

}  // namespace

std::vector<Scenario> watchdog_scenarios() {
    return {{"a hardware process that stands still is bitten by the watchdog", the_watchdog_bites}};
}

}  // namespace rig
