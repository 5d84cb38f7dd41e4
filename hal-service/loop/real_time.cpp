// SPDX-License-Identifier: Apache-2.0
#include "hal-service/loop/real_time.hpp"

#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hal {
namespace {

constexpr std::size_t stack_in_use = std::size_t{256} * 1024;
constexpr std::size_t page = 4096;
constexpr rlim_t enough_locked = rlim_t{256} * 1024 * 1024;  // each thread's stack alone is 8 MiB

// Each page of the stack that a tick could ever reach is touched once.
[[gnu::noinline]] void touch_stack() {
    std::array<unsigned char, stack_in_use> area;
    volatile auto* pages = area.data();
    for (std::size_t i = 0; i < area.size(); i += page) pages[i] = 1;
}

}  // namespace

Moment monotonic_now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds(time.tv_sec) +
           std::chrono::duration_cast<Moment>(std::chrono::nanoseconds(time.tv_nsec));
}

void sleep_until(Moment moment) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(moment);
    timespec until{};
    until.tv_sec = seconds.count();
    until.tv_nsec = std::chrono::nanoseconds(moment - seconds).count();
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
}

// Nothing is locked when the limit is less than all memory: a later thread or buffer might be
// refused.
std::optional<std::string> lock_memory() {
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_MMAP_MAX, 0);
    rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 &&
        (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur < enough_locked))
        return "not more than " + std::to_string(limit.rlim_cur) + " bytes may be locked";
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) return std::strerror(errno);
    return std::nullopt;
}

bool begin_real_time(const char* name, int priority) {
    pthread_setname_np(pthread_self(), name);
    touch_stack();
    sched_param param{};
    param.sched_priority = priority;
    return pthread_setschedparam(pthread_self(), SCHED_FIFO, &param) == 0;
}

}  // namespace hal
