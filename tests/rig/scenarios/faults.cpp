// SPDX-License-Identifier: Apache-2.0
// The hardware process alone, with the scenario in the daemon's place: a session, and what may go
// wrong in it.

#include "tests/rig/scenarios/script.hpp"
#include "tests/rig/scenarios/session.hpp"

#include <algorithm>
#include <cmath>

namespace rig {
namespace {

using namespace std::chrono_literals;
using namespace units::literals;
using hal::FaultCode;

constexpr double one_second_of_16_amps = 3 * 230 * 16 / 3600.0;  // Wh

// Compares what the register gained with what flowed, over a time in which `mishap` happens.
void must_meter_through(Bench& bench, const std::function<void()>& mishap, Duration after) {
    auto& hardware = bench.hardware();
    hardware.pass(2s);
    const auto truth = bench.true_watt_hours();
    const auto before = hardware.reading().energy.count;
    auto last = before;
    mishap();
    const auto until = now() + after;
    while (now() < until) {
        hardware.pass(100ms);
        must(hardware.reading().energy.count >= last, "the register never falls");
        last = hardware.reading().energy.count;
    }
    const auto flowed = bench.true_watt_hours() - truth;
    const auto metered = static_cast<double>(last - before) / 1000;
    note("metered " + std::to_string(metered) + " Wh of " + std::to_string(flowed) + " Wh");
    must(flowed > 2 * one_second_of_16_amps, "it goes on charging");
    must(std::abs(flowed - metered) < one_second_of_16_amps,
         "the register is within one second's consumption of what flowed");
    must(hardware.charging(), "it still charges; it is: " + hardware.describe());
}

void a_session() {
    Bench bench;
    play_session(bench.hardware(), bench.simulated());
}

void a_tag() {
    Bench bench;
    bench.hardware().pass(2s);
    for (const char* uid : {"04A1B2C3", "04A1B2C3D4E5F6", "04A1B2C3D4E5F6071829"}) {
        bench.world({{"do", "present_tag"}, {"uid", uid}});
        bench.hardware().await(
            std::string("tag ") + uid + " is told",
            [&] {
                const auto& tags = bench.hardware().tags();
                return std::find(tags.begin(), tags.end(), uid) != tags.end();
            },
            3s);
        bench.hardware().pass(2500ms);  // out of the field
    }
    must(bench.hardware().tags().size() == 3, "each is told once");
}

// Silence is no event, whoever is silent: the bus, the chip, the hardware process.
void a_card_that_lies_there() {
    Bench bench;
    const auto count = [&bench] { return bench.hardware().tags().size(); };
    bench.hardware().pass(2s);
    bench.world({{"do", "present_tag"}, {"uid", "04A1B2C3"}, {"stays", true}});
    bench.hardware().await(
        "the card is told", [&] { return count() == 1; }, 3s);
    bench.hardware().pass(3s);
    must(count() == 1, "it is told once");
    for (const auto dead : {800ms, 5000ms}) {
        bench.mishap({{"do", "i2c_hang"}});
        bench.hardware().pass(dead);
        bench.mishap({{"do", "i2c_hang"}, {"on", false}});
        bench.hardware().pass(8s);
        must(count() == 1, "a bus that was dead tells nothing");
    }
    bench.mishap({{"do", "reader_hang"}});
    bench.hardware().pass(8s);
    must(count() == 1, "a chip that was reset tells nothing");
    bench.restart_hald();
    bench.hardware().pass(8s);
    must(count() == 0, "a process that begins tells nothing");
    bench.world({{"do", "remove_tag"}});
    bench.hardware().pass(5s);
    bench.world({{"do", "present_tag"}, {"uid", "04A1B2C3"}, {"stays", true}});
    bench.hardware().await(
        "it is told again after it was away", [&] { return count() == 1; }, 3s);
}

void a_reader_that_hangs() {
    Bench bench;
    bench.hardware().pass(2s);
    bench.mishap({{"do", "reader_hang"}});
    bench.hardware().pass(5s);
    bench.world({{"do", "present_tag"}, {"uid", "04A1B2C3"}});
    bench.hardware().await(
        "a tag is read again", [&] { return !bench.hardware().tags().empty(); }, 3s);
    must(!bench.hardware().has(FaultCode::ReaderOffline), "the reader is there");
}

void a_weld() {
    Bench bench;
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    bench.world({{"do", "fault"}, {"name", "relay_welded"}, {"relay", "L2"}});
    hardware.forbid();
    hardware.await(
        "the weld is found", [&] { return hardware.has(FaultCode::RelayWelded); }, 15s);
    hardware.allow(16_A);
    must(!hardware.wait([&] { return hardware.reading().pwm; }, 8s), "nothing is offered any more");
}

// The time from the monitor's output to the contactor's.
void must_have_opened_within(Bench& bench, const char* cause, Duration limit) {
    const auto delays = bench.mishap({{"do", "observe"}})["openings"][cause];
    must(delays["count"] == 1,
         std::string("one opening because of ") + cause + ": " + delays.dump());
    const Duration took{delays["longest_us"].get<std::int64_t>()};
    note(std::string(cause) + ": " + std::to_string(took.count()) + " us to the output");
    must(took <= limit, "in time");
}

void a_residual_current(const char* kind, int milliamps, const char* cause, FaultCode code) {
    Bench bench;
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    bench.world({{"do", "fault"}, {"name", "residual_current"}, {kind, milliamps}});
    hardware.await(
        "it trips", [&] { return hardware.has(code); }, 2s);
    hardware.pass(50ms);  // contactors take their time
    must(bench.all_poles_open(), "all poles are open");
    must_have_opened_within(bench, cause, 20ms);
    bench.world({{"do", "fault"}, {"name", "residual_current"}, {"on", false}});
    must(!hardware.wait([&] { return hardware.reading().contactor_closed; }, 5s),
         "it stays open as long as the vehicle is there");
    bench.world({{"do", "unplug"}, {"connector", 1}});
    hardware.await(
        "unplugging releases it", [&] { return !hardware.has(code); }, 10s);
    bench.charge(16_A);
}

void residual_dc() { a_residual_current("dc_ma", 6, "residual_dc", FaultCode::ResidualCurrentDC); }

void residual_ac() { a_residual_current("ac_ma", 30, "residual_ac", FaultCode::ResidualCurrentAC); }

void a_bus_that_hangs() {
    Bench bench;
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    must_meter_through(
        bench,
        [&] {
            bench.mishap({{"do", "i2c_hang"}});
            hardware.await(
                "the reader is missed", [&] { return hardware.has(FaultCode::ReaderOffline); },
                10s);
        },
        5s);
    bench.mishap({{"do", "i2c_hang"}, {"on", false}});
    hardware.await(
        "everything is back", [&] { return hardware.reading().faults.empty(); }, 20s);
    bench.world({{"do", "present_tag"}, {"uid", "04A1B2C3"}});
    hardware.await(
        "a tag is read", [&] { return !hardware.tags().empty(); }, 3s);
}

void a_meter_reset() {
    Bench bench;
    bench.charge(16_A);
    must_meter_through(
        bench,
        [&] {
            bench.mishap({{"do", "meter_reset"}});
        },
        8s);
    bench.hardware().await(
        "no fault is left", [&] { return bench.hardware().reading().faults.empty(); }, 5s);
}

void corrupted_transfers() {
    Bench bench;
    bench.charge(16_A);
    must_meter_through(
        bench,
        [&] {
            for (int i = 0; i < 10; ++i) {
                bench.mishap({{"do", "spi_corrupt"}, {"count", 3}});
                bench.hardware().pass(300ms);
            }
        },
        4s);
    must(bench.hardware().reading().faults.empty(), "no fault for that");
}

}  // namespace

std::vector<Scenario> hardware_scenarios() {
    return {{"a session on real devices", a_session},
            {"a weld is found and stops everything", a_weld},
            {"6 mA DC opens the contactors", residual_dc},
            {"30 mA AC opens the contactors", residual_ac},
            {"a meter's reset loses no energy", a_meter_reset},
            {"corrupted SPI transfers lose no energy", corrupted_transfers}};
}

std::vector<Scenario> slow_scenarios() {
    return {{"tags of all sizes are read once", a_tag},
            {"a card that lies on the reader is told once", a_card_that_lies_there},
            {"a reader that hangs is reset", a_reader_that_hangs},
            {"charging outlives a hanging I2C bus, which recovers", a_bus_that_hangs}};
}

}  // namespace rig
