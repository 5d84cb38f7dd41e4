// SPDX-License-Identifier: Apache-2.0
// The residual current monitor keeps to its times and limits, and tests itself.

#include "hal-service/simulation/residual_monitor.hpp"

#include "tests/support/catch.hpp"

namespace residual_monitor_test {

namespace {

using namespace simulation;
using namespace std::chrono_literals;

struct Module {
    ResidualMonitor monitor;
    Leak leak;
    MonitorFault fault;
    bool test = false;
    hal::Moment now{0};

    void tick() { monitor.tick(leak, fault, test, now += 1ms); }
    void run(hal::Moment time) {
        for (const auto end = now + time; now < end;) tick();
    }
    const hal::ResidualSample& shown() const { return monitor.outputs(); }
    hal::Moment until(bool hal::ResidualSample::*output, bool value, hal::Moment within = 20s) {
        const auto begin = now;
        while (shown().*output != value && now - begin < within) tick();
        return now - begin;
    }
    void pulse(hal::Moment length) {
        test = true;
        run(length);
        test = false;
    }
};

constexpr auto dc = &hal::ResidualSample::dc;
constexpr auto ac = &hal::ResidualSample::ac;

}  // namespace

TEST_CASE("a residual current is shown within the monitor's reaction time") {
    struct Row {
        Leak leak;
        bool hal::ResidualSample::*output;
        hal::Moment within;
    };
    for (const auto& row :
         {Row{{{30}, {}}, ac, 180ms}, Row{{{59}, {}}, ac, 180ms}, Row{{{60}, {}}, ac, 70ms},
          Row{{{150}, {}}, ac, 20ms}, Row{{{}, {6}}, dc, 480ms}, Row{{{}, {12}}, dc, 240ms},
          Row{{{}, {30}}, dc, 120ms}}) {
        Module m;
        m.run(1s);
        CHECK_FALSE((m.shown().ac || m.shown().dc));
        m.leak = row.leak;
        const auto took = m.until(row.output, true);
        INFO(row.leak.ac.count << " mA AC, " << row.leak.dc.count << " mA DC");
        CHECK(took < row.within);
        CHECK(took > row.within / 2);
        CHECK(m.shown().ac != m.shown().dc);
        CHECK_FALSE(m.shown().error);
    }
}

TEST_CASE("less than the threshold is nothing, and so is a short one") {
    Module m;
    m.leak = {{29}, {5}};
    m.run(20s);
    CHECK_FALSE((m.shown().ac || m.shown().dc));
    for (int i = 0; i < 20; ++i) {
        m.leak = {{30}, {6}};
        m.run(100ms);
        m.leak = {};
        m.run(5ms);
    }
    CHECK_FALSE((m.shown().ac || m.shown().dc));
}

TEST_CASE("an output goes well below its threshold, and not at once") {
    Module m;
    m.leak = {{30}, {6}};
    m.run(1s);
    REQUIRE((m.shown().ac && m.shown().dc));
    m.leak = {{12}, {3}};
    m.run(10s);
    CHECK((m.shown().ac && m.shown().dc));
    m.leak = {{11}, {2}};
    m.run(490ms);
    CHECK((m.shown().ac && m.shown().dc));
    m.run(20ms);
    CHECK_FALSE((m.shown().ac || m.shown().dc));
}

TEST_CASE("the test shows both outputs in turn and takes them back") {
    Module m;
    m.run(100ms);
    m.pulse(250ms);
    CHECK(m.until(dc, true) + 250ms == 991ms);
    CHECK_FALSE(m.shown().ac);
    CHECK(m.until(ac, true) + 991ms == 1651ms);
    CHECK(m.shown().dc);
    m.until(dc, false);
    CHECK_FALSE(m.shown().ac);
    CHECK(m.now - 100ms <= 3250ms);
    m.run(10s);
    CHECK_FALSE((m.shown().ac || m.shown().dc || m.shown().error));
}

TEST_CASE("a calmed monitor shows nothing any more, and finishes its test") {
    Module m;
    m.leak = {{30}, {6}};
    m.run(1s);
    REQUIRE((m.shown().ac && m.shown().dc));
    m.leak = {};
    m.monitor.calm();
    CHECK_FALSE((m.shown().ac || m.shown().dc));
    for (const hal::Moment calmed : {100ms, 800ms, 1100ms, 1700ms}) {
        INFO(calmed.count());
        const auto begin = m.now;
        m.test = true;
        for (int i = 0; i < 2000; ++i) {
            m.test = m.now - begin < 250ms;
            m.tick();
            if (m.now - begin == calmed) m.monitor.calm();
        }
        CHECK((m.shown().ac && m.shown().dc));
        m.run(2s);
        CHECK_FALSE((m.shown().ac || m.shown().dc));
    }
}

TEST_CASE("a pulse of another length starts no test") {
    for (const hal::Moment length : {hal::Moment{20ms}, hal::Moment{1300ms}}) {
        Module m;
        m.run(100ms);
        m.pulse(length);
        m.run(5s);
        CHECK(m.until(dc, true, 5s) >= 5s);
    }
}

TEST_CASE("a test and a zero outlive the process that wanted them") {
    for (const hal::Moment killed : {100ms, 300ms, 1200ms, 2500ms}) {
        INFO(killed.count());
        Module m;
        m.fault.offset = {4};
        m.run(100ms);
        m.pulse(250ms);
        m.run(5s);
        const auto begin = m.now;
        while (m.now - begin < killed) {
            m.test = m.now - begin < 250ms;
            m.tick();
        }
        m.test = false;
        m.monitor = ResidualMonitor(m.monitor.memory());
        for (int i = 0; i < 5000; ++i) {
            m.tick();
            const auto into = m.now - begin - 1ms;
            CHECK(m.shown().dc == (into >= 990ms && into < 3200ms));
            CHECK(m.shown().ac == (into >= 1650ms && into < 3200ms));
        }
        CHECK(m.monitor.memory() == MonitorMemory{{4}, {}});
    }
}

TEST_CASE("with a clock that has begun anew the test is over, and at rest nothing is remembered") {
    Module m;
    CHECK_FALSE(m.monitor.memory());
    m.run(10s);
    m.pulse(250ms);
    m.run(1s);
    REQUIRE(m.shown().dc);
    m.monitor = ResidualMonitor(m.monitor.memory());
    m.now = 1s;
    m.run(10s);
    CHECK_FALSE((m.shown().dc || m.shown().ac || m.monitor.memory()));
}

TEST_CASE("a test takes out a zero that has drifted") {
    Module m;
    m.fault.offset = {-8};
    CHECK(m.until(dc, true) < 480ms);
    m.pulse(250ms);
    m.run(5s);
    CHECK_FALSE(m.shown().dc);
    m.leak.dc = {6};
    CHECK(m.until(dc, true) < 480ms);
    m.leak = {};
    m.fault.offset = {};  // the zero that was found is now the one that is off
    m.run(5s);
    CHECK(m.shown().dc);
    m.pulse(250ms);
    m.run(5s);
    CHECK_FALSE(m.shown().dc);
}

TEST_CASE("an offset that is no drift is an error of the sensor, a broken one is silent") {
    Module m;
    m.fault.offset = {21};
    m.run(1s);
    CHECK((m.shown().error && m.shown().dc && m.shown().ac));
    m.pulse(250ms);
    m.run(5s);
    CHECK(m.shown().error);
    m.fault = {};
    m.fault.broken = true;
    m.leak = {{300}, {60}};
    m.run(1s);
    CHECK_FALSE((m.shown().error || m.shown().dc || m.shown().ac));
    m.pulse(250ms);
    CHECK(m.until(dc, true, 5s) >= 5s);
}

}  // namespace residual_monitor_test
