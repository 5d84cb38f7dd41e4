// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides until when the local page is open: the key ManagementInterface. 0 is off, 1 is on, and n
// is on for n seconds after the start. Under security profile 1 to 3 it is never off: the factory
// value is `under_profile` then, and the switch from profile 0 sets it, counted from the switch.
// Seconds count on the steady clock, so that nobody opens the page by setting the time.

#include "ocpp/core/context.hpp"

#include <chrono>
#include <string_view>

namespace ocpp::features {

class ManagementInterface {
public:
    static constexpr std::chrono::seconds under_profile{600};

    struct Door {
        bool open = false;
        core::Deadline until{};  // none: it stays as it is
        bool operator==(const Door&) const = default;
    };

    // Values that are kept or come from a file say nothing of the profile; these two mend that.
    static void use_factory_profile(config::Values& config);
    // `kept`: the key was written here.
    static void use_kept_profile(config::Values& config, bool kept);

    void started(const core::Context& ctx);
    // Why the value must not be written while the link dials with this profile; nothing if it may.
    static std::optional<std::string_view> refused(std::string_view value, int profile);
    // Notices the switch, wherever it came from, and the end of the time.
    void advance(core::Context& ctx);
    core::Deadline wake_at() const { return door_.until; }

    const Door& door() const { return door_; }

private:
    Door door_at(const core::State& state, const core::Now& now) const;

    std::chrono::steady_clock::time_point since_{};  // of the start, or of a later switch
    int profile_ = 0;                                // when it was looked at last
    Door door_;
};

}  // namespace ocpp::features
