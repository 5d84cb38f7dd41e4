// SPDX-License-Identifier: Apache-2.0
#pragma once
// Random bits from the kernel. Not from OpenSSL: loading its configuration takes longer than the
// daemon's whole start.

#include <cstdint>
#include <string>

namespace charge_daemon {

std::uint64_t random_bits();
// 16 digits.
std::string random_hex();

}  // namespace charge_daemon
