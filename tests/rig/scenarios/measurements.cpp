// SPDX-License-Identifier: Apache-2.0
// How fast contactors are told to open, by many openings at different instants of the loop's
// period.

#include "hal-service/control/timing.hpp"
#include "hal-service/devices/pulses.hpp"
#include "tests/rig/scenarios/script.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace rig {
namespace {

using namespace std::chrono_literals;
using namespace units::literals;

const std::string loop_priority = "50";
const std::string untested = "rb1-untested";  // the residual current monitors, which takes long
constexpr Duration pilot_goal = 60ms;
// Time that software may take besides a rule's own.
constexpr Duration trip_goal = 20ms;
// The line follows the mains; it is silent for so long before it counts as gone.
constexpr Duration no_pulses = devices::pulse_window_ticks * hal::timing::tick;

// A thousand take many minutes; the machine is told how many.
int openings_wanted() {
    const char* wanted = std::getenv("openings");
    return wanted != nullptr ? std::atoi(wanted) : 100;
}

// Somewhere in the period of the loop, another place each time.
void wait_a_little(int round) {
    std::this_thread::sleep_for(std::chrono::microseconds(round * 1237 % 5000));
}

void must_keep(Bench& bench, const char* cause, int count, Duration goal) {
    bench.hardware().pass(50ms);  // until the board has published the last one
    const auto delays = bench.mishap({{"do", "observe"}})["openings"][cause];
    const Duration longest{delays["longest_us"].get<std::int64_t>()};
    note(std::string(cause) + ": " + delays["count"].dump() + " openings, longest " +
         std::to_string(longest.count()) + " us, mean " + delays["mean_us"].dump() + " us");
    must(delays["count"] == count, "each opening was measured");
    must(longest <= goal, "all within " + std::to_string(goal.count()) + " us");
}

void the_pilot_leaves_c() {
    Bench bench(untested);
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    bench.mishap({{"do", "forget_openings"}});
    const int count = openings_wanted();
    for (int round = 0; round < count; ++round) {
        wait_a_little(round);
        bench.world({{"do", "vehicle"}, {"connector", 1}, {"ready", false}});
        hardware.await(
            "open", [&] { return !hardware.reading().contactor_closed; }, 2s);
        bench.world({{"do", "vehicle"}, {"connector", 1}, {"ready", true}});
        hardware.await(
            "closed", [&] { return hardware.reading().contactor_closed; }, 5s);
    }
    must_keep(bench, "pilot", count, pilot_goal);
}

// Something the board tells by a line, and how it goes away.
struct TripInput {
    const char* cause;
    Json comes;
    Json goes;
    Duration goal;
};

Json without(const char* fault) { return {{"do", "fault"}, {"name", fault}, {"on", false}}; }

// The current does not matter here, and to read it takes as long as all the rest.
void close_contactors(Bench& bench) {
    bench.world({{"do", "plug_in"}, {"connector", 1}});
    bench.hardware().allow(16_A);
    bench.hardware().await(
        "closed", [&] { return bench.hardware().reading().contactor_closed; }, 20s);
}

// Released by unplugging.
void trip(Bench& bench, const TripInput& input) {
    bench.world(input.comes);
    auto& hardware = bench.hardware();
    hardware.await(
        "open", [&] { return !hardware.reading().contactor_closed; }, 2s);
    bench.world(input.goes);
    bench.world({{"do", "unplug"}, {"connector", 1}});
    hardware.await(
        "released",
        [&] { return !hardware.reading().plugged && hardware.reading().faults.empty(); }, 20s);
}

void must_trip(const TripInput& input) {
    Bench bench(untested);
    bench.mishap({{"do", "forget_openings"}});
    const int count = openings_wanted();
    for (int round = 0; round < count; ++round) {
        close_contactors(bench);
        wait_a_little(round);
        trip(bench, input);
    }
    must_keep(bench, input.cause, count, input.goal);
}

void the_monitor_shows_dc() {
    must_trip({"residual_dc",
               {{"do", "fault"}, {"name", "residual_current"}, {"dc_ma", 30}},
               without("residual_current"),
               trip_goal});
}

void the_monitor_shows_ac() {
    must_trip({"residual_ac",
               {{"do", "fault"}, {"name", "residual_current"}, {"ac_ma", 150}},
               without("residual_current"),
               trip_goal});
}

// All of its outputs come at once.
void the_monitor_fails() {
    must_trip({"sensor_error",
               {{"do", "fault"}, {"name", "residual_monitor"}, {"offset_ma", 1000}},
               without("residual_monitor"),
               hal::timing::residual_error + trip_goal});
}

void the_earth_is_lost() {
    must_trip({"earth",
               {{"do", "fault"}, {"name", "protective_earth"}},
               without("protective_earth"),
               no_pulses + hal::timing::earth_lost + trip_goal});
}

// The hardware process begins anew each time; the vehicle stays and is served again.
void the_supply_fails() {
    Bench bench(untested);
    bench.mishap({{"do", "forget_openings"}});
    const int count = openings_wanted();
    bench.world({{"do", "plug_in"}, {"connector", 1}});
    for (int round = 0; round < count; ++round) {
        bench.hardware().allow(16_A);
        bench.hardware().await(
            "it charges", [&] { return bench.hardware().charging(); }, 30s);
        wait_a_little(round);
        bench.world({{"do", "mains"}, {"interrupt_ms", 60}});
        bench.hardware().await(
            "open", [&] { return !bench.hardware().reading().contactor_closed; }, 2s);
        bench.hardware().order_restart();
        must(bench.hardware().ends(10s), "it begins anew");
        bench.reconnect();
    }
    must_keep(bench, "power_fail", count, hal::timing::mains_lost + trip_goal);
}

// The value below which so many of the wake-ups in cyclictest's histogram are; lines of it are
// "000012 000345": microseconds, count.
std::int64_t per_mille_of(const std::string& path, double share) {
    std::ifstream file(path);
    std::map<std::int64_t, std::int64_t> histogram;
    std::int64_t total = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::int64_t microseconds = 0;
        std::int64_t count = 0;
        if (!(words >> microseconds >> count)) continue;
        histogram[microseconds] = count;
        total += count;
    }
    must(total > 1000, "cyclictest has measured");
    std::int64_t seen = 0;
    for (const auto& [microseconds, count] : histogram) {
        seen += count;
        if (static_cast<double>(seen) >= share * static_cast<double>(total)) return microseconds;
    }
    return 0;
}

