// SPDX-License-Identifier: Apache-2.0
#pragma once
// Decides who may charge: a tag is shown or named by the central system, and a connector gets, or
// loses, its authorization. OCPP 1.6 3.4, 3.5, 4.1.

#include "ocpp/core/context.hpp"
#include "ocpp/core/suitability.hpp"

#include <deque>
#include <optional>

namespace ocpp::features {

class Authorization {
public:
    // A reader sends no more tags than this within one answer; more are ignored with a note.
    static constexpr std::size_t max_pending = 8;
    // How long a person is shown that a tag was refused.
    static constexpr std::chrono::seconds refusal_shown{3};

    void tag_read(core::Context& ctx, const hal::TagRead& tag);
    // The group of a tag, as far as it is known here.
    static core::Parent known_parent(const core::Context& ctx, const wire::IdToken& id_tag);
    // RemoteStartTransaction was accepted for this connector.
    void remote_start(core::Context& ctx, core::Connector& connector, const wire::IdToken& id_tag);
    void answered(core::Context& ctx, const wire::AuthorizeRequest& request,
                  const wire::AuthorizeResponse& response);
    // No answer will come: CALLERROR, time-out, or the connection is gone.
    void unanswered(core::Context& ctx, const wire::AuthorizeRequest& request,
                    std::string_view why);
    // An authorization without a vehicle follows the vehicle to its connector.
    void plugged_in(core::Context& ctx, core::Connector& connector);
    void advance(core::Context& ctx);
    core::Deadline wake_at(const core::State& state) const;

    // The central system has said something about a tag: 3.5.1.
    void learn(core::Context& ctx, const wire::IdToken& id_tag, const wire::IdTagInfo& info);
    void clear_cache(core::Context& ctx);
    void cache_enabled_changed(core::Context& ctx);

private:
    enum class Purpose { Start, Stop };
    struct Pending {
        wire::IdToken id_tag;
        Purpose purpose;
        core::Origin origin;
        int connector;
    };

    // Carries out the purpose of the tag, now that its group is known.
    static bool means_stop(core::Context& ctx, const Pending& pending, const wire::IdToken& parent);
    // Judges by what is known here, or asks the central system: 3.5.
    void judge(core::Context& ctx, const Pending& pending);
    static core::Connector* target_of(core::Context& ctx, const Pending& pending,
                                      const wire::IdToken& parent);
    void judge_alone(core::Context& ctx, const Pending& pending, std::string_view why);
    void ask(core::Context& ctx, const Pending& pending);
    void permit(core::Context& ctx, const Pending& pending, const wire::IdToken& parent);
    void grant(core::Context& ctx, core::Connector& connector, const wire::IdToken& id_tag,
               const wire::IdToken& parent, core::Origin origin);
    void stop_by_parent(core::Context& ctx, const wire::IdToken& id_tag,
                        const wire::IdToken& parent);
    std::optional<Pending> take(core::State& state, const wire::IdToken& id_tag);
    void show_who_waits(core::State& state) const;
    static void refuse(core::Context& ctx, const Pending& pending, core::Severity severity,
                       const std::string& why);
    void expire(core::Context& ctx);
    void give_up_unclaimed(core::Context& ctx);
    // Somebody is asked whether a tag may charge there.
    bool waits_for(const core::Connector& connector) const;

    std::deque<Pending> pending_;
};

}  // namespace ocpp::features
