// SPDX-License-Identifier: Apache-2.0
#pragma once
// A vehicle that opens and closes S2 again and again, which wears out contactors.

#include "hal-service/control/timing.hpp"

#include <algorithm>
#include <array>

namespace hal {

class Chatter {
public:
    void closed(Moment now) {
        std::rotate(closings_.begin(), closings_.end() - 1, closings_.end());
        closings_.front() = now;
    }
    bool goes_on(Moment now) const { return now - closings_.back() < timing::chatter_within; }
    void forget() { *this = {}; }

private:
    static constexpr Moment never{-1'000'000'000};
    std::array<Moment, timing::chatter_closings> closings_{never, never, never};  // newest first
};

}  // namespace hal
