// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/rb1.hpp"

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace rig {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t converter_select = 0;
constexpr std::size_t schuko_meter_select = 2;
constexpr std::uint16_t reader_address = 0x24;
constexpr std::uint16_t first_thermometer_address = 0x48;
constexpr std::uint16_t leds_address = 0x62;

// Channels of the converter.
constexpr std::size_t pilot_high = 0;
constexpr std::size_t pilot_low = 1;
constexpr std::size_t pilot_raw = 2;
constexpr std::size_t proximity = 3;
constexpr std::size_t plus_rail = 4;
constexpr std::size_t minus_rail = 5;
constexpr std::size_t first_plug_pin = 6;

// Requests that follow each other faster see the same world.
constexpr auto finest_step = 250us;
constexpr auto publication = 2ms;

constexpr auto card_is_held = 1s;
constexpr std::int64_t proximity_pull_up_ohms = 1000;
// Between the nominal levels of states B and C, C and D.
constexpr std::int64_t c_millivolts_from = 4500;
constexpr std::int64_t c_millivolts_to = 7500;
constexpr std::int64_t optocoupler_lights_from_millivolts = 80'000;

}  // namespace

std::vector<hal::ConnectorInfo> connectors() {
    return {{1, hal::ConnectorType::Type2Cable, 3, {32'000}},
            {2, hal::ConnectorType::Schuko, 1, {10'000}}};
}

Rb1::Rb1(int signal)
    : plant_(connectors(), simulation::fresh_world(connectors()), {}, 1), signal_(signal) {}

void Rb1::advance(Moment now) {
    if (now >= now_ + finest_step) step(now);
}

void Rb1::step(Moment now) {
    now_ = std::max(now, now_);
    suffer(now_);
    const bool obeyed = hatch_.obey(plant_);
    drive(now_);
    plant_.advance(now_, drives_);
    feed_relay_supplies();
    feed_meters(now_);
    feed_thermometers();
    feed_converter(now_);
    feed_lines(now_);
    watch_openings(now_);
    if (obeyed || now_ >= published_at_ + publication) publish();
    if (!obeyed) return;
    const std::uint64_t one = 1;
    if (write(signal_, &one, sizeof one) < 0) return;  // full: signalled already
}

void Rb1::publish() {
    published_at_ = now_;
    hatch_.publish(plant_);
    truth_.leds = leds_.brightness();
    published_.write(truth_);
}

void Rb1::suffer(Moment now) {
    Mishap mishap;
    while (mishaps_.pop(mishap)) {
        carry_out(mishap, now);
        ++truth_.done;
    }
    lay_card(now);
    Card card;
    while (cards_.pop(card)) {
        const auto begin = card.uid.begin();
        reader_.hold_card({begin, begin + static_cast<std::ptrdiff_t>(card.size)},
                          now + card_is_held);
        ++truth_.done;
    }
}

// A card that lies there lies there longer than anybody looks.
void Rb1::lay_card(Moment now) {
    const auto& card = plant_.world().card;
    const auto nibble = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'A' + 10; };
    std::vector<std::uint8_t> uid;
    for (std::size_t i = 0; card[i] != 0 && card[i + 1] != 0; i += 2)
        uid.push_back(static_cast<std::uint8_t>(nibble(card[i]) << 4 | nibble(card[i + 1])));
    if (!uid.empty()) reader_.hold_card(std::move(uid), now + card_is_held);
}

void Rb1::carry_out(const Mishap& mishap, Moment now) {
    const auto outlet = std::min(mishap.outlet, outlets - 1);
    switch (mishap.deed) {
        case Deed::I2cHang: i2c_hangs_ = mishap.on; break;
        case Deed::SpiCorrupt: meters_[outlet].corrupt(mishap.count); break;
        case Deed::MeterReset: meters_[outlet].reset(now); break;
        case Deed::ReaderHang: reader_.hang(); break;
        case Deed::ForgetOpenings: openings_.forget(); break;
    }
}

void Rb1::set_lines(Moment now, Levels levels, Levels outputs) {
    advance(now);
    // A line that is no output is pulled to where it does no harm: the reader's reset to high.
    Levels effective{levels.bits & outputs.bits};
    if (!outputs[Line::NfcReset]) effective.set(Line::NfcReset, true);
    const auto before = truth_.outputs;
    truth_.outputs = effective;
    if (before[Line::WatchdogKick] != effective[Line::WatchdogKick]) kick(now_);
    reader_.set_reset_line(now_, effective[Line::NfcReset]);
    // The contactors' time begins now.
    step(now);
}

void Rb1::set_pwm(Moment now, const PwmState& state) {
    advance(now);
    pwm_ = state;
    step(now);
}

SpiChip* Rb1::spi(Moment now, std::size_t chip_select) {
    advance(now);
    const auto outlet = chip_select == schuko_meter_select ? schuko : type2;
    if (plant_.transfer_fails(outlet)) return nullptr;
    if (chip_select == converter_select) return &converter_;
    if (faults(outlet).meter_offline || !plant_.truth().meter_fed) return nullptr;
    return &meters_[outlet];
}

I2cChip* Rb1::i2c(Moment now, std::uint16_t address) {
    advance(now);
    if (address == leds_address) return &leds_;
    if (address == reader_address) return reader_is_gone() ? nullptr : &reader_;
    const auto index = static_cast<std::size_t>(address) - first_thermometer_address;
    if (index >= thermometers_.size() || thermometer_is_gone(index)) return nullptr;
    return &thermometers_[index];
}

bool Rb1::reader_is_gone() const {
    return faults(type2).reader_offline || faults(schuko).reader_offline;
}

bool Rb1::thermometer_is_gone(std::size_t index) const {
    const auto lost = [&](std::size_t outlet, hal::TemperaturePlace place) {
        return faults(outlet).lost_temperature[static_cast<std::size_t>(place)];
    };
    if (index < outlets) return lost(index, hal::TemperaturePlace::Outlet);
    return lost(type2, hal::TemperaturePlace::Body) || lost(schuko, hal::TemperaturePlace::Body);
}

void Rb1::drive(Moment now) {
    const auto& lines = truth_.outputs;
    auto& first = drives_[type2];
    auto& second = drives_[schuko];
    first.wires = {};
    second.wires = {};
    first.wires.k1 = lines[Line::K1];
    first.wires.k2 = lines[Line::K2];
    first.wires.monitor_check = lines[Line::Rcd1Test];
    second.wires.k1 = lines[Line::KSchuko];
    second.wires.monitor_check = lines[Line::Rcd2Test];
    first.coil_supply = relay_supplies_[type2].ok(now);
    second.coil_supply = relay_supplies_[schuko].ok(now);
    drive_pilot(first.wires);
}

// A disabled output is low, which the driver stage makes -12 V.
void Rb1::drive_pilot(hal::Outputs& wires) const {
    if (truth_.outputs[Line::CpDisconnect]) {
        wires.pilot = hal::PilotDrive::Disconnected;
    } else if (!pwm_.enabled || pwm_.duty_ns == 0) {
        wires.pilot = hal::PilotDrive::Minus;
    } else if (pwm_.duty_ns < pwm_.period_ns) {
        wires.pilot = hal::PilotDrive::Oscillating;
        wires.duty = {static_cast<std::int64_t>(pwm_.duty_ns * 1'000'000 / pwm_.period_ns)};
    }
}

void Rb1::kick(Moment now) {
    for (auto& supply : relay_supplies_) supply.kick(now);
}

void Rb1::feed_relay_supplies() {
    const auto trips = [&](std::size_t outlet) {
        const auto& monitor = plant_.outlet(outlet).residual;
        return monitor.dc || monitor.ac || monitor.error;
    };
    const auto& lines = truth_.outputs;
    relay_supplies_[type2].watch(trips(type2), lines[Line::K1] || lines[Line::K2]);
    relay_supplies_[schuko].watch(trips(schuko), lines[Line::KSchuko]);
}

void Rb1::feed_meters(Moment now) {
    for (std::size_t i = 0; i < outlets; ++i) {
        const auto& truth = plant_.outlet(i);
        std::array<Atm90e32::Phase, 3> phases{};
        for (std::size_t phase = 0; phase < 3; ++phase)
            phases[phase] = {truth.voltage[phase].count, truth.current[phase].count,
                             truth.voltage[phase].count * truth.current[phase].count / 1000};
        meters_[i].advance(now, phases, plant_.world().mains.frequency.count);
    }
}

void Rb1::feed_thermometers() {
    const auto of = [&](std::size_t outlet, hal::TemperaturePlace place) {
        return plant_.outlet(outlet).temperature[static_cast<std::size_t>(place)].count;
    };
    for (std::size_t i = 0; i < outlets; ++i)
        thermometers_[i].set_millicelsius(of(i, hal::TemperaturePlace::Outlet));
    thermometers_[outlets].set_millicelsius(of(type2, hal::TemperaturePlace::Body));
}

void Rb1::feed_converter(Moment now) {
    const auto& truth = plant_.outlet(type2);
    const auto& pilot = truth.pilot;
    const auto set = [&](std::size_t channel, std::int64_t millivolts) {
        converter_.set_microvolts(channel, pilot_pin_microvolts(millivolts));
    };
    high_.advance(now, pilot.high.count + plant_.noise(type2));
    low_.advance(now, pilot.low.count + plant_.noise(type2));
    set(pilot_high, high_.millivolts());
    set(pilot_low, low_.millivolts());
    set(pilot_raw, pilot.raw.count + plant_.noise(type2));
    set(plus_rail, pilot.plus_rail.count);
    set(minus_rail, pilot.minus_rail.count);
    converter_.set_microvolts(proximity, Mcp3208::reference_microvolts * truth.proximity_ohms /
                                             (truth.proximity_ohms + proximity_pull_up_ohms));
    for (std::size_t i = 0; i < outlets; ++i)
        converter_.set_microvolts(first_plug_pin + i, Mcp3208::reference_microvolts / 2);
}

// High in the first half of a period.
bool Rb1::mains_wave(Moment now) const {
    const auto period = 1'000'000'000 / plant_.world().mains.frequency.count;
    return now.count() % period < period / 2;
}

void Rb1::feed_lines(Moment now) {
    const bool wave = mains_wave(now);
    const auto lit = [&](units::Millivolts voltage) {
        return voltage.count >= optocoupler_lights_from_millivolts && wave;
    };
    const auto& first = plant_.outlet(type2);
    const auto& second = plant_.outlet(schuko);
    const bool earth = !faults(type2).protective_earth && !faults(schuko).protective_earth;
    // Not of what a monitor that tests itself cuts off.
    truth_.relay_supply = relay_supplies_[type2].ok(now) && relay_supplies_[schuko].ok(now) &&
                          !faults(type2).relay_supply && !faults(schuko).relay_supply &&
                          plant_.truth().power_good;
    auto& lines = truth_.inputs;
    lines.set(Line::Rcd1X6, first.residual.dc);
    lines.set(Line::Rcd1X30, first.residual.ac);
    lines.set(Line::Rcd1Error, first.residual.error);
    lines.set(Line::Rcd2X30, second.residual.ac);
    lines.set(Line::K1Auxiliary, first.poles[0] || first.poles[3]);
    lines.set(Line::K2Auxiliary, first.poles[1] || first.poles[2]);
    lines.set(Line::KSchukoAuxiliary, second.poles[0] || second.poles[3]);
    lines.set(Line::LoadL1, lit(first.load_voltage[0]));
    lines.set(Line::LoadL2, lit(first.load_voltage[1]));
    lines.set(Line::LoadL3, lit(first.load_voltage[2]));
    lines.set(Line::LoadSchuko, lit(second.load_voltage[0]));
    lines.set(Line::EarthOk, earth && lit(first.voltage[0]));
    lines.set(Line::PowerFail, !plant_.truth().power_good);
    lines.set(Line::NfcInterrupt, reader_.interrupt_line(now));
    lines.set(Line::Button, faults(type2).button || faults(schuko).button);
    lines.set(Line::Tamper, faults(type2).tamper || faults(schuko).tamper);
    lines.set(Line::RelaySupplyOk, truth_.relay_supply);
    lines.set(Line::SchukoPlug, second.plug_detected);
}

void Rb1::watch_openings(Moment now) {
    const auto& truth = plant_.outlet(type2);
    const auto pilot = truth.pilot.high.count;
    std::array<bool, causes> present{};
    const auto set = [&](Cause cause, bool is) { present[static_cast<std::size_t>(cause)] = is; };
    set(Cause::Pilot, pilot < c_millivolts_from || pilot > c_millivolts_to);
    set(Cause::Earth, faults(type2).protective_earth);
    set(Cause::ResidualDc, truth.residual.dc);
    set(Cause::ResidualAc, truth.residual.ac);
    set(Cause::SensorError, truth.residual.error);
    set(Cause::PowerFail, !plant_.truth().power_good);
    openings_.advance(now, present, truth_.outputs[Line::K1]);
    truth_.openings = openings_.delays();
}

}  // namespace rig
