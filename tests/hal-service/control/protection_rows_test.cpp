// SPDX-License-Identifier: Apache-2.0
// Every row of the table of faults, in virtual time and to the tick: when it trips, what it does
// with contactors and pilot, and when it lets go.

#include "hal-service/control/protection.hpp"

#include "tests/hal-service/wires.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace protection_rows_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

struct Row {
    FaultCode code;
    std::string condition;
    std::function<void(Wires&)> begin;  // what makes it so
    Moment more{0};                     // than the row's delay, for filters and the like
    ConnectorType type = ConnectorType::Type2Cable;
    std::function<void(Wires&)> prepare = nullptr;  // charging
    bool ends_by_itself = false;                    // with the contactors open
};

std::function<void(Wires&)> disturbed(std::function<void(Inputs&)> how) {
    return [how](Wires& w) { w.disturb = how; };
}
// As the meter sees it while the contactors are closed.
std::function<void(Wires&)> drawn(std::size_t phase, std::int64_t milliamps) {
    return disturbed([=](Inputs& in) {
        if (in.k1_feedback) in.meter.current[phase] = {milliamps};
    });
}
std::function<void(Wires&)> supplied(std::size_t phase, std::int64_t millivolts) {
    return disturbed([=](Inputs& in) {
        in.meter.voltage[phase] = {millivolts};
        if (in.k1_feedback) in.load_voltage[phase] = {millivolts};
    });
}
void settle(Wires& w) { w.run(5s); }
void plug_in(Wires& w) {
    w.run(5s);
    w.plugged = true;
    w.run(100ms);
}

