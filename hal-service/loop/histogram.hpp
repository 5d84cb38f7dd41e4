// SPDX-License-Identifier: Apache-2.0
#pragma once
// Counts durations since the start: exactly below 32 us, within a sixteenth above, and without
// allocation, so that it can cross a slot.

#include "hal-service/control/timing.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace hal {

class Histogram {
public:
    void add(Moment time) {
        const auto microseconds =
            static_cast<std::uint64_t>(std::clamp<std::int64_t>(time.count(), 0, longest));
        ++buckets_[bucket_of(microseconds)];
        ++count_;
        worst_ = std::max(worst_, time);
    }

    std::uint64_t count() const { return count_; }
    Moment worst() const { return worst_; }
    // Returns the duration that so many of 1000 did not exceed; 0 when there are none.
    Moment within(std::uint64_t per_mille) const {
        const auto wanted = (count_ * per_mille + 999) / 1000;
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < buckets_.size(); ++i) {
            seen += buckets_[i];
            if (seen >= wanted && wanted > 0) return std::min(last_of(i), worst_);
        }
        return worst_;
    }

private:
    static constexpr int finest_bits = 5;  // 32 values of their own
    static constexpr std::uint64_t per_octave = 16;
    static constexpr int octaves = 15;
    static constexpr std::int64_t longest = (std::int64_t{1} << (finest_bits + octaves)) - 1;

    static constexpr std::size_t bucket_of(std::uint64_t microseconds) {
        if (microseconds < 2 * per_octave) return microseconds;
        const auto octave =
            static_cast<std::uint64_t>(std::bit_width(microseconds)) - 1 - finest_bits;
        const auto within_octave = (microseconds >> (octave + 1)) % per_octave;
        return 2 * per_octave + octave * per_octave + within_octave;
    }
    static constexpr Moment last_of(std::size_t bucket) {
        if (bucket < 2 * per_octave) return Moment{static_cast<std::int64_t>(bucket)};
        const auto octave = (bucket - 2 * per_octave) / per_octave;
        const auto begin = (per_octave + bucket % per_octave + 1) << (octave + 1);
        return Moment{static_cast<std::int64_t>(begin) - 1};
    }

    std::array<std::uint64_t, 2 * per_octave + octaves * per_octave> buckets_{};
    std::uint64_t count_ = 0;
    Moment worst_{0};
};

}  // namespace hal
