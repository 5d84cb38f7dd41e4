// SPDX-License-Identifier: Apache-2.0
#pragma once
// Changes that wait for the disk, merged: the newest record of each key, because a record is
// written whole. So the order among different keys does not matter.

#include "ocpp/core/change.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace storage {

// While a disk fails, only this many meter values wait for it. The oldest are given up first; they
// can still be sent from memory. Starts, stops and everything else wait however many they are,
// because their number is bounded by the people who charge.
inline constexpr std::size_t max_waiting_meter_values = 10'000;

using WaitingTexts = ocpp::core::ByKind<std::optional<std::string>>;  // nothing: remove

class Backlog {
public:
    void add(const ocpp::core::Change& change);
    bool empty() const;
    void clear();

    // To be called before a write: from now on all that waits may be on disk, even if it fails.
    void note_attempt();
    // Sequences up to this one may be on disk.
    void note_kept(std::int64_t sequence);
    // The highest sequence ever seen.
    std::int64_t highest_sequence() const { return highest_; }
    bool removes() const { return removes_; }
    // Messages that are on disk and must go; all of them, and one of them.
    std::size_t removals() const { return removals_; }
    bool removes(std::int64_t sequence) const {
        const auto found = messages_.find(sequence);
        return found != messages_.end() && !found->second;
    }
    // Messages whose removal was Relaxed, of all that must go.
    const std::set<std::int64_t>& relaxed_removals() const { return relaxed_removals_; }
    // After a write that failed: how many meter values no longer wait for the disk.
    std::size_t give_up_surplus();

    const auto& transactions() const { return transactions_; }
    const auto& messages() const { return messages_; }
    const auto& connectors() const { return connectors_; }
    const auto& tags() const { return tags_; }
    const WaitingTexts& texts() const { return texts_; }

private:
    void merge(const ocpp::core::PutTransaction& change);
    void merge(const ocpp::core::PutMessage& change);
    void merge(const ocpp::core::RemoveMessage& change);
    void merge(const ocpp::core::PutConnector& change);
    void merge(const ocpp::core::PutTag& change);
    void merge(const ocpp::core::RemoveTag& change);
    void merge(const ocpp::core::Put& change);
    void merge(const ocpp::core::Remove& change);

    std::map<std::int64_t, ocpp::core::TransactionRecord> transactions_;
    std::map<std::int64_t, std::optional<ocpp::core::QueuedMessage>> messages_;  // nothing: remove
    std::map<int, ocpp::core::ConnectorRecord> connectors_;
    std::map<std::string, std::optional<ocpp::core::CachedTag>> tags_;  // nothing: remove
    WaitingTexts texts_;
    std::size_t meter_values_ = 0;             // among messages_
    std::size_t removals_ = 0;                 // among messages_
    std::set<std::int64_t> relaxed_removals_;  // removals among messages_ that were Relaxed
    std::int64_t kept_ = 0;                    // no sequence above this is on disk
    std::int64_t highest_ = 0;
    bool removes_ = false;  // a message was removed, so that the highest one may be gone
};

}  // namespace storage
