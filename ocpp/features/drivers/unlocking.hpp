// SPDX-License-Identifier: Apache-2.0
#pragma once
// UnlockConnector: the transaction ends, the lock opens, and only then is it known what to answer.
// OCPP 1.6 5.18.

#include "ocpp/core/context.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ocpp::features {

class Unlocking {
public:
    // The contactors have 6 s to open and the lock some more to move; then it is stuck.
    static constexpr std::chrono::seconds patience{12};
    // A central system waits for one answer at a time.
    static constexpr std::size_t max_waiting = 4;

    // Nothing: advance() will answer the call of that id.
    std::optional<wire::UnlockConnectorResponse> handle(
        core::Context& ctx, const std::string& id, const wire::UnlockConnectorRequest& request);
    void advance(core::Context& ctx);
    // Connectors whose unlocking has yet to be answered.
    std::set<int> waiting() const;
    void disconnected() { asked_.clear(); }
    core::Deadline wake_at() const;

private:
    struct Asked {
        std::string id;
        int connector;
        std::chrono::steady_clock::time_point deadline;
        // The lock has been without a fault since: one of before says nothing about this try.
        bool was_sound;
    };
    std::vector<Asked> asked_;
};

}  // namespace ocpp::features
