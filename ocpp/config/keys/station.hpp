// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys about the charge point as a whole.

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<bool> downlight{"Downlight", false, Access::ReadWrite, 0, 0,
    "the ground below the charge point is lit"};

inline constexpr Key<List> firmware_version{"FirmwareVersion", List{""}, Access::ReadOnly, 0, 1,
    "version of this software"};

inline constexpr Key<int> get_configuration_max_keys{"GetConfigurationMaxKeys", 100, Access::ReadOnly, 1, 1000,
    "most keys in one GetConfiguration"};

inline constexpr Key<Text> hardware_version{"HardwareVersion", Text{""}, Access::ReadOnly, 0, 50,
    "version of the board"};

inline constexpr Key<int> light_intensity{"LightIntensity", 100, Access::ReadWrite, 0, 100,
    "percent, brightness of the lights", {.unit = "percent"}};

inline constexpr Key<int> number_of_connectors{"NumberOfConnectors", 1, Access::ReadOnly, 1, 8,
    "connectors, counted from 1"};

inline constexpr Key<Text> remote_debug{"RemoteDebug", Text{"off"}, Access::ReadWrite, 1, 200,
    "level of the log lines that go out in DataTransfer log: off, error, warn, info, debug; by component: ocpp=debug,*=info; off again after an hour, and after a restart",
    {.keep = Keep::ThisRun, .check = check_log_levels, .changed = Changed::RemoteDebug}};

inline constexpr Key<int> reset_retries{"ResetRetries", 1, Access::ReadWrite, 0, 10,
    "how often an unsuccessful reset is tried again"};

inline constexpr Key<bool> security_events_without_profile{"SecurityEventsWithoutProfile", false, Access::ReadWrite, 0, 0,
    "security events are told under security profile 0 as well"};

inline constexpr Key<List> supported_feature_profiles{"SupportedFeatureProfiles", List{"Core,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging"}, Access::ReadOnly, 0, max_list_elements,
    "feature profiles of OCPP 1.6 that this software has"};
// clang-format on

// Every key of this file.
inline constexpr std::array all_station{
    row(downlight),
    row(firmware_version),
    row(get_configuration_max_keys),
    row(hardware_version),
    row(light_intensity),
    row(number_of_connectors),
    row(remote_debug),
    row(reset_retries),
    row(security_events_without_profile),
    row(supported_feature_profiles),
};

}  // namespace ocpp::keys
