// SPDX-License-Identifier: Apache-2.0
#include "hal-service/sensor_ranges.hpp"

#include "hal-service/control/cable.hpp"
#include "hal-service/control/protection.hpp"
#include "hal-service/devices/analog.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace hal {
namespace {

using Complaints = std::vector<process::Complaint>;

// Every chip shows these; a chip that didn't would have no place in the table of chips.
constexpr bool shows_supply(process::MeterRange range) {
    return range.voltage > severe_over_voltage &&
           range.frequency > units::Millihertz{60'000} + frequency_above;
}
static_assert(shows_supply(process::range_of(process::MeterChip::Atm90e32)));

std::string tenths(std::int64_t thousandths) {
    const auto size = std::llabs(thousandths) / 100;
    return std::string(thousandths < 0 ? "-" : "") + std::to_string(size / 10) + '.' +
           std::to_string(size % 10);
}

std::string key_of(const process::BoardSettings& board, ConnectorId connector,
                   const std::string& member) {
    const bool named =
        std::ranges::find(board.outlets, connector, &process::OutletSettings::connector) !=
        board.outlets.end();
    return named ? process::outlet_path(board, connector) + '.' + member
                 : "connector " + std::to_string(connector);
}

// A reading at the end of the range counts as more than every limit, so that over-current is seen
// as long as the rating itself lies within.
void check_meter(const process::BoardSettings& board, const ConnectorInfo& info,
                 Complaints& complaints) {
    const auto most = board.outlet(info.id).meter_range.current;
    if (info.max_current < most) return;
    complaints.push_back({key_of(board, info.id, "meter"),
                          "its meter shows at most " + tenths(most.count) +
                              " A, and max_current is " + tenths(info.max_current.count) + " A"});
}

void check_pilot(const process::AdcWiring& adc, const process::PilotWiring& pilot,
                 const std::string& key, Complaints& complaints) {
    const auto level = [&](std::int64_t code) {
        return devices::pilot_level(
            devices::pin_microvolts(code, process::adc_codes, adc.reference), pilot);
    };
    const auto least = level(0);
    const auto most = level(process::adc_codes - 1);
    if (most > greatest_rail && least < units::Millivolts{} - greatest_rail) return;
    complaints.push_back({key, "with this gain and centre the ADC sees " + tenths(least.count) +
                                   " to " + tenths(most.count) + " V of the pilot, and " +
                                   tenths(-greatest_rail.count) + " to " +
                                   tenths(greatest_rail.count) + " V are needed"});
}

// Resistors of IEC 61851-1 Table B.2 with their tolerance of 3 %, none, a short, and one between.
constexpr std::array<std::int64_t, 11> cables{
    0, 97, 103, 214, 226, 660, 700, 1455, 1545, 3000, proximity_open_ohms};
constexpr std::int64_t adc_error = 4;  // codes

void check_proximity(const process::AdcWiring& adc, const process::ProximityWiring& wiring,
                     const std::string& key, Complaints& complaints) {
    for (const auto ohms : cables) {
        const auto microvolts = wiring.pull_up.count * 1000 * ohms / (ohms + wiring.pull_up_ohms);
        const auto ideal = microvolts * process::adc_codes / (adc.reference.count * 1000);
        for (const auto error : {-adc_error, adc_error}) {
            const auto code = std::clamp<std::int64_t>(ideal + error, 0, process::adc_codes - 1);
            const auto seen = devices::proximity_ohms(
                devices::pin_microvolts(code, process::adc_codes, adc.reference), wiring);
            if (proximity(seen) == proximity(ohms)) continue;
            return complaints.push_back(
                {key, "the ADC shows " + std::to_string(seen) + " ohms for a cable of " +
                          (ohms == proximity_open_ohms ? "none" : std::to_string(ohms)) +
                          ": pull-up and reference don't fit"});
        }
    }
}

}  // namespace

Complaints check_sensor_ranges(const process::BoardSettings& board,
                               const std::vector<ConnectorInfo>& connectors) {
    Complaints complaints;
    for (const auto& info : connectors) check_meter(board, info, complaints);
    for (const auto& outlet : board.outlets) {
        if (!board.wiring.adc) break;
        const auto key = process::outlet_path(board, outlet.connector);
        const auto& wiring = outlet.wiring;
        if (wiring.pilot) check_pilot(*board.wiring.adc, *wiring.pilot, key + ".pilot", complaints);
        if (wiring.proximity)
            check_proximity(*board.wiring.adc, *wiring.proximity, key + ".proximity", complaints);
    }
    return complaints;
}

}  // namespace hal
