// SPDX-License-Identifier: Apache-2.0
#pragma once
// The types of values in a settings file.

#include <array>

namespace shared {

enum class ValueType { WholeNumber, Boolean, Text };

constexpr auto names(ValueType) {
    return std::array{"a whole number", "true or false", "text in quotes"};
}

}  // namespace shared
