// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/backoff.hpp"

#include <algorithm>
#include <utility>

namespace charge_daemon {

std::chrono::milliseconds Backoff::next(const ocpp::core::LinkSettings& settings,
                                        std::uint64_t random) {
    using std::chrono::milliseconds;
    const milliseconds longest{longest_back_off};
    const auto range =
        std::clamp(milliseconds{settings.back_off_random_range}, milliseconds{0}, longest);
    const milliseconds jitter{
        static_cast<std::int64_t>(random % (static_cast<std::uint64_t>(range.count()) + 1))};
    if (std::exchange(accepted_, false)) return jitter;
    // Doubling stops where the longest wait is passed: no key value can overflow this.
    milliseconds wait =
        std::clamp(milliseconds{settings.back_off_minimum}, milliseconds{0}, longest);
    const int doublings = std::min(attempts_, settings.back_off_repeat_times);
    for (int i = 0; i < doublings && wait < longest; ++i) wait *= 2;
    if (attempts_ < settings.back_off_repeat_times) ++attempts_;
    return std::min(wait + jitter, longest);
}

}  // namespace charge_daemon
