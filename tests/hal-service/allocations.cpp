// SPDX-License-Identifier: Apache-2.0
// Replaces operator new, so that tests can count what a thread allocates.

#include "tests/hal-service/allocations.hpp"

#include <cstdlib>
#include <new>

namespace bench {

thread_local bool counting = false;
thread_local std::uint64_t allocations = 0;

}  // namespace bench

#if OWN_ALLOCATOR
namespace {

void* counted(std::size_t size) {
    if (bench::counting) ++bench::allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
#endif
