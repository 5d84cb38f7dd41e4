// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/scenarios/session.hpp"

#include <cstdlib>
#include <numeric>

namespace rig {
namespace {

using namespace std::chrono_literals;
using namespace units::literals;

// A tolerance of meters and converters: 2 % of what should be.
bool near(std::int64_t value, std::int64_t expected) {
    return std::abs(value - expected) <= expected / 50;
}

bool draws(const hal::Reading& reading, units::Milliamps expected) {
    for (const auto current : reading.current)
        if (!near(current.count, expected.count)) return false;
    return true;
}

struct Step {
    const char* what;
    Json world;               // asked of the world, or null
    void (*wish)(Hardware&);  // or null
    bool (*reached)(const hal::Reading&);
    Duration patience;
    Duration then;  // it stays so
};
using R = const hal::Reading&;

const Step steps[] = {
    {"plugged in",
     {{"do", "plug_in"}, {"connector", 1}},
     nullptr,
     [](R r) { return r.plugged && r.pilot == hal::PilotState::B && !r.pwm; },
     3s,
     300ms},
    {"charges with 16 A", nullptr, [](Hardware& h) { h.allow(16_A); },
     [](R r) { return r.contactor_closed && r.offered == 16_A && draws(r, 16_A); }, 15s, 3s},
    {"follows to 10 A", nullptr, [](Hardware& h) { h.allow(10_A); },
     [](R r) { return r.contactor_closed && r.offered == 10_A && draws(r, 10_A); }, 8s, 2s},
    {"the vehicle pauses",
     {{"do", "vehicle"}, {"connector", 1}, {"ready", false}},
     nullptr,
     [](R r) { return r.pilot == hal::PilotState::B && r.pwm && !r.contactor_closed; },
     3s,
     1s},
    {"the vehicle goes on",
     {{"do", "vehicle"}, {"connector", 1}, {"ready", true}},
     nullptr,
     [](R r) { return r.contactor_closed && draws(r, 10_A); },
     10s,
     2s},
    {"stopped", nullptr, [](Hardware& h) { h.forbid(); },
     [](R r) { return !r.pwm && !r.contactor_closed && r.pilot == hal::PilotState::B; }, 8s, 1s},
    {"unplugged",
     {{"do", "unplug"}, {"connector", 1}},
     nullptr,
     [](R r) { return !r.plugged && r.pilot == hal::PilotState::A; },
     3s,
     300ms}};

const std::vector<std::string> expected_story = {"A unplugged",
                                                 "B",
                                                 "B offers 16000 mA",
                                                 "C offers 16000 mA",
                                                 "C offers 16000 mA closed",
                                                 "C offers 10000 mA closed",
                                                 "B offers 10000 mA",
                                                 "C offers 10000 mA",
                                                 "C offers 10000 mA closed",
                                                 "C closed",
                                                 "B",
                                                 "A unplugged"};

// While a contactor opens, or until a vehicle that is gone counts as such, a reading may be told
// or, on a busy machine, be overtaken by the next one: readings are states, not changes.
bool fleeting(const std::string& chapter) {
    const bool opening = chapter.front() == 'B' && chapter.ends_with("closed");
    return opening || chapter == "A";
}

std::vector<std::string> lasting(std::vector<std::string> story) {
    std::erase_if(story, fleeting);
    return story;
}

double true_watt_hours(Connection& world) {
    return world.ask({{"do", "observe"}})["connectors"][0]["energy_wh"].get<double>();
}

std::string lines_of(const std::vector<std::string>& story) {
    return std::accumulate(
        story.begin(), story.end(), std::string(),
        [](std::string all, const auto& line) { return all + "\n      " + line; });
}

}  // namespace

void play_session(Hardware& hardware, Connection& world) {
    hardware.await(
        "nothing is plugged in", [&] { return !hardware.reading().plugged; }, 5s);
    hardware.forbid();
    hardware.pass(1500ms);
    hardware.forget_story();
    const auto register_before = hardware.reading().energy.count;
    const auto truth_before = true_watt_hours(world);
    hardware.pass(1100ms);  // one more reading, so that the story has its beginning
    for (const auto& step : steps) {
        if (!step.world.is_null()) world.ask(step.world);
        if (step.wish != nullptr) step.wish(hardware);
        hardware.await(
            step.what, [&] { return step.reached(hardware.reading()); }, step.patience);
        hardware.pass(step.then);
        must(step.reached(hardware.reading()),
             std::string(step.what) + " stays so; it is: " + hardware.describe());
    }
    hardware.pass(1500ms);
    const auto metered =
        static_cast<double>(hardware.reading().energy.count - register_before) / 1000;
    const auto flowed = true_watt_hours(world) - truth_before;
    note("metered " + std::to_string(metered) + " Wh of " + std::to_string(flowed) + " Wh");
    const double one_second = 3 * 230 * 16 / 3600.0;
    must(flowed > 4 * one_second, "something has flowed");
    must(std::abs(metered - flowed) < one_second,
         "the register is within one second's consumption of what flowed");
    const auto story = lasting(hardware.story());
    must(story == expected_story,
         "the readings tell" + lines_of(expected_story) + "\n    and not" + lines_of(story));
}

}  // namespace rig
