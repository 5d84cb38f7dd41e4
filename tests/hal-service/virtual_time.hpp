// SPDX-License-Identifier: Apache-2.0
#pragma once
// The time of a test, which passes only when it is told to.

#include "hal-service/control/timing.hpp"
#include "tests/support/catch.hpp"

namespace bench {

// The time of Ticking, whose tick() lets one tick pass.
template <class Ticking>
class VirtualTime {
public:
    hal::Moment now() const { return now_; }

    void run(hal::Moment time) {
        for (const auto end = now_ + time; now_ + hal::timing::tick <= end;) ticking().tick();
    }
    // For how long it takes until it is so; fails after `within`.
    template <class Condition>
    hal::Moment until(Condition condition, hal::Moment within = std::chrono::seconds{90}) {
        const auto begin = now_;
        while (!condition()) {
            if (now_ - begin > within) {
                FAIL("did not happen within " << within.count() << " us");
                break;
            }
            ticking().tick();
        }
        return now_ - begin;
    }

protected:
    hal::Moment now_{std::chrono::seconds{1}};

private:
    Ticking& ticking() { return static_cast<Ticking&>(*this); }
};

}  // namespace bench
