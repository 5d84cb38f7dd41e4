// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/linux_board.hpp"

#include "hal-service/devices/analog.hpp"

#include <algorithm>
#include <utility>

namespace devices {
namespace {

constexpr hal::Moment surroundings_hold = std::chrono::seconds{5};
// A pilot that does not show what it should is as bad as one that is not seen.
constexpr int pwm_patience = 3;

std::vector<int> channels_of(const process::BoardSettings& board) {
    std::vector<int> wanted;
    for (const auto& outlet : board.outlets) {
        if (const auto& pilot = outlet.wiring.pilot)
            for (const int channel :
                 {pilot->high, pilot->low, pilot->raw, pilot->plus_rail, pilot->minus_rail})
                wanted.push_back(channel);
        if (outlet.wiring.proximity) wanted.push_back(outlet.wiring.proximity->channel);
    }
    return wanted;
}

bool has_thermometer(const process::BoardSettings& board, process::TemperatureAt place,
                     hal::ConnectorId connector = 0) {
    return std::ranges::any_of(board.wiring.temperatures, [&](const auto& sensor) {
        return sensor.place == place &&
               (place != process::TemperatureAt::Outlet || sensor.connector == connector);
    });
}

std::int64_t high_ns(const hal::Outputs& outputs) {
    switch (outputs.pilot) {
        case hal::PilotDrive::Oscillating: return outputs.duty.ppm;
        case hal::PilotDrive::Minus: return 0;
        case hal::PilotDrive::Steady:
        case hal::PilotDrive::Disconnected: break;
    }
    return pwm_period_ns;
}
static_assert(pwm_period_ns == 1'000'000, "a millionth of a period is a nanosecond");

void count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

LinuxBoard::LinuxBoard(Devices parts, const process::BoardSettings& board,
                       const std::vector<hal::ConnectorInfo>& connectors)
    : plan_(board, connectors),
      adc_bus_(std::move(parts.adc)),
      outputs_(std::move(parts.outputs)),
      inputs_(std::move(parts.inputs)),
      metered_(parts.metered),
      has_body_thermometer_(has_thermometer(board, process::TemperatureAt::Body)),
      has_inlet_thermometer_(has_thermometer(board, process::TemperatureAt::Inlet)),
      has_reader_(board.wiring.reader.has_value()) {
    if (adc_bus_) adc_.emplace(*adc_bus_, channels_of(board));
    if (board.wiring.adc) adc_reference_ = board.wiring.adc->reference;
    for (std::size_t i = 0; i < connectors.size() && i < hal::max_connectors; ++i) {
        const auto wiring = board.outlet(connectors[i].id).wiring;
        auto& outlet = outlets_.emplace_back();
        outlet.lines = plan_.outlets[i];
        outlet.type = connectors[i].type;
        outlet.pilot = wiring.pilot;
        outlet.proximity = wiring.proximity;
        outlet.has_thermometer =
            has_thermometer(board, process::TemperatureAt::Outlet, connectors[i].id);
        outlet.pwm = std::move(parts.pwm[i]);
        if (wiring.lock)
            outlet.lock = LockDrive(wiring.lock->release.has_value(), wiring.lock->pulse);
    }
}

void LinuxBoard::sample(hal::Moment now, hal::BoardInputs& inputs) {
    read_lines();
    adc_valid_ = adc_ && adc_->read();
    if (adc_ && !adc_valid_) count(adc_troubles_);
    for (std::size_t i = 0; i < outlets_.size(); ++i) fill(i, now, inputs[i]);
}

void LinuxBoard::read_lines() {
    edges_.fill({});
    lines_valid_ = inputs_->read(levels_, edges_);
    if (!lines_valid_) count(line_troubles_);
    if (plan_.earth_ok) {
        const auto& seen = edges(plan_.earth_ok);
        earth_.add(level(plan_.earth_ok), seen.rising + seen.falling);
    }
}

std::int64_t LinuxBoard::microvolts(int channel) const {
    return pin_microvolts(adc_->code(channel), Mcp3208::full_scale, adc_reference_);
}

hal::PilotSample LinuxBoard::pilot(const process::PilotWiring& wiring) const {
    hal::PilotSample sample;
    sample.high = pilot_level(microvolts(wiring.high), wiring);
    sample.low = pilot_level(microvolts(wiring.low), wiring);
    sample.raw = pilot_level(microvolts(wiring.raw), wiring);
    sample.plus_rail = pilot_level(microvolts(wiring.plus_rail), wiring);
    sample.minus_rail = pilot_level(microvolts(wiring.minus_rail), wiring);
    return sample;
}

void LinuxBoard::fill(std::size_t index, hal::Moment now, hal::Inputs& in) {
    auto& outlet = outlets_[index];
    if (outlet.pilot) {
        in.pilot = adc_valid_ ? pilot(*outlet.pilot) : hal::PilotSample{};
        in.pilot.valid = adc_valid_ && lines_valid_ && outlet.pwm_failures < pwm_patience;
    }
    if (outlet.proximity && adc_valid_)
        in.proximity_ohms =
            proximity_ohms(microvolts(outlet.proximity->channel), *outlet.proximity);
    fill_lines(outlet, in);
    if (metered_ != nullptr) {
        const auto& metered = metered_->read();
        in.meter = metered.samples[index];
        in.meter.valid = in.meter.valid && now - metered.taken[index] < metered_holds;
    }
    fill_surroundings(index, now, in);
}

// The slow devices may hang with their bus: heat and reader are unknown then.
void LinuxBoard::fill_surroundings(std::size_t index, hal::Moment now, hal::Inputs& in) {
    const auto& around = surroundings_.read();
    if (first_sample_ < hal::Moment{0}) first_sample_ = now;
    if (now - std::max(around.taken, first_sample_) > surroundings_hold) {
        in.outlet_temperature = in.body_temperature = in.inlet_temperature = std::nullopt;
        in.reader = !has_reader_;
    } else {
        in.outlet_temperature = around.outlet_temperature[index];
        in.body_temperature = around.body_temperature;
        in.inlet_temperature = around.inlet_temperature;
        in.reader = around.reader;
    }
    in.lost_temperature = (outlets_[index].has_thermometer && !in.outlet_temperature) ||
                          (has_body_thermometer_ && !in.body_temperature);
    in.lost_inlet = has_inlet_thermometer_ && !in.inlet_temperature;
}

void LinuxBoard::fill_lines(Connector& outlet, hal::Inputs& in) {
    const auto& lines = outlet.lines;
    in.lines = lines_valid_;
    const auto stretched = [this](Stretched& what, const Bit& bit) {
        return bit && what.add(level(bit), edges(bit).rising);
    };
    in.plug_detected = level(lines.plug);
    in.locked = level(lines.lock_feedback);
    in.k1_feedback = level(lines.k1_feedback);
    in.k2_feedback = level(lines.k2_feedback);
    for (std::size_t phase = 0; phase < lines.load.size(); ++phase) {
        const auto& bit = lines.load[phase];
        if (!bit) continue;
        outlet.load[phase].add(level(bit), edges(bit).rising + edges(bit).falling);
        in.load_voltage[phase] =
            outlet.load[phase].alive() ? units::nominal_voltage : units::Millivolts{0};
    }
    in.residual.dc = stretched(outlet.dc, lines.dc);
    in.residual.ac = stretched(outlet.ac, lines.ac);
    in.residual.error = stretched(outlet.residual_error, lines.residual_error);
    in.protective_earth = !plan_.earth_ok || earth_.alive();
    in.power_good =
        !plan_.power_fail || (!level(plan_.power_fail) && edges(plan_.power_fail).rising == 0);
    // Lines that can't be read may hide a trip: no coil is to have power then.
    in.relay_supply = lines_valid_ && (!plan_.relay_supply_ok || level(plan_.relay_supply_ok));
    in.tamper = level(plan_.tamper);
    in.button = level(plan_.button);
}

std::uint64_t LinuxBoard::levels_for(Connector& outlet, const hal::Outputs& outputs,
                                     hal::Moment now) {
    const auto& lines = outlet.lines;
    std::uint64_t levels = 0;
    if (outputs.k1) levels |= mask_of(lines.k1);
    if (outputs.k2) levels |= mask_of(lines.k2);
    if (outputs.monitor_check) levels |= mask_of(lines.monitor_check);
    if (outputs.pilot == hal::PilotDrive::Disconnected) levels |= mask_of(lines.disconnect);
    if (lines.lock_engage) {
        const auto drive = outlet.lock.tick(outputs.lock, now);
        if (drive.engage) levels |= mask_of(lines.lock_engage);
        if (drive.release) levels |= mask_of(lines.lock_release);
    }
    return levels;
}

// Contactors before pilots, and the dead-man's edge in the same request: who can open contactors
// feeds it.
void LinuxBoard::apply(hal::Moment now, const hal::BoardOutputs& outputs) {
    std::uint64_t levels = 0;
    for (std::size_t i = 0; i < outlets_.size(); ++i)
        levels |= levels_for(outlets_[i], outputs[i], now);
    if (reader_reset_.load(std::memory_order_relaxed)) levels |= mask_of(plan_.reader_reset);
    kick_ = !kick_;
    if (kick_) levels |= mask_of(plan_.watchdog_kick);
    if (!outputs_->set(levels)) count(line_troubles_);
    for (std::size_t i = 0; i < outlets_.size(); ++i) {
        auto& outlet = outlets_[i];
        if (!outlet.pwm) continue;
        const bool set = outlet.pwm->set(high_ns(outputs[i]));
        if (!set) count(pwm_troubles_);
        outlet.pwm_failures = set ? 0 : std::min(outlet.pwm_failures + 1, pwm_patience);
    }
    count(ticks_);
}

LinuxBoard::Troubles LinuxBoard::troubles() const {
    return {adc_troubles_.load(std::memory_order_relaxed),
            line_troubles_.load(std::memory_order_relaxed),
            pwm_troubles_.load(std::memory_order_relaxed)};
}

}  // namespace devices