// At the same priority, with the same period, at the same time.
void the_loop_and_cyclictest() {
    Bench bench;
    bench.charge(16_A);
    const std::string histogram = "/tmp/cyclictest.txt";
    Process cyclictest({"/bin/cyclictest", "-q", "-m", "-p", loop_priority, "-i", "5000", "-l",
                        "4000", "-h", "5000"},
                       histogram);
    bench.hardware().pass(21s);
    must(cyclictest.wait(5s) == 0, "cyclictest ends");
    Connection service(run_folder + "hal-service.sock");
    const auto stats = service.ask({{"do", "stats"}});
    note("loop " + stats["lateness"].dump() + ", tick " + stats["tick"].dump());
    const auto theirs = per_mille_of(histogram, 0.999);
    const auto ours = stats["lateness"]["p999_us"].get<std::int64_t>();
    note("p99.9: loop " + std::to_string(ours) + " us, cyclictest " + std::to_string(theirs) +
         " us");
    must(stats["real_time"] == true, "the loop is scheduled in real time");
    must(2 * ours <= 3 * theirs, "the loop wakes up within 1.5 times of cyclictest");
}

}  // namespace

std::vector<Scenario> measurements() {
    return {{"openings because the pilot leaves C", the_pilot_leaves_c},
            {"openings because the monitor shows 6 mA DC", the_monitor_shows_dc},
            {"openings because the monitor shows 30 mA AC", the_monitor_shows_ac},
            {"openings because the monitor fails", the_monitor_fails},
            {"openings because the earth is lost", the_earth_is_lost},
            {"openings because the supply fails", the_supply_fails},
            {"the loop wakes up as cyclictest does", the_loop_and_cyclictest}};
}

}  // namespace rig
