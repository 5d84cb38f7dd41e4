// SPDX-License-Identifier: Apache-2.0
// How fast contactors are told to open, as the rig measures it, on the simulator in virtual time.

#include "tests/hal-service/bench.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace openings_test {

namespace {

using namespace std::chrono_literals;

constexpr int openings = 1000;
constexpr hal::Moment pilot_goal = 60ms;
constexpr hal::Moment trip_goal = 20ms;

// From the physical event to the output. The event may come just after a sample was taken, which
// makes it a period longer; the truth shows an output a period after it was set, which is as much.
template <class Event>
hal::Moment time_to_open(bench::Bench& bench, Event event) {
    bench.until([&] { return event(); });
    return bench.until([&] { return !bench.coil(); }, 2s);
}

void report(const char* what, hal::Moment longest, hal::Moment goal) {
    WARN(what << ": " << openings << " openings, longest " << longest.count() << " us");
    CHECK(longest <= goal);
}

constexpr auto residual_goes = R"({"do":"fault","name":"residual_current","on":false})";

struct TripInput {
    const char* what;
    std::string comes;
    std::string goes;
    hal::Moment goal;
};

// Released by unplugging. `shown`: the line has changed.
template <class Shown>
void trips(const TripInput& input, Shown shown) {
    bench::Bench bench;
    hal::Moment longest{0};
    for (int round = 0; round < openings; ++round) {
        bench.charge();
        bench.say(input.comes);
        longest = std::max(longest, time_to_open(bench, [&] { return shown(bench); }));
        bench.say(input.goes);
        bench.say(R"({"do":"unplug","connector":1})");
        bench.until([&] { return bench.condition().fault_count == 0; });
        bench.until([&] { return !bench.condition().plugged; });
    }
    report(input.what, longest, input.goal);
}

}  // namespace

TEST_CASE("1000 openings because the pilot leaves C are in time") {
    bench::Bench bench;
    bench.charge();
    hal::Moment longest{0};
    for (int round = 0; round < openings; ++round) {
        bench.say(R"({"do":"vehicle","connector":1,"ready":false})");
        longest = std::max(longest, time_to_open(bench, [&] {
                               return bench.truth().vehicle_state == hal::PilotState::B;
                           }));
        bench.say(R"({"do":"vehicle","connector":1,"ready":true})");
        bench.until([&] { return bench.closed() && bench.amps() > 0; });
    }
    report("pilot", longest, pilot_goal);
}

TEST_CASE("1000 openings because a monitor shows a residual current are in time") {
    const std::string residual = R"({"do":"fault","name":"residual_current",)";
    trips({"6 mA DC", residual + R"("dc_ma":30})", residual_goes, trip_goal},
          [](auto& b) { return b.truth().residual.dc; });
    trips({"30 mA AC", residual + R"("ac_ma":150})", residual_goes, trip_goal},
          [](auto& b) { return b.truth().residual.ac; });
}

TEST_CASE("1000 openings because a monitor fails are in time") {
    const std::string monitor = R"({"do":"fault","name":"residual_monitor",)";
    trips({"monitor", monitor + R"("offset_ma":1000})", monitor + R"("on":false})",
           hal::timing::residual_error + trip_goal},
          [](auto& b) { return b.truth().residual.error; });
}

TEST_CASE("1000 openings because the earth is lost are in time") {
    const std::string earth = R"({"do":"fault","name":"protective_earth")";
    trips({"earth", earth + "}", earth + R"(,"on":false})", hal::timing::earth_lost + trip_goal},
          [](auto& b) { return b.world().outlets[0].faults.protective_earth; });
}

// Which ends in a restart each time.
TEST_CASE("1000 openings because the supply fails are in time") {
    bench::Bench bench;
    bench.say(R"({"do":"plug_in","connector":1})");
    hal::Moment longest{0};
    for (int round = 0; round < openings; ++round) {
        bench.wish(16'000);
        bench.until([&] { return bench.closed() && bench.amps() > 0; });
        bench.say(R"({"do":"mains","interrupt_ms":60})");
        longest = std::max(longest, time_to_open(bench, [&] {
                               return !bench.simulator().truth().read().power_good;
                           }));
        bench.until([&] { return !bench.closed() && bench.condition().mains; });
        bench.restart();
    }
    report("supply", longest, hal::timing::mains_lost + trip_goal);
}

}  // namespace openings_test
