// SPDX-License-Identifier: Apache-2.0
#include "hal-service/technician/calibration.hpp"

#include <cstdlib>

namespace hal {
namespace {

using Failed = std::optional<std::string>;

constexpr std::int64_t greatest_word = 0xFFFF;

process::MeterWords* find(process::MeterCalibration& words, process::Gain gain) {
    for (auto& word : words.words)
        if (word.kind->gain == gain) return &word.values;
    return nullptr;
}

template <class Quantity>
Failed correct(process::MeterWords* gains, std::size_t channel, Quantity measured,
               Quantity reference, Quantity least) {
    if (gains == nullptr) return "cannot be corrected: this meter chip has no word for it";
    auto& gain = (*gains)[channel];
    if (measured < least || reference < least) return "shows too little to be compared";
    const auto difference = std::llabs(measured.count - reference.count) * 1000;
    if (difference > reference.count * most_correction_per_mille)
        return "is too far off for a matter of calibration";
    const auto word = (gain * reference.count + measured.count / 2) / measured.count;
    if (word > greatest_word) return "would need a gain that is no word";
    gain = static_cast<std::uint16_t>(word);
    return std::nullopt;
}

}  // namespace

shared::Result<process::MeterCalibration, std::string> recalibrated(
    const process::MeterCalibration& words, const std::vector<int>& channels,
    const Measured& measured, const Reference& reference) {
    auto better = words;
    for (std::size_t phase = 0; phase < reference.voltage.size(); ++phase) {
        const auto volts = reference.voltage[phase];
        const auto amps = reference.current[phase];
        if (!volts && !amps) continue;
        const auto name = 'L' + std::to_string(phase + 1);
        if (phase >= channels.size()) return shared::Failure{name + " is not measured here"};
        const auto channel = static_cast<std::size_t>(channels[phase]);
        Failed failed;
        if (volts)
            failed = correct(find(better, process::Gain::Voltage), channel, measured.voltage[phase],
                             *volts, least_calibration_voltage);
        if (failed) return shared::Failure{"the voltage of " + name + ' ' + *failed};
        if (amps)
            failed = correct(find(better, process::Gain::Current), channel, measured.current[phase],
                             *amps, least_calibration_current);
        if (failed) return shared::Failure{"the current of " + name + ' ' + *failed};
    }
    better.checksum = process::checksum_of(better);
    return better;
}

}  // namespace hal
