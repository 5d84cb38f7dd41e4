// SPDX-License-Identifier: Apache-2.0
#pragma once
// The value of every key, and Get/ChangeConfiguration on them (OCPP 1.6 5.3, 5.8).

#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/value_type.hpp"
#include "ocpp/config/keys.hpp"
#include "ocpp/wire/core_profile.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::config {

// What the charge point says of itself.
struct Nameplate {
    std::string_view firmware_version{};
    std::string_view hardware_version{};
    std::string_view identity{};
};

// How the factory value of a key is written in a settings file; nothing for a key that is not
// known.
std::optional<shared::ValueType> written_as(std::string_view key);

class Values {
public:
    // Factory values; those that follow from the board and the software are filled in.
    Values(const std::vector<hal::ConnectorInfo>& connectors, const Nameplate& own);

    template <Name name>
    const auto& get() const {
        constexpr auto index = index_of_key<name>;
        static_assert(index < key_count, "no such key in the table");
        return std::get<index>(values_);
    }

    // What the rules of the program decide, beyond access rights and ranges.
    template <Name name, class T>
    void set(T value) {
        std::get<index_of_key<name>>(values_) = std::move(value);
    }

    struct Written {
        wire::ConfigurationStatus status{};
        std::string name;   // as in the table
        std::string value;  // canonical
        std::string why;    // of a refusal, for the journal
    };
    // ChangeConfiguration: names without case; refuses what is read-only or out of range.
    Written write(std::string_view name, std::string_view value);
    // The same for the factory values of a configuration file and for values from the store,
    // where a read-only key is an error, too.
    std::optional<std::string> load(std::string_view name, std::string_view value);

    std::optional<wire::KeyValue> read(std::string_view name) const;
    std::vector<wire::KeyValue> all() const;

private:
    bool acceptable(std::string_view name, std::string_view value) const;
    static bool is_measurands(std::string_view name);
    template <class T>
    Access access_of(const Key<T>& key) const {
        const bool about_sockets = key.name == "UnlockConnectorOnEVSideDisconnect";
        return about_sockets && !has_socket_ ? Access::ReadOnly : key.access;
    }
    template <class T>
    wire::KeyValue key_value(const Key<T>& key, const typename Stored<T>::type& value) const;

    template <class... T>
    static std::tuple<typename Stored<T>::type...> stored_types(const std::tuple<Key<T>...>&);
    decltype(stored_types(keys)) values_;
    std::size_t connector_count_;
    bool has_socket_;
};

// "| key | type | factory value | access | range | meaning |" for the documentation.
std::string key_table();

}  // namespace ocpp::config
