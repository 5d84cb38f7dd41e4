// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counts what a thread allocates; control_loop_test.cpp has the operators that do it.

#include <cstdint>

// The address sanitizer has its own operators and insists on them; the count is taken without it.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OWN_ALLOCATOR 0
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define OWN_ALLOCATOR 0
#endif
#ifndef OWN_ALLOCATOR
#define OWN_ALLOCATOR 1
#endif

namespace bench {

extern thread_local bool counting;
extern thread_local std::uint64_t allocations;

}  // namespace bench
