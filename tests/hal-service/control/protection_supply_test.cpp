// SPDX-License-Identifier: Apache-2.0
// What is not in use is not missed; a late tick is no dip; a vehicle's inrush is no over-current.

#include "hal-service/control/protection.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/wires.hpp"

#include <string>

namespace protection_supply_test {

namespace {

using namespace hal;
using bench::Bench;
using wires::Wires;
using namespace std::chrono_literals;

void lose(Wires& w, std::size_t phase) {
    w.disturb = [phase](Inputs& in) {
        in.meter.voltage[phase] = {0};
        in.load_voltage[phase] = {0};
    };
}
std::function<void(Inputs&)> inrush(std::int64_t milliamps) {
    return [milliamps](Inputs& in) {
        if (in.k1_feedback) in.meter.current[0] = {milliamps};
    };
}

}  // namespace

TEST_CASE("an installation with one phase charges on it") {
    Bench b;
    b.say(R"({"do":"mains","volts":[230,0,0]})");
    b.run(10s);  // nobody has wished yet
    CHECK(b.condition().fault_count == 0);
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(0, 3600s, 1, 1);
    b.run(10s);
    b.wish(16'000, 3600s, 1, 1);
    b.until([&] { return b.amps() > 0; });
    b.run(60s);
    CHECK(b.closed());
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("with a wish for three phases one that is lost is missed") {
    Bench b;
    b.say(R"({"do":"mains","volts":[230,0,0]})");
    b.wish(16'000);
    b.run(4s);
    CHECK(b.fault(FaultCode::PhaseLoss) != nullptr);
}

TEST_CASE("a session on L1 goes on while another phase is lost, one on three doesn't") {
    for (const std::size_t phase : {1U, 2U}) {
        for (const int phases : {1, 3}) {
            INFO(phase << " of " << phases);
            Wires w;
            w.charge(16'000, phases);
            lose(w, phase);
            w.run(20s);
            CHECK(w.outputs().k1 == (phases == 1));
            CHECK(w.has(FaultCode::PhaseLoss) == (phases == 3));
        }
    }
    Wires w;
    w.charge(16'000, 1);
    lose(w, 0);
    w.run(20s);
    CHECK_FALSE(w.outputs().k1);
}

TEST_CASE("a voltage that is too high counts on every phase, in use or not") {
    Wires w;
    w.charge(16'000, 1);
    w.disturb = [](Inputs& in) { in.meter.voltage[2] = {280'000}; };
    w.run(2s);
    CHECK(w.has(FaultCode::OverVoltage));
    w.disturb = [](Inputs& in) { in.meter.voltage[2] = {0}; };
    w.run(62s);
    CHECK(w.condition().fault_count == 0);
}

TEST_CASE("a dip of 20 ms in a tick that is 20 ms late is no loss of the supply") {
    Wires w;
    w.charge();
    w.disturb = [](Inputs& in) { in.power_good = false; };
    w.miss(20ms);
    for (int i = 0; i < 4; ++i) {
        w.tick();
        CHECK(w.condition().mains);
    }
    w.disturb = nullptr;
    w.run(1s);
    CHECK(w.outputs().k1);
}

TEST_CASE("a loss of 30 ms is one, in time and with a late tick in it") {
    for (const Moment late : {0ms, 20ms}) {
        Wires w;
        w.charge();
        w.disturb = [](Inputs& in) { in.power_good = false; };
        w.miss(late);
        CHECK(w.until([&] { return !w.condition().mains; }) <= timing::mains_lost);
        CHECK_FALSE(w.outputs().k1);
    }
}

TEST_CASE("what a vehicle draws in the second after closing is no over-current") {
    for (const auto type : {ConnectorType::Type2Cable, ConnectorType::Schuko}) {
        for (const Moment lasts : {100ms, 1000ms, 1390ms}) {
            INFO(shared::name_of(type) << ", " << lasts.count());
            Wires w(type);
            w.milliamps = 5000;
            w.plugged = true;
            w.permit(6000);
            w.until([&] { return w.outputs().k1; });
            w.disturb = inrush(25'000);
            w.run(lasts);
            w.disturb = nullptr;
            w.run(5s);
            CHECK(w.outputs().k1);
            CHECK(w.condition().fault_count == 0);
        }
    }
}

TEST_CASE("beyond the inrush and beyond the rating it is one") {
    Wires w;
    w.milliamps = 5000;
    w.plugged = true;
    w.permit(6000);
    w.until([&] { return w.outputs().k1; });
    SECTION("more than a vehicle may") {
        w.disturb = inrush(36'000);
        CHECK(w.until([&] { return w.has(FaultCode::OverCurrentL1); }) <=
              timing::overcurrent_severe + 2 * timing::tick);
    }
    SECTION("longer than it may") {
        w.disturb = inrush(25'000);
        CHECK(w.until([&] { return w.has(FaultCode::OverCurrentL1); }) <=
              timing::inrush + timing::overcurrent_severe + 2 * timing::tick);
    }
    SECTION("later") {
        w.run(2s);
        w.disturb = inrush(25'000);
        CHECK(w.until([&] { return w.has(FaultCode::OverCurrentL1); }) <=
              timing::overcurrent_severe + 2 * timing::tick);
    }
    CHECK_FALSE(w.outputs().k1);
}

}  // namespace protection_supply_test
