// SPDX-License-Identifier: Apache-2.0
#pragma once
// Parts of an answer as a person reads them; nothing for what the answer does not have.

#include "hal-service/shared/json.hpp"

#include <string>
#include <vector>

namespace charge_daemon::ctl {

const shared::Json& member(const shared::Json& json, const char* name);
// Whatever it is, as a person writes it; never a control character.
std::string text(const shared::Json& json);
std::string text(const shared::Json& json, const char* name);
std::string yes_no(const shared::Json& json, const char* name);
bool is_true(const shared::Json& json, const char* name);
std::string number(double value, int decimals, const char* unit);
std::string number(const shared::Json& json, const char* name, int decimals, const char* unit,
                   double scale = 1);
std::string list(const shared::Json& values, const char* unit);
std::string line(const std::string& name, const std::string& value);

// Columns of equal width; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

}  // namespace charge_daemon::ctl
