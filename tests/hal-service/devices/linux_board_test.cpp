// SPDX-License-Identifier: Apache-2.0
// RB1 with devices that do what the test says: what goes in comes out at the right place, and
// nothing of it allocates.

#include "hal-service/devices/linux_board.hpp"

#include "hal-service/process/board_file.hpp"
#include "hal-service/process/load.hpp"
#include "tests/hal-service/allocations.hpp"
#include "tests/hal-service/devices/fakes.hpp"
#include "tests/support/catch.hpp"

namespace linux_board_test {

using namespace hal;
using namespace std::chrono_literals;

namespace {

// Where line `number` of the board is in a request.
std::uint64_t at(const std::vector<process::Line>& lines, int number) {
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (lines[i].number == number) return std::uint64_t{1} << i;
    FAIL("no line " << number);
    return 0;
}

struct Rb1 {
    Rb1() {
        process::Settings settings;
        settings.hal.backend = process::BoardKind::Linux;
        settings.hal.board = "config/board/rb1.toml";
        auto loaded = process::load_board(settings);
        REQUIRE(loaded);
        wiring = *std::move(loaded);
        plan.emplace(wiring, settings.connectors);
        devices::LinuxBoard::Devices parts;
        parts.adc = std::make_unique<bench::Converter>();
        parts.outputs = std::make_unique<bench::Outputs>();
        parts.inputs = std::make_unique<bench::Inputs>();
        parts.pwm[0] = std::make_unique<bench::Pwm>();
        parts.metered = &metered;
        converter = static_cast<bench::Converter*>(parts.adc.get());
        outputs = static_cast<bench::Outputs*>(parts.outputs.get());
        inputs = static_cast<bench::Inputs*>(parts.inputs.get());
        pwm = static_cast<bench::Pwm*>(parts.pwm[0].get());
        board.emplace(std::move(parts), wiring, settings.connectors);
        volts(0, 12);
        volts(1, -12);
        volts(4, 12);
        volts(5, -12);
    }
    void volts(std::size_t channel, int at_pilot) {
        converter->codes[channel] = (1'650 + at_pilot * 120) * 4096 / 3300;
    }
    std::size_t place(int number) const {
        for (std::size_t i = 0; i < plan->inputs.size(); ++i)
            if (plan->inputs[i].line.number == number) return i;
        FAIL("no line " << number);
        return 0;
    }
    void level(int number, bool active) {
        const auto bit = std::uint64_t{1} << place(number);
        inputs->levels = active ? inputs->levels | bit : inputs->levels & ~bit;
    }
    BoardInputs& tick() {
        now += 5ms;
        board->sample(now, in);
        board->apply(now, out);
        return in;
    }
    bool output(int number) const { return (outputs->levels & at(plan->outputs, number)) != 0; }

    process::BoardSettings wiring;
    std::optional<devices::LinePlan> plan;
    Slot<devices::Metered> metered;
    bench::Converter* converter = nullptr;
    bench::Outputs* outputs = nullptr;
    bench::Inputs* inputs = nullptr;
    bench::Pwm* pwm = nullptr;
    std::optional<devices::LinuxBoard> board;
    BoardInputs in{};
    BoardOutputs out{};
    Moment now{1s};
};

bool near(units::Millivolts value, std::int64_t wanted) {
    return std::abs(value.count - wanted) <= 10;
}

}  // namespace

TEST_CASE("the pilot's levels come through the ADC with one exchange a tick") {
    Rb1 b;
    b.volts(0, 6);
    const auto& pilot = b.tick()[0].pilot;
    CHECK(pilot.valid);
    CHECK(near(pilot.high, 6000));
    CHECK(near(pilot.low, -12'000));
    CHECK(near(pilot.plus_rail, 12'000));
    CHECK(near(pilot.minus_rail, -12'000));
    CHECK(b.converter->exchanges == 1);
}

TEST_CASE("a bus without a chip is asked once more, a dead one is not, and both are told") {
    Rb1 b;
    b.converter->floating = 1;
    CHECK(b.tick()[0].pilot.valid);
    CHECK(b.converter->exchanges == 2);
    b.converter->floating = 100;
    CHECK_FALSE(b.tick()[0].pilot.valid);
    CHECK(b.converter->exchanges == 4);
    b.converter->floating = 0;
    b.converter->dead = true;
    CHECK_FALSE(b.tick()[0].pilot.valid);
    CHECK(b.converter->exchanges == 5);
    CHECK(b.board->troubles().adc == 2);
    CHECK(b.in[1].pilot.valid);  // the Schuko outlet has none to be wrong
}

TEST_CASE("the cable's resistor is read as ohms") {
    Rb1 b;
    for (const std::int64_t ohms : {100, 220, 680, 1500}) {
        b.converter->codes[3] = static_cast<int>(4096 * ohms / (1000 + ohms));
        const auto read = b.tick()[0].proximity_ohms;
        CHECK(std::abs(read - ohms) <= ohms / 50);
    }
    b.converter->codes[3] = 4095;
    CHECK(b.tick()[0].proximity_ohms > 100'000);
}

TEST_CASE("outputs go to their lines, all in one request with the dead-man's edge") {
    Rb1 b;
    b.tick();
    CHECK(b.pwm->high_ns == 1'000'000);
    const bool kick = b.output(6);
    const int writes = b.outputs->writes;
    b.out[0] = {.pilot = PilotDrive::Oscillating, .duty = {266'666}, .k1 = true, .k2 = true};
    b.out[1].k1 = true;
    b.tick();
    CHECK(b.outputs->writes == writes + 1);
    CHECK(b.output(0));
    CHECK(b.output(1));
    CHECK(b.output(2));
    CHECK_FALSE(b.output(3));
    CHECK(b.output(6) != kick);
    CHECK(b.pwm->high_ns == 266'666);
    b.out[0] = {.pilot = PilotDrive::Minus, .duty = {}, .monitor_check = true};
    b.out[1] = {};
    b.tick();
    CHECK_FALSE(b.output(0));
    CHECK_FALSE(b.output(2));
    CHECK(b.output(4));
    CHECK(b.output(6) == kick);
    CHECK(b.pwm->high_ns == 0);
    b.out[0] = {};
    b.out[0].pilot = PilotDrive::Disconnected;
    b.tick();
    CHECK(b.output(3));
    CHECK(b.pwm->high_ns == 1'000'000);
    CHECK_FALSE(b.output(7));
    b.board->reset_reader(true);
    b.tick();
    CHECK(b.output(7));  // active: RSTPD_N is low
}

TEST_CASE("feedback, button, tamper and plug come from their lines") {
    Rb1 b;
    b.level(12, true);
    b.level(14, true);
    b.level(25, true);
    b.tick();
    CHECK(b.in[0].k1_feedback);
    CHECK_FALSE(b.in[0].k2_feedback);
    CHECK(b.in[1].k1_feedback);
    CHECK(b.in[1].plug_detected);
    CHECK_FALSE(b.in[0].relay_supply);
    b.level(24, true);
    b.level(22, true);
    b.level(23, true);
    b.tick();
    CHECK(b.in[0].relay_supply);
    CHECK(b.in[0].button);
    CHECK(b.in[0].tamper);
}

TEST_CASE("a pulse of the residual current monitor between two ticks is seen") {
    Rb1 b;
    CHECK_FALSE(b.tick()[0].residual.ac);
    b.inputs->edges[b.place(9)] = {1, 1};
    CHECK(b.tick()[0].residual.ac);
    for (int i = 0; i < 3; ++i) CHECK(b.tick()[0].residual.ac);
    CHECK_FALSE(b.tick()[0].residual.ac);
    b.level(8, true);
    CHECK(b.tick()[0].residual.dc);
    CHECK_FALSE(b.in[1].residual.dc);
}

TEST_CASE("the supply's warning counts in the tick it comes in, and not longer than it lasts") {
    Rb1 b;
    CHECK(b.tick()[0].power_good);
    b.inputs->edges[b.place(20)] = {1, 1};
    CHECK_FALSE(b.tick()[0].power_good);
    CHECK(b.tick()[1].power_good);
    b.level(20, true);
    CHECK_FALSE(b.tick()[0].power_good);
    CHECK_FALSE(b.tick()[1].power_good);
}

TEST_CASE("earth and load are alive while they pulse with the mains") {
    Rb1 b;
    CHECK_FALSE(b.tick()[0].protective_earth);
    const auto pulse = [&](int line, int ticks) {
        for (int i = 0; i < ticks; ++i) {
            if (i % 2 == 0) {
                auto& edges = b.inputs->edges[b.place(line)];
                ++(i % 4 == 0 ? edges.rising : edges.falling);
            }
            b.tick();
        }
    };
    pulse(19, 12);
    CHECK(b.in[0].protective_earth);
    CHECK(b.in[0].load_voltage[1] == units::Millivolts{0});
    pulse(16, 12);
    CHECK(b.in[0].load_voltage[1] == units::Millivolts{230'000});
    CHECK(b.in[0].load_voltage[0] == units::Millivolts{0});
    CHECK_FALSE(b.in[0].protective_earth);  // silent for 60 ms
    pulse(18, 12);
    CHECK(b.in[1].load_voltage[0] == units::Millivolts{230'000});
}

TEST_CASE("lines that can't be read take every coil's power away") {
    Rb1 b;
    b.level(24, true);
    CHECK(b.tick()[0].relay_supply);
    b.inputs->dead = true;
    CHECK_FALSE(b.tick()[0].relay_supply);
    CHECK_FALSE(b.in[0].pilot.valid);
    CHECK_FALSE(b.in[1].relay_supply);
    CHECK(b.board->troubles().lines == 1);
}

TEST_CASE("a meter's sample is valid while its thread keeps up") {
    Rb1 b;
    CHECK_FALSE(b.tick()[0].meter.valid);
    devices::Metered metered;
    metered.samples[0].valid = true;
    metered.samples[0].energy = {1234};
    metered.taken[0] = b.now;
    b.metered.write(metered);
    CHECK(b.tick()[0].meter.valid);
    CHECK(b.in[0].meter.energy.count == 1234);
    CHECK_FALSE(b.in[1].meter.valid);
    for (int i = 0; i < 60; ++i) b.tick();
    CHECK_FALSE(b.in[0].meter.valid);
}

TEST_CASE("a thermometer that nobody has read yet is a lost one") {
    Rb1 b;
    b.tick();
    CHECK((b.in[0].lost_temperature && b.in[1].lost_temperature));
    devices::Surroundings around;
    around.outlet_temperature[0] = around.body_temperature = units::MilliCelsius{40'000};
    b.board->surroundings().write(around);
    b.tick();
    CHECK_FALSE((b.in[0].lost_temperature || b.in[0].lost_inlet));
    CHECK(b.in[1].lost_temperature);
}

TEST_CASE("lines that can't be read are told") {
    Rb1 b;
    b.tick();
    CHECK(b.in[0].lines);
    b.inputs->dead = true;
    b.tick();
    CHECK_FALSE((b.in[0].lines || b.in[0].relay_supply));
}

TEST_CASE("what the slow devices know is passed on") {
    Rb1 b;
    devices::Surroundings around;
    around.outlet_temperature[1] = units::MilliCelsius{31'125};
    around.body_temperature = units::MilliCelsius{40'000};
    around.reader = false;
    b.board->surroundings().write(around);
    b.tick();
    CHECK(b.in[1].outlet_temperature == units::MilliCelsius{31'125});
    CHECK(b.in[0].body_temperature == units::MilliCelsius{40'000});
    CHECK_FALSE(b.in[0].outlet_temperature);
    CHECK(b.in[0].lost_temperature);
    CHECK_FALSE(b.in[1].lost_temperature);
    CHECK_FALSE(b.in[0].reader);
}

TEST_CASE("a pilot that can't be set is as bad as one that is not seen") {
    Rb1 b;
    b.tick();
    CHECK(b.tick()[0].pilot.valid);
    b.pwm->dead = true;
    b.out[0].pilot = PilotDrive::Minus;
    for (int i = 0; i < 4; ++i) b.tick();
    CHECK_FALSE(b.in[0].pilot.valid);
    b.pwm->dead = false;
    b.tick();
    CHECK(b.tick()[0].pilot.valid);
}

TEST_CASE("of slow devices whose thread hangs nothing is known") {
    Rb1 b;
    devices::Surroundings around;
    around.body_temperature = units::MilliCelsius{40'000};
    around.taken = b.now;
    b.board->surroundings().write(around);
    b.tick();
    CHECK(b.in[0].body_temperature);
    CHECK(b.in[0].reader);
    for (int i = 0; i < 1001; ++i) b.tick();
    CHECK_FALSE(b.in[0].body_temperature);
    CHECK(b.in[0].lost_temperature);
    CHECK_FALSE(b.in[0].reader);
}

#if OWN_ALLOCATOR
TEST_CASE("the Linux board allocates nothing in a tick") {
    Rb1 b;
    bench::allocations = 0;
    bench::counting = true;
    for (int i = 0; i < 1000; ++i) {
        b.converter->dead = i % 100 == 7;
        b.inputs->dead = i % 100 == 8;
        b.out[0].pilot = static_cast<PilotDrive>(i / 10 % 4);
        b.out[0].duty = {100'000 + i};
        b.out[0].k1 = i % 20 < 10;
        b.tick();
    }
    bench::counting = false;
    CHECK(bench::allocations == 0);
    CHECK(b.board->troubles().adc == 10);
}
#endif

}  // namespace linux_board_test
