// SPDX-License-Identifier: Apache-2.0
#pragma once
// The charging session of one connector: one table, and one projection to the OCPP status
// (OCPP 1.6 4.9).
//
// Theory of operation
//
// A session has a stage and a set of conditions; both together give the status.
//
// The stage is one of five, and changes only by a row of the table below. A Trigger is pulled, the
// first row that matches it and the stage is taken, and the row names the next stage and an effect.
// Connector::pull() is the only caller; a trigger without a row does nothing.
//
// Four parties pull triggers:
// * Connector::sense() compares two readings of the hardware: PlugIn, PlugOut, VehicleLeft.
// * features::Authorization, FreeCharging and Unlocking grant and withdraw permission: Authorized
//   (through Connector::authorize), Deauthorized, Unclaimed.
// * features::Transactions begins and ends transactions: Ready, Stop, Opened.
// * features::Availability puts a connector back into service: BackInService.
//
// Faulted, Unavailable, Reserved and the two Suspended are no stages. They are conditions laid over
// the stage, so that a fault never has to remember where to return to: when it ends, the stage is
// still there. status_of() reads the conditions from the top; the first that holds is the status.
//
// A transaction is begun in two steps. Permission and a vehicle make the stage Preparing, in either
// order. When Connector::ready() holds (plugged in, authorized, not faulted, a socket locked),
// Ready makes it Running, and the Ledger stores a record and its StartTransaction in the same step.
//
// A transaction is ended in two steps as well. A request by Connector::ask_stop(), a vehicle that
// leaves, or a restart that does not find it again makes the stage Stopping: no current is offered
// any more. When the contactors have opened, or after stop_grace, Opened makes
// it Finishing, and StopTransaction is stored with the meter register of that moment.
//
// Eight deadlines belong to a connector and are not in the table, because they change the status or
// the end of a wait, never the stage by themselves:
// * starting_until_, lifted_until_, recovering_until_: the vehicle may still answer an offer, so
//   that the status is not yet SuspendedEV. They begin with the transaction, whenever an offer
//   begins to stand, and with contactors that open by themselves.
// * stopping_until_: the contactors are given up on after this.
// * silent_from_: the hardware counts as lost after this.
// * Authorization::expires: the permission is withdrawn after this (ConnectionTimeOut).
// * unclaimed_since: after as long, nobody was authorized in time.
// * refused_until: a person is shown until then that a tag was refused.
// Connector::wake_at() gives the earliest of them. A new deadline belongs there.
//
// A restart of the program takes the session up again: Connector::resume() makes the stage Running
// or Stopping from the record in the store, and the first reading tells whether its vehicle is
// still there. The rest of a visit is a Visit in the store, which features::Visits hands over
// before the first reading.
//
// The two static_asserts at the end hold for the table: no row is hidden by an earlier one, and
// each stage can be entered and left.

#include "ocpp/wire/core_profile.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace ocpp::core {

enum class Stage {
    Idle,
    Preparing,  // plugged in or authorized, and something is missing
    Running,    // a transaction
    Stopping,   // it was asked to end; the contactors may still be closed
    Finishing   // ended, the vehicle or its cable is still plugged in
};
constexpr auto names(Stage) {
    return std::array{"Idle", "Preparing", "Running", "Stopping", "Finishing"};
}

enum class Trigger {
    PlugIn,
    PlugOut,      // the connector is empty: of a socket, its cable is gone
    VehicleLeft,  // the vehicle is gone; a socket may still hold its cable
    Authorized,
    Deauthorized,  // withdrawn, or nobody plugged in within ConnectionTimeOut
    Unclaimed,     // plugged in, and nobody authorized it within ConnectionTimeOut
    Ready,         // plugged in, authorized, and nothing is in the way
    Stop,
    Opened,        // the contactors have opened, or were given up on
    BackInService  // Operative again, with the vehicle still there
};
constexpr auto names(Trigger) {
    return std::array{"PlugIn",    "PlugOut", "VehicleLeft", "Authorized", "Deauthorized",
                      "Unclaimed", "Ready",   "Stop",        "Opened",     "BackInService"};
}

enum class Effect { None, StartTransaction, BeginStop, StopTransaction, DropAuthorization };
constexpr auto names(Effect) {
    return std::array{"None", "StartTransaction", "BeginStop", "StopTransaction",
                      "DropAuthorization"};
}

struct Conditions {
    bool occupied = false;  // by a vehicle, or of a socket by a cable
    bool authorized = false;
    bool operative = true;
    bool leaves_service = false;  // it is Unavailable once its session is over
    bool reserved = false;
    bool faulted = false;
    bool ev_draws = false;    // S2 closed and power switched through
    bool evse_offers = true;  // false: we suspend
    bool starting = false;    // the vehicle still has time to answer the offer
};

