// SPDX-License-Identifier: Apache-2.0
// Loaded into a program before its libraries (LD_PRELOAD): counts its fsync and fdatasync calls and
// their time, in a file that the bench maps too.

#include "tests/bench/syncs.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace {

bench::Syncs* shared() {
    static bench::Syncs* const mapped = [] {
        static bench::Syncs unshared;
        const char* path = std::getenv("CHARGEPOINT_BENCH_SYNCS");
        const int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
        if (file < 0) return &unshared;
        void* memory =
            mmap(nullptr, sizeof(bench::Syncs), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
        return memory == MAP_FAILED ? &unshared : static_cast<bench::Syncs*>(memory);
    }();
    return mapped;
}

int counted(const char* name, int file) {
    using Function = int (*)(int);
    const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
    const auto start = std::chrono::steady_clock::now();
    const int result = real(file);
    const auto time = std::chrono::steady_clock::now() - start;
    shared()->count += 1;
    shared()->nanoseconds += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
    return result;
}

}  // namespace

extern "C" int fsync(int file) { return counted("fsync", file); }
extern "C" int fdatasync(int file) { return counted("fdatasync", file); }
