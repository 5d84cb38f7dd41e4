// SPDX-License-Identifier: Apache-2.0
// The hardware process dies or stands still, and the mains fail.

#include "tests/rig/board/lines.hpp"
#include "tests/rig/scenarios/script.hpp"

#include <csignal>
#include <thread>

namespace rig {
namespace {

using namespace std::chrono_literals;
using namespace units::literals;

// The dead-man's 150 ms, the contactor's 10 ms, and how often one can look.
constexpr Duration dead_man_limit = 175ms;

Duration until_open(Bench& bench) {
    const auto begin = now();
    while (!bench.all_poles_open()) {
        must(now() - begin < 2s, "the contactors open");
        std::this_thread::sleep_for(2ms);
    }
    return now() - begin;
}

void must_drop(Bench& bench, int signal) {
    bench.charge(16_A);
    bench.hald().signal(signal);
    const auto took = until_open(bench);
    note("open after " + std::to_string(took.count()) + " us");
    must(took <= dead_man_limit, "the dead-man opens the contactors in time");
    const auto lines = bench.mishap({{"do", "observe"}})["outputs"].get<std::uint64_t>();
    must((lines & 1U) != 0, "although the output still asks for them");
}

void killed() {
    Bench bench;
    must_drop(bench, SIGKILL);
    bench.hald().wait(2s);
    bench.restart_hald();
    auto& hardware = bench.hardware();
    must(!hardware.reading().contactor_closed, "it begins with open contactors");
    must(hardware.reading().plugged, "it sees the vehicle");
    hardware.allow(16_A);
    hardware.await(
        "it charges again", [&] { return hardware.charging(); }, 20s);
}

void stopped() {
    Bench bench;
    must_drop(bench, SIGSTOP);
    bench.hald().signal(SIGCONT);
    auto& hardware = bench.hardware();
    hardware.pass(200ms);
    must(bench.all_poles_open() || hardware.reading().contactor_closed,
         "what closes again is told");
    hardware.await(
        "it charges again", [&] { return hardware.charging(); }, 60s);
}

void asked_to_stop() {
    Bench bench;
    bench.charge(16_A);
    bench.hald().signal(SIGTERM);
    must(bench.hald().wait(6s) == 0, "it ends with 0 within 5 s");
    must(bench.all_poles_open(), "the contactors are open");
    must(bench.outlet()["pilot"]["pwm"] == false, "nothing is offered");
}

// A dip of 60 ms: told at once, opened, and begun anew without anybody who orders it.
void a_dip() {
    Bench bench;
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    const auto instance = hardware.instance();
    const auto begin = now();
    bench.world({{"do", "mains"}, {"interrupt_ms", 60}});
    hardware.await(
        "the reading says so", [&] { return !hardware.reading().mains; }, 200ms);
    note("told after " + std::to_string((now() - begin).count()) + " us");
    until_open(bench);
    must(now() - begin < 200ms, "the contactors are open");
    must(hardware.ends(10s), "it begins anew");
    bench.reconnect();
    must(bench.hardware().instance() != instance, "as another instance");
    must(!bench.hardware().reading().contactor_closed, "with open contactors");
    bench.hardware().allow(16_A);
    bench.hardware().await(
        "it charges again", [&] { return bench.hardware().charging(); }, 30s);
}

// A watchdog that was left armed would end the machine before the last line.
void a_start_that_fails() {
    constexpr auto longest_bite = 25s;
    const std::string board = R"(hal.board="/config/board/rb1-watchdog.toml")";
    const auto failed = start_hald({board, R"(hal.socket="/proc/nowhere/hal.sock")"});
    must(failed->wait(20s) == 69, "the socket can't be had");
    {
        const auto hald = start_hald({board});
        Hardware hardware(run_folder + "hal.sock");
        const auto second = start_hald({board});
        must(second->wait(20s) == 69, "a second one finds the socket in use");
        hardware.pass(5s);
        must(hald->running() && hardware.reading().faults.empty(), "the first goes on");
        hald->signal(SIGTERM);
        must(hald->wait(10s) == 0, "it ends");
    }
    std::this_thread::sleep_for(longest_bite);
}

// The monitor's own test goes on in the module, by its data sheet, whatever interrupts it, and is
// no residual current.

constexpr Duration into_the_test{1400ms};

void test_the_monitor(Bench& bench) {
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    hardware.forbid();
    const auto tested = [&] {
        return Levels{
            bench.mishap({{"do", "observe"}})["outputs"].get<std::uint64_t>()}[Line::Rcd1Test];
    };
    hardware.await("the monitor is tested after the session", tested, 15s);
    hardware.pass(into_the_test);
}

void must_be_no_residual_current(Bench& bench) {
    auto& hardware = bench.hardware();
    hardware.pass(8s);
    for (const auto& words : hardware.story())
        must(words.find("Residual") == std::string::npos &&
                 words.find("Rcd") == std::string::npos &&
                 words.find("closed") == std::string::npos,
             "nothing is told of the test: " + words);
    hardware.allow(16_A);
    hardware.await(
        "it charges again", [&] { return hardware.charging(); }, 30s);
}

void dip_and_begin_anew(Bench& bench) {
    bench.world({{"do", "mains"}, {"interrupt_ms", 60}});
    must(bench.hardware().ends(10s), "a dip makes it begin anew");
    bench.reconnect();
}

void a_test_and_a_dip() {
    Bench bench;
    test_the_monitor(bench);
    dip_and_begin_anew(bench);
    must_be_no_residual_current(bench);
}

void a_test_and_a_restart() {
    Bench bench;
    test_the_monitor(bench);
    bench.restart_hald();
    must_be_no_residual_current(bench);
}

void a_test_and_both() {
    Bench bench;
    test_the_monitor(bench);
    bench.restart_hald();
    dip_and_begin_anew(bench);
    must_be_no_residual_current(bench);
}

// Shorter than what counts as a failure.
void a_short_dip() {
    Bench bench;
    bench.charge(16_A);
    bench.world({{"do", "mains"}, {"interrupt_ms", 15}});
    bench.hardware().pass(2s);
    must(bench.hald().running(), "it goes on");
    must(bench.hardware().reading().mains, "the mains are there");
}

}  // namespace

std::vector<Scenario> process_scenarios() {
    return {{"killed while charging: the dead-man opens the contactors", killed},
            {"standing still while charging: the dead-man opens the contactors", stopped},
            {"asked to stop while charging: open, nothing offered, exit code 0", asked_to_stop},
            {"a dip of 15 ms ends nothing", a_short_dip},
            {"a start that fails leaves the machine as it was", a_start_that_fails},
            {"a dip in the monitor's test is no residual current", a_test_and_a_dip},
            {"a restart in the monitor's test is no residual current", a_test_and_a_restart},
            {"a restart and a dip in the monitor's test are no residual current", a_test_and_both},
            {"a dip of 60 ms is told, opens the contactors and makes it begin anew", a_dip}};
}

}  // namespace rig
