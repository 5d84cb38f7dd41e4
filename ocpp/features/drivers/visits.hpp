// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the visit of a vehicle at each connector, and takes it up after a restart: the stage of its
// session, whether it was served, who waits for it and whose the held cable is.
//
// While chargepoint-hald has gone on, the visit goes on as if nothing had been. When both processes
// have begun anew nobody can tell whether it is the same vehicle. The safe reading is then that it
// is: it has had its session, its cable is held, and nothing begins for free until it is unplugged.
// An authorization is not taken over, because it was given to whoever stood there.

#include "hal-service/shared/fields.hpp"
#include "ocpp/core/context.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ocpp::features {

// Times are milliseconds since 1970 as the central system counts them.
struct KeptAuthorization {
    wire::IdToken id_tag;
    wire::IdToken parent_id_tag;
    core::Origin origin{};
    std::int64_t expires{};
    static constexpr auto fields(auto of) {
        return of(shared::Field{"idTag", &KeptAuthorization::id_tag},
                  shared::Field{"parentIdTag", &KeptAuthorization::parent_id_tag},
                  shared::Field{"origin", &KeptAuthorization::origin},
                  shared::Field{"expires", &KeptAuthorization::expires});
    }
};

// A visit as it is kept.
struct KeptVisit {
    std::string hal_instance;
    std::int64_t plug_count{};
    bool plugged{};
    bool cable{};
    core::Stage stage{};
    bool served{};
    bool cable_held{};
    bool left{};
    wire::IdToken last_id_tag;
    wire::IdToken last_parent_id_tag;
    std::optional<KeptAuthorization> authorization;
    std::int64_t plugged_since{};
    std::optional<std::int64_t> unclaimed_since;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"halInstance", &KeptVisit::hal_instance},
                  shared::Field{"plugCount", &KeptVisit::plug_count},
                  shared::Field{"plugged", &KeptVisit::plugged},
                  shared::Field{"cable", &KeptVisit::cable},
                  shared::Field{"stage", &KeptVisit::stage},
                  shared::Field{"served", &KeptVisit::served},
                  shared::Field{"cableHeld", &KeptVisit::cable_held},
                  shared::Field{"left", &KeptVisit::left},
                  shared::Field{"lastIdTag", &KeptVisit::last_id_tag},
                  shared::Field{"lastParentIdTag", &KeptVisit::last_parent_id_tag},
                  shared::Field{"authorization", &KeptVisit::authorization},
                  shared::Field{"pluggedSince", &KeptVisit::plugged_since},
                  shared::Field{"unclaimedSince", &KeptVisit::unclaimed_since});
    }
};

class Visits {
public:
    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    // The first reading of a connector in this run, before anything is made of it.
    void found(core::Context& ctx, core::Connector& connector, const hal::Reading& reading);
    // The time is known now, and what was stamped before must be written anew.
    void restamp();
    // Keeps what has changed, after everything else in a step.
    void keep(core::Context& ctx);

private:
    struct Kept {
        core::Visit visit;
        std::string hal_instance;
        bool operator==(const Kept&) const = default;
    };

    std::map<int, KeptVisit> found_;  // by connector, until its first reading
    std::map<int, Kept> kept_;        // by connector, as it was kept last in this run
};

}  // namespace ocpp::features
