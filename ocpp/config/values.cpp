// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/values.hpp"

#include "hal-service/shared/levels.hpp"
#include "ocpp/config/measurands.hpp"
#include "ocpp/config/phase_rotation.hpp"
#include "ocpp/config/text.hpp"
#include "ocpp/wire/types.hpp"

#include <algorithm>
#include <array>

namespace ocpp::config {
namespace {

using Connectors = std::vector<hal::ConnectorInfo>;

template <class T>
typename Stored<T>::type factory_value(const Key<T>& key, const Connectors&) {
    return key.fallback;
}
std::string factory_value(const Key<Csl>& key, const Connectors&) {
    return std::string(key.fallback.fallback);
}
std::string factory_value(const Key<Free>& key, const Connectors&) {
    return std::string(key.fallback.fallback);
}
PerConnector factory_value(const Key<Each>& key, const Connectors& connectors) {
    return {key.fallback, connectors};
}

// Calls `action` with the row and the value of the key of that name; false when there is none.
template <class Tuple, class Action>
bool with_key(std::string_view name, Tuple& values, Action action) {
    bool found = false;
    auto visit = [&]<std::size_t I>() {
        if (found || wire::compare_ignoring_case(std::get<I>(keys).name, name) != 0) return;
        found = true;
        action(std::get<I>(keys), std::get<I>(values));
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) { (visit.template operator()<I>(), ...); }
    (std::make_index_sequence<key_count>{});
    return found;
}

template <class T>
constexpr shared::ValueType written_as(const Key<T>&) {
    if constexpr (std::is_same_v<T, bool>) return shared::ValueType::Boolean;
    if constexpr (std::is_same_v<T, int> || std::is_same_v<T, seconds>)
        return shared::ValueType::WholeNumber;
    return shared::ValueType::Text;
}

bool take(const Key<bool>& key, bool& value, std::string_view text) {
    const auto parsed = bool_from(text);
    if (!parsed || *parsed < (key.min != 0)) return false;
    value = *parsed;
    return true;
}

bool take(const Key<int>& key, int& value, std::string_view text) {
    const auto parsed = int_from(text);
    if (!parsed || *parsed < key.min || *parsed > key.max) return false;
    value = *parsed;
    return true;
}

bool take(const Key<seconds>& key, seconds& value, std::string_view text) {
    const auto parsed = int_from(text);
    if (!parsed || *parsed < key.min || *parsed > key.max) return false;
    value = seconds{*parsed};
    return true;
}

bool take(const Key<Csl>& key, std::string& value, std::string_view text) {
    const auto elements = split_list(text);
    if (elements.size() > static_cast<std::size_t>(key.max)) return false;
    value.clear();
    for (const auto element : elements) {
        if (!value.empty()) value += ',';
        value += element;
    }
    return true;
}

bool take(const Key<Free>& key, std::string& value, std::string_view text) {
    if (text.size() < static_cast<std::size_t>(key.min) ||
        text.size() > static_cast<std::size_t>(key.max))
        return false;
    value = text;
    return true;
}

bool take(const Key<Each>&, PerConnector& value, std::string_view text) {
    return !value.write(text);
}

// The user of Basic authentication ends at a ':' (RFC 7617, 2).
bool is_identity(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c >= ' ' && c <= '~' && c != ':'; });
}

constexpr std::string_view type_of(const Key<bool>&) { return "bool"; }
constexpr std::string_view type_of(const Key<int>&) { return "int"; }
constexpr std::string_view type_of(const Key<seconds>&) { return "seconds"; }
constexpr std::string_view type_of(const Key<Csl>&) { return "list"; }
constexpr std::string_view type_of(const Key<Free>&) { return "text"; }
constexpr std::string_view type_of(const Key<Each>&) { return "per connector"; }

template <class T>
std::string range_of(const Key<T>& key) {
    if constexpr (std::is_same_v<T, bool>) return key.min != 0 ? "true" : "";
    if constexpr (std::is_same_v<T, Csl>) return "at most " + std::to_string(key.max);
    if constexpr (std::is_same_v<T, Each>) {
        constexpr std::array ranges{"0..MaxCurrent", "1, 3", "L1, L123", ""};
        return ranges[static_cast<std::size_t>(key.fallback)];
    } else {
        return std::to_string(key.min) + ".." + std::to_string(key.max);
    }
}

template <class T>
std::string fallback_of(const Key<T>& key) {
    if constexpr (std::is_same_v<T, Each>) {
        if (key.fallback == Each::Amps) return "MaxCurrent";
        return key.fallback == Each::Switch ? "false" : "MaxPhases";
    } else {
        return text_of(factory_value(key, {}));
    }
}

}  // namespace

