// SPDX-License-Identifier: Apache-2.0
#pragma once
// Formats parts of an answer for people. A part that the answer does not have gives no text.

#include "hal-service/shared/json.hpp"

#include <string>
#include <vector>

namespace charge_daemon::ctl {

const shared::Json& member(const shared::Json& json, const char* name);
// Formats any JSON value as text without control characters.
std::string text(const shared::Json& json);
std::string text(const shared::Json& json, const char* name);
std::string yes_no(const shared::Json& json, const char* name);
bool is_true(const shared::Json& json, const char* name);
std::string number(double value, int decimals, const char* unit);
std::string number(const shared::Json& json, const char* name, int decimals, const char* unit,
                   double scale = 1);
std::string list(const shared::Json& values, const char* unit);
std::string line(const std::string& name, const std::string& value);

// Formats a table with columns of equal width; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace charge_daemon::ctl
