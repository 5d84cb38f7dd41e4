// SPDX-License-Identifier: Apache-2.0
#pragma once
// For each row of the table of faults, a way to bring the fault about.

#include "hal-service/control/protection.hpp"

#include "tests/hal-service/wires.hpp"

#include <functional>
#include <string>
#include <vector>

namespace protection_rows_test {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;
using enum FaultCode;

struct Row {
    FaultCode code;
    std::string condition;
    std::function<void(Wires&)> begin;  // brings the fault about
    Moment more{0};                     // than the row's delay, for filters and the like
    ConnectorType type = ConnectorType::Type2Cable;
    std::function<void(Wires&)> prepare = nullptr;  // charging
    bool ends_by_itself = false;                    // with the contactors open
};

inline std::function<void(Wires&)> disturbed(std::function<void(Inputs&)> how) {
    return [how](Wires& w) { w.disturb = how; };
}
// As the meter sees it while the contactors are closed.
inline std::function<void(Wires&)> drawn(std::size_t phase, std::int64_t milliamps) {
    return disturbed([=](Inputs& in) {
        if (in.k1_feedback) in.meter.current[phase] = {milliamps};
    });
}
inline std::function<void(Wires&)> supplied(std::size_t phase, std::int64_t millivolts) {
    return disturbed([=](Inputs& in) {
        in.meter.voltage[phase] = {millivolts};
        if (in.k1_feedback) in.load_voltage[phase] = {millivolts};
    });
}
inline void settle(Wires& w) { w.run(5s); }
inline void plug_in(Wires& w) {
    w.run(5s);
    w.plugged = true;
    w.run(100ms);
}

constexpr auto socket = ConnectorType::Type2Socket;

// A connector that is plugged in is offered current at 5 s, and shows C from the tick after: the
// three samples that a wish takes to show.
inline const std::vector<Row> rows = {
    {ProtectiveEarth, "no protective earth",
     disturbed([](Inputs& in) { in.protective_earth = false; })},
    {ResidualCurrentAC,
     "the monitor's 30 mA output",
     disturbed([](Inputs& in) {
         if (in.k1_feedback) in.residual.ac = true;
     }),
     0ms,
     {},
     {},
     true},
    {ResidualCurrentDC,
     "the monitor's 6 mA output",
     disturbed([](Inputs& in) {
         if (in.k1_feedback) in.residual.dc = true;
     }),
     0ms,
     {},
     {},
     true},
    {RcdSelfTest, "the monitor's test has failed, or it reports an error",
     disturbed([](Inputs& in) { in.residual.error = true; }), timing::residual_error},
    {PilotGrounded,
     "E: the pilot is at 0 V",
     [](Wires& w) { w.shows = PilotState::E; },
     10ms,
     {},
     settle},
    {PWMVoltageError, "no valid sample of the pilot for 50 ms",
     disturbed([](Inputs& in) { in.pilot.valid = false; }), timing::pilot_blind - timing::tick},
    {PWMVoltageError,
     "six jumps of more than 6.5 V within 500 ms",
     [](Wires& w) {
         w.disturb = [n = 0](Inputs& in) mutable {
             in.pilot.high = in.pilot.low = {++n % 2 == 0 ? 12'000 : 5000};
         };
     },
     (timing::noise_jumps - 1) * timing::tick,
     {},
     settle},
    {PWMVoltageError, "rails or levels that no sound circuit shows",
     disturbed([](Inputs& in) { in.pilot.plus_rail = {10'000}; })},
    {PWMVoltageError,
     "-12 V although +12 V is driven",
     disturbed([](Inputs& in) { in.pilot.high = in.pilot.low = {-12'000}; }),
     10ms,
     {},
     settle},
    {PWMVoltageError,
     "no three equal samples for 500 ms",
     [](Wires& w) {
         w.disturb = [n = 0](Inputs& in) mutable {
             in.pilot.high = {++n % 2 == 0 ? 9000 : 12'000};
             in.pilot.low = {-12'000};
         };
     },
     timing::pilot_unreadable,
     {},
     settle},
    {B1NoDiode,
     "offered, and -12 V was never seen",
     [](Wires& w) {
         w.diode = false;
         w.permit();
     },
     timing::tick,
     {},
     plug_in},
    {B1NoDiode, "offered, and -12 V is no longer seen", [](Wires& w) { w.diode = false; }},
    {DStateNotSupported,
     "D, and no ventilation",
     [](Wires& w) {
         w.ventilation = true;
         w.permit();
     },
     3 * timing::tick,
     {},
     plug_in,
     true},
    {RelayWelded,
     "a pole conducts although switched off",
     disturbed([](Inputs& in) { in.load_voltage[1] = {230'000}; }),
     timing::weld_check_after + 3 * timing::weld_window - timing::tick,
     {},
     [](Wires& w) {
         w.charge();
         w.permit(0);
         w.until(PilotStage::Waiting);
     }},
    {RelayStuckOpen,
     "no voltage behind a pole that is switched on",
     disturbed([](Inputs& in) { in.load_voltage[2] = {0}; }),
     0ms,
     {},
     {},
     true},
    {RelaySupply, "the coils have no power although wanted",
     disturbed([](Inputs& in) { in.relay_supply = false; })},
    {OverCurrentL1, "more than twice the offer", drawn(0, 32'001)},
    {OverCurrentL2, "more than twice the offer", drawn(1, 32'001)},
    {OverCurrentL3, "more than twice the offer", drawn(2, 32'001)},
    {OverCurrentL1, "more than 1.3 times the offer", drawn(0, 20'801)},
    {OverCurrentL2, "more than 1.3 times the offer", drawn(1, 20'801)},
    {OverCurrentL3, "more than 1.3 times the offer", drawn(2, 20'801)},
    {OverCurrentL1, "more than (offer + 0.5 A) * 1.1", drawn(0, 18'151)},
    {OverCurrentL2, "more than (offer + 0.5 A) * 1.1", drawn(1, 18'151)},
    {OverCurrentL3, "more than (offer + 0.5 A) * 1.1", drawn(2, 18'151)},
    {OverVoltage, "a phase above 276 V", supplied(0, 276'001)},
    {OverVoltage, "a phase above 264 V", supplied(1, 264'001)},
    {UnderVoltage, "a phase in use below 195 V", supplied(2, 194'999)},
    {Frequency, "3 Hz below or 2 Hz above the board's 50 or 60 Hz",
     disturbed([](Inputs& in) { in.meter.frequency = {46'999}; })},
    {PhaseLoss, "a phase in use below 100 V, others not", supplied(1, 0)},
    {OverTemperature, "Outlet or Body at the board's limit",
     disturbed([](Inputs& in) { in.outlet_temperature = units::MilliCelsius{100'000}; })},
    {OverTemperature, "Outlet or Body warm",
     disturbed([](Inputs& in) { in.body_temperature = units::MilliCelsius{80'000}; })},
    {TemperatureSensor, "a sensor that is fitted is lost",
     disturbed([](Inputs& in) { in.lost_temperature = true; })},
    {MeterOffline, "no believable transfer for 1 s",
     disturbed([](Inputs& in) { in.meter.valid = false; }), timing::meter_stale - timing::tick},
    {MeterCalibration,
     "its words are not what their checksum says, or its energy is not its power's",
     disturbed([](Inputs& in) { in.meter.calibrated = false; })},
    {Proximity, "the cable's resistor is lost while energised",
     disturbed([](Inputs& in) { in.proximity_ohms = proximity_open_ohms; }), 10ms, socket},
    {Proximity, "shorted, or between a resistor and none", [](Wires& w) { w.proximity_ohms = 59; },
     10ms, socket, plug_in},
    {ConnectorLock, "three tries in vain",
     [](Wires& w) {
         w.jammed = true;
         w.permit();
         w.wish.lock_cable = true;
     },
     3 * timing::lock_moves + 2 * timing::lock_back + timing::tick, socket, plug_in},
    {LoopOverrun,
     "the loop came more than 50 ms late",
     [](Wires& w) { w.lateness = 51ms; },
     0ms,
     {},
     {},
     true},
    {LoopOverrun,
     "three times more than 20 ms late",
     [](Wires& w) {
         for (int i = 0; i < 2; ++i) {
             w.lateness = 21ms;
             w.tick();
         }
         w.lateness = 21ms;
     },
     2 * timing::tick,
     {},
     {},
     true},
    {ReaderOffline, "the tag reader is silent", disturbed([](Inputs& in) { in.reader = false; })},
    {Tamper, "the enclosure is open", disturbed([](Inputs& in) { in.tamper = true; })},
};

}  // namespace protection_rows_test
