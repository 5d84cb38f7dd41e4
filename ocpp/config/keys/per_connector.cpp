// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/keys/per_connector.hpp"

#include "ocpp/config/keys/key.hpp"
#include "ocpp/config/keys/text.hpp"

#include <algorithm>

namespace ocpp::config {
namespace {

// "16", "16.5": milliamps. Digits behind the first are cut, so that a limit never becomes a higher
// one.
std::optional<std::int32_t> milliamps_from(std::string_view text) {
    constexpr std::size_t most_digits = 4;
    constexpr std::size_t most_decimals = 9;
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    if (!digits_only(whole) || whole.size() > most_digits) return std::nullopt;
    std::int32_t milliamps = *int_from(whole) * 1000;
    if (dot == std::string_view::npos) return milliamps;
    const auto fraction = text.substr(dot + 1);
    if (!digits_only(fraction) || fraction.size() > most_decimals) return std::nullopt;
    return milliamps + *int_from(fraction.substr(0, 1)) * 100;
}

std::optional<std::int32_t> phases_from(std::string_view text) {
    if (text == "L1") return 1;
    if (text == "L123") return 3;
    return std::nullopt;
}

std::string text_of_amps(std::int32_t milliamps) {
    std::string text = std::to_string(milliamps / 1000);
    if (milliamps % 1000 != 0) text += '.' + std::to_string(milliamps % 1000 / 100);
    return text;
}

}  // namespace

PerConnector::PerConnector(Each each, const std::vector<hal::ConnectorInfo>& connectors)
    : each_(each), most_{0} {
    for (const auto& connector : connectors) {
        std::int32_t most = 1;
        if (each == Each::Amps) most = static_cast<std::int32_t>(connector.max_current.count);
        if (each == Each::PhaseCount || each == Each::PhaseSet) most = connector.phases;
        most_.push_back(most);
    }
    most_[0] = *std::max_element(most_.begin(), most_.end());
    values_ = each == Each::Switch ? std::vector<std::int32_t>(most_.size()) : most_;
}

std::optional<std::int32_t> PerConnector::value_from(std::string_view text,
                                                     std::size_t connector) const {
    std::optional<std::int32_t> value;
    switch (each_) {
        case Each::Amps: value = milliamps_from(text); break;
        case Each::PhaseCount:
            if (text == "1" || text == "3") value = *int_from(text);
            break;
        case Each::PhaseSet:
            // All phases of an outlet that has one are that one.
            if (const auto phases = phases_from(text)) value = std::min(*phases, most_[connector]);
            break;
        case Each::Switch:
            if (const auto on = bool_from(text)) value = *on ? 1 : 0;
            break;
    }
    return value && *value <= most_[connector] ? value : std::nullopt;
}

std::string PerConnector::taken_by(std::size_t connector) const {
    const auto most = most_[connector];
    switch (each_) {
        case Each::Amps: return "0 to " + text_of_amps(most) + " A";
        case Each::PhaseCount: return most == 1 ? "1" : "1 or 3";
        case Each::PhaseSet: return "L1 or L123";
        case Each::Switch: break;
    }
    return "true or false";
}

std::optional<std::string> PerConnector::write(std::string_view text) {
    auto values = values_;
    std::vector<bool> named(values.size());
    const auto elements = split_list(text);
    if (elements.empty()) return "names no connector";
    for (const auto element : elements) {
        const auto dot = element.find('.');
        const auto connector =
            digits_only(element.substr(0, dot)) ? int_from(element.substr(0, dot)) : std::nullopt;
        if (dot == std::string_view::npos || !connector ||
            static_cast<std::size_t>(*connector) >= values.size())
            return "has \"" + std::string(element) + "\", which is no connector from 0 to " +
                   std::to_string(values.size() - 1) + ", a point and its value";
        const auto index = static_cast<std::size_t>(*connector);
        if (named[index]) return "names connector " + std::to_string(index) + " twice";
        named[index] = true;
        const auto value = value_from(element.substr(dot + 1), index);
        if (!value)
            return "has \"" + std::string(element) + "\", and connector " + std::to_string(index) +
                   " takes " + taken_by(index);
        values[index] = *value;
    }
    values_ = std::move(values);
    return std::nullopt;
}

std::string PerConnector::text() const {
    std::string text;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        if (i > 0) text += ',';
        text += std::to_string(i) + '.';
        switch (each_) {
            case Each::Amps: text += text_of_amps(values_[i]); break;
            case Each::PhaseCount: text += std::to_string(values_[i]); break;
            case Each::PhaseSet: text += values_[i] == 1 ? "L1" : "L123"; break;
            case Each::Switch: text += text_of(values_[i] != 0); break;
        }
    }
    return text;
}

}  // namespace ocpp::config
