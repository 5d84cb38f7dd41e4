// SPDX-License-Identifier: Apache-2.0
#pragma once
// One connector: the stage of its session and the conditions over it. Its status and its set-point
// are computed from those two and from nothing else.

#include "hal-service/shared/messages.hpp"
#include "ocpp/core/change.hpp"
#include "ocpp/core/reason_not_to_charge.hpp"
#include "ocpp/core/session.hpp"
#include "ocpp/core/step.hpp"
#include "ocpp/wire/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocpp::core {

enum class Origin { Local, Remote };
constexpr auto names(Origin) { return std::array{"Local", "Remote"}; }

// Permission to charge that waits for the vehicle.
struct Authorization {
    wire::IdToken id_tag;
    wire::IdToken parent_id_tag;  // empty = none
    Origin origin{};
    std::chrono::steady_clock::time_point expires;  // ConnectionTimeOut

    bool operator==(const Authorization&) const = default;
};

// Plugs and cables, as a reading shows them.
struct Presence {
    bool plugged = false;
    bool cable = false;
    std::int64_t plug_count = 0;

    bool operator==(const Presence&) const = default;
};

// Everything about a visit that a restart of the program must not forget. Its transaction is in the
// ledger.
struct Visit {
    Stage stage = Stage::Idle;
    Presence presence;
    bool served = false;        // it had a transaction
    bool cable_held = false;    // for the owner of the last tag
    bool left = false;          // the vehicle ended the transaction by leaving
    wire::IdToken last_id_tag;  // the tag whose transaction ended in this visit last
    wire::IdToken last_parent_id_tag;
    std::optional<Authorization> authorization;
    std::chrono::steady_clock::time_point plugged_since;
    Deadline unclaimed_since;  // plugged in, and waits for somebody who may charge

    bool operator==(const Visit&) const = default;
};

// A request to end the running transaction; features::Transactions carries it out in the same step.
struct AskedStop {
    wire::Reason reason{};
    wire::IdToken id_tag;  // empty: no tag stopped it
};

class Connector {
public:
    // How long a vehicle may take from an offer to closing S2 before that is a status of its own.
    // A vehicle answers within seconds; the contactor follows within 3 s (IEC 61851-1 Table A.6,
    // 4).
    static constexpr std::chrono::seconds start_grace{10};
    // Contactors that open by themselves have lost their supply, which is told at the latest 40 ms
    // afterwards.
    static constexpr std::chrono::milliseconds supply_grace{200};
    // The HAL opens the contactors at the latest 6 s after the wish (IEC 61851-1 Table A.6, 10.2);
    // then a stop is recorded with what is known.
    static constexpr std::chrono::seconds stop_grace{8};

    // A connector that has not been heard of for this long is lost; after a start the HAL may take
    // longer to appear.
    static constexpr std::chrono::seconds silence_tolerated{5};
    static constexpr std::chrono::seconds appearance_tolerated{10};

    explicit Connector(hal::ConnectorInfo info)
        : info_(info), share_(info.max_current), offer_(info.max_current), phases_(info.phases) {
        record.connector = info.id;
    }

    void started(const Now& now) { silent_from_ = now.steady + appearance_tolerated; }
    // Notices silence.
    void listen(const Now& now) { hal_lost_ = silent_from_ && *silent_from_ <= now.steady; }
    bool hal_lost() const { return hal_lost_; }

    // Changes of the session by a reading; PlugIn, PlugOut and VehicleLeft have been pulled by
    // then. `outlives`: a vehicle that leaves does not end its transaction.
    struct Sensed {
        bool plugged_in = false;
        Effect effect = Effect::None;
    };
    Sensed sense(const hal::Reading& reading, bool outlives, const Now& now);
    Effect pull(Trigger trigger, const Now& now);
    // Asks for the end of the running transaction. The first request gives the reason; without a
    // running transaction nothing is asked.
    void ask_stop(wire::Reason reason, const wire::IdToken& id_tag = {});
    const std::optional<AskedStop>& asked_stop() const { return asked_stop_; }

