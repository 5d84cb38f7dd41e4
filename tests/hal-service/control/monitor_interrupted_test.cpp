// SPDX-License-Identifier: Apache-2.0
// The residual current monitor's own test is never a residual current, whatever interrupts it: the
// simulated module keeps to its data sheet and is not reset with the process.

#include "hal-service/control/monitor_check.hpp"

#include "tests/hal-service/bench.hpp"

namespace monitor_interrupted_test {

namespace {

using namespace hal;
using bench::Bench;
using namespace std::chrono_literals;

// The test after a session has begun with the contactors' opening.
void end_session(Bench& b) {
    b.charge();
    b.run(8s);
    b.wish(0);
    b.until([&] { return !b.coil(); });
    b.until([&] { return b.truth().outputs.monitor_check; });
}
void dip(Bench& b, int milliseconds) {
    b.say(R"({"do":"mains","interrupt_ms":)" + std::to_string(milliseconds) + "}");
}
// Nothing but the supply's own trouble is told while the module is given its time.
void nothing_is_told(Bench& b, Moment time) {
    for (const auto end = b.now() + time; b.now() < end;) {
        b.tick();
        REQUIRE(b.condition().fault_count == 0);
        REQUIRE_FALSE(b.coil());
    }
}
void charges_again(Bench& b) {
    b.wish(16'000);
    b.until([&] { return b.closed(); }, 30s);
    CHECK(b.condition().fault_count == 0);
}

}  // namespace

TEST_CASE("a dip in the monitor's test is no residual current") {
    for (Moment into{100ms}; into < 3500ms; into += 100ms) {
        for (const int length : {60, 400}) {
            INFO(into.count() << " us, " << length << " ms");
            Bench b;
            end_session(b);
            b.run(into);
            dip(b, length);
            nothing_is_told(b, 10s);
            CHECK(b.report().kept.monitor_checked == 1);
            charges_again(b);
        }
    }
}

TEST_CASE("nor is a second dip in it, nor one after the other") {
    for (Moment between{100ms}; between < 3500ms; between += 200ms) {
        INFO(between.count());
        Bench b;
        end_session(b);
        b.run(1400ms);
        for (int i = 0; i < 3; ++i) {
            dip(b, 60);
            nothing_is_told(b, between);
        }
        nothing_is_told(b, 10s);
        charges_again(b);
    }
}

TEST_CASE("nor is a restart of the process in it, with a dip besides") {
    for (Moment into{50ms}; into < 3500ms; into += 150ms) {
        for (const bool dips : {false, true}) {
            INFO(into.count() << " us, " << dips);
            Bench b;
            end_session(b);
            b.run(into);
            b.restart();
            b.tick();
            if (dips) dip(b, 60);
            nothing_is_told(b, 10s);
            charges_again(b);
        }
    }
}

// The registers that were kept may be older than the test that was begun last.
TEST_CASE("a process that trusts a test gives the module its time all the same") {
    for (Moment into{50ms}; into < 3500ms; into += 150ms) {
        INFO(into.count());
        Bench b;
        b.charge();
        b.run(8s);
        const std::vector<Registers> old{b.report().kept};
        REQUIRE(old[0].monitor_checked == 1);
        b.wish(0);
        b.until([&] { return b.truth().outputs.monitor_check; });
        b.run(into);
        b.restart(old);
        b.wish(16'000);
        const auto began = b.now();
        while (!b.coil() && b.now() - began < 30s) {
            b.tick();
            REQUIRE(b.condition().fault_count == 0);
        }
        CHECK(b.now() - began >= timing::monitor_check_over);
        b.run(10s);
        CHECK(b.closed());
        CHECK(b.condition().fault_count == 0);
    }
}

TEST_CASE("a leak through a pole that conducts is told, test or not") {
    Bench b;
    end_session(b);
    b.say(R"({"do":"fault","name":"relay_welded","relay":"L1"})");
    b.say(R"({"do":"fault","name":"residual_current","ac_ma":35})");
    b.run(300ms);
    dip(b, 60);
    b.until([&] { return b.fault(FaultCode::ResidualCurrentAC) != nullptr; }, 6s);
}

TEST_CASE("a module that is slow beyond its data sheet is waited for") {
    MonitorCheck check(true, true);
    Moment now{0};
    Moment begun{-1};
    int tests = 0;
    check.start(false, false, now);
    while (!check.passed() && now < 30s) {
        now += timing::tick;
        const Moment over = tests == 1 ? 4600ms : 3200ms;
        const auto into = now - begun;
        const bool goes_on = begun >= 0ms && into < over;
        const bool shows = goes_on && into >= 1s;
        const bool dark = tests == 1 && into >= 2s && into < 2060ms;
        if (shows) CHECK(check.may_show());
        const bool was = check.pulse();
        check.tick({shows, shows, false}, !dark, false, now);
        if (!check.pulse() || was) continue;
        CHECK_FALSE(goes_on);
        begun = now;
        ++tests;
    }
    CHECK(tests == 2);
    CHECK_FALSE(check.failed());
}

}  // namespace monitor_interrupted_test
