// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lists as configuration values write them (CSL, OCPP 1.6 section 9): elements between commas.

#include <string_view>
#include <vector>

namespace ocpp::config {

// "" has no elements; blanks around an element do not count.
std::vector<std::string_view> split_list(std::string_view text);

// A number as a key's part: no sign, no space.
bool digits_only(std::string_view text);

}  // namespace ocpp::config