    void authorize(Authorization authorization, const Now& now);
    void drop_authorization();
    // Takes up a transaction from the store; its vehicle has not been seen yet.
    void resume(std::int64_t transaction, bool stopping, const Now& now);
    // Takes up a visit from the store, before the first reading; its presence is what that is
    // compared with.
    void resume(Visit visit);
    Visit visit() const;
    // Nothing has been read since chargepoint-hald has begun anew.
    bool awaits_new_hal() const { return hal_restarted_; }
    // The vehicle was found gone after a restart of the program.
    void found_left(const Now& now);
    void suspend(bool suspended, const Now& now);
    // After the end of a transaction the cable stays locked until release().
    void hold_cable() { cable_held_ = occupied(); }
    void release() { cable_held_ = false; }
    bool cable_held() const { return cable_held_; }
    // Sets the current: `share` is allowed by every limit, below 6 A it is a pause; `offer` is
    // already allowed, while another outlet still comes down to its own share.
    void limit(units::Milliamps share, units::Milliamps offer, int phases, const Now& now);
    bool suspended() const { return suspended_; }
    // chargepoint-hald has begun anew, and counts visits anew.
    void hal_restarted() { hal_restarted_ = true; }
    // True when plugged in, authorized and nothing is in the way.
    bool ready() const;
    // True when a stop no longer has to wait for the contactors.
    bool opened(const Now& now) const;
    // Plugged in, and nothing is missing but somebody who may charge. The time for that runs also
    // while the end of this visit is awaited to make the connector unavailable.
    bool unclaimed() const;
    // This visit had a transaction.
    bool served() const { return served_; }
    // Could a new session begin here, apart from who asks?
    bool can_start() const;

    int id() const { return info_.id; }
    const hal::ConnectorInfo& info() const { return info_; }
    Stage stage() const { return stage_; }
    bool has_pilot() const { return info_.type != hal::ConnectorType::Schuko; }
    bool has_socket() const { return info_.type == hal::ConnectorType::Type2Socket; }
    bool plugged() const { return reading_ && reading_->plugged; }
    bool occupied() const { return reading_ && occupies(presence_of(*reading_)); }
    // A vehicle, or of a socket a cable.
    bool occupies(const Presence& presence) const {
        return presence.plugged || (has_socket() && presence.cable);
    }
    static Presence presence_of(const hal::Reading& reading) {
        return {reading.plugged, reading.cable, reading.plug_count};
    }
    // Every reason that holds now, in the order in which people are told.
    std::vector<ReasonNotToCharge> reasons_not_to_charge() const;
    // A transaction runs, and no reason withholds current from it.
    bool may_charge() const;
    // The transaction goes on, or ended, without its vehicle (OCPP 1.6 4.9).
    bool left_by_vehicle() const;
    const std::optional<hal::Reading>& reading() const { return reading_; }
    const std::optional<Authorization>& authorization() const { return authorization_; }
    std::chrono::steady_clock::time_point plugged_since() const { return plugged_since_; }
    Conditions conditions(const Now& now) const;
    Status status(const Now& now) const { return status_of(stage_, conditions(now)); }
    hal::Setpoint setpoint(std::chrono::milliseconds valid_for) const;
    Deadline wake_at(const Now& now) const;

    ConnectorRecord record;                   // availability
    std::optional<std::int64_t> transaction;  // TransactionRecord::id while Running or Stopping
    bool asked = false;                       // the central system is asked about a tag shown here
    Deadline unclaimed_since;                 // plugged in, and waits for somebody who may charge
    Deadline refused_until;                   // so long a person is shown that a tag was refused
    bool reserved = false;                    // kept for somebody who has not come yet
    wire::IdToken last_id_tag;                // the tag whose transaction ended here last
    wire::IdToken last_parent_id_tag;

private:
    Effect vehicle_left(bool outlives, const Now& now);
    // Nothing here is in the way of a session, apart from who asks and what is scheduled.
    bool fit_to_start() const;
    bool paused() const { return share_ < units::least_offer; }
    void notice_offer(const hal::Reading& reading, const Now& now);

    hal::ConnectorInfo info_;
    Stage stage_ = Stage::Idle;
    std::optional<hal::Reading> reading_;
    std::optional<Authorization> authorization_;
    std::optional<AskedStop> asked_stop_;
    bool suspended_ = false;
    bool cable_held_ = false;
    bool ended_by_leaving_ = false;
    bool served_ = false;
    units::Milliamps share_;
    units::Milliamps offer_;
    int phases_;
    Presence earlier_;  // before the first reading of this run
    bool hal_restarted_ = false;
    bool hal_lost_ = false;
    Deadline silent_from_;
    std::chrono::steady_clock::time_point plugged_since_;
    Deadline starting_until_;    // after the start of the transaction
    Deadline lifted_until_;      // after a time in which we offered nothing
    Deadline recovering_until_;  // after the contactors have opened by themselves
    Deadline stopping_until_;
};

}  // namespace ocpp::core
