// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/values.hpp"

#include "ocpp/config/key_table.hpp"
#include "ocpp/config/keys/current.hpp"
#include "ocpp/config/keys/drivers.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/config/keys/security.hpp"
#include "ocpp/config/keys/station.hpp"
#include "ocpp/config/keys/text.hpp"
#include "ocpp/wire/types.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <numeric>

namespace ocpp::config {
namespace {

using Connectors = std::vector<hal::ConnectorInfo>;

template <class T>
ValueOf<T> factory_value(const Key<T>& key, const Connectors&) {
    return key.fallback;
}
std::string factory_value(const Key<List>& key, const Connectors&) {
    return std::string(key.fallback.fallback);
}
std::string factory_value(const Key<Text>& key, const Connectors&) {
    return std::string(key.fallback.fallback);
}
PerConnector factory_value(const Key<Each>& key, const Connectors& connectors) {
    return {key.fallback, connectors};
}

bool is_control(char c) { return (c >= '\0' && c < ' ') || c == '\x7F'; }

bool take(const Key<bool>& key, bool& value, std::string_view text) {
    const auto parsed = bool_from(text);
    if (!parsed || *parsed < (key.min != 0)) return false;
    value = *parsed;
    return true;
}

bool take_number(const KeyRow& key, std::int32_t& value, std::string_view text) {
    const auto parsed = int_from(text);
    if (!parsed || *parsed < key.min || *parsed > key.max) return false;
    value = *parsed;
    return true;
}

bool take(const Key<int>& key, int& value, std::string_view text) {
    return take_number(key, value, text);
}

bool take(const Key<seconds>& key, seconds& value, std::string_view text) {
    std::int32_t count = 0;
    if (!take_number(key, count, text)) return false;
    value = seconds{count};
    return true;
}

bool take(const Key<List>& key, std::string& value, std::string_view text) {
    const auto elements = split_list(text);
    if (elements.size() > static_cast<std::size_t>(key.max)) return false;
    value.clear();
    // An empty element stays one, wherever it is: the check of the key refuses it.
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i > 0) value += ',';
        value += elements[i];
    }
    return true;
}

bool take(const Key<Text>& key, std::string& value, std::string_view text) {
    if (text.size() < static_cast<std::size_t>(key.min) ||
        text.size() > static_cast<std::size_t>(key.max) ||
        (!key.rules.any_character && std::any_of(text.begin(), text.end(), is_control)))
        return false;
    value = text;
    return true;
}

bool take(const Key<Each>&, PerConnector& value, std::string_view text) {
    return !value.write(text);
}

// The values that a key takes, as a person is told them.
std::string taken_by(const KeyRow& key) {
    const auto range = std::to_string(key.min) + " to " + std::to_string(key.max);
    switch (key.kind) {
        case Kind::Bool: return key.min != 0 ? "true" : "true or false";
        case Kind::Int:
            return range + (key.rules.unit.empty() ? "" : " ") + std::string(key.rules.unit);
        case Kind::Seconds: return range + " s";
        case Kind::List: return "at most " + std::to_string(key.max) + " elements";
        case Kind::Text:
        case Kind::Each: break;
    }
    if (key.rules.any_character) return range + " bytes";
    return range + " characters, none of them a control character";
}

Installation installation_of(const Connectors& connectors) {
    return {connectors.size(),
            std::any_of(connectors.begin(), connectors.end(), [](const auto& connector) {
                return connector.type == hal::ConnectorType::Type2Socket;
            })};
}

}  // namespace

Values::Values(std::span<const KeyRef> keys, const Connectors& connectors)
    : by_address_(keys.size()), installation_(installation_of(connectors)) {
    slots_.reserve(keys.size());
    for (const auto* key : keys)
        slots_.push_back({key, visit_key(*key, [&](const auto& typed) {
                              return Value{factory_value(typed, connectors)};
                          })});
    std::iota(by_address_.begin(), by_address_.end(), std::uint16_t{0});
    std::sort(by_address_.begin(), by_address_.end(),
              [this](auto a, auto b) { return std::less<>{}(slots_[a].key, slots_[b].key); });
}