const std::vector<Row>& rows() {
    using enum FaultCode;
    const auto socket = ConnectorType::Type2Socket;
    // Offered at 5 s, C from the tick after, three samples: what a wish takes to show.
    static const std::vector<Row> all = {
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
        {UnderVoltage, "a phase below 195 V", supplied(2, 194'999)},
        {Frequency, "below 47 or above 52 Hz",
         disturbed([](Inputs& in) { in.meter.frequency = {46'999}; })},
        {PhaseLoss, "a phase below 100 V, others not", supplied(1, 0)},
        {OverTemperature, "Outlet or Body at the board's limit",
         disturbed([](Inputs& in) { in.outlet_temperature = units::MilliCelsius{100'000}; })},
        {OverTemperature, "Outlet or Body warm",
         disturbed([](Inputs& in) { in.body_temperature = units::MilliCelsius{80'000}; })},
        {TemperatureSensor, "a sensor that is fitted is lost",
         disturbed([](Inputs& in) { in.lost_temperature = true; })},
        {MeterOffline, "no believable transfer for 1 s",
         disturbed([](Inputs& in) { in.meter.valid = false; }), timing::meter_stale - timing::tick},
        {MeterCalibration, "its words are not what their checksum says",
         disturbed([](Inputs& in) { in.meter.calibrated = false; })},
        {Proximity, "the cable's resistor is lost while energised",
         disturbed([](Inputs& in) { in.proximity_ohms = proximity_open_ohms; }), 10ms, socket},
        {Proximity, "shorted, or between a resistor and none",
         [](Wires& w) { w.proximity_ohms = 59; }, 10ms, socket, plug_in},
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
        {ReaderOffline, "the tag reader is silent",
         disturbed([](Inputs& in) { in.reader = false; })},
        {Tamper, "the enclosure is open", disturbed([](Inputs& in) { in.tamper = true; })},
    };
    return all;
}

const ProtectionRule& rule_of(const Row& row) {
    for (const auto& rule : protection_rules())
        if (rule.code == row.code && rule.condition == row.condition) return rule;
    FAIL(shared::name_of(row.code) << ": " << row.condition);
    return protection_rules()[0];
}

void prepare(const Row& row, Wires& w) {
    if (row.prepare)
        row.prepare(w);
    else
        w.charge();
}

// What the pilot shows from now on, as pairs of drive and time.
std::vector<std::pair<PilotDrive, Moment>> pilot_over(Wires& w, Moment time) {
    std::vector<std::pair<PilotDrive, Moment>> seen{{w.outputs().pilot, timing::tick}};
    for (const auto end = w.now() + time; w.now() < end;) {
        w.tick();
        if (seen.back().first != w.outputs().pilot) seen.emplace_back(w.outputs().pilot, 0ms);
        seen.back().second += timing::tick;
    }
    return seen;
}

bool active(const Wires& w, const ProtectionRule& rule) {
    const auto* fault = w.fault(rule.code);
    return fault != nullptr && fault->prevents_charging == rule.prevents_charging();
}

}  // namespace

TEST_CASE("every row of the table of faults has its case") {
    std::set<std::pair<FaultCode, std::string>> cases;
    for (const auto& row : rows()) {
        rule_of(row);
        CHECK(cases.emplace(row.code, row.condition).second);
    }
    CHECK(cases.size() == protection_rules().size());
}

TEST_CASE("each fault is found after its time, to the tick, and reacted to in that tick") {
    for (const auto& row : rows()) {
        const auto& rule = rule_of(row);
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        const bool closed = w.outputs().k1;
        REQUIRE_FALSE(active(w, rule));
        const auto began = w.now();
        row.begin(w);
        w.until([&] { return active(w, rule); });
        const auto took = w.now() - began - timing::tick;  // since the first tick that shows it
        CHECK(took.count() == (rule.delay + row.more).count());
        switch (rule.reaction) {
            case Reaction::Open:
                CHECK_FALSE(w.outputs().k1);
                CHECK(w.phase() == PilotStage::Tripped);
                break;
            case Reaction::Stop:
                CHECK(w.outputs().k1 == closed);
                if (closed) CHECK(w.phase() == PilotStage::Stopping);
                w.stubborn = true;
                w.run(timing::stop_wait + timing::tick);
                CHECK_FALSE(w.outputs().k1);
                break;
            case Reaction::Derate:
            case Reaction::Warn: CHECK(w.outputs().k1); break;
        }
        if (rule.prevents_charging()) CHECK(w.outputs().pilot != PilotDrive::Oscillating);
    }
}

TEST_CASE("each fault claims the pilot as its row says") {
    for (const auto& row : rows()) {
        const auto& rule = rule_of(row);
        if (rule.reaction != Reaction::Open) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        row.begin(w);
        w.until([&] { return active(w, rule); });
        const auto period = timing::look_every + timing::look_lasts;
        const auto seen = pilot_over(w, period + 100ms);
        switch (rule.pilot) {
            case PilotAtFault::Unchanged:
                REQUIRE(seen.size() == 1);
                CHECK(seen[0].first == PilotDrive::Steady);
                break;
            case PilotAtFault::MinusOnce:
                REQUIRE(seen.size() == 2);
                CHECK(seen[0] ==
                      std::pair<PilotDrive, Moment>{PilotDrive::Minus, timing::least_minus});
                CHECK(seen[1].first == PilotDrive::Steady);
                break;
            case PilotAtFault::MinusHeld:
                REQUIRE(seen.size() == 3);
                CHECK(seen[0] ==
                      std::pair<PilotDrive, Moment>{PilotDrive::Minus, timing::look_every});
                CHECK(seen[1] ==
                      std::pair<PilotDrive, Moment>{PilotDrive::Steady, timing::look_lasts});
                CHECK(seen[2].first == PilotDrive::Minus);
                break;
        }
    }
}

TEST_CASE("each fault that goes away by itself is let go after its time, and 30 s pass") {
    for (const auto& row : rows()) {
        const auto& rule = rule_of(row);
        if (rule.release == Release::WhenUnplugged) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        row.begin(w);
        w.until([&] { return active(w, rule); });
        const bool late = row.code == FaultCode::LoopOverrun;
        if (!row.ends_by_itself) {
            w.run(20s);
            CHECK(active(w, rule));
        }
        w.disturb = nullptr;
        w.shows = std::nullopt;
        w.proximity_ohms = 220;
        w.jammed = w.ventilation = false;
        const auto gone = w.now();
        w.until([&] { return !active(w, rule); }, 100s);
        const auto took = w.now() - gone;
        // Filters take up to three samples, a minute's window of lateness a minute.
        const bool noise = row.condition.starts_with("six jumps");
        const Moment window = late && rule.reaction == Reaction::Warn ? timing::late_within
                              : noise                                 ? timing::noise_over
                                                                      : 0ms;
        CHECK(took >= rule.release_after);
        CHECK(took <= window + rule.release_after + 5 * timing::tick);
        if (!rule.prevents_charging()) continue;
        w.plugged = true;
        w.permit();
        w.until([&] { return w.outputs().pilot == PilotDrive::Oscillating; }, 100s);
        CHECK(w.now() - gone >= (row.prepare ? 0ms : timing::pause_after_fault));
        w.until([&] { return w.outputs().k1; }, 5s);
    }
}

TEST_CASE("each fault that waits for the vehicle to leave lets the next one charge") {
    for (const auto& row : rows()) {
        const auto& rule = rule_of(row);
        if (rule.release != Release::WhenUnplugged || row.code == FaultCode::RelayWelded) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        row.begin(w);
        w.until([&] { return active(w, rule); });
        w.disturb = nullptr;
        w.diode = true;
        w.run(120s);
        CHECK(active(w, rule));
        CHECK_FALSE(w.outputs().k1);
        w.plugged = false;
        w.run(timing::look_every + timing::look_lasts + 6s);
        CHECK(w.condition().fault_count == 0);
        w.charge();
        CHECK(w.outputs().k1);
    }
}

TEST_CASE("what comes and goes within a row's time is nothing") {
    for (const auto& row : rows()) {
        const auto& rule = rule_of(row);
        if (rule.delay <= timing::tick || row.prepare) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        for (int i = 0; i < 3; ++i) {
            row.begin(w);
            w.run(rule.delay + row.more);  // one tick less than it takes
            w.disturb = nullptr;
            w.diode = true;
            w.tick();
        }
        CHECK_FALSE(active(w, rule));
        CHECK(w.outputs().k1);
    }
}

}  // namespace protection_rows_test
