// SPDX-License-Identifier: Apache-2.0
#pragma once
// Back to how it left the factory, asked for by a person on the spot: by chargepointctl, or by
// holding the button. What others have written here goes: keys, charging profiles, authorization
// cache and local list, reservations, availability. What makes this charge point itself stays:
// its configuration file with identity and credentials, its registers, and transactions that the
// central system has yet to hear of.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class FactoryReset {
public:
    // Nobody holds a button for so long by accident.
    static constexpr std::chrono::seconds hold_time{10};

    void seen(const core::Context& ctx, const hal::Reading& reading);
    // Nobody knows any more whether it is held.
    void hal_lost() { held_since_.reset(); }
    // True once when the button has been held for long enough.
    bool due(const core::Context& ctx);
    core::Deadline wake_at() const;

    // Ends the transactions; false when everything is about to begin anew already.
    bool begin(core::Context& ctx);
    bool begun() const { return begun_; }
    // Clears what features share.
    void clear(core::Context& ctx) const;

private:
    bool begun_ = false;
    bool released_ = false;  // has been seen since the start: a button that is stuck is not held
    core::Deadline held_since_;
};

}  // namespace ocpp::features
