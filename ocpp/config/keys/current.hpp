// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys about how much current a vehicle is offered, and on which phases.

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<bool> ac_phase_switching_supported{"ACPhaseSwitchingSupported", true, Access::ReadOnly, 0, 0,
    "what some energy managers call ConnectorSwitch3to1PhaseSupported"};

inline constexpr Key<Each> assigned_current{"AssignedCurrent", Each::Amps, Access::ReadWrite, 0, 0,
    "A, what a load balancer assigns; below 6 A is a pause; yields to a charging profile",
    {.keep = Keep::Relaxed}};

inline constexpr Key<Each> assigned_phase{"AssignedPhase", Each::PhaseSet, Access::ReadWrite, 0, 0,
    "phases to charge with while no charging profile names them"};

inline constexpr Key<int> charge_profile_max_stack_level{"ChargeProfileMaxStackLevel", 100, Access::ReadOnly, 0, 100,
    "highest stackLevel of a charging profile"};

inline constexpr Key<List> charging_schedule_allowed_charging_rate_unit{"ChargingScheduleAllowedChargingRateUnit", List{"Current,Power"}, Access::ReadOnly, 0, 2,
    "units of charging profiles: Current is A, Power is W"};

inline constexpr Key<int> charging_schedule_max_periods{"ChargingScheduleMaxPeriods", 100, Access::ReadOnly, 1, 100,
    "most periods of a charging schedule"};

inline constexpr Key<bool> connector_switch_3to1_phase_supported{"ConnectorSwitch3to1PhaseSupported", true, Access::ReadOnly, 0, 0,
    "an outlet with three phases can change to one and back within a transaction"};

inline constexpr Key<Each> installation_current{"InstallationCurrent", Each::Amps, Access::ReadWrite, 0, 0,
    "A, what the fuse carries; of 0 it is the limit of the supply that all outlets share"};

inline constexpr Key<Each> installation_offline_current{"InstallationOfflineCurrent", Each::Amps, Access::ReadWrite, 0, 0,
    "A, after OfflineCurrentDelay without a connection; yields to a charging profile"};

inline constexpr Key<Each> installation_phases{"InstallationPhases", Each::PhaseCount, Access::ReadWrite, 0, 0,
    "phases that are wired; those of a charging schedule that names none"};

inline constexpr Key<int> max_charging_profiles_installed{"MaxChargingProfilesInstalled", 100, Access::ReadOnly, 1, 100,
    "most charging profiles at a time"};

inline constexpr Key<Each> max_current{"MaxCurrent", Each::Amps, Access::ReadOnly, 0, 0,
    "A, what the rating plate says"};

inline constexpr Key<Each> max_phases{"MaxPhases", Each::PhaseCount, Access::ReadOnly, 0, 0,
    "phases, as the rating plate says"};

inline constexpr Key<seconds> offline_current_delay{"OfflineCurrentDelay", seconds{60}, Access::ReadWrite, 0, a_day,
    "s without a connection before InstallationOfflineCurrent counts"};

inline constexpr Key<seconds> power_up_ramp{"PowerUpRamp", seconds{0}, Access::ReadWrite, 0, 3600,
    "s, how long the current takes from 6 A to its full height after the mains have returned"};

inline constexpr Key<seconds> power_up_random_delay{"PowerUpRandomDelay", seconds{0}, Access::ReadWrite, 0, 3600,
    "s, longest pause before anything charges after the mains have returned; chance chooses"};

inline constexpr Key<Each> user_current_limit{"UserCurrentLimit", Each::Amps, Access::ReadWrite, 0, 0,
    "A, the driver's own limit; 0 is a pause"};

inline constexpr Key<bool> wakeup_enable{"WakeupEnable", false, Access::ReadWrite, 0, 0,
    "a vehicle that ignores the offered current for 30 s is woken"};
// clang-format on

// Every key of this file.
inline constexpr std::array all_current{
    row(ac_phase_switching_supported),
    row(assigned_current),
    row(assigned_phase),
    row(charge_profile_max_stack_level),
    row(charging_schedule_allowed_charging_rate_unit),
    row(charging_schedule_max_periods),
    row(connector_switch_3to1_phase_supported),
    row(installation_current),
    row(installation_offline_current),
    row(installation_phases),
    row(max_charging_profiles_installed),
    row(max_current),
    row(max_phases),
    row(offline_current_delay),
    row(power_up_ramp),
    row(power_up_random_delay),
    row(user_current_limit),
    row(wakeup_enable),
};

}  // namespace ocpp::keys
