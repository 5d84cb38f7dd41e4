// SPDX-License-Identifier: Apache-2.0
#pragma once
// Serves SetChargingProfile and ClearChargingProfile, and keeps the profile of a
// RemoteStartTransaction: OCPP 1.6 3.13, 5.5, 5.11, 5.16. The arithmetic is in ocpp/current/.

#include "ocpp/core/context.hpp"
#include "ocpp/current/profiles.hpp"

#include <map>
#include <string>

namespace ocpp::features {

class SmartCharging {
public:
    // Loads the profiles that were kept, and complains about those that can't be read any more.
    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);

    core::Answer<wire::SetChargingProfileResponse> handle(
        core::Context& ctx, const wire::SetChargingProfileRequest& request);
    core::Answer<wire::ClearChargingProfileResponse> handle(
        core::Context& ctx, const wire::ClearChargingProfileRequest& request);

    // Returns why the profile of a RemoteStartTransaction can't be taken; nothing when it can.
    std::optional<std::string> complaint(const core::Context& ctx,
                                         const wire::ChargingProfile& profile) const;
    // The profile waits for the transaction that this tag begins on the connector; without a
    // profile the one that waited is dropped.
    void remote_start(core::Context& ctx, int connector, const wire::IdToken& id_tag,
                      const std::optional<wire::ChargingProfile>& profile);

    // A transaction that has begun gets the profile of its remote start; one that has ended loses
    // its own.
    void advance(core::Context& ctx);
    void clear_all(core::Context& ctx);

    const current::Profiles& profiles() const { return profiles_; }

private:
    // Kept as it is: a restart does not take it from the vehicle that comes.
    struct Waiting {
        wire::IdToken id_tag;
        wire::ChargingProfile profile;
        std::int64_t until{};     // nobody has come by then, milliseconds since 1970
        bool authorized = false;  // from then on it ends with that
        static constexpr auto fields(auto of) {
            return of(shared::Field{"idTag", &Waiting::id_tag},
                      shared::Field{"profile", &Waiting::profile},
                      shared::Field{"until", &Waiting::until},
                      shared::Field{"authorized", &Waiting::authorized});
        }
    };

    std::optional<std::string> refusal(const core::Context& ctx, int connector,
                                       const wire::ChargingProfile& profile) const;
    // The profile that ended first, of those that can never count again; null when there is none.
    const current::Installed* ended(const core::Context& ctx) const;
    bool is_full(const current::Installed& installed) const;
    // True also when another one has ended, which makes room.
    bool room_for(const core::Context& ctx, const current::Installed& installed) const;
    void install(core::Context& ctx, current::Installed installed);
    void keep_waiting(core::Context& ctx, int connector, const Waiting& waiting);
    void drop_waiting(core::Context& ctx, int connector);
    void advance_waiting(core::Context& ctx);
    std::size_t remove(core::Context& ctx, const current::Profiles::Predicate& predicate);

    current::Profiles profiles_;
    std::map<int, Waiting> waiting_;  // by connector
};

}  // namespace ocpp::features
