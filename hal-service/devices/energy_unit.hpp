// SPDX-License-Identifier: Apache-2.0
#pragma once
// A meter's energy registers count in a unit that a word of its configuration decides. A chip that
// understood the word otherwise, by a factor of ten, would bill a tenth or tenfold; the power that
// it shows at the same time tells which.

#include "hal-service/control/timing.hpp"
#include "hal-service/shared/units.hpp"

#include <cstdint>
#include <optional>

namespace devices {

// One channel, compared in windows of energy. Pure.
class EnergyUnit {
public:
    // The register's gain since the last call, and the power now.
    void add(units::MilliwattHours gained, units::Watts power, hal::Moment now);
    // Called when it is not known in full how much flowed since the last call.
    void restart() { last_.reset(); }

    // False: several windows in a row were wrong by more than the square root of ten.
    bool plausible() const { return wrong_ < windows_needed; }

private:
    static constexpr int windows_needed = 3;

    struct Seen {
        units::Watts power;
        hal::Moment at;
    };
    std::optional<Seen> last_;
    std::int64_t expected_ = 0;  // watts times microseconds, in this window
    units::MilliwattHours gained_;
    int wrong_ = 0;
};

}  // namespace devices
