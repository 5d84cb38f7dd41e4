// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/reports/samples.hpp"

#include "ocpp/config/keys/current.hpp"
#include "ocpp/config/keys/reports.hpp"
#include "ocpp/config/phase_rotation.hpp"

#include <algorithm>
#include <array>

namespace ocpp::features {
namespace {

using wire::Location;
using wire::Measurand;
using wire::Phase;
using wire::SampledValue;
using wire::UnitOfMeasure;

constexpr std::array phases{Phase::L1, Phase::L2, Phase::L3};
constexpr std::array to_neutral{Phase::L1N, Phase::L2N, Phase::L3N};
constexpr std::int64_t zero_celsius = 273'150;  // mK

// A count of 10^-digits as decimal text; `shown` digits of them.
std::string decimal(std::int64_t count, int digits, int shown) {
    for (; digits > shown; --digits) count /= 10;
    std::string text = std::to_string(count < 0 ? -count : count);
    if (digits > 0) {
        if (text.size() <= static_cast<std::size_t>(digits))
            text.insert(0, static_cast<std::size_t>(digits) + 1 - text.size(), '0');
        text.insert(text.size() - static_cast<std::size_t>(digits), 1, '.');
    }
    return count < 0 ? '-' + text : text;
}

// Converts values of the connector's phases to the phases of the grid.
hal::Reading on_grid(const hal::Reading& reading, const config::PhaseOrder& order) {
    auto turned = reading;
    for (std::size_t i = 0; i < order.size(); ++i) {
        turned.voltage[order[i]] = reading.voltage[i];
        turned.current[order[i]] = reading.current[i];
        turned.power[order[i]] = reading.power[i];
    }
    return turned;
}

class Collector {
public:
    // `wired`: the phases that are told, also while fewer are switched through. Whoever puts
    // samples together would else go on with the last values of the others.
    Collector(const hal::Reading& reading, int wired, const config::PhaseOrder& order,
              wire::ReadingContext context, Carrier carrier)
        : reading_(on_grid(reading, order)),
          wired_(wired),
          only_(order[0]),
          context_(context),
          kelvin_(carrier == Carrier::StopTransaction) {}

