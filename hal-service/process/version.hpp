// SPDX-License-Identifier: Apache-2.0
#pragma once
// The project's version, from the build.

#include <string_view>

namespace process {

inline constexpr std::string_view version = CHARGEPOINT_VERSION;

}  // namespace process
