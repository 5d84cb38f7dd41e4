// SPDX-License-Identifier: Apache-2.0
// How fast contactors are told to open, by many openings at different instants of the loop's
// period.

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

constexpr int openings_by_trip = 5;
const std::string loop_priority = "50";
constexpr Duration pilot_goal = 60ms;
constexpr Duration trip_goal = 20ms;

// A thousand take minutes; the machine is told how many.
int openings_by_pilot() {
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
    Bench bench;
    auto& hardware = bench.hardware();
    bench.charge(16_A);
    bench.mishap({{"do", "forget_openings"}});
    const int count = openings_by_pilot();
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

// Each trip is released by unplugging.
void trips(const Json& fault, const char* cause, Duration goal) {
    Bench bench;
    auto& hardware = bench.hardware();
    bench.mishap({{"do", "forget_openings"}});
    auto gone = fault;
    for (const auto* particular : {"ac_ma", "dc_ma"}) gone.erase(particular);
    gone["on"] = false;
    for (int round = 0; round < openings_by_trip; ++round) {
        bench.charge(16_A);
        wait_a_little(round);
        bench.world(fault);
        hardware.await(
            "open", [&] { return !hardware.reading().contactor_closed; }, 2s);
        bench.world(gone);
        bench.world({{"do", "unplug"}, {"connector", 1}});
        hardware.await(
            "released",
            [&] { return !hardware.reading().plugged && hardware.reading().faults.empty(); }, 20s);
    }
    must_keep(bench, cause, openings_by_trip, goal);
}

void the_monitor_shows_dc() {
    trips({{"do", "fault"}, {"name", "residual_current"}, {"dc_ma", 30}}, "residual_dc", trip_goal);
}

void the_monitor_shows_ac() {
    trips({{"do", "fault"}, {"name", "residual_current"}, {"ac_ma", 150}}, "residual_ac",
          trip_goal);
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
            {"the loop wakes up as cyclictest does", the_loop_and_cyclictest}};
}

}  // namespace rig
