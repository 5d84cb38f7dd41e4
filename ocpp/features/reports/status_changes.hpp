// SPDX-License-Identifier: Apache-2.0
#pragma once
// The 53 changes of status that a central system may be told (OCPP 1.6 4.9), and the way round for
// the others: a status that was passed too quickly to be told.

#include "ocpp/wire/core_profile.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace ocpp::features {

// clang-format off
// From row to column, in the order of wire::ChargePointStatus.
inline constexpr std::array<std::array<bool, 9>, 9> status_changes{{
    // Available Preparing Charging SuspendedEVSE SuspendedEV Finishing Reserved Unavailable Faulted
    {{ false,    true,     true,    true,         true,       false,    true,    true,       true }},   // Available
    {{ true,     false,    true,    true,         true,       true,     false,   false,      true }},   // Preparing
    {{ true,     false,    false,   true,         true,       true,     false,   true,       true }},   // Charging
    {{ true,     false,    true,    false,        true,       true,     false,   true,       true }},   // SuspendedEVSE
    {{ true,     false,    true,    true,         false,      true,     false,   true,       true }},   // SuspendedEV
    {{ true,     true,     false,   false,        false,      false,    false,   true,       true }},   // Finishing
    {{ true,     true,     false,   false,        false,      false,    false,   true,       true }},   // Reserved
    {{ true,     true,     true,    true,         true,       false,    false,   false,      true }},   // Unavailable
    {{ true,     true,     true,    true,         true,       true,     true,    true,       false}},   // Faulted
}};
// clang-format on

// True also for a status that stays, which is no change.
constexpr bool may_follow(wire::ChargePointStatus from, wire::ChargePointStatus to) {
    return from == to ||
           status_changes[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

// Nothing where one status may follow the other; else the status that is told between them. A
// connector that is still `occupied` has left its session by way of Finishing.
constexpr std::optional<wire::ChargePointStatus> passed_between(wire::ChargePointStatus from,
                                                                wire::ChargePointStatus to,
                                                                bool occupied) {
    using enum wire::ChargePointStatus;
    if (may_follow(from, to)) return std::nullopt;
    if (occupied && may_follow(from, Finishing) && may_follow(Finishing, to)) return Finishing;
    for (const auto between : {Preparing, Available})
        if (may_follow(from, between) && may_follow(between, to)) return between;
    return std::nullopt;
}

consteval bool every_status_can_be_reached() {
    std::size_t direct = 0;
    for (std::size_t i = 0; i < status_changes.size(); ++i)
        for (std::size_t j = 0; j < status_changes.size(); ++j) {
            const auto from = static_cast<wire::ChargePointStatus>(i);
            const auto to = static_cast<wire::ChargePointStatus>(j);
            if (status_changes[i][j]) ++direct;
            for (const bool occupied : {false, true})
                if (!may_follow(from, to) && !passed_between(from, to, occupied)) return false;
        }
    return direct == 53;
}
static_assert(every_status_can_be_reached());

}  // namespace ocpp::features
