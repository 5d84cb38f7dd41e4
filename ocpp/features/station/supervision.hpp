// SPDX-License-Identifier: Apache-2.0
#pragma once
// The watchdog of the connection: without a word of the central system for HISuperv, or while
// charging HISupervCharge, the connection is made anew; after twice that, everything.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class Supervision {
public:
    void heard(const core::Context& ctx);
    // True when everything shall begin anew.
    bool advance(core::Context& ctx);
    core::Deadline wake_at(const core::State& state) const;

private:
    enum class Stage { Listening, Reconnected, Restarted };
    core::Deadline due(const core::State& state) const;

    core::Deadline heard_;
    Stage stage_ = Stage::Listening;
    std::chrono::steady_clock::time_point reconnected_;
};

}  // namespace ocpp::features
