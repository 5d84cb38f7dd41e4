// SPDX-License-Identifier: Apache-2.0
// The relay test closes what it says, finds what does not follow, and stops at once when it must.

#include "hal-service/control/contactor_check.hpp"

#include "hal-service/simulation/plant.hpp"
#include "tests/hal-service/bench.hpp"

namespace contactor_check_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

// The test's relays in front of the simulated mains.
struct Tested {
    std::vector<ConnectorInfo> connectors;
    simulation::Plant plant;
    simulation::Drives drives{};
    BoardInputs inputs{};
    ContactorCheck test;
    std::int64_t supplied = 0b111;
    bool may_run = true;
    Moment now{1s};
    std::vector<std::pair<bool, bool>> closed;  // each state of K1 and K2, once

    explicit Tested(ConnectorType type = ConnectorType::Type2Cable, int phases = 3)
        : connectors(bench::one(type, phases)),
          plant(connectors, simulation::fresh_world(connectors), {}, 1),
          test(phases) {
        run(100ms);
    }
    void tick() {
        drives[0].wires.k1 = test.k1();
        drives[0].wires.k2 = test.k2();
        plant.advance(now += timing::tick, drives);
        read_sensors(plant, inputs);
        test.tick(inputs[0], supplied, may_run, now);
        const auto& poles = plant.outlet(0).poles;
        const std::pair state{poles[0], poles[1]};
        if (test.running() && (closed.empty() || closed.back() != state)) closed.push_back(state);
    }
    void run(Moment time) {
        for (const auto end = now + time; now < end;) tick();
    }
    ProofState finish() {
        test.begin(now);
        const auto begin = now;
        while (test.running() && now - begin < 10s) tick();
        const auto took = now - begin;
        CHECK(took < 2s);
        run(100ms);
        CHECK_FALSE((plant.outlet(0).outputs.k1 || plant.outlet(0).outputs.k2));
        return test.state();
    }
    void ask(const std::string& request) {
        const auto parsed = simulation::parse_request(request, connectors);
        if (!parsed) FAIL(request << ": " << parsed.error());
        plant.obey(std::get<simulation::Command>(*parsed));
    }
};

}  // namespace

TEST_CASE("sound contactors pass, each closed and opened once") {
    Tested t;
    CHECK(t.test.state() == ProofState::None);
    CHECK(t.finish() == ProofState::Passed);
    CHECK(t.closed == std::vector<std::pair<bool, bool>>{
                          {false, false}, {true, false}, {true, true}, {false, false}});
    CHECK(t.plant.world().outlets[0].switch_count == 1);
    CHECK(t.finish() == ProofState::Passed);  // and again
}

TEST_CASE("an outlet with one phase has no second contactor to test") {
    for (const auto type : {ConnectorType::Schuko, ConnectorType::Type2Cable}) {
        Tested t(type, 1);
        CHECK(t.finish() == ProofState::Passed);
        CHECK(t.closed ==
              std::vector<std::pair<bool, bool>>{{false, false}, {true, false}, {false, false}});
    }
}

TEST_CASE("what does not follow is found and named") {
    Tested t;
    SECTION("a welded pole, before anything is closed") {
        t.ask(R"({"do":"fault","name":"relay_welded","relay":"L3"})");
        CHECK(t.finish() == ProofState::Failed);
        CHECK(describe(t.test.finding()) ==
              "commanded none, mirror contacts K2, voltage behind L3");
        CHECK(t.plant.world().outlets[0].switch_count == 0);
    }
    SECTION("a neutral that sticks, by its mirror contact") {
        t.ask(R"({"do":"fault","name":"relay_welded","relay":"N"})");
        CHECK(t.finish() == ProofState::Failed);
        CHECK(describe(t.test.finding()) ==
              "commanded none, mirror contacts K1, voltage behind none");
    }
    SECTION("contactors that do not close") {
        t.ask(R"({"do":"fault","name":"relay_stuck_open"})");
        CHECK(t.finish() == ProofState::Failed);
        CHECK(describe(t.test.finding()) ==
              "commanded K1, mirror contacts none, voltage behind none");
    }
    SECTION("a phase that is missing") {
        t.ask(R"({"do":"mains","volts":[230,0,230]})");
        CHECK(t.finish() == ProofState::Failed);
        CHECK(describe(t.test.finding()) ==
              "commanded K1 and K2, mirror contacts K1 and K2, voltage behind L1 L3");
    }
}

TEST_CASE("a phase that the installation doesn't have is not missed") {
    Tested t;
    t.ask(R"({"do":"mains","volts":[230,0,0]})");
    t.supplied = 0b001;
    CHECK(t.finish() == ProofState::Passed);
}

TEST_CASE("a contactor that chatters has not followed") {
    Tested t;
    t.test.begin(t.now);
    t.run(340ms);
    REQUIRE(t.test.k1());
    for (int i = 0; i < 100 && t.test.running(); ++i) {
        t.inputs[0].k1_feedback = i % 4 != 0;
        t.inputs[0].load_voltage[0] = {230'000};
        t.test.tick(t.inputs[0], t.supplied, true, t.now += timing::tick);
    }
    CHECK(t.test.state() == ProofState::Failed);
}

TEST_CASE("whatever speaks against it ends the test in the same tick") {
    Tested t;
    for (const Moment into : {Moment{5ms}, Moment{400ms}, Moment{700ms}, Moment{1100ms}}) {
        t.may_run = true;
        t.test.begin(t.now);
        t.run(into);
        REQUIRE(t.test.running());
        t.may_run = false;
        t.tick();
        CHECK(t.test.state() == ProofState::Interrupted);
        CHECK_FALSE((t.test.k1() || t.test.k2()));
        t.run(100ms);
        CHECK_FALSE(t.plant.outlet(0).poles[0]);
    }
}

}  // namespace contactor_check_test
