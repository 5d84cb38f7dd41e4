// SPDX-License-Identifier: Apache-2.0
#pragma once
// A store that keeps storage's promises in memory: durable changes are kept, relaxed ones only if
// something durable came after them, or after a minute; keys, and how far a transaction has come,
// also when just the process ends. Changes that could not be written wait.

#include "tests/support/archive.hpp"

#include <map>
#include <optional>
#include <string>

namespace test {

class MemoryStore : public Archive {
public:
    std::unique_ptr<Archive> clone() const override { return std::make_unique<MemoryStore>(*this); }
    ocpp::core::Snapshot open(Time) override { return load(); }
    void keep(const std::vector<ocpp::core::Change>& changes, Time) override;
    void tick(Time now) override;
    // Drops everything that waited, the worst that can happen.
    void end(End how) override;
    void fail(bool on) override;
    void flush() override;
    ocpp::core::Snapshot load() override;
    std::size_t durable_commits() const override { return durable_commits_; }

private:
    void apply(const ocpp::core::Change& change);
    // It waited when the process was killed.
    void outlive(const ocpp::core::Change& change);

    std::vector<ocpp::core::Change> pending_;
    std::optional<Time> waiting_since_;
    bool failing_ = false;
    bool urgent_ = false;  // among what is pending
    std::map<std::int64_t, ocpp::core::TransactionRecord> transactions_;
    std::map<std::int64_t, ocpp::core::QueuedMessage> queue_;
    std::map<int, ocpp::core::ConnectorRecord> connectors_;
    std::map<std::string, ocpp::core::CachedTag> tags_;
    ocpp::core::Texts texts_;
    std::int64_t last_transaction_ = 0;
    std::int64_t last_sequence_ = 0;
    std::size_t durable_commits_ = 0;
};

}  // namespace test
