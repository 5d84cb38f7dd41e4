// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys of the security extension (security white paper 7.2).

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<int> security_profile{"SecurityProfile", 0, Access::ReadOnly, 0, 3,
    "the security profile in use; 0 = none"};
// clang-format on

// Every key of this file.
inline constexpr std::array all_security{
    row(security_profile),
};

}  // namespace ocpp::keys
