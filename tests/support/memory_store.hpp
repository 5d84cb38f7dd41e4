// SPDX-License-Identifier: Apache-2.0
#pragma once
// What storage promises, in memory: durable changes are kept, relaxed ones only if something
// durable came after them or flush() was called.

#include "ocpp/core/snapshot.hpp"

#include <map>
#include <vector>

namespace test {

class MemoryStore {
public:
    void commit(const std::vector<ocpp::core::Change>& changes);
    void flush();
    // Power is cut: what was relaxed is gone.
    void lose_relaxed() { pending_.clear(); }
    ocpp::core::Snapshot load() const;
    std::size_t durable_commits() const { return durable_commits_; }

private:
    void apply(const ocpp::core::Change& change);

    std::vector<ocpp::core::Change> pending_;
    std::map<std::int64_t, ocpp::core::TransactionRecord> transactions_;
    std::map<std::int64_t, ocpp::core::QueuedMessage> queue_;
    std::map<int, ocpp::core::ConnectorRecord> connectors_;
    std::map<std::string, std::string> keys_;
    std::map<std::string, std::string> facts_;
    std::map<std::string, ocpp::core::CachedTag> tags_;
    std::map<std::string, std::string> documents_;
    std::int64_t last_transaction_ = 0;
    std::int64_t last_sequence_ = 0;
    std::size_t durable_commits_ = 0;
};

}  // namespace test