enum class Guard { Always, Occupied };

struct Row {
    Stage from;
    Trigger trigger;
    Guard guard;
    Stage to;
    Effect effect;
};

// clang-format off
// The first row that matches wins; no row means that nothing happens.
inline constexpr std::array rows = {
    //   from              trigger                guard             to                effect
    Row{Stage::Idle,      Trigger::PlugIn,       Guard::Always,   Stage::Preparing, Effect::None},               // A2
    Row{Stage::Idle,      Trigger::Authorized,   Guard::Always,   Stage::Preparing, Effect::None},               // A2

    Row{Stage::Preparing, Trigger::Ready,        Guard::Always,   Stage::Running,   Effect::StartTransaction},   // B3, B4, B5
    Row{Stage::Preparing, Trigger::PlugOut,      Guard::Always,   Stage::Idle,      Effect::DropAuthorization},  // B1
    Row{Stage::Preparing, Trigger::Deauthorized, Guard::Occupied, Stage::Preparing, Effect::DropAuthorization},
    Row{Stage::Preparing, Trigger::Deauthorized, Guard::Always,   Stage::Idle,      Effect::DropAuthorization},  // B1
    Row{Stage::Preparing, Trigger::Unclaimed,    Guard::Always,   Stage::Finishing, Effect::None},               // B6

    Row{Stage::Running,   Trigger::PlugOut,      Guard::Always,   Stage::Stopping,  Effect::BeginStop},
    Row{Stage::Running,   Trigger::VehicleLeft,  Guard::Always,   Stage::Stopping,  Effect::BeginStop},
    Row{Stage::Running,   Trigger::Stop,         Guard::Always,   Stage::Stopping,  Effect::BeginStop},

    Row{Stage::Stopping,  Trigger::Opened,       Guard::Occupied, Stage::Finishing, Effect::StopTransaction},    // C6, D6, E6
    Row{Stage::Stopping,  Trigger::Opened,       Guard::Always,   Stage::Idle,      Effect::StopTransaction},    // C1, D1, E1

    Row{Stage::Finishing, Trigger::PlugOut,      Guard::Always,   Stage::Idle,      Effect::None},               // F1
    Row{Stage::Finishing, Trigger::Authorized,   Guard::Always,   Stage::Preparing, Effect::None},               // F2
    Row{Stage::Finishing, Trigger::BackInService,Guard::Always,   Stage::Preparing, Effect::None},               // H2
};
// clang-format on

constexpr const Row* find(Stage from, Trigger trigger, const Conditions& now) {
    for (const Row& row : rows)
        if (row.from == from && row.trigger == trigger &&
            (row.guard == Guard::Always || now.occupied))
            return &row;
    return nullptr;
}

using Status = wire::ChargePointStatus;

// Read from the top: the first line that is true is the status.
constexpr Status status_of(Stage stage, const Conditions& now) {
    if (now.faulted) return Status::Faulted;
    if (stage == Stage::Running && now.ev_draws && now.evse_offers) return Status::Charging;
    if (stage == Stage::Running && now.starting) return Status::Preparing;
    if (stage == Stage::Running && !now.evse_offers) return Status::SuspendedEVSE;
    if (stage == Stage::Running) return Status::SuspendedEV;
    // From there it becomes Unavailable at once (transitions C8, D8, E8).
    if (stage == Stage::Stopping && now.leaves_service)
        return now.ev_draws ? Status::Charging : Status::SuspendedEVSE;
    if (stage == Stage::Stopping && now.occupied) return Status::Finishing;
    if (!now.operative) return Status::Unavailable;
    if (stage == Stage::Finishing) return Status::Finishing;
    // A vehicle that is plugged in without the reserved identity does not change it (transition
    // G2).
    if (now.reserved && !now.authorized) return Status::Reserved;
    if (stage == Stage::Preparing) return Status::Preparing;
    return Status::Available;
}

// A row that an earlier row always hides can never run.
consteval bool no_hidden_rows() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = i + 1; j < rows.size(); ++j)
            if (rows[i].from == rows[j].from && rows[i].trigger == rows[j].trigger &&
                (rows[i].guard == Guard::Always || rows[i].guard == rows[j].guard))
                return false;
    return true;
}
static_assert(no_hidden_rows());

consteval bool every_stage_is_entered_and_left() {
    for (const Stage stage :
         {Stage::Idle, Stage::Preparing, Stage::Running, Stage::Stopping, Stage::Finishing}) {
        bool entered = false, left = false;
        for (const Row& row : rows) {
            entered = entered || (row.to == stage && row.from != stage);
            left = left || (row.from == stage && row.to != stage);
        }
        if (!entered || !left) return false;
    }
    return true;
}
static_assert(every_stage_is_entered_and_left());

}  // namespace ocpp::core
