// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bounds of JSON from outside; beyond them it is not parsed.

#include <cstddef>

namespace shared {

struct JsonBounds {
    std::size_t bytes;
    std::size_t depth;  // nesting of objects and arrays
};

}  // namespace shared
