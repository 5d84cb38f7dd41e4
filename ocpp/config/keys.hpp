// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every OCPP configuration key, once: its type, factory value, access, range and meaning. Nothing
// else in the program knows a key; ask for one with values.get<"HeartbeatInterval">().

#include "ocpp/config/key.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>

namespace ocpp::config {

inline constexpr std::int32_t a_day = 86'400;
inline constexpr std::int32_t max_list_elements = 16;

// clang-format off
inline constexpr std::tuple keys{
    Key<bool>{"ACPhaseSwitchingSupported", true, Access::ReadOnly, 0, 0,
              "the same as ConnectorSwitch3to1PhaseSupported, as some energy managers call it"},
    Key<bool>{"AllowOfflineTxForUnknownId", false, Access::ReadWrite, 0, 0,
              "without a connection, a tag that nothing is known about may charge; only with LocalAuthorizeOffline true"},
    Key<Each>{"AssignedCurrent", Each::Amps, Access::ReadWrite, 0, 0,
              "A, what a load balancer assigns; below 6 A is a pause; yields to a charging profile"},
    Key<Each>{"AssignedPhase", Each::PhaseSet, Access::ReadWrite, 0, 0,
              "phases to charge with while no charging profile names them"},
    Key<bool>{"AuthorizationCacheEnabled", true, Access::ReadWrite, 0, 0,
              "what the central system says about a tag is remembered; false forgets it all"},
    Key<bool>{"AuthorizeRemoteTxRequests", false, Access::ReadWrite, 0, 0,
              "RemoteStartTransaction asks the central system first, as a tag shown here does"},
    Key<int>{"ChargeProfileMaxStackLevel", 100, Access::ReadOnly, 0, 100, "highest stackLevel of a charging profile"},
    Key<Free>{"ChargePointID", {"CP0001"}, Access::ReadWrite, 1, 48,
              "the identity in the URL and the user of Basic authentication; a new one connects anew"},
    Key<Csl>{"ChargingScheduleAllowedChargingRateUnit", {"Current,Power"}, Access::ReadOnly, 0, 2,
             "units of charging profiles: Current is A, Power is W"},
    Key<int>{"ChargingScheduleMaxPeriods", 100, Access::ReadOnly, 1, 100, "most periods of a charging schedule"},
    Key<seconds>{"ClockAlignedDataInterval", seconds{0}, Access::ReadWrite, 0, a_day,
                 "s, between MeterValues at even times of the day, counted from 00:00 UTC; 0 = none"},
    Key<seconds>{"ConnectionTimeOut", seconds{60}, Access::ReadWrite, 1, a_day,
                 "s, how long an authorization waits for the vehicle to be plugged in"},
    Key<Csl>{"ConnectorPhaseRotation", {"0.Unknown"}, Access::ReadWrite, 0, max_list_elements,
             "phase order per connector: NotApplicable, Unknown, RST, RTS, SRT, STR, TRS, TSR"},
    Key<int>{"ConnectorPhaseRotationMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
             "most elements of ConnectorPhaseRotation"},
    Key<bool>{"ConnectorSwitch3to1PhaseSupported", true, Access::ReadOnly, 0, 0,
              "an outlet with three phases can change to one and back within a transaction"},
    Key<bool>{"Downlight", false, Access::ReadWrite, 0, 0, "the ground below the charge point is lit"},
    Key<Csl>{"FirmwareVersion", {""}, Access::ReadOnly, 0, 1, "version of this software"},
    Key<Each>{"FreeCharging", Each::Switch, Access::ReadWrite, 0, 0,
              "whoever plugs in charges, with RfidTagFreeCharging as idTag; 0 means every connector"},
    Key<int>{"GetConfigurationMaxKeys", 100, Access::ReadOnly, 1, 1000, "most keys in one GetConfiguration"},
    Key<Free>{"HardwareVersion", {""}, Access::ReadOnly, 0, 50, "version of the board"},
    Key<seconds>{"HeartbeatInterval", seconds{300}, Access::ReadWrite, 1, a_day,
                 "s, between heartbeats; BootNotification.conf sets it"},
    Key<Each>{"InstallationCurrent", Each::Amps, Access::ReadWrite, 0, 0,
              "A, what the fuse carries; of 0 it is the limit of the supply that all outlets share"},
    Key<Each>{"InstallationOfflineCurrent", Each::Amps, Access::ReadWrite, 0, 0,
              "A, after OfflineCurrentDelay without a connection; yields to a charging profile"},
    Key<Each>{"InstallationPhases", Each::PhaseCount, Access::ReadWrite, 0, 0,
              "phases that are wired; those of a charging schedule that names none"},
    Key<int>{"LightIntensity", 100, Access::ReadWrite, 0, 100, "percent, brightness of the lights"},
    Key<seconds>{"HISuperv", seconds{3600}, Access::ReadWrite, 0, 7 * a_day,
                 "s without a word of the central system before network and link begin anew, then everything; 0 = never"},
    Key<seconds>{"HISupervCharge", seconds{86'400}, Access::ReadWrite, 0, 7 * a_day,
                 "the same while a transaction goes on"},
    Key<bool>{"LocalAuthListEnabled", true, Access::ReadWrite, 0, 0,
              "the local authorization list counts, before the cache; false keeps it and does not look into it"},
    Key<int>{"LocalAuthListMaxLength", 1000, Access::ReadOnly, 1, 1000, "most tags of the local authorization list"},
    Key<bool>{"LocalAuthorizeOffline", true, Access::ReadWrite, 0, 0,
              "without a connection, locally known tags may charge"},
    Key<bool>{"LocalPreAuthorize", false, Access::ReadWrite, 0, 0,
              "locally known tags start without waiting for the central system"},
    Key<int>{"MaxChargingProfilesInstalled", 100, Access::ReadOnly, 1, 100, "most charging profiles at a time"},
    Key<Each>{"MaxCurrent", Each::Amps, Access::ReadOnly, 0, 0, "A, what the rating plate says"},
    Key<int>{"MaxEnergyOnInvalidId", 0, Access::ReadWrite, 0, 1'000'000,
             "Wh that a tag may still charge after it was refused in StartTransaction.conf"},
    Key<Each>{"MaxPhases", Each::PhaseCount, Access::ReadOnly, 0, 0, "phases, as the rating plate says"},
    Key<seconds>{"MessageTimeout", seconds{30}, Access::ReadWrite, 1, 600, "s, how long a call waits for its answer"},
    Key<Csl>{"MeterValuesAlignedData", {"Energy.Active.Import.Register"}, Access::ReadWrite, 0, max_list_elements,
             "measurands of the MeterValues at even times; empty means Energy.Active.Import.Register"},
    Key<int>{"MeterValuesAlignedDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
             "most elements of MeterValuesAlignedData"},
    Key<Csl>{"MeterValuesSampledData", {"Energy.Active.Import.Register"}, Access::ReadWrite, 0, max_list_elements,
             "measurands of the periodic MeterValues; empty means Energy.Active.Import.Register"},
    Key<int>{"MeterValuesSampledDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
             "most elements of MeterValuesSampledData"},
    Key<seconds>{"MeterValueSampleInterval", seconds{60}, Access::ReadWrite, 0, a_day,
                 "s, between the periodic MeterValues of a transaction; 0 = none"},
    Key<seconds>{"MinimumStatusDuration", seconds{0}, Access::ReadWrite, 0, 3600,
                 "s, how long a status must hold before it is reported"},
    Key<int>{"NumberOfConnectors", 1, Access::ReadOnly, 1, 8, "connectors, counted from 1"},
    Key<seconds>{"OfflineCurrentDelay", seconds{60}, Access::ReadWrite, 0, a_day,
                 "s without a connection before InstallationOfflineCurrent counts"},
    Key<seconds>{"PowerUpRamp", seconds{0}, Access::ReadWrite, 0, 3600,
                 "s, how long the current takes from 6 A to its full height after the mains have returned"},
    Key<seconds>{"PowerUpRandomDelay", seconds{0}, Access::ReadWrite, 0, 3600,
                 "s, longest pause before anything charges after the mains have returned; chance chooses"},
    Key<Free>{"RemoteDebug", {"off"}, Access::ReadWrite, 1, 200,
              "level of the log lines that go out in DataTransfer log: off, error, warn, info, debug; by component: ocpp=debug,*=info; off again after an hour, and after a restart"},
    Key<bool>{"ReportWeldCheck", false, Access::ReadWrite, 0, 0,
              "every check of the contactors is told in a DataTransfer, not only a weld"},
    Key<bool>{"ReservationEnabled", true, Access::ReadWrite, 0, 0, "ReserveNow is not Rejected"},
    Key<bool>{"ReserveConnectorZeroSupported", true, Access::ReadOnly, 0, 0,
              "a reservation may be of any connector instead of one"},
    Key<int>{"ResetRetries", 1, Access::ReadWrite, 0, 10, "how often an unsuccessful reset is tried again"},
    Key<seconds>{"RetryBackOffRandomRange", seconds{10}, Access::ReadWrite, 0, 3600,
                 "s, most that chance adds to a wait before connecting again"},
    Key<int>{"RetryBackOffRepeatTimes", 5, Access::ReadWrite, 0, 10, "how often the wait before connecting again doubles"},
    Key<seconds>{"RetryBackOffWaitMinimum", seconds{30}, Access::ReadWrite, 1, 3600, "s, first wait before connecting again"},
    Key<Free>{"RfidTagFreeCharging", {"00000000000000"}, Access::ReadWrite, 1, 20, "the idTag of FreeCharging"},
    Key<int>{"SendLocalListMaxLength", 500, Access::ReadOnly, 1, 1000, "most tags in one SendLocalList"},
    Key<bool>{"StopTransactionOnEVSideDisconnect", true, Access::ReadWrite, 0, 0,
              "a vehicle that leaves ends its transaction; a household plug that is pulled always does"},
    Key<bool>{"StopTransactionOnInvalidId", true, Access::ReadWrite, 0, 0,
              "a tag refused in StartTransaction.conf ends the transaction; otherwise it is only suspended"},
    Key<int>{"StopTransactionMaxMeterValues", 100, Access::ReadOnly, 1, 100,
             "most meter values in StopTransaction; those between begin and end are thinned out"},
    Key<Csl>{"StopTxnAlignedData", {""}, Access::ReadWrite, 0, max_list_elements,
             "measurands at even times, at begin and at end in StopTransaction; empty = none"},
    Key<int>{"StopTxnAlignedDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
             "most elements of StopTxnAlignedData"},
    Key<Csl>{"StopTxnSampledData", {""}, Access::ReadWrite, 0, max_list_elements,
             "periodic measurands, also at begin and at end, in StopTransaction; empty = none"},
    Key<int>{"StopTxnSampledDataMaxLength", max_list_elements, Access::ReadOnly, 0, max_list_elements,
             "most elements of StopTxnSampledData"},
    Key<Csl>{"SupportedFeatureProfiles", {"Core,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging"}, Access::ReadOnly, 0, max_list_elements,
             "feature profiles of OCPP 1.6 that this software has"},
    Key<int>{"TransactionMessageAttempts", 3, Access::ReadWrite, 1, 100,
             "how often a transaction message is sent before it is given up"},
    Key<seconds>{"TransactionMessageRetryInterval", seconds{60}, Access::ReadWrite, 0, a_day,
                 "s, before a transaction message is sent again, times the attempts made"},
    Key<bool>{"UnlockConnectorOnEVSideDisconnect", true, Access::ReadWrite, 0, 0,
              "a vehicle that leaves unlocks its cable; without a socket it is read-only and false"},
    Key<Each>{"UserCurrentLimit", Each::Amps, Access::ReadWrite, 0, 0, "A, the driver's own limit; 0 is a pause"},
    Key<bool>{"WakeupEnable", false, Access::ReadWrite, 0, 0,
              "a vehicle that ignores the offered current for 30 s is woken"},
    Key<seconds>{"WebSocketPingInterval", seconds{30}, Access::ReadWrite, 0, a_day, "s, between WebSocket pings; 0 = none"},
    Key<bool>{"WeldCheck", true, Access::ReadWrite, 1, 1,
              "the contactors are checked for welding; this protection cannot be switched off"},
};
// clang-format on

// Others end with the run of the program in which they were written.
constexpr bool is_kept(std::string_view key) { return key != "RemoteDebug"; }

inline constexpr std::size_t key_count = std::tuple_size_v<decltype(keys)>;

// A key's name as a template argument, so that a misspelt key does not compile.
template <std::size_t N>
struct Name {
    char text[N]{};
    consteval Name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

constexpr std::size_t index_of(std::string_view name) {
    std::size_t index = 0, found = key_count;
    std::apply(
        [&](const auto&... key) { ((found = key.name == name ? index : found, ++index), ...); },
        keys);
    return found;
}

template <Name name>
inline constexpr std::size_t index_of_key = index_of(name.view());

consteval bool unique() {
    bool ok = true;
    std::size_t index = 0;
    std::apply(
        [&](const auto&... key) { ((ok = ok && index_of(key.name) == index, ++index), ...); },
        keys);
    return ok;
}
static_assert(unique(), "one row for each key");

constexpr bool in_range(const Key<int>& key) {
    return key.min <= key.fallback && key.fallback <= key.max;
}
constexpr bool in_range(const Key<seconds>& key) {
    return key.min <= key.fallback.count() && key.fallback.count() <= key.max;
}
constexpr bool in_range(const Key<bool>&) { return true; }
constexpr bool in_range(const Key<Csl>&) { return true; }
constexpr bool in_range(const Key<Free>& key) {
    return key.fallback.fallback.size() >= static_cast<std::size_t>(key.min) &&
           key.fallback.fallback.size() <= static_cast<std::size_t>(key.max);
}
constexpr bool in_range(const Key<Each>&) { return true; }
static_assert(std::apply([](const auto&... key) { return (in_range(key) && ...); }, keys),
              "a factory value is out of its own range");

}  // namespace ocpp::config
