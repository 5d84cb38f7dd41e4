// SPDX-License-Identifier: Apache-2.0
// The sequences of IEC 61851-1 Annex A, each with its limits, on the simulated circuit in virtual
// time.

#include "hal-service/control/controller.hpp"

#include "tests/hal-service/bench.hpp"

#include <set>

namespace controller_test {

namespace {

using namespace hal;
using bench::Bench;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("a session from plug to unplug") {
    Bench b;
    CHECK(b.condition().pilot == PilotState::A);
    CHECK_FALSE(b.condition().plugged);

    b.say(R"({"do":"plug_in","connector":1})");
    b.run(1s);
    CHECK(b.condition().pilot == PilotState::B);
    CHECK(b.condition().plugged);
    CHECK(b.condition().plug_count == 1);
    CHECK_FALSE(b.condition().pwm);
    CHECK(b.truth().pilot.high.count == 8978);
    CHECK(b.truth().pilot.low.count == 8978);

    b.wish(16'000);
    b.run(5ms);
    b.run(5ms);
    CHECK(b.condition().pwm);
    CHECK(b.condition().offered.count == 16'000);
    CHECK(b.truth().pilot.low.count == -12'000);
    CHECK_FALSE(b.closed());

    const auto to_close = b.until([&] { return b.closed(); });
    CHECK(to_close < 500ms + 3s);
    CHECK(b.condition().pilot == PilotState::C);
    b.run(100ms);
    CHECK(b.condition().contactor_closed);
    CHECK(b.amps() == 16.0);
    CHECK(b.report().power[2].count == 3680);

    b.wish(0);
    b.run(10ms);
    CHECK_FALSE(b.condition().pwm);
    CHECK(b.closed());  // the vehicle is given time
    CHECK(b.amps() == 16.0);
    b.until([&] { return !b.closed(); }, 1s);
    CHECK(b.amps() == 0);
    CHECK(b.world().outlets[0].switch_count == 1);

    b.say(R"({"do":"unplug","connector":1})");
    b.run(100ms);
    CHECK_FALSE(b.condition().plugged);
    CHECK(b.condition().plug_count == 1);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("3: without permission a vehicle is not offered anything") {
    Bench b;
    b.say(R"({"do":"plug_in","connector":1})");
    b.run(10s);
    CHECK_FALSE(b.condition().pwm);
    CHECK_FALSE(b.closed());
}

TEST_CASE("3: permission alone oscillates no pilot without a vehicle") {
    Bench b;
    b.wish(16'000);
    b.run(10s);
    CHECK_FALSE(b.condition().pwm);
}

TEST_CASE("below 6 A nothing is offered, 6 A is 10 percent") {
    Bench b;
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(5999);
    b.run(3s);
    CHECK_FALSE(b.condition().pwm);
    b.wish(6000);
    b.run(3s);
    CHECK(b.condition().pwm);
    CHECK(b.truth().outputs.duty.ppm == 100'000);
    CHECK(b.amps() == 6.0);
    b.wish(5999);
    b.run(10ms);
    CHECK_FALSE(b.condition().pwm);
}

TEST_CASE("4: contactors close after 600 ms of steady C and within 3 s") {
    Bench b;
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    b.until([&] { return b.truth().vehicle_state == PilotState::C; });
    const auto took = b.until([&] { return b.coil(); });
    CHECK(took >= timing::close_after_c);
    CHECK(took <= timing::close_after_c + 30ms);
}

TEST_CASE("5: the vehicle's B-C-B pulses never close a contactor") {
    Bench b;
    b.say(R"({"do":"vehicle","connector":1,"bcb_pulses":3})");
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    bool pulsed = false;
    const auto end = b.now() + 500ms + 1750ms;
    while (b.now() < end) {
        b.tick();
        pulsed = pulsed || b.condition().pilot == PilotState::C;
        CHECK_FALSE(b.coil());
    }
    CHECK(pulsed);
    b.until([&] { return b.closed(); }, 3s);
    CHECK(b.world().outlets[0].switch_count == 1);
}

TEST_CASE("6: the duty cycle changes at most every 5 s, except to none") {
    Bench b;
    b.charge(16'000);
    b.run(10s);
    b.wish(10'000);
    b.run(10ms);
    CHECK(b.condition().offered.count == 10'000);
    const auto changed = b.now();
    b.wish(20'000);
    b.until([&] { return b.condition().offered.count == 20'000; });
    CHECK(b.now() - changed >= 5s);
    CHECK(b.now() - changed <= 5200ms);
    b.run(100ms);
    b.wish(0);
    b.run(10ms);
    CHECK_FALSE(b.condition().pwm);
}

TEST_CASE("7: a vehicle that opens S2 is cut off within 100 ms and stays invited") {
    Bench b;
    b.charge();
    b.say(R"({"do":"vehicle","connector":1,"ready":false})");
    b.until([&] { return b.truth().vehicle_state == PilotState::B; });
    const auto took = b.until([&] { return !b.closed(); });
    CHECK(took <= 60ms);
    CHECK(b.condition().pwm);
    b.run(1s);
    CHECK_FALSE(b.condition().contactor_closed);
    b.say(R"({"do":"vehicle","connector":1,"ready":true})");
    CHECK(b.until([&] { return b.closed(); }) <= 3s);
}

TEST_CASE("2.2: unplugging under load opens within 100 ms") {
    Bench b;
    b.charge();
    b.say(R"({"do":"unplug","connector":1})");
    b.until([&] { return b.truth().vehicle_state == PilotState::A; });
    CHECK(b.until([&] { return !b.closed(); }) <= 60ms);
    CHECK_FALSE(b.condition().pwm);
}

TEST_CASE("10.2: a vehicle that ignores the end of the PWM is cut off under load after 6 s") {
    Bench b;
    b.say(R"({"do":"vehicle","connector":1,"response_ms":500})");
    b.charge();
    b.say(R"({"do":"vehicle","connector":1,"response_ms":60000})");
    b.run(100ms);
    b.wish(0);
    b.tick();
    const auto took = b.until([&] { return !b.closed(); });
    CHECK(took >= 6s);
    CHECK(took <= 6100ms);
}

TEST_CASE("a stop once begun is finished: permission meanwhile does not restart it") {
    Bench b;
    b.charge();
    b.wish(0);
    b.run(100ms);
    b.wish(16'000);
    b.until([&] { return !b.closed(); }, 1s);
    const auto opened = b.now();
    b.until([&] { return b.condition().pwm; });
    CHECK(b.now() - opened >= timing::offer_pause - 20ms);
    CHECK(b.now() - opened <= timing::offer_pause + 20ms);
    b.until([&] { return b.closed(); });
}

TEST_CASE("10: a pass through D while stopping neither opens nor holds") {
    Bench b;
    b.say(R"({"do":"vehicle","connector":1,"response_ms":500})");
    b.charge();
    b.say(R"({"do":"vehicle","connector":1,"response_ms":3000})");
    b.run(1s);
    b.wish(0);
    b.run(50ms);
    b.say(R"({"do":"vehicle","connector":1,"ventilation":true})");
    b.run(200ms);
    CHECK(b.condition().pilot == PilotState::D);
    CHECK(b.closed());
    b.until([&] { return !b.closed(); }, 4s);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("a resistor without a diode is never energised, until it is unplugged") {
    Bench b;
    b.say(R"({"do":"vehicle","connector":1,"diode":false})");
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    const auto took = b.until([&] { return b.fault(FaultCode::B1NoDiode) != nullptr; });
    CHECK(took <= timing::diode_test + 50ms);
    CHECK(b.fault(FaultCode::B1NoDiode)->prevents_charging);
    b.run(5s);
    CHECK_FALSE(b.condition().pwm);
    CHECK(b.world().outlets[0].switch_count == 0);
    b.say(R"({"do":"vehicle","connector":1,"diode":true})");
    b.run(10s);
    CHECK(b.fault(FaultCode::B1NoDiode) != nullptr);
    b.say(R"({"do":"unplug","connector":1})");
    b.run(100ms);
    CHECK(b.fault(FaultCode::B1NoDiode) == nullptr);
    b.charge();
}

TEST_CASE("a load that shows C from the start is not energised before its diode was seen") {
    const bool diode = GENERATE(false, true);
    process::OutletSettings settings;
    settings.residual_monitor = false;
    Controller controller({1, ConnectorType::Type2Cable, 3, {32'000}}, settings, {}, {});
    const LeasedSetpoint wish{true, {16'000}, 3, false, Moment{1}, 3600s};
    Inputs inputs;
    inputs.meter.valid = true;
    inputs.meter.voltage.fill({230'000});
    Outputs outputs;
    Moment now{0};
    bool closed = false;
    for (int i = 0; i < 2000 && !closed; ++i) {
        const bool oscillates = outputs.pilot == PilotDrive::Oscillating;
        inputs.pilot.high = {5996};
        inputs.pilot.low = {oscillates ? (diode ? -12'000 : -5624) : 5996};
        // Nothing is wished until the load has been there for long.
        outputs =
            controller.tick(inputs, now < 2s ? LeasedSetpoint{} : wish, false, now += timing::tick);
        closed = outputs.k1;
    }
    CHECK(closed == diode);
}

TEST_CASE("state D is refused and said to be, and let go when the vehicle leaves") {
    Bench b;
    b.say(R"({"do":"vehicle","connector":1,"ventilation":true})");
    b.say(R"({"do":"plug_in","connector":1})");
    b.wish(16'000);
    b.until([&] { return b.fault(FaultCode::DStateNotSupported) != nullptr; });
    b.run(5s);
    CHECK_FALSE(b.condition().pwm);
    CHECK(b.world().outlets[0].switch_count == 0);
    b.say(R"({"do":"unplug","connector":1})");
    b.run(100ms);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("12: a grounded pilot opens at once") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"pilot_grounded"})");
    b.tick();
    CHECK(b.until([&] { return !b.closed(); }) <= 60ms);
    CHECK(b.fault(FaultCode::PilotGrounded) != nullptr);
    CHECK(b.condition().plugged);
    b.say(R"({"do":"fault","name":"pilot_grounded","on":false})");
    b.until([&] { return b.fault(FaultCode::PilotGrounded) == nullptr; }, 3s);
    b.until([&] { return b.closed(); }, 40s);
}

TEST_CASE("a broken pilot wire looks like an unplugged vehicle") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"pilot_open"})");
    b.tick();
    CHECK(b.until([&] { return !b.closed(); }) <= 60ms);
    CHECK_FALSE(b.condition().plugged);
}

TEST_CASE("noise below the hysteresis changes nothing") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"pilot_noise","volts":1.0})");
    b.run(60s);
    CHECK(b.closed());
    CHECK(b.world().outlets[0].switch_count == 1);
    CHECK(b.condition().fault_count == 0);
}

TEST_CASE("a pilot drowned in noise stops the charging") {
    Bench b;
    b.charge();
    b.say(R"({"do":"fault","name":"pilot_noise","volts":12})");
    b.until([&] { return !b.closed(); }, 2s);
    for (int i = 0; i < 2000; ++i) {
        b.tick();
        CHECK_FALSE(b.closed());
    }
}

TEST_CASE("every row of the sequences can decide, and every phase can be left") {
    std::set<std::size_t> deciding;
    std::set<PilotStage> left;
    const auto rows = sequence_rows();
    constexpr auto phases = names(PilotStage{});
    for (unsigned bits = 0; bits < 1U << 19U; ++bits) {  // all combinations of signals
        const auto bit = [&](unsigned n) { return (bits >> n & 1U) != 0; };
        const Signals signals{bit(0),  bit(1),  bit(2),  bit(3),  bit(4),  bit(5),  bit(6),
                              bit(7),  bit(8),  bit(9),  bit(10), bit(11), bit(12), bit(13),
                              bit(14), bit(15), bit(16), bit(17), bit(18)};
        for (std::size_t phase = 0; phase < phases.size(); ++phase)
            for (std::size_t i = 0; i < rows.size(); ++i)
                if (rows[i].from == static_cast<PilotStage>(phase) && rows[i].when(signals)) {
                    deciding.insert(i);
                    left.insert(rows[i].from);
                    break;
                }
    }
    CHECK(deciding.size() == rows.size());
    CHECK(left.size() == phases.size());
    for (const auto& row : rows) {
        CHECK(row.from != row.to);
        CHECK_FALSE(row.reason.empty());
        // Nothing but a vehicle's steady request closes a contactor.
        if (row.to == PilotStage::Energised) CHECK(row.from == PilotStage::Offering);
    }
}

}  // namespace controller_test