    void add(const config::MeasurandChoice& choice) {
        switch (choice.measurand) {
            case Measurand::EnergyActiveImportRegister:
                return value(choice.measurand,
                             decimal(units::whole_watt_hours(reading_.energy).count, 0, 0),
                             UnitOfMeasure::Wh);
            case Measurand::PowerActiveImport: return power(choice);
            case Measurand::CurrentImport: return current(choice);
            case Measurand::CurrentOffered:
                return value(choice.measurand, decimal(reading_.offered.count, 3, 1),
                             UnitOfMeasure::A);
            case Measurand::PowerOffered: {
                const auto offered =
                    units::power_for(reading_.offered, units::nominal_voltage, reading_.phases);
                return value(choice.measurand, decimal(offered.count, 0, 0), UnitOfMeasure::W);
            }
            case Measurand::Voltage: return voltage(choice);
            // Hz is no unit of OCPP 1.6: no unit means hertz (errata 4.0, 3.84).
            case Measurand::Frequency:
                return value(choice.measurand, decimal(reading_.frequency.count, 3, 2),
                             std::nullopt);
            case Measurand::Temperature: return temperatures();
            default: return;
        }
    }
    std::vector<SampledValue> take() { return std::move(values_); }

private:
    void value(Measurand measurand, std::string text, std::optional<UnitOfMeasure> unit,
               std::optional<Phase> phase = {}, Location location = Location::Outlet) {
        // A list may name a measurand both whole and by its phases.
        if (std::any_of(values_.begin(), values_.end(), [&](const SampledValue& told) {
                return told.measurand == measurand && told.phase == phase &&
                       told.location == location;
            }))
            return;
        values_.push_back({.value = std::move(text),
                           .context = context_,
                           .format = {},
                           .measurand = measurand,
                           .phase = phase,
                           .location = location,
                           .unit = unit});
    }
    bool wanted(const config::MeasurandChoice& choice, std::size_t phase) const {
        if (choice.phase) return *choice.phase == phases[phase];
        return wired_ == 3 || phase == only_;
    }
    void power(const config::MeasurandChoice& choice) {
        std::int64_t total = 0;
        for (const auto watts : reading_.power) total += watts.count;
        if (!choice.phase) value(choice.measurand, decimal(total, 0, 0), UnitOfMeasure::W);
        if (!choice.phase && wired_ == 1) return;
        for (std::size_t i = 0; i < phases.size(); ++i)
            if (wanted(choice, i))
                value(choice.measurand, decimal(reading_.power[i].count, 0, 0), UnitOfMeasure::W,
                      phases[i]);
    }
    // Without a phase it is the highest of the phases: the one that compares with what is offered.
    void current(const config::MeasurandChoice& choice) {
        const auto highest = *std::max_element(reading_.current.begin(), reading_.current.end());
        if (!choice.phase) value(choice.measurand, decimal(highest.count, 3, 2), UnitOfMeasure::A);
        for (std::size_t i = 0; i < phases.size(); ++i)
            if (wanted(choice, i))
                value(choice.measurand, decimal(reading_.current[i].count, 3, 2), UnitOfMeasure::A,
                      phases[i]);
    }
    void voltage(const config::MeasurandChoice& choice) {
        for (std::size_t i = 0; i < phases.size(); ++i)
            if (wanted(choice, i))
                value(choice.measurand, decimal(reading_.voltage[i].count, 3, 1), UnitOfMeasure::V,
                      to_neutral[i]);
    }
    void temperatures() {
        const std::array places{std::pair{reading_.outlet_temperature, Location::Outlet},
                                std::pair{reading_.body_temperature, Location::Body},
                                std::pair{reading_.inlet_temperature, Location::Inlet}};
        for (const auto& [temperature, location] : places)
            if (temperature)
                value(Measurand::Temperature,
                      decimal(temperature->count + (kelvin_ ? zero_celsius : 0), 3, 3),
                      kelvin_ ? UnitOfMeasure::K : UnitOfMeasure::Celsius, {}, location);
    }

    hal::Reading reading_;
    int wired_;
    std::size_t only_;  // the phase that a single one is
    wire::ReadingContext context_;
    bool kelvin_;
    std::vector<SampledValue> values_;
};

}  // namespace

std::optional<wire::MeterValue> sample(const config::Values& config, const hal::Reading& reading,
                                       const std::vector<config::MeasurandChoice>& choices,
                                       wire::ReadingContext context, core::Instant at,
                                       Carrier carrier) {
    const auto order =
        config::phase_order(config.get(keys::connector_phase_rotation), reading.connector);
    const auto& installed = config.get(keys::installation_phases);
    const int wired = std::min(installed[0], installed[reading.connector]);
    Collector collector(reading, wired, order, context, carrier);
    for (const auto& choice : choices) collector.add(choice);
    wire::MeterValue value{.timestamp = {at}, .sampled_value = {}};
    for (auto& item : collector.take()) value.sampled_value.push_back(std::move(item));
    if (value.sampled_value.empty()) return std::nullopt;
    return value;
}

std::vector<config::MeasurandChoice> data_choices(const config::Values& config) {
    std::vector<config::MeasurandChoice> all;
    for (const std::string_view list : {std::string_view(config.get(keys::stop_txn_sampled_data)),
                                        std::string_view(config.get(keys::stop_txn_aligned_data))})
        for (const auto& choice :
             config::measurands_from(list).value_or(std::vector<config::MeasurandChoice>{}))
            if (std::find(all.begin(), all.end(), choice) == all.end()) all.push_back(choice);
    return all;
}

}  // namespace ocpp::features
