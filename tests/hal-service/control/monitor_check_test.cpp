// SPDX-License-Identifier: Apache-2.0
// The monitor's test: what passes, what fails and when, to the tick; and what a session has to do
// with it.

#include "hal-service/control/monitor_check.hpp"

#include "tests/hal-service/wires.hpp"

namespace monitor_check_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

// A monitor that answers the pulse as told, counted from its begin.
struct Monitor {
    Moment dc_from{990ms};
    Moment ac_from{1650ms};
    Moment until{3200ms};

    MonitorCheck test{true, true};
    Moment now{0};
    Moment begun{-1};
    Moment pulse{0};
    bool plugged = false;
    bool error = false;
    bool residual = false;

    void tick() {
        now += timing::tick;
        ResidualSample sample;
        sample.error = error;
        if (begun >= 0ms) {
            const auto into = now - begun;
            sample.dc = into >= dc_from && into < until;
            sample.ac = into >= ac_from && into < until;
        }
        sample.ac = sample.ac || residual;
        const bool was = test.pulse();
        test.tick(sample, true, plugged, now);
        if (test.pulse() && !was) begun = now;
        if (test.pulse()) pulse += timing::tick;
    }
    Moment finish() {
        const auto begin = now;
        do tick();
        while (test.running() && now - begin < 10s);
        return now - begin - timing::tick;
    }
};

}  // namespace

TEST_CASE("a monitor that answers in time and goes back passes with a pulse of 250 ms") {
    Monitor monitor;
    CHECK_FALSE(monitor.test.valid(monitor.now));
    CHECK(monitor.finish() == monitor.until);
    CHECK(monitor.test.valid(monitor.now));
    CHECK(monitor.pulse == timing::monitor_check_pulse);
    CHECK_FALSE(monitor.test.failed());
}

TEST_CASE("an output that doesn't answer, or doesn't go back, fails after its time") {
    Monitor monitor;
    SECTION("direct current") {
        monitor.dc_from = 10s;
        CHECK(monitor.finish() == timing::monitor_check_answers);
    }
    SECTION("alternating current") {
        monitor.ac_from = 10s;
        CHECK(monitor.finish() == timing::monitor_check_answers);
    }
    SECTION("the zero wasn't found") {
        monitor.until = 10s;
        CHECK(monitor.finish() == timing::monitor_check_over);
    }
    CHECK(monitor.test.failed());
    CHECK_FALSE(monitor.test.valid(monitor.now));
}

TEST_CASE("without an output for direct current the other one is enough") {
    Monitor monitor{.test = MonitorCheck(true, false)};
    monitor.dc_from = 10s;
    monitor.finish();
    CHECK(monitor.test.valid(monitor.now));
}

TEST_CASE("without a monitor there is nothing to prove") {
    const MonitorCheck none(false, true);
    CHECK(none.valid(Moment{0}));
}

TEST_CASE("a monitor that isn't at rest can't be tested, and has failed after 5 s") {
    MonitorCheck test(true, true);
    Moment now{0};
    const auto begin = now + timing::tick;
    while (!test.failed() && now < 20s) test.tick({true, false, false}, true, false, now += 5ms);
    CHECK(now - begin == timing::residual_at_rest);
}

TEST_CASE("an error counts at any time after 50 ms") {
    Monitor monitor;
    monitor.finish();
    monitor.error = true;
    const auto begin = monitor.now + timing::tick;
    while (!monitor.test.failed() && monitor.now < 20s) monitor.tick();
    CHECK(monitor.now - begin == timing::residual_error);
}

TEST_CASE("a test that a residual current prevented is made as soon as there is none") {
    Monitor monitor;
    monitor.residual = true;
    while (!monitor.test.failed() && monitor.now < 20s) monitor.tick();
    REQUIRE(monitor.test.failed());
    for (int i = 0; i < 1000; ++i) monitor.tick();
    CHECK_FALSE(monitor.test.running());
    monitor.residual = false;
    monitor.plugged = true;
    for (int i = 0; i < 1000; ++i) monitor.tick();
    CHECK_FALSE(monitor.test.running());
    monitor.plugged = false;
    monitor.tick();
    CHECK(monitor.test.running());
    monitor.finish();
    CHECK(monitor.test.valid(monitor.now));
}

TEST_CASE("a test that failed is repeated without a vehicle, at once and then every minute") {
    Monitor monitor;
    monitor.plugged = true;
    monitor.ac_from = 10s;
    monitor.finish();
    REQUIRE(monitor.test.failed());
    for (int i = 0; i < 60'000; ++i) monitor.tick();
    CHECK_FALSE(monitor.test.running());
    monitor.plugged = false;
    monitor.tick();
    CHECK(monitor.test.running());
    monitor.finish();
    REQUIRE(monitor.test.failed());
    monitor.ac_from = 1650ms;
    const auto failed = monitor.now;
    while (!monitor.test.running() && monitor.now - failed < 100s) monitor.tick();
    CHECK(monitor.now - failed == timing::monitor_check_again);
    monitor.finish();
    CHECK(monitor.test.valid(monitor.now));
}

TEST_CASE("a session begins with a tested monitor, and the next one with another test") {
    Wires w;
    w.plugged = true;
    w.permit();
    w.until([&] { return w.outputs().monitor_check; });
    CHECK(w.stage() == PilotStage::Waiting);
    w.until([&] { return w.outputs().k1; });
    CHECK(w.report().kept.monitor_checked == 1);
    w.permit(0);
    w.until([&] { return !w.outputs().k1; });
    CHECK(w.until([&] { return w.outputs().monitor_check; }) <= 2 * timing::tick);
    CHECK(w.condition().fault_count == 0);
    w.run(5s);
    CHECK(w.report().kept.monitor_checked == 1);
}

TEST_CASE("what the monitor shows during its test is no trip") {
    Wires w;
    w.run(300ms);
    bool shown = false;
    for (int i = 0; i < 400; ++i) {
        w.tick();
        shown = shown || w.inputs().residual.dc;
        CHECK(w.condition().fault_count == 0);
    }
    CHECK(shown);
}

TEST_CASE("after a day the offer is withdrawn for a test, and made again") {
    Wires w;
    w.plugged = true;
    w.asks = false;
    w.permit();
    w.until(PilotStage::Offering);
    w.miss(24h);
    w.permit();
    w.until([&] { return w.outputs().monitor_check; }, 1s);
    CHECK(w.outputs().pilot == PilotDrive::Steady);
    w.until(PilotStage::Offering, 10s);
}

TEST_CASE("a monitor that fails its test is a fault that holds F, until one passes unplugged") {
    Wires w;
    w.passes_test = false;
    w.plugged = true;
    w.permit();
    w.until([&] { return w.has(FaultCode::RcdSelfTest); }, 10s);
    CHECK(w.outputs().pilot == PilotDrive::Minus);
    w.passes_test = true;
    w.run(200s);
    CHECK(w.has(FaultCode::RcdSelfTest));
    w.plugged = false;
    w.until([&] { return !w.has(FaultCode::RcdSelfTest); }, timing::look_every + 5s);
    w.charge();
}

}  // namespace monitor_check_test