Values::Values(const Connectors& connectors, const Nameplate& own)
    : Values(all_keys(), connectors) {
    if (!installation_.has_socket) set(keys::unlock_connector_on_ev_side_disconnect, false);
    set(keys::number_of_connectors, static_cast<int>(connectors.size()));
    set(keys::firmware_version, std::string(own.firmware_version));
    set(keys::hardware_version, std::string(own.hardware_version));
    set(keys::charge_point_id, std::string(own.identity));
    set(keys::supported_file_transfer_protocols, std::string(own.transfer_protocols));
    const bool switches = get(keys::max_phases)[0] == 3;
    set(keys::connector_switch_3to1_phase_supported, switches);
    set(keys::ac_phase_switching_supported, switches);
}

const Values::Slot& Values::slot(const KeyRow& key) const {
    const auto found = std::lower_bound(
        by_address_.begin(), by_address_.end(), &key,
        [this](auto index, KeyRef wanted) { return std::less<>{}(slots_[index].key, wanted); });
    assert(found != by_address_.end() && slots_[*found].key == &key);
    return slots_[*found];
}

Values::Slot& Values::slot(const KeyRow& key) {
    return const_cast<Slot&>(std::as_const(*this).slot(key));
}

Values::Slot* Values::slot_of(std::string_view name) {
    const auto found = std::find_if(slots_.begin(), slots_.end(), [name](const Slot& slot) {
        return wire::compare_ignoring_case(slot.key->name, name) == 0;
    });
    return found == slots_.end() ? nullptr : &*found;
}

Access Values::access_of(const KeyRow& key) const {
    const auto condition = key.rules.read_only_when;
    return condition != nullptr && condition(installation_) ? Access::ReadOnly : key.access;
}

std::string Values::text_of(const Slot& slot) {
    return std::visit([](const auto& value) { return config::text_of(value); }, slot.value);
}

wire::KeyValue Values::key_value(const Slot& slot) const {
    wire::KeyValue named{
        {std::string(slot.key->name)}, access_of(*slot.key) == Access::ReadOnly, {}};
    if (!slot.key->rules.secret) named.value = shared::Text<500>{text_of(slot)};
    return named;
}

Values::Written Values::write(std::string_view name, std::string_view value) {
    auto* const slot = slot_of(name);
    if (slot == nullptr)
        return {wire::ConfigurationStatus::NotSupported, nullptr, std::string(name),
                std::string(value), "is not a key"};
    const auto& key = *slot->key;
    const auto refused = [&](std::string why) {
        return Written{wire::ConfigurationStatus::Rejected, &key, std::string(key.name),
                       std::string(value), std::move(why)};
    };
    if (access_of(key) == Access::ReadOnly) return refused("is read-only");
    auto candidate = slot->value;
    const bool taken = visit_key(key, [&]<class T>(const Key<T>& typed) {
        return take(typed, std::get<ValueOf<T>>(candidate), value);
    });
    if (!taken && key.kind == Kind::Each)
        return refused(*std::get<PerConnector>(std::move(candidate)).write(value));
    if (!taken) return refused("takes " + taken_by(key));
    if (key.rules.check != nullptr) {
        auto judged = key.rules.check(std::get<std::string>(std::move(candidate)), installation_);
        if (!judged) return refused(judged.error());
        candidate = *std::move(judged);
    }
    slot->value = std::move(candidate);
    return {wire::ConfigurationStatus::Accepted, &key, std::string(key.name), text_of(*slot), {}};
}

std::optional<std::string> Values::load(std::string_view name, std::string_view value) {
    if (const auto* slot = slot_of(name);
        slot != nullptr && slot->key->rules.keep == Keep::ThisRun && text_of(*slot) != value)
        return std::string(name) + ": is " + text_of(*slot) + " whenever the program starts";
    const auto written = write(name, value);
    if (written.status == wire::ConfigurationStatus::Accepted) return std::nullopt;
    return std::string(name) + ": " + written.why;
}

std::optional<wire::KeyValue> Values::read(std::string_view name) const {
    const auto found = std::find_if(slots_.begin(), slots_.end(), [name](const Slot& slot) {
        return wire::compare_ignoring_case(slot.key->name, name) == 0;
    });
    if (found == slots_.end()) return std::nullopt;
    return key_value(*found);
}

void Values::keep_what_outlives_factory_reset(const Values& before) {
    for (auto& slot : slots_)
        if (slot.key->rules.outlives_factory_reset) slot.value = before.slot(*slot.key).value;
}

std::vector<wire::KeyValue> Values::all() const {
    std::vector<wire::KeyValue> list;
    list.reserve(slots_.size());
    for (const auto& slot : slots_) list.push_back(key_value(slot));
    return list;
}

}  // namespace ocpp::config
