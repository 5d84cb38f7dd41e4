// SPDX-License-Identifier: Apache-2.0
#pragma once
// The value of every key, and Get/ChangeConfiguration on them (OCPP 1.6 5.3, 5.8).

#include "hal-service/shared/hardware_words.hpp"
#include "hal-service/shared/messages.hpp"
#include "ocpp/config/keys/key.hpp"
#include "ocpp/wire/core_profile.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ocpp::config {

// The values of keys that describe the charge point itself.
struct Nameplate {
    std::string_view firmware_version{};
    std::string_view hardware_version{};
    std::string_view identity{};
    std::string_view transfer_protocols{};
};

class Values {
public:
    // Factory values; those that follow from the board and the software are filled in.
    Values(const std::vector<hal::ConnectorInfo>& connectors, const Nameplate& own);
    // Takes other keys than those of the program.
    Values(std::span<const KeyRef> keys, const std::vector<hal::ConnectorInfo>& connectors);

    template <class T>
    const ValueOf<T>& get(const Key<T>& key) const {
        return std::get<ValueOf<T>>(slot(key).value);
    }

    // Sets a value that a rule of the program decides, whatever access rights and ranges say.
    template <class T>
    void set(const Key<T>& key, ValueOf<T> value) {
        slot(key).value = std::move(value);
    }

    struct Written {
        wire::ConfigurationStatus status{};
        const KeyRow* key = nullptr;  // null: there is no such key
        std::string name;             // as in the table
        std::string value;            // canonical
        std::string why;              // why it was refused, for the journal
    };
    // ChangeConfiguration: names without case; refuses what is read-only or out of range.
    Written write(std::string_view name, std::string_view value);
    // Takes a factory value of a configuration file or a value from the store, where a read-only
    // key is an error, too; returns the complaint about an illegal one.
    std::optional<std::string> load(std::string_view name, std::string_view value);

    // Says whether the keys of the Wi-Fi can be written.
    void sets_wifi(bool possible) { installation_.sets_wifi = possible; }

    // Copies the values of keys that a factory reset leaves alone.
    void keep_what_outlives_factory_reset(const Values& before);

    // A secret key is named without its value.
    std::optional<wire::KeyValue> read(std::string_view name) const;
    std::vector<wire::KeyValue> all() const;

private:
    using Value = std::variant<bool, int, seconds, std::string, PerConnector>;
    struct Slot {
        KeyRef key;
        Value value;
    };
    const Slot& slot(const KeyRow& key) const;
    Slot& slot(const KeyRow& key);
    Slot* slot_of(std::string_view name);
    Access access_of(const KeyRow& key) const;
    wire::KeyValue key_value(const Slot& slot) const;
    static std::string text_of(const Slot& slot);

    std::vector<Slot> slots_;                // in the order of the keys' names
    std::vector<std::uint16_t> by_address_;  // their indices, in the order of the keys' addresses
    Installation installation_;
};

}  // namespace ocpp::config
