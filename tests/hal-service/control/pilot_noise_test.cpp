// SPDX-License-Identifier: Apache-2.0
// Noise on the pilot: a little is tolerated, in much of it nothing is concluded.

#include "hal-service/control/pilot_noise.hpp"

#include "tests/hal-service/bench.hpp"
#include "tests/hal-service/wires.hpp"

#include <random>
#include <string>

namespace pilot_noise_test {

namespace {

using namespace hal;
using bench::Bench;
using wires::Wires;
using namespace std::chrono_literals;

struct Noisy {
    PilotNoise noise;
    std::mt19937 random{7};
    Moment now{0};

    void add(std::int64_t high, std::int64_t low) {
        noise.add({{high}, {low}}, now += timing::tick);
    }
    // Evenly distributed around both levels.
    void add_noise(int millivolts) {
        const auto some = [&] {
            return std::uniform_int_distribution<std::int64_t>(-millivolts, millivolts)(random);
        };
        add(6000 + some(), -12'000 + some());
    }
};

void noise(Bench& b, const std::string& volts) {
    b.say(R"({"do":"fault","name":"pilot_noise","volts":)" + volts + "}");
}
void quiet(Bench& b) { b.say(R"({"do":"fault","name":"pilot_noise","on":false})"); }

}  // namespace

TEST_CASE("noise of 3 V never drowns the pilot, noise of 5 V does within a second") {
    Noisy little;
    for (int i = 0; i < 200'000; ++i) {
        little.add_noise(3000);
        if (little.noise.too_noisy()) FAIL("after " << i);
    }
    for (int volts : {5, 8, 12, 24}) {
        INFO(volts);
        Noisy much;
        while (!much.noise.too_noisy() && much.now < 10s) much.add_noise(volts * 1000);
        CHECK(much.now <= 1s);
        for (int i = 0; i < 20'000; ++i) {
            much.add_noise(volts * 1000);
            if (!much.noise.too_noisy()) FAIL("after " << i);
        }
        const auto ended = much.now;
        while (much.noise.too_noisy() && much.now - ended < 10s) much.add(6000, -12'000);
        CHECK(much.now - ended <= timing::noise_over + timing::tick);
    }
}

TEST_CASE("what is driven moves the low level, and that is no noise") {
    Noisy pilot;
    for (int i = 0; i < 100; ++i) {
        const bool oscillates = i % 10 < 5;
        if (i % 5 == 0) pilot.noise.driven(pilot.now);
        pilot.add(9000, oscillates ? -12'000 : 9000);
        CHECK_FALSE(pilot.noise.too_noisy());
    }
    CHECK(pilot.noise.still() == 99);
}

TEST_CASE("no vehicle is taken for noise, nor a plug that bounces") {
    const auto from = GENERATE(PilotState::A, PilotState::B);
    const auto to = GENERATE(PilotState::B, PilotState::C, PilotState::D);
    const auto every = GENERATE(3, 8, 40, 80);  // ticks
    if (from == to || (from == PilotState::A && to == PilotState::D)) return;
    INFO(static_cast<int>(from) << ' ' << static_cast<int>(to) << ' ' << every);
    Wires w;
    w.plugged = true;
    w.run(5s);
    w.permit();
    for (int i = 0; i < 4000; ++i) {
        w.shows = i / every % 2 == 0 ? from : to;
        w.tick();
        REQUIRE_FALSE(w.has(FaultCode::PWMVoltageError));
    }
    // 25 ms of bouncing contacts, at each tick.
    w.shows = PilotState::A;
    w.run(1s);
    for (int i = 0; i < 5; ++i) {
        w.shows = i % 2 == 0 ? PilotState::D : PilotState::A;
        w.tick();
    }
    w.shows = PilotState::B;
    for (int i = 0; i < 1000; ++i) {
        w.tick();
        REQUIRE_FALSE(w.has(FaultCode::PWMVoltageError));
    }
    CHECK(w.condition().plugged);
}

TEST_CASE("a vehicle that leaves is seen within 25 ms, in a little noise within a moment") {
    Wires w;
    w.charge();
    SECTION("still") {
        w.plugged = false;
        CHECK(w.until([&] { return !w.condition().plugged; }) <=
              timing::open_after_a_or_e + timing::tick);
    }
    SECTION("in noise") {
        w.disturb = [n = 0](Inputs& in) mutable { in.pilot.high.count += ++n % 2 * 1000; };
        w.run(1s);
        CHECK(w.outputs().k1);
        w.plugged = false;
        CHECK(w.until([&] { return !w.condition().plugged; }) <=
              timing::gone_in_noise + timing::tick);
    }
}

TEST_CASE("a little noise neither ends a session nor a visit") {
    const std::string volts = GENERATE("1", "2", "3");
    INFO(volts);
    Bench b;
    b.charge();
    noise(b, volts);
    for (int i = 0; i < 12'000; ++i) {
        b.tick();
        CHECK(b.condition().pwm);
        CHECK(b.condition().plugged);
        CHECK(b.condition().fault_count == 0);
    }
    CHECK(b.condition().plug_count == 1);
}

TEST_CASE("a pilot that drowns in noise is one fault, and nothing is concluded before it ends") {
    const std::string volts = GENERATE("5", "6", "8", "12", "24");
    const bool charging = GENERATE(true, false);
    INFO(volts << ' ' << charging);
    Bench b;
    if (charging)
        b.charge();
    else
        b.say(R"({"do":"plug_in","connector":1})");
    b.run(2s);
    noise(b, volts);
    b.until([&] { return b.fault(FaultCode::PWMVoltageError) != nullptr; }, 1s);
    b.tick();
    const auto first = b.condition();
    CHECK(first.plugged);
    CHECK_FALSE(first.pwm);
    for (int i = 0; i < 12'000; ++i) {
        b.tick();
        CHECK_FALSE(b.coil());
        CHECK(b.condition().pilot == first.pilot);
        CHECK(b.condition().plugged);
        CHECK(b.condition().fault_count == first.fault_count);
        const auto* fault = b.fault(FaultCode::PWMVoltageError);
        REQUIRE(fault != nullptr);
        CHECK(fault->detail.first == first.faults[0].detail.first);
    }
    CHECK(b.condition().plug_count == 1);
    SECTION("it ends") {
        quiet(b);
        b.until([&] { return b.condition().fault_count == 0; },
                timing::noise_over + timing::gone + 10 * timing::tick);
        CHECK(b.condition().plugged);
        if (charging) b.until([&] { return b.closed(); }, 40s);
    }
    SECTION("it ends, and the vehicle has gone meanwhile") {
        b.say(R"({"do":"unplug","connector":1})");
        b.run(1s);
        CHECK(b.condition().plugged);
        quiet(b);
        b.until([&] { return !b.condition().plugged; }, timing::noise_over + 100ms);
        CHECK(b.condition().pilot == PilotState::A);
    }
}

}  // namespace pilot_noise_test
