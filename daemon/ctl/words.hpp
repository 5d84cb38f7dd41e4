// SPDX-License-Identifier: Apache-2.0
#pragma once
// Turns a request to the simulator as a person types it, for example
// "plug_in connector=1 end=vehicle", into JSON.

#include "hal-service/shared/json.hpp"

#include <string>
#include <vector>

namespace charge_daemon::ctl {

inline constexpr std::size_t max_words = 64;

// The first word is the command; the others are key=value, where a value is true, false, a number,
// a JSON array or text in quotes; anything else is text too.
shared::Result<shared::Json, std::string> request_from(const std::vector<std::string>& words);

}  // namespace charge_daemon::ctl
