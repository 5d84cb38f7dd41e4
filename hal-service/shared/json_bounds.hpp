// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much JSON from outside is parsed at all.

#include <cstddef>

namespace shared {

struct JsonBounds {
    std::size_t bytes;
    std::size_t depth;  // of nested objects and arrays
};

}  // namespace shared
