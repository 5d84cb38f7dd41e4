// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/pilot.hpp"

#include <algorithm>

namespace hal {
namespace {

constexpr std::int64_t open_circuit_ohms = 1'000'000;

constexpr std::int64_t ohms_at(std::int64_t high, std::int64_t rail) {
    if (high <= vehicle_diode.count) return 0;
    if (high >= rail) return open_circuit_ohms;
    return std::min(open_circuit_ohms, source_ohms * (high - vehicle_diode.count) / (rail - high));
}

// Between A|B, B|C, C|D, D|E: midpoints of 12, 9, 6, 3 and 0 V.
constexpr std::array boundaries = {ohms_at(10'500, 12'000), ohms_at(7500, 12'000),
                                   ohms_at(4500, 12'000), ohms_at(1500, 12'000)};
static_assert(boundaries[0] == 6533 && boundaries[1] == 1511 && boundaries[2] == 506 &&
              boundaries[3] == 76);

constexpr std::int64_t hysteresis_percent = 10;

// Below it the high level can only be the generator's own -12 V.
constexpr units::Millivolts steady_minus{-8000};

constexpr units::Millivolts diode_margin{1200};  // Table A.4: -12 V +- 1 V, with the ADC's error
constexpr units::Millivolts least_rail{10'800};
constexpr units::Millivolts beyond_rail{1500};  // noise and an ADC's error stay below it

}  // namespace

std::int64_t vehicle_ohms(const PilotSample& sample) {
    return ohms_at(sample.high.count, sample.plus_rail.count);
}

PilotState classify(const PilotSample& sample, PilotState present) {
    if (sample.high < steady_minus) return PilotState::F;
    const auto ohms = vehicle_ohms(sample);
    int state = 0;
    for (std::size_t i = 0; i < boundaries.size(); ++i) {
        const bool above = static_cast<int>(present) <= static_cast<int>(i);
        const auto percent = above ? 100 - hysteresis_percent : 100 + hysteresis_percent;
        if (ohms * 100 < boundaries[i] * percent) state = static_cast<int>(i) + 1;
    }
    return static_cast<PilotState>(state);
}

bool shows_diode(const PilotSample& sample) {
    return sample.low < sample.minus_rail + diode_margin;
}

bool implausible(const PilotSample& sample) {
    const auto outside = [](units::Millivolts rail) {
        return rail < least_rail || rail > greatest_rail;
    };
    return outside(sample.plus_rail) || outside(units::Millivolts{} - sample.minus_rail) ||
           sample.high < sample.low || sample.high > sample.plus_rail + beyond_rail ||
           sample.low < sample.minus_rail - beyond_rail;
}

void PilotFilter::restart() {
    started_ = settled_ = asking_ = connected_ = false;
    run_ = 0;
}

void PilotFilter::add(const PilotSample& sample, Moment now) {
    const auto seen = classify(sample, state_);
    if (!started_) {
        started_ = true;
        candidate_ = seen;
        agreed_ = not_asking_since_ = cut_off_since_ = now;
    }
    run_ = seen == candidate_ ? std::min(run_ + 1, timing::agreeing_samples) : 1;
    candidate_ = seen;
    if (run_ >= timing::agreeing_samples) {
        agreed_ = now;
        if (!settled_ || state_ != seen) since_ = now;
        settled_ = true;
        state_ = seen;
    }
    const bool asking = asks_for(seen);
    if (asking_ && !asking) not_asking_since_ = now;
    asking_ = asking;
    const bool connected = seen == PilotState::B || seen == PilotState::C || seen == PilotState::D;
    if (connected_ && !connected) cut_off_since_ = now;
    connected_ = connected;
}

void ToggleCount::tick(const PilotFilter& pilot, Moment now) {
    if (!pilot.settled()) return disregard();
    const auto state = pilot.state();
    if (state == PilotState::C && from_b_) {
        pulse_ = true;
        begin_ = now;
    } else if (state == PilotState::B && pulse_) {
        const auto lasted = now - begin_;
        if (lasted >= timing::shortest_toggle && lasted <= timing::longest_toggle) ++count_;
        pulse_ = false;
    } else if (state != PilotState::C) {
        pulse_ = false;
    }
    from_b_ = state == PilotState::B;
}

}  // namespace hal
