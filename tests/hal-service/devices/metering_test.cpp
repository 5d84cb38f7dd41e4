// SPDX-License-Identifier: Apache-2.0
// Metering asks meters of any kind, and gives each connector the sample of its own channels.

#include "hal-service/devices/metering.hpp"

#include "hal-service/devices/atm90e32.hpp"
#include "tests/hal-service/devices/chip_buses.hpp"
#include "tests/hal-service/devices/fakes.hpp"
#include "tests/rig/board/atm90e32.hpp"
#include "tests/support/catch.hpp"

namespace metering_test {

using namespace devices;
using namespace std::chrono_literals;

namespace {

// A board with two meters: connector 1 is on B, C, A of "three", connector 2 on A of "one".
struct TwoMeters {
    TwoMeters() {
        for (const auto* name : {"one", "three"}) {
            process::MeterWiring wiring;
            wiring.name = name;
            board.wiring.meters.push_back(wiring);
        }
        process::OutletSettings first;
        first.connector = 1;
        first.wiring.meter = process::OutletMeter{"three", {1, 2, 0}};
        process::OutletSettings second;
        second.connector = 2;
        second.wiring.meter = process::OutletMeter{"one", {0}};
        board.outlets = {first, second};
        std::vector<std::unique_ptr<Meter>> meters;
        for (auto* meter : {&one, &three})
            meters.push_back(std::make_unique<bench::SharedMeter>(*meter));
        kept[0].meter_register = {70'000};
        metering.emplace(std::move(meters), board, connectors, kept);
    }
    const hal::MeterSample& sample(std::size_t connector) {
        return metering->metered().read().samples[connector];
    }

    bench::FakeMeter one;
    bench::FakeMeter three;
    process::BoardSettings board;
    std::vector<hal::ConnectorInfo> connectors{{1, hal::ConnectorType::Type2Cable, 3, {32'000}},
                                               {2, hal::ConnectorType::Schuko, 1, {10'000}}};
    std::array<hal::Registers, 2> kept{};
    std::optional<Metering> metering;
};

// Outlet 1 is on the third channel of the meter, outlet 2 on the first.
process::BoardSettings board_with_one_meter() {
    process::BoardSettings board;
    process::MeterWiring wiring;
    wiring.name = "main";
    board.wiring.meters.push_back(wiring);
    for (const int connector : {1, 2}) {
        process::OutletSettings outlet;
        outlet.connector = connector;
        outlet.wiring.meter = process::OutletMeter{"main", {connector == 1 ? 2 : 0}};
        board.outlets.push_back(outlet);
    }
    return board;
}

}  // namespace

TEST_CASE("each connector sees the channels of its own meter, by phase") {
    TwoMeters b;
    b.one.values.current[0] = {10'000};
    b.three.values.current = {units::Milliamps{1'000}, {2'000}, {3'000}};
    b.three.values.frequency = {50'010};
    b.three.energies = {units::MilliwattHours{100}, {200}, {400}};
    b.one.energies = {units::MilliwattHours{5}, {6'000}, {6'000}};
    b.metering->poll(3s);
    CHECK(b.sample(0).current[0].count == 2'000);
    CHECK(b.sample(0).current[1].count == 3'000);
    CHECK(b.sample(0).current[2].count == 1'000);
    CHECK(b.sample(0).frequency.count == 50'010);
    CHECK(b.sample(0).energy.count == 70'700);
    CHECK(b.sample(1).current[0].count == 10'000);
    CHECK(b.sample(1).current[1].count == 0);
    CHECK(b.sample(1).energy.count == 5);
    CHECK(b.metering->metered().read().taken[1] == 3s);
}

TEST_CASE("a meter that fails is told of its own connector only, and its energy goes on") {
    TwoMeters b;
    b.metering->poll(1s);
    CHECK(b.sample(0).valid);
    CHECK(b.sample(1).valid);
    b.three.good = false;
    b.three.energies = {units::MilliwattHours{1}, {1}, {1}};
    b.one.intact = false;
    b.metering->poll(2s);
    CHECK_FALSE(b.sample(0).valid);
    CHECK(b.sample(0).calibrated);
    CHECK(b.sample(0).energy.count == 70'003);
    CHECK(b.sample(1).valid);
    CHECK_FALSE(b.sample(1).calibrated);
}

TEST_CASE("resets and failed transfers of all meters are counted together") {
    TwoMeters b;
    b.one.reset_count = 2;
    b.three.reset_count = 3;
    b.three.errors = 7;
    b.metering->poll(1s);
    CHECK(b.metering->resets() == 5);
    CHECK(b.metering->transfer_errors() == 7);
}

TEST_CASE("two outlets on channels of one meter each have their own register, which goes on") {
    bench::ChipClock clock;
    rig::Atm90e32 chip{{0x8000, 0x8000}};
    const auto board = board_with_one_meter();
    const std::vector<hal::ConnectorInfo> connectors{
        {1, hal::ConnectorType::Type2Cable, 1, {32'000}},
        {2, hal::ConnectorType::Schuko, 1, {10'000}}};
    std::vector<std::unique_ptr<Meter>> meters;
    meters.push_back(std::make_unique<Atm90e32>(
        std::make_unique<bench::ChipSpi>(clock, chip), board.wiring.meters[0],
        Meter::Channels{true, false, true},
        [&clock](std::chrono::milliseconds time) { clock.pause(time); }));
    std::array<hal::Registers, 2> kept{};
    kept[1].meter_register = {500'000};
    Metering metering(std::move(meters), board, connectors, kept);
    metering.poll(clock.now);
    units::MilliwattHours last_first;
    units::MilliwattHours last_second{500'000};
    std::array<std::int64_t, 2> nanojoules{};
    std::array<std::int64_t, 2> milliwatts{};
    auto advanced = clock.now;
    for (int i = 0; i < 100; ++i) {
        // The one, then the other draws.
        const std::int64_t first = i < 50 ? 20'000 : 0;
        const std::int64_t second = i < 50 ? 0 : 10'000;
        for (int step = 0; step < 20; ++step) {
            clock.now += 10ms;
            for (std::size_t outlet : {0U, 1U})
                nanojoules[outlet] += milliwatts[outlet] * (clock.now - advanced).count();
            milliwatts = {230 * first, 230 * second};
            advanced = clock.now;
            chip.advance(clock.now,
                         {rig::Atm90e32::Phase{230'000, second, 230 * second},
                          {},
                          {230'000, first, 230 * first}},
                         50'000);
        }
        metering.poll(clock.now);
        const auto& metered = metering.metered().read();
        REQUIRE(metered.samples[0].valid);
        REQUIRE(metered.samples[1].valid);
        if (i % 50 > 0) {  // measurements are renewed every 100 ms
            CHECK(metered.samples[0].current[0].count == first);
            CHECK(metered.samples[1].current[0].count == second);
        }
        CHECK(metered.samples[0].energy >= last_first);
        CHECK(metered.samples[1].energy >= last_second);
        last_first = metered.samples[0].energy;
        last_second = metered.samples[1].energy;
    }
    // About 10 s of 4.6 kW and of 2.3 kW.
    CHECK(std::abs(last_first.count - nanojoules[0] / 3'600'000'000) <= 4);
    CHECK(std::abs(last_second.count - 500'000 - nanojoules[1] / 3'600'000'000) <= 4);
    CHECK(last_first.count > 12'000);
}

}  // namespace metering_test
