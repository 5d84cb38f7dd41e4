// SPDX-License-Identifier: Apache-2.0
// The meter's driver against a model of the chip's registers: values, energy to the last count
// whatever happens to transfers, resets, calibration.

#include "hal-service/devices/atm90e32.hpp"

#include "tests/hal-service/devices/chip_buses.hpp"
#include "tests/rig/board/atm90e32.hpp"
#include "tests/support/catch.hpp"

namespace atm90e32_test {

using namespace devices;
using namespace std::chrono_literals;

namespace {

struct Bench {
    explicit Bench(process::MeterCalibration calibration = {}) {
        wiring.name = "m";
        wiring.calibration = calibration;
        begin();
    }
    // A new process: the chip goes on.
    void begin() {
        meter.emplace(std::make_unique<bench::SharedSpi>(bus), wiring,
                      Meter::Channels{true, true, true},
                      [this](std::chrono::milliseconds time) { clock.pause(time); });
    }
    // Time with 16 A on three phases: 11.04 kW. The chip measures what was at its terminals since
    // it was last told, so transfers take energy as well.
    void flow(rig::Moment time, std::int64_t milliamps = 16'000) {
        for (auto left = time; left > 0us; left -= 10ms) {
            clock.now += 10ms;
            constexpr std::int64_t millivolts = 230'000;
            const rig::Atm90e32::Phase phase{millivolts, milliamps, millivolts * milliamps / 1000};
            true_nanojoules += 3 * milliwatts * (clock.now - advanced).count();
            chip.advance(clock.now, {phase, phase, phase}, 50'000);
            milliwatts = phase.milliwatts;
            advanced = clock.now;
        }
    }
    bool poll() { return meter->poll(clock.now, values); }
    std::int64_t counts() const {
        const std::array all{0, 1, 2};
        // 3.125 mWh each, of which energy() shows whole ones.
        return (meter->energy(all).count * 8 + 24) / 25;
    }
    // Energy since the begin, in counts.
    std::int64_t true_counts() const { return true_nanojoules / 11'250'000'000; }
    bool nothing_lost() const {
        INFO(counts() << " of " << true_counts());
        CHECK(std::abs(counts() - true_counts()) <= 3);
        return std::abs(counts() - true_counts()) <= 3;
    }

    bench::ChipClock clock;
    rig::Atm90e32 chip{{0x8000, 0x8000}};
    bench::ChipSpi bus{clock, chip};
    process::MeterWiring wiring;
    std::optional<Atm90e32> meter;
    MeterValues values;
    std::int64_t true_nanojoules = 0;
    std::int64_t milliwatts = 0;
    rig::Moment advanced{0};
};

bool is_read_of(rig::Bytes out, unsigned address) {
    return (out[0] & 0x80U) != 0 && ((out[0] & 3U) << 8U | out[1]) == address;
}

}  // namespace

TEST_CASE("a new chip is configured and shows what is at its terminals") {
    Bench b;
    CHECK_FALSE(b.chip.measuring());
    REQUIRE(b.poll());
    CHECK(b.chip.measuring());
    b.flow(300ms);
    REQUIRE(b.poll());
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(b.values.voltage[i].count == 230'000);
        CHECK(b.values.current[i].count == 16'000);
        CHECK(b.values.power[i].count == 3680);
        CHECK(b.values.power_factor[i].count == 1000);
    }
    CHECK(b.values.frequency.count == 50'000);
    CHECK(b.meter->resets() == 0);
    CHECK(b.meter->transfer_errors() == 0);
}

TEST_CASE("an hour of energy is counted to the last count") {
    Bench b;
    REQUIRE(b.poll());
    for (int i = 0; i < 18'000; ++i) {
        b.flow(200ms);
        REQUIRE(b.poll());
    }
    CHECK(b.nothing_lost());
    // 11.04 kWh, and what the transfers took.
    CHECK(b.meter->energy(std::array{0, 1, 2}).count / 1000 >= 11'039);
}

TEST_CASE("a chip that counts energy in another unit than its power is told as not calibrated") {
    const auto per_mille = GENERATE(1000, 100, 10'000);
    Bench b;
    REQUIRE(b.poll());
    b.chip.misunderstand_unit(per_mille);
    for (int i = 0; i < 30; ++i) {
        b.flow(200ms);
        REQUIRE(b.poll());
    }
    CHECK(b.meter->calibrated() == (per_mille == 1000));
}

TEST_CASE("an answer that arrived wrong is neither lost nor counted twice") {
    Bench b;
    REQUIRE(b.poll());
    int seen = 0;
    // Every third read of an energy register comes over with a wrong bit.
    b.bus.disturb = [&seen](rig::Bytes out, rig::Room in) {
        for (const unsigned address : {0x81U, 0x82U, 0x83U})
            if (is_read_of(out, address) && ++seen % 3 == 0) in[3] ^= 0x40;
    };
    for (int i = 0; i < 300; ++i) {
        b.flow(200ms);
        REQUIRE(b.poll());
    }
    CHECK(seen > 800);
    CHECK(b.nothing_lost());
    CHECK(b.meter->transfer_errors() > 200);
}

TEST_CASE("a disturbed memory of the last transfer is asked again") {
    Bench b;
    REQUIRE(b.poll());
    int seen = 0;
    b.bus.disturb = [&seen](rig::Bytes out, rig::Room in) {
        if (is_read_of(out, 0x78) && ++seen % 5 == 0) in[2] ^= 0x01;
    };
    int good = 0;
    for (int i = 0; i < 300; ++i) {
        b.flow(200ms);
        good += b.poll() ? 1 : 0;
    }
    CHECK(good > 250);
    b.bus.disturb = nullptr;
    REQUIRE(b.poll());
    CHECK(b.nothing_lost());
}

TEST_CASE("transfers of which nobody knows whether they were made lose nothing") {
    Bench b;
    REQUIRE(b.poll());
    int countdown = 0;
    for (int i = 0; i < 400; ++i) {
        b.flow(200ms);
        // A different transfer of each round: made, and the answer lost; or not made at all.
        countdown = i % 40;
        const bool made = i / 40 % 2 == 0;
        b.bus.before = [&] {
            const bool now = countdown-- == 0;
            b.bus.deaf = now && made;
            b.bus.dead = now && !made;
        };
        b.poll();
    }
    b.bus.before = nullptr;
    b.bus.deaf = b.bus.dead = false;
    REQUIRE(b.poll());
    CHECK(b.nothing_lost());
}

TEST_CASE("a bus that is dead for a second costs no energy") {
    Bench b;
    REQUIRE(b.poll());
    b.flow(1s);
    REQUIRE(b.poll());
    b.bus.dead = true;
    for (int i = 0; i < 5; ++i) {
        b.flow(200ms);
        CHECK_FALSE(b.poll());
    }
    b.bus.dead = false;
    REQUIRE(b.poll());
    CHECK(b.nothing_lost());
}

TEST_CASE("a chip that was reset is configured again, and nothing of that time is booked") {
    Bench b;
    REQUIRE(b.poll());
    b.flow(1s);
    REQUIRE(b.poll());
    const auto before = b.counts();
    b.chip.reset(b.clock.now);
    b.flow(200ms);
    CHECK_FALSE(b.poll());
    CHECK(b.counts() == before);
    CHECK(b.meter->resets() == 1);
    CHECK(b.chip.measuring());
    b.flow(200ms);
    REQUIRE(b.poll());
    CHECK(b.values.voltage[0].count == 230'000);
    CHECK(b.counts() > before);
}

TEST_CASE("settings that were lost without a reset are found within a minute") {
    process::MeterCalibration calibration;
    calibration["voltage_gain"] = {0x7000, 0x7000, 0x7000};
    Bench b(calibration);
    REQUIRE(b.poll());
    // Somebody writes a gain.
    const std::array<std::uint8_t, 4> access{0x00, 0x7F, 0x55, 0xAA};
    const std::array<std::uint8_t, 4> gain{0x00, 0x61, 0x12, 0x34};
    std::array<std::uint8_t, 4> in{};
    b.chip.exchange(b.clock.now, access, in);
    b.chip.exchange(b.clock.now, gain, in);
    int polls = 0;
    while (b.poll()) {
        b.flow(200ms);
        REQUIRE(++polls <= 301);
    }
    CHECK(b.meter->resets() == 1);
}

TEST_CASE("a process that begins anew takes the chip over with what it has counted") {
    Bench b;
    REQUIRE(b.poll());
    b.flow(1s);
    REQUIRE(b.poll());
    const auto before = b.counts();
    b.flow(500ms);
    b.begin();
    REQUIRE(b.poll());
    CHECK(b.meter->resets() == 0);
    CHECK(std::abs(before + b.counts() - b.true_counts()) <= 3);
}

TEST_CASE("calibration words reach the chip, -1 among them") {
    process::MeterCalibration calibration;
    calibration["voltage_offset"] = {0xFFFF, 100, 0};
    Bench b(calibration);
    REQUIRE(b.poll());
    b.flow(300ms);
    REQUIRE(b.poll());
    CHECK(b.values.voltage[0].count == 229'990);
    CHECK(b.values.voltage[1].count == 231'000);
    CHECK(b.values.voltage[2].count == 230'000);
    CHECK(b.meter->calibrated());
}

TEST_CASE("a calibration that is not what its checksum was made of is told") {
    process::MeterCalibration calibration;
    calibration.checksum = process::checksum_of(calibration);
    CHECK(Bench(calibration).meter->calibrated());
    calibration["current_gain"][1] = 0x8001;
    CHECK_FALSE(Bench(calibration).meter->calibrated());
}

TEST_CASE("a chip that is not there is tried again and again") {
    Bench b;
    b.bus.dead = true;
    for (int i = 0; i < 10; ++i) CHECK_FALSE(b.poll());
    b.bus.dead = false;
    CHECK(b.poll());
}

}  // namespace atm90e32_test
