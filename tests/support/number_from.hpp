// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers that the environment may give a test, for example CHARGEPOINT_TWINS=100000.

#include <cstdint>
#include <cstdlib>
#include <string>

namespace test {

inline std::int64_t number_from(const char* variable, std::int64_t usual) {
    const char* text = std::getenv(variable);
    return text == nullptr ? usual : std::stoll(text);
}

}  // namespace test
