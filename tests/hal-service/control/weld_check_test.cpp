// SPDX-License-Identifier: Apache-2.0
// A weld is only found where one is.

#include "hal-service/control/weld_check.hpp"

#include "hal-service/control/report.hpp"
#include "tests/support/catch.hpp"

namespace weld_check_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

struct Watched {
    WeldCheck check;
    Inputs inputs;
    PerPhase<units::Millivolts> supply{{{230'000}, {230'000}, {230'000}}};
    Moment now{0};

    void run(Moment time, const Outputs& commanded = {}) {
        for (const auto end = now + time; now < end;)
            check.tick(inputs, {supply}, commanded, now += timing::tick);
    }
};

Outputs closed(bool k1, bool k2) {
    Outputs outputs;
    outputs.k1 = k1;
    outputs.k2 = k2;
    return outputs;
}
const Outputs both = closed(true, true);
const Outputs one_phase = closed(true, false);

}  // namespace

TEST_CASE("three live windows after the first half second are a weld") {
    Watched w;
    w.inputs.load_voltage[1] = {230'000};
    w.run(timing::weld_check_after + 2 * timing::weld_window + 100ms);
    CHECK(w.check.welded() == 0);
    w.run(timing::weld_window);
    CHECK(w.check.welded() == pole_bit(Pole::L2));
}

TEST_CASE("a pole that is switched on is no weld") {
    Watched w;
    w.inputs.load_voltage = {{{230'000}, {230'000}, {230'000}}};
    w.inputs.k1_feedback = w.inputs.k2_feedback = true;
    w.run(10s, both);
    CHECK(w.check.welded() == 0);
}

TEST_CASE("a voltage a vehicle feeds back is a ghost, not a weld") {
    Watched w;
    w.inputs.load_voltage[2] = {103'000};
    w.run(10s);
    CHECK(w.check.welded() == 0);
}

TEST_CASE("an arc that dies down is no weld") {
    Watched w;
    w.inputs.load_voltage[0] = {230'000};
    w.run(timing::weld_check_after + 2 * timing::weld_window);
    w.inputs.load_voltage[0] = {0};
    w.run(10s);
    CHECK(w.check.welded() == 0);
}

TEST_CASE("without a supply nothing can be judged, and nothing is forgotten") {
    Watched w;
    w.inputs.load_voltage[0] = {230'000};
    w.run(5s);
    CHECK(w.check.welded() == pole_bit(Pole::L1));
    w.inputs.power_good = false;
    w.inputs.load_voltage[0] = {0};
    w.run(10s);
    CHECK(w.check.welded() == pole_bit(Pole::L1));
    w.inputs.power_good = true;
    w.run(5s);
    CHECK(w.check.welded() == 0);
}

TEST_CASE("a neutral is given away by the mirror contact alone") {
    Watched w;
    w.inputs.k1_feedback = true;
    w.run(5s);
    CHECK(w.check.welded() == pole_bit(Pole::N));
}

TEST_CASE("the second contactor is given away by its mirror contact where no voltage tells") {
    Watched w;
    w.inputs.k2_feedback = true;
    SECTION("with all poles off") { w.run(5s); }
    SECTION("with no supply of these phases") {
        w.supply[1] = w.supply[2] = {0};
        w.run(5s);
    }
    SECTION("while a vehicle charges on one phase") {
        w.inputs.k1_feedback = true;
        w.inputs.load_voltage[0] = {230'000};
        w.run(1s, one_phase);
        CHECK(w.check.welded() == 0);
        w.run(1s, one_phase);
        CHECK(w.check.result().number == 1);
    }
    CHECK(w.check.welded() == (pole_bit(Pole::L2) | pole_bit(Pole::L3)));
}

TEST_CASE("a voltage names the pole of a contactor whose mirror contact is closed") {
    Watched w;
    w.inputs.k2_feedback = true;
    w.inputs.load_voltage[1] = {230'000};
    w.run(5s);
    CHECK(w.check.welded() == pole_bit(Pole::L2));
}

TEST_CASE("a pole without a voltage before it is neither welded nor clean") {
    Watched w;
    w.inputs.load_voltage[1] = {230'000};
    w.run(5s);
    REQUIRE(w.check.welded() == pole_bit(Pole::L2));
    w.supply[1] = {0};
    w.inputs.load_voltage[1] = {0};
    w.run(10s);
    CHECK(w.check.welded() == pole_bit(Pole::L2));
    CHECK((w.check.clean() & pole_bit(Pole::L2)) == 0);
    CHECK((w.check.clean() & pole_bit(Pole::L1)) != 0);
    w.supply[1] = {230'000};
    w.run(5s);
    CHECK(w.check.welded() == 0);
    CHECK((w.check.clean() & pole_bit(Pole::L2)) != 0);
}

}  // namespace weld_check_test
