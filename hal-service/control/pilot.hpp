// SPDX-License-Identifier: Apache-2.0
#pragma once
// The control pilot of IEC 61851-1 Annex A: duty cycle and current, voltages and states.

#include "hal-service/control/timing.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hal {

// The high part of a period in millionths. At 1 kHz these are nanoseconds, as a PWM device takes.
struct Duty {
    std::int64_t ppm = 0;
    constexpr auto operator<=>(const Duty&) const = default;
};

using units::least_offer;

// Follows Table A.7, rounded down to the resolution. The caller never asks for less than 6 A, which
// has no duty cycle.
constexpr Duty duty_for(units::Milliamps limit) {
    const auto milliamps = limit.count;
    if (milliamps > 80'000) return {960'000};
    if (milliamps >= 52'500) return {milliamps * 4 + 640'000};
    if (milliamps > 51'000) return {850'000};  // no code between 51 and 52.5 A
    return {milliamps * 1'000'000 / 60'000};
}

// Returns the current that a vehicle may draw, Table A.8, to the nearest milliamp. That takes back
// duty_for's rounding and can't exceed a limit of whole milliamps.
constexpr units::Milliamps current_from(Duty duty) {
    const auto ppm = duty.ppm;
    if (ppm < 80'000) return {0};  // not allowed, or digital communication (3..7 %)
    if (ppm < 100'000) return least_offer;
    if (ppm <= 850'000) return {(ppm * 60 + 500) / 1000};
    if (ppm <= 960'000) return {(ppm - 640'000) / 4};
    if (ppm <= 970'000) return {80'000};
    return {0};
}

static_assert(duty_for({6000}) == Duty{100'000});
static_assert(duty_for({16'000}) == Duty{266'666});
static_assert(current_from({266'666}) == units::Milliamps{16'000});
static_assert(current_from(duty_for({51'500})) == units::Milliamps{51'000});
static_assert(current_from(duty_for({80'000})) == units::Milliamps{80'000});

// The charge point drives the pilot in one of these ways.
enum class PilotDrive {
    Steady,       // +12 V: X1, nothing is offered
    Oscillating,  // PWM: X2
    Minus,        // -12 V: F, not available
    Disconnected  // the wire is cut off from the source: E
};

// One sample of an ADC with a peak hold for each polarity.
struct PilotSample {
    units::Millivolts high;
    units::Millivolts low;
    units::Millivolts plus_rail{12'000};
    units::Millivolts minus_rail{-12'000};
    units::Millivolts raw{};  // the level at that instant
    bool valid = true;        // false: the transfer failed, the rest means nothing
};

inline constexpr std::int64_t source_ohms = 1000;  // R1
inline constexpr units::Millivolts vehicle_diode{700};
inline constexpr units::Millivolts greatest_rail{13'200};  // a sound circuit shows less

// Computes the vehicle's resistance from the high level and the measured rail, which takes out the
// supply's tolerance. The result is bounded, and 0 for levels at or below ground.
std::int64_t vehicle_ohms(const PilotSample& sample);

// Splits at the midpoints between the nominal levels, not by the windows of Table A.4: a level in a
// gap must neither flap nor be an error. Hysteresis favours `present`.
PilotState classify(const PilotSample& sample, PilotState present);

// True when the low part reaches the negative rail, which proves a vehicle's diode.
bool shows_diode(const PilotSample& sample);

// True for rails and levels that a sound circuit cannot produce, an ADC at its end included.
bool implausible(const PilotSample& sample);

// Turns samples into a state one can act on.
class PilotFilter {
public:
    // With `serves_d` state D asks for current as C does.
    explicit PilotFilter(bool serves_d = false) : serves_d_(serves_d) {}

    void add(const PilotSample& sample, Moment now);
    // Called when nothing could be read for a while. The state before serves as hysteresis only.
    void restart();
    // After missed ticks all durations start over.
    void missed(Moment now) { since_ = now; }

    bool settled() const { return settled_; }  // a first state is known
    PilotState state() const { return state_; }
    Moment since() const { return since_; }
    bool asks() const { return settled_ && asks_for(state_); }
    bool asks_now() const { return asks() && asking_; }  // the latest sample, too
    bool connected_now() const { return connected_; }
    // Both return for how long all samples, the latest included, have not asked, or were A, E or F.
    // Bounces between such states do not end that time.
    Moment not_asking(Moment now) const { return asking_ ? Moment{0} : now - not_asking_since_; }
    Moment cut_off(Moment now) const { return connected_ ? Moment{0} : now - cut_off_since_; }
    bool unreadable(Moment now) const {
        return started_ && now - agreed_ >= timing::pilot_unreadable;
    }

private:
    bool asks_for(PilotState state) const {
        return state == PilotState::C || (serves_d_ && state == PilotState::D);
    }

    bool serves_d_;
    PilotState state_ = PilotState::A;
    PilotState candidate_ = PilotState::A;
    int run_ = 0;
    bool started_ = false;
    bool settled_ = false;
    bool asking_ = false;
    bool connected_ = false;
    Moment since_{0};
    Moment agreed_{0};
    Moment not_asking_since_{0};
    Moment cut_off_since_{0};
};

// Counts the pulses of a vehicle that toggles B-C-B, ISO 15118-3: never a request, never an error.
class ToggleCount {
public:
    void tick(const PilotFilter& pilot, Moment now);
    // Called when the charge point changes the pilot: the vehicle answers that with a pulse, too.
    void disregard() { pulse_ = false; }
    void clear() { *this = {}; }
    std::int64_t count() const { return count_; }

private:
    std::int64_t count_ = 0;
    bool pulse_ = false;
    bool from_b_ = false;
    Moment begin_{0};
};

}  // namespace hal
