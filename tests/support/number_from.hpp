// SPDX-License-Identifier: Apache-2.0
#pragma once
// Numbers that the environment may give a test, for example CHARGEPOINT_TWINS=100000.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace test {

inline std::int64_t number_from(const char* variable, std::int64_t usual) {
    const char* text = std::getenv(variable);
    return text == nullptr ? usual : std::stoll(text);
}

// A test that disturbs every step takes one of so many: programs with sanitizers need ten times as
// long for each.
inline int replay_every() {
    return std::max(1, static_cast<int>(number_from("CHARGEPOINT_REPLAY_EVERY", 1)));
}

}  // namespace test
