// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a line that pulses with the mains is alive, by its edges in a sliding window. Pure.

#include "hal-service/control/timing.hpp"

#include <array>
#include <cstdint>
#include <numeric>

namespace devices {

// 50 Hz gives 100 edges a second, 6 in the window; an open wire that catches a few is not alive.
inline constexpr std::size_t pulse_window_ticks = 12;  // 60 ms
inline constexpr std::uint32_t alive_edges = 4;
inline constexpr std::uint32_t dead_edges = 1;

class Pulses {
public:
    // Called each tick with the level now and the number of edges since the last tick. Where edges
    // are not reported, changes of the level stand for them.
    void add(bool level, std::uint32_t edges) {
        if (edges == 0 && started_ && level != level_) edges = 1;
        level_ = level;
        started_ = true;
        edges_[next_] = edges;
        next_ = (next_ + 1) % edges_.size();
        const auto sum = std::accumulate(edges_.begin(), edges_.end(), std::uint32_t{0});
        if (sum >= alive_edges) alive_ = true;
        if (sum <= dead_edges) alive_ = false;
    }
    bool alive() const { return alive_; }

private:
    std::array<std::uint32_t, pulse_window_ticks> edges_{};
    std::size_t next_ = 0;
    bool level_ = false;
    bool started_ = false;
    bool alive_ = false;
};

// A line that was active for less than a tick still shows for as long as a rule needs to see it.
class Stretched {
public:
    static constexpr std::uint32_t ticks = 4;

    bool add(bool level, std::uint32_t rising) {
        if (level || rising > 0)
            left_ = ticks;
        else if (left_ > 0)
            --left_;
        return left_ > 0;
    }

private:
    std::uint32_t left_ = 0;
};

}  // namespace devices
