// SPDX-License-Identifier: Apache-2.0
#pragma once
// Gets random bits from the kernel. OpenSSL would load its configuration first, which takes longer
// than the whole start of the daemon.

#include <cstdint>
#include <string>

namespace charge_daemon {

std::uint64_t random_bits();
// Returns 16 digits.
std::string random_hex();

}  // namespace charge_daemon