std::optional<shared::ValueType> written_as(std::string_view key) {
    std::optional<shared::ValueType> type;
    with_key(key, keys, [&](const auto& row, const auto&) { type = written_as(row); });
    return type;
}

Values::Values(const std::vector<hal::ConnectorInfo>& connectors, const Nameplate& own)
    : values_(std::apply(
          [&](const auto&... key) { return std::tuple{factory_value(key, connectors)...}; }, keys)),
      connector_count_(connectors.size()),
      has_socket_(std::any_of(connectors.begin(), connectors.end(), [](const auto& connector) {
          return connector.type == hal::ConnectorType::Type2Socket;
      })) {
    if (!has_socket_) set<"UnlockConnectorOnEVSideDisconnect">(false);
    set<"NumberOfConnectors">(static_cast<int>(connectors.size()));
    set<"FirmwareVersion">(std::string(own.firmware_version));
    set<"HardwareVersion">(std::string(own.hardware_version));
    set<"ChargePointID">(std::string(own.identity));
    const bool switches = get<"MaxPhases">()[0] == 3;
    set<"ConnectorSwitch3to1PhaseSupported">(bool{switches});
    set<"ACPhaseSwitchingSupported">(bool{switches});
}

template <class T>
wire::KeyValue Values::key_value(const Key<T>& key, const typename Stored<T>::type& value) const {
    return {{std::string(key.name)},
            access_of(key) == Access::ReadOnly,
            shared::Text<500>{text_of(value)}};
}

bool Values::is_measurands(std::string_view name) {
    return name.starts_with("MeterValues") || name.starts_with("StopTxn");
}

bool Values::acceptable(std::string_view name, std::string_view value) const {
    if (name == "ConnectorPhaseRotation") return is_phase_rotation(value, connector_count_);
    if (name == "ChargePointID") return is_identity(value);
    if (name == "RfidTagFreeCharging") return true;
    if (name == "RemoteDebug") return bool(shared::parse_levels(value, shared::remote_levels));
    return measurands_from(value).has_value();
}

Values::Written Values::write(std::string_view name, std::string_view value) {
    Written result{wire::ConfigurationStatus::NotSupported, std::string(name), std::string(value),
                   "is not a key"};
    with_key(name, values_, [&](const auto& key, auto& stored) {
        result.name = key.name;
        result.status = wire::ConfigurationStatus::Rejected;
        if (access_of(key) == Access::ReadOnly) {
            result.why = "is read-only";
            return;
        }
        auto candidate = stored;
        if (!take(key, candidate, value)) {
            result.why = "takes a " + std::string(type_of(key)) + ' ' + range_of(key);
            return;
        }
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(stored)>, std::string>) {
            if (!acceptable(key.name, candidate)) {
                result.why = "has a part that this charge point does not know";
                return;
            }
            if (is_measurands(key.name)) candidate = without_duplicates(candidate);
        }
        stored = std::move(candidate);
        result = {wire::ConfigurationStatus::Accepted, std::string(key.name), text_of(stored), {}};
    });
    return result;
}

std::optional<std::string> Values::load(std::string_view name, std::string_view value) {
    const auto before = read(name);
    if (before && !is_kept(before->key.value) && before->value->value != value)
        return std::string(name) + ": is " + before->value->value + " whenever the program starts";
    const auto written = write(name, value);
    if (written.status == wire::ConfigurationStatus::Accepted) return std::nullopt;
    return std::string(name) + ": " + written.why;
}

std::optional<wire::KeyValue> Values::read(std::string_view name) const {
    std::optional<wire::KeyValue> found;
    with_key(name, values_,
             [&](const auto& key, const auto& stored) { found = this->key_value(key, stored); });
    return found;
}

std::vector<wire::KeyValue> Values::all() const {
    std::vector<wire::KeyValue> list;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (list.push_back(this->key_value(std::get<I>(keys), std::get<I>(values_))), ...);
    }
    (std::make_index_sequence<key_count>{});
    return list;
}

std::string key_table() {
    std::string table =
        "| key | type | factory value | access | range | meaning |\n|---|---|---|---|---|---|\n";
    auto row = [&table](const auto& key) {
        table += "| " + std::string(key.name) + " | " + std::string(type_of(key)) + " | " +
                 fallback_of(key) + " | " + (key.access == Access::ReadOnly ? "R" : "RW") + " | " +
                 range_of(key) + " | " + std::string(key.about) + " |\n";
    };
    std::apply([&](const auto&... key) { (row(key), ...); }, keys);
    return table;
}

}  // namespace ocpp::config
