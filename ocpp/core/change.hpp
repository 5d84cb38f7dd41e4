// SPDX-License-Identifier: Apache-2.0
#pragma once
// Changes that must be kept are the only words that storage knows. A change carries whole records,
// so that writing one twice does no harm.

#include "hal-service/shared/units.hpp"
#include "ocpp/core/kind.hpp"
#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ocpp::core {

// UTC as the central system counts it.
using Instant = wire::DateTime::Point;

// Reads an instant that was kept, in milliseconds since 1970. A count from a damaged disk becomes
// the nearest that the wire can write, so that no sum of instants and durations overflows.
constexpr Instant instant_from(std::int64_t milliseconds) {
    return std::clamp(Instant{std::chrono::milliseconds{milliseconds}}, wire::DateTime::earliest,
                      wire::DateTime::latest);
}

// When a change must be on disk.
enum class Durability {
    Now,     // before anything that this step sends leaves the box
    Relaxed  // with the next Now, or within a minute; the progress of a transaction, and the kinds
             // that kind.hpp marks, are kept even when the process is killed before
};

// A transaction was asked to end, for a reason and by a tag; the contactors may still be closed.
struct StopRequest {
    std::string reason;  // spelt as in OCPP: "EVDisconnected"
    std::string id_tag;  // "" when no tag stopped it
    Instant at;
    bool operator==(const StopRequest&) const = default;
};

struct StopRecord {
    units::WattHours meter;
    Instant at;
    bool operator==(const StopRecord&) const = default;
};

struct TransactionRecord {
    std::int64_t id = 0;  // ours; counts up for the life of the storage
    int connector = 0;
    std::string id_tag;
    std::string parent_id_tag;  // "" = none known
    units::WattHours meter_start;
    Instant started;
    std::optional<std::int32_t> reservation_id;
    std::optional<std::int64_t> server_id;  // transactionId of StartTransaction.conf
    bool start_given_up = false;            // StartTransaction was never accepted: its id stays -1
    bool deauthorized = false;              // the central system refused the idTag afterwards
    // The register at which a deauthorized transaction gets no more (MaxEnergyOnInvalidId).
    std::optional<units::MilliwattHours> energy_limit;
    // These two identify the visit of a vehicle: Reading::plug_count and Hello::instance.
    std::int64_t plug_count = 0;
    std::string hal_instance;
    // The newest known meter register and when it was read. A power cut leaves no newer ones.
    units::MilliwattHours last_energy;
    Instant last_seen;
    std::optional<StopRequest> stop_wish;
    std::optional<StopRecord> stop;
    bool finished = false;  // stopped, and nothing of it waits in the queue any more

    bool operator==(const TransactionRecord&) const = default;
};

enum class QueuedKind {
    StartTransaction,
    MeterValues,
    StopTransaction,
    TransactionData,     // a MeterValue that StopTransaction will carry
    StatusNotification,  // an error, with its own time
    DataTransfer,        // an error that StatusNotification has no code for, with its own time
    SecurityEventNotification
};
// The action that sends the message, which is also how the store spells the kind. TransactionData
// is never sent by itself.
constexpr auto names(QueuedKind) {
    return std::array{"StartTransaction",         "MeterValues",        "StopTransaction",
                      "TransactionData",          "StatusNotification", "DataTransfer",
                      "SecurityEventNotification"};
}

// A message on its way that must not be lost: OCPP 1.6 3.7.
struct QueuedMessage {
    std::int64_t sequence = 0;     // order of the events over the whole charge point
    std::int64_t transaction = 0;  // TransactionRecord::id; 0 = of none
    QueuedKind kind{};
    std::string payload;  // JSON of the request; the transactionId is filled in when it is sent
    int attempts = 0;     // how often it was sent in vain

    bool operator==(const QueuedMessage&) const = default;
};

struct ConnectorRecord {
    int connector = 0;  // 0 is the whole charge point
    bool operative = true;
    std::optional<bool> scheduled;  // the availability that waits for the transaction to end

    bool operator==(const ConnectorRecord&) const = default;
};

// The central system's last word about a tag: OCPP 1.6 3.5.1.
struct CachedTag {
    std::string id_tag;         // in lower case: tags are the same whatever their case
    std::string status;         // spelt as in OCPP: "Accepted"
    std::string parent_id_tag;  // "" = none known
    std::optional<Instant> expires;
    std::int64_t heard = 0;  // counts up: the order in which tags were heard of last

    bool operator==(const CachedTag&) const = default;
};

struct PutTransaction {
    TransactionRecord record;
    Durability durability = Durability::Now;
};
struct PutMessage {
    QueuedMessage message;
    Durability durability = Durability::Now;
};
// No change when it is not there.
struct RemoveMessage {
    std::int64_t sequence = 0;
    Durability durability = Durability::Now;
};
struct PutConnector {
    ConnectorRecord record;
    Durability durability = Durability::Now;
};
struct PutTag {
    CachedTag tag;
    Durability durability = Durability::Now;
};
// No change when it is not there.
struct RemoveTag {
    std::string id_tag;  // as in CachedTag
    Durability durability = Durability::Now;
};
// The text of a kind under its name.
struct Put {
    Kind kind{};
    std::string name;
    std::string value;
    Durability durability = Durability::Now;
};
// No change when it is not there. A key is then back at its factory value.
struct Remove {
    Kind kind{};
    std::string name;
    Durability durability = Durability::Now;
};

using Change = std::variant<PutTransaction, PutMessage, RemoveMessage, PutConnector, PutTag,
                            RemoveTag, Put, Remove>;

inline Durability durability_of(const Change& change) {
    return std::visit([](const auto& c) { return c.durability; }, change);
}

// Makes the change in `texts`, if it is one of texts.
inline void follow_change(const Change& change, Texts& texts) {
    if (const auto* put = std::get_if<Put>(&change))
        texts[put->kind][put->name] = put->value;
    else if (const auto* remove = std::get_if<Remove>(&change))
        texts[remove->kind].erase(remove->name);
}

}  // namespace ocpp::core
