// SPDX-License-Identifier: Apache-2.0
// Every scenario of this program again, disturbed at every one of its steps: whatever happens,
// each transaction is reported exactly once, in order, with true values.

#include "tests/support/number_from.hpp"
#include "tests/support/world.hpp"

#include <algorithm>
#include <iostream>

namespace replay_test {

namespace {

using test::Disturbance;

// Which steps are disturbed differs from one disturbance to the next.
void replay(Disturbance disturbance, const char* name) {
    const int stride = test::replay_every();
    int next = static_cast<int>(disturbance) % stride;
    int runs = 0, changes = 0;
    for (const auto& [scenario_name, scenario] : test::scenarios()) {
        test::World undisturbed{scenario.first};
        scenario.second(undisturbed);
        const int steps = undisturbed.steps();
        for (; next < steps; next += stride) {
            const int step = next;
            INFO(scenario_name << ", step " << step);
            auto options = scenario.first;
            options.disturbance = disturbance;
            options.at_step = step;
            test::World world{options};
            scenario.second(world);
            world.settle().check_books();
            ++runs;
            changes += world.auditor().counts().changes;
        }
        next -= steps;
    }
    std::cout << name << ": " << runs << " replays of " << test::scenarios().size()
              << " scenarios, " << changes << " changes of status\n";
    CHECK(runs * stride > 1'000);
}

}  // namespace

TEST_CASE("every scenario survives the loss of the link after each step") {
    replay(Disturbance::LinkCut, "link cut after the step");
}
TEST_CASE("every scenario survives the loss of the link during each step") {
    replay(Disturbance::StepOffline, "link cut during the step");
}
TEST_CASE("every scenario survives the loss of an answer at each step") {
    replay(Disturbance::AnswerLost, "answer lost");
}
TEST_CASE("every scenario survives a restart from the store after each step") {
    replay(Disturbance::Restart, "restart from the store");
}
TEST_CASE("every scenario survives a power cut after each step") {
    replay(Disturbance::PowerCut, "power cut");
}
TEST_CASE("every scenario survives a disk that fails during each step and recovers") {
    replay(Disturbance::DiskFails, "disk fails for a while");
}
TEST_CASE("every scenario survives a central system that refuses every call of a step") {
    replay(Disturbance::CallError, "CALLERROR during the step");
}
TEST_CASE("every scenario survives a central system that refuses every call from a step on") {
    replay(Disturbance::CallErrors, "CALLERROR from the step on");
}
TEST_CASE("every scenario survives garbage instead of answers") {
    replay(Disturbance::NoFrame, "no frame as an answer");
    replay(Disturbance::WrongPayload, "an unreadable answer");
    replay(Disturbance::WrongId, "an answer to another call");
    replay(Disturbance::Garbage, "garbage from the step on");
}
TEST_CASE("every scenario survives a central system that does not answer during each step") {
    replay(Disturbance::Silence, "silence during the step");
}
TEST_CASE("every scenario survives a central system that does not answer from a step on") {
    replay(Disturbance::Silences, "silence from the step on");
}

}  // namespace replay_test
