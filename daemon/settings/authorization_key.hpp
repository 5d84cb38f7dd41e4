// SPDX-License-Identifier: Apache-2.0
#pragma once
// The AuthorizationKey of the configuration file, for HTTP Basic authentication.

#include "hal-service/process/keys.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace charge_daemon {

inline constexpr std::size_t min_authorization_key_digits = 32;
inline constexpr std::size_t max_authorization_key_digits = 40;
inline constexpr std::size_t max_key_file_bytes = 256;

process::Objection check_authorization_key(std::string_view hex_digits);
// Converts the hex digits of a checked key to bytes.
std::string authorization_key_bytes(std::string_view hex_digits);

// Returns the hex digits of the key, from the file if the settings name one; "" when there is none.
shared::Result<std::string, process::Complaint> authorization_key(
    const process::Settings& settings);

}  // namespace charge_daemon
