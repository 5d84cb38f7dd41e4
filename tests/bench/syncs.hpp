// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words that the counting library and the bench share.

#include <atomic>
#include <cstdint>

namespace bench {

struct Syncs {
    std::atomic<std::uint64_t> count{0};
    std::atomic<std::uint64_t> nanoseconds{0};
};

}  // namespace bench
