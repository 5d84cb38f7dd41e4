// SPDX-License-Identifier: Apache-2.0
#pragma once
// The charging session of one connector: one table, and one projection to the OCPP status
// (OCPP 1.6 4.9).
//
// Faulted, Unavailable and the two Suspended are not phases of a session. They are conditions
// laid over it, so that a fault never has to remember where to return to.

#include "ocpp/wire/core_profile.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace ocpp::core {

enum class Phase {
    Idle,
    Preparing,  // plugged in or authorized, and something is missing
    Running,    // a transaction
    Stopping,   // it was asked to end; the contactors may still be closed
    Finishing   // ended, the vehicle or its cable is still plugged in
};
constexpr auto names(Phase) {
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
    Opened  // the contactors have opened, or were given up on
};
enum class Effect { None, StartTransaction, BeginStop, StopTransaction, DropAuthorization };

struct Conditions {
    bool occupied = false;  // by a vehicle, or of a socket by a cable
    bool authorized = false;
    bool operative = true;
    bool reserved = false;
    bool faulted = false;
    bool ev_draws = false;    // S2 closed and power switched through
    bool evse_offers = true;  // false: we suspend
    bool starting = false;    // the vehicle still has time to answer the offer
};

enum class Guard { Always, Occupied };

struct Row {
    Phase from;
    Trigger trigger;
    Guard guard;
    Phase to;
    Effect effect;
};

// clang-format off
// The first row that matches wins; no row means that nothing happens.
inline constexpr std::array rows = {
    //   from              trigger                guard             to                effect
    Row{Phase::Idle,      Trigger::PlugIn,       Guard::Always,   Phase::Preparing, Effect::None},               // A2
    Row{Phase::Idle,      Trigger::Authorized,   Guard::Always,   Phase::Preparing, Effect::None},               // A2

    Row{Phase::Preparing, Trigger::Ready,        Guard::Always,   Phase::Running,   Effect::StartTransaction},   // B3, B4, B5
    Row{Phase::Preparing, Trigger::PlugOut,      Guard::Always,   Phase::Idle,      Effect::DropAuthorization},  // B1
    Row{Phase::Preparing, Trigger::Deauthorized, Guard::Occupied, Phase::Preparing, Effect::DropAuthorization},
    Row{Phase::Preparing, Trigger::Deauthorized, Guard::Always,   Phase::Idle,      Effect::DropAuthorization},  // B1
    Row{Phase::Preparing, Trigger::Unclaimed,    Guard::Always,   Phase::Finishing, Effect::None},               // B6

    Row{Phase::Running,   Trigger::PlugOut,      Guard::Always,   Phase::Stopping,  Effect::BeginStop},
    Row{Phase::Running,   Trigger::VehicleLeft,  Guard::Always,   Phase::Stopping,  Effect::BeginStop},
    Row{Phase::Running,   Trigger::Stop,         Guard::Always,   Phase::Stopping,  Effect::BeginStop},

    Row{Phase::Stopping,  Trigger::Opened,       Guard::Occupied, Phase::Finishing, Effect::StopTransaction},    // C6, D6, E6
    Row{Phase::Stopping,  Trigger::Opened,       Guard::Always,   Phase::Idle,      Effect::StopTransaction},    // C1, D1, E1

    Row{Phase::Finishing, Trigger::PlugOut,      Guard::Always,   Phase::Idle,      Effect::None},               // F1
    Row{Phase::Finishing, Trigger::Authorized,   Guard::Always,   Phase::Preparing, Effect::None},               // F2
};
// clang-format on

constexpr const Row* find(Phase from, Trigger trigger, const Conditions& now) {
    for (const Row& row : rows)
        if (row.from == from && row.trigger == trigger &&
            (row.guard == Guard::Always || now.occupied))
            return &row;
    return nullptr;
}

using Status = wire::ChargePointStatus;

// Read from the top: the first line that is true is the status.
constexpr Status status_of(Phase phase, const Conditions& now) {
    if (now.faulted) return Status::Faulted;
    if (phase == Phase::Running && now.ev_draws && now.evse_offers) return Status::Charging;
    if (phase == Phase::Running && now.starting) return Status::Preparing;
    if (phase == Phase::Running && !now.evse_offers) return Status::SuspendedEVSE;
    if (phase == Phase::Running) return Status::SuspendedEV;
    if (phase == Phase::Stopping && now.occupied) return Status::Finishing;
    if (phase == Phase::Finishing) return Status::Finishing;
    if (!now.operative) return Status::Unavailable;
    // Whoever plugs in without being authorized does not change it: G2 needs the reserved identity.
    if (now.reserved && !now.authorized) return Status::Reserved;
    if (phase == Phase::Preparing) return Status::Preparing;
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

consteval bool every_phase_is_entered_and_left() {
    for (const Phase phase :
         {Phase::Idle, Phase::Preparing, Phase::Running, Phase::Stopping, Phase::Finishing}) {
        bool entered = false, left = false;
        for (const Row& row : rows) {
            entered = entered || (row.to == phase && row.from != phase);
            left = left || (row.from == phase && row.to != phase);
        }
        if (!entered || !left) return false;
    }
    return true;
}
static_assert(every_phase_is_entered_and_left());

}  // namespace ocpp::core
