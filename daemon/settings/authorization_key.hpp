// SPDX-License-Identifier: Apache-2.0
#pragma once
// The AuthorizationKey of the configuration file, for HTTP Basic authentication.

#include "hal-service/process/keys.hpp"

#include <cstddef>
#include <string>

namespace charge_daemon {

inline constexpr std::size_t max_key_file_bytes = 256;

// Returns the hex digits of the key, from the file if the settings name one; "" when there is none.
shared::Result<std::string, process::Complaint> authorization_key(
    const process::Settings& settings);

}  // namespace charge_daemon
