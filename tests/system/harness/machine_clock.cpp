// SPDX-License-Identifier: Apache-2.0
// Preloaded into a program, it sets back the machine's clock by CHARGEPOINT_TEST_CLOCK_BEHIND
// seconds, for this program alone. The steady clock and all timers stay as they are.

#include <dlfcn.h>
#include <sys/time.h>

#include <cstdlib>
#include <ctime>

namespace {

using ClockGettime = int (*)(clockid_t, timespec*);

const long behind = [] {
    const char* text = std::getenv("CHARGEPOINT_TEST_CLOCK_BEHIND");
    return text == nullptr ? 0L : std::atol(text);
}();

const auto real = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const int result = real(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec -= behind;
    return result;
}

extern "C" int gettimeofday(timeval* time, void*) noexcept {
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return result;
}

extern "C" std::time_t time(std::time_t* out) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}
