// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/measurands.hpp"

#include "ocpp/config/keys/text.hpp"

#include <algorithm>
#include <array>

namespace ocpp::config {
namespace {

using wire::Measurand;

struct Measured {
    Measurand measurand;
    bool by_phase;
};
constexpr std::array measured{
    Measured{Measurand::EnergyActiveImportRegister, false},
    Measured{Measurand::PowerActiveImport, true},
    Measured{Measurand::CurrentImport, true},
    Measured{Measurand::CurrentOffered, false},
    Measured{Measurand::PowerOffered, false},
    Measured{Measurand::Voltage, true},
    Measured{Measurand::Frequency, false},
    Measured{Measurand::Temperature, false},
};

const Measured* find_measured(std::string_view name) {
    const auto found = std::find_if(measured.begin(), measured.end(), [name](const Measured& m) {
        return shared::name_of(m.measurand) == name;
    });
    return found == measured.end() ? nullptr : &*found;
}

std::optional<MeasurandChoice> choice_from(std::string_view element) {
    if (const auto* whole = find_measured(element)) return MeasurandChoice{whole->measurand, {}};
    const auto dot = element.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto* part = find_measured(element.substr(0, dot));
    const auto phase = shared::enum_from<wire::Phase>(element.substr(dot + 1));
    if (part == nullptr || !part->by_phase || !phase || *phase > wire::Phase::L3)
        return std::nullopt;
    return MeasurandChoice{part->measurand, phase};
}

}  // namespace

std::optional<std::vector<MeasurandChoice>> measurands_from(std::string_view list) {
    std::vector<MeasurandChoice> choices;
    for (const auto element : split_list(list)) {
        const auto choice = choice_from(element);
        if (!choice) return std::nullopt;
        choices.push_back(*choice);
    }
    return choices;
}

std::string without_duplicates(std::string_view list) {
    std::vector<std::string_view> named;
    std::string once;
    for (const auto element : split_list(list)) {
        if (std::find(named.begin(), named.end(), element) != named.end()) continue;
        named.push_back(element);
        if (!once.empty()) once += ',';
        once += element;
    }
    return once;
}

std::vector<MeasurandChoice> default_measurands() {
    return {{Measurand::EnergyActiveImportRegister, {}}};
}

}  // namespace ocpp::config
