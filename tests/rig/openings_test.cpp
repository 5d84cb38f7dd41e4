// SPDX-License-Identifier: Apache-2.0
// How fast contactors are told to open, as the rig measures it, on the simulator in virtual time.

#include "tests/hal-service/bench.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

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

// Released by unplugging.
template <class Shown>
void trips(const char* what, const std::string& fault, Shown shown) {
    bench::Bench bench;
    hal::Moment longest{0};
    for (int round = 0; round < openings; ++round) {
        bench.charge();
        bench.say(R"({"do":"fault","name":"residual_current",)" + fault + "}");
        longest = std::max(longest, time_to_open(bench, [&] { return shown(bench); }));
        bench.say(R"({"do":"fault","name":"residual_current","on":false})");
        bench.say(R"({"do":"unplug","connector":1})");
        bench.until([&] { return bench.condition().fault_count == 0; });
        bench.until([&] { return !bench.condition().plugged; });
    }
    report(what, longest, trip_goal);
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
    trips("6 mA DC", R"("dc_ma":30)", [](auto& b) { return b.truth().residual.dc; });
    trips("30 mA AC", R"("ac_ma":150)", [](auto& b) { return b.truth().residual.ac; });
}
