// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/metering.hpp"

#include "hal-service/loop/real_time.hpp"

#include <utility>

namespace devices {
namespace {

// The priority is below that of the control loop and above that of all other threads.
constexpr int metering_priority = 40;

}  // namespace

Metering::Metering(std::vector<std::unique_ptr<Meter>> meters, const process::BoardSettings& board,
                   const std::vector<hal::ConnectorInfo>& connectors,
                   std::span<const hal::Registers> kept) {
    for (auto& meter : meters) sources_.push_back({std::move(meter), {}, false});
    const auto& wired = board.wiring.meters;
    for (std::size_t i = 0; i < connectors.size(); ++i) {
        auto& outlet = outlets_.emplace_back();
        if (i < kept.size()) outlet.before = kept[i].meter_register;
        const auto meter = board.outlet(connectors[i].id).wiring.meter;
        if (!meter) continue;
        outlet.channels = meter->channels;
        for (std::size_t m = 0; m < sources_.size() && m < wired.size(); ++m)
            if (wired[m].name == meter->name) {
                outlet.source = m;
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
    for (auto& source : sources_) {
        source.valid = source.meter->poll(now, source.values);
        resets += source.meter->resets();
        errors += source.meter->transfer_errors();
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
    const auto& source = sources_[outlet.source];
    const auto& values = source.values;
    hal::MeterSample sample;
    sample.valid = source.valid;
    sample.calibrated = source.meter->calibrated();
    sample.frequency = values.frequency;
    for (std::size_t phase = 0; phase < outlet.channels.size(); ++phase) {
        const auto channel = static_cast<std::size_t>(outlet.channels[phase]);
        sample.current[phase] = values.current[channel];
        sample.voltage[phase] = values.voltage[channel];
        sample.power[phase] = values.power[channel];
        sample.power_factor[phase] = values.power_factor[channel];
    }
    sample.energy = outlet.before + source.meter->energy(outlet.channels);
    return sample;
}

}  // namespace devices
