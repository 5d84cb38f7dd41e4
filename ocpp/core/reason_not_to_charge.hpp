// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lists the reasons why a connector does not charge, whatever its limits say. The set-point, the
// sharing of the supply and the description for people all use this list.

#include <array>

namespace ocpp::core {

enum class ReasonNotToCharge {
    HalLost,  // nothing is known about the connector
    NotPluggedIn,
    Faulted,
    MainsLost,
    PhaseChange,
    Finishing,      // the transaction ends or has ended
    NotAuthorized,  // nobody may charge yet
    Beginning,      // somebody may, and the transaction has not begun yet
    Reserved,
    DeAuthorized,  // the central system has refused the tag of the transaction
    Unavailable,
    Restarting
};
constexpr auto names(ReasonNotToCharge) {
    return std::array{"HalLost",     "NotPluggedIn", "Faulted",       "MainsLost",
                      "PhaseChange", "Finishing",    "NotAuthorized", "Beginning",
                      "Reserved",    "DeAuthorized", "Unavailable",   "Restarting"};
}

// True for the reasons for which this program offers no current. For the others the hardware opens
// the contactors itself, or no new session begins while a running one goes on.
constexpr bool withholds_current(ReasonNotToCharge reason) {
    switch (reason) {
        case ReasonNotToCharge::HalLost:
        case ReasonNotToCharge::NotPluggedIn:
        case ReasonNotToCharge::Faulted:
        case ReasonNotToCharge::Finishing:
        case ReasonNotToCharge::NotAuthorized:
        case ReasonNotToCharge::Beginning:
        case ReasonNotToCharge::DeAuthorized: return true;
        case ReasonNotToCharge::MainsLost:
        case ReasonNotToCharge::PhaseChange:
        case ReasonNotToCharge::Reserved:
        case ReasonNotToCharge::Unavailable:
        case ReasonNotToCharge::Restarting: return false;
    }
    return true;
}

}  // namespace ocpp::core
