// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/metering.hpp"

#include "hal-service/loop/real_time.hpp"

#include <utility>

namespace devices {
namespace {

// Below the control loop, above everything else of this process.
constexpr int metering_priority = 40;

Atm90e32::Channels used_channels(const process::BoardSettings& board, const std::string& meter) {
    Atm90e32::Channels used{};
    for (const auto& outlet : board.outlets)
        if (outlet.wiring.meter && outlet.wiring.meter->name == meter)
            for (const int channel : outlet.wiring.meter->channels)
                used[static_cast<std::size_t>(channel)] = true;
    return used;
}

}  // namespace

Metering::Metering(std::vector<std::unique_ptr<SpiBus>> buses, const process::BoardSettings& board,
                   const std::vector<hal::ConnectorInfo>& connectors,
                   std::span<const hal::Registers> kept, Atm90e32::Pause pause)
    : wiring_(board.wiring.meters) {
    for (std::size_t i = 0; i < wiring_.size() && i < buses.size(); ++i) {
        auto& bus = *buses[i];
        meters_.push_back(std::make_unique<Meter>(
            Meter{std::move(buses[i]),
                  Atm90e32(bus, wiring_[i], used_channels(board, wiring_[i].name), pause),
                  {},
                  false}));
    }
    for (std::size_t i = 0; i < connectors.size(); ++i) {
        auto& outlet = outlets_.emplace_back();
        if (i < kept.size()) outlet.before = kept[i].meter_register;
        const auto wiring = board.outlet(connectors[i].id).wiring;
        if (!wiring.meter) continue;
        outlet.channels = wiring.meter->channels;
        for (std::size_t m = 0; m < meters_.size(); ++m)
            if (wiring_[m].name == wiring.meter->name) {
                outlet.meter = m;
                outlet.wired = true;
            }
    }
}

void Metering::start() {
    stopping_.store(false, std::memory_order_relaxed);
    thread_ = std::thread([this] { run(); });
}

void Metering::stop() {
    if (!thread_.joinable()) return;
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
}

void Metering::run() {
    hal::begin_real_time("metering", metering_priority);
    auto due = hal::monotonic_now();
    while (!stopping_.load(std::memory_order_relaxed)) {
        const auto now = hal::monotonic_now();
        poll(now);
        due += metering_period;
        if (due < now) due = now;  // a bus that hung: no catching up
        hal::sleep_until(due);
    }
}

void Metering::poll(hal::Moment now) {
    std::uint64_t resets = 0;
    std::uint64_t errors = 0;
    for (auto& meter : meters_) {
        meter->valid = meter->chip.poll(now, meter->values);
        resets += meter->chip.resets();
        errors += meter->chip.transfer_errors();
    }
    for (std::size_t i = 0; i < outlets_.size(); ++i) {
        const auto& outlet = outlets_[i];
        if (!outlet.wired) continue;
        state_.samples[i] = sample(outlet);
        state_.taken[i] = now;
    }
    metered_.write(state_);
    resets_.store(resets, std::memory_order_relaxed);
    errors_.store(errors, std::memory_order_relaxed);
}

hal::MeterSample Metering::sample(const Connector& outlet) const {
    const auto& meter = *meters_[outlet.meter];
    const auto& values = meter.values;
    hal::MeterSample sample;
    sample.valid = meter.valid;
    sample.calibrated = meter.chip.calibrated();
    sample.frequency = values.frequency;
    std::int64_t counts = 0;
    for (std::size_t phase = 0; phase < outlet.channels.size(); ++phase) {
        const auto channel = static_cast<std::size_t>(outlet.channels[phase]);
        sample.current[phase] = values.current[channel];
        sample.voltage[phase] = values.voltage[channel];
        sample.power[phase] = values.power[channel];
        sample.power_factor[phase] = values.power_factor[channel];
        counts += values.counts[channel];
    }
    sample.energy = outlet.before + energy_of(counts);
    return sample;
}

}  // namespace devices
