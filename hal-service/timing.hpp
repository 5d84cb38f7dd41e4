// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every time constant of the hardware process, once, with its source.
// "61851" is IEC 61851-1 ed. 3, Annex A; numbers are its sequences (Table A.6).

#include <chrono>

namespace hal {

// Monotonic time since some start that all of the process shares.
using Moment = std::chrono::microseconds;

namespace timing {

using std::chrono::milliseconds;

inline constexpr milliseconds tick{5};

// A pilot state counts after so many equal samples: a single disturbed one changes nothing.
inline constexpr int agreeing_samples = 3;
// The pilot gives no agreeing samples for this long: unreadable.
inline constexpr milliseconds pilot_unreadable{500};

// 61851 4: close within 3 s of C2. Longer than one pulse of a B-C-B toggle (ISO 15118-3 Table 3:
// 400 ms + 50), so that a toggle never closes a contactor.
inline constexpr milliseconds close_after_c{600};
// 61851 7, 8: open within 100 ms of the vehicle opening S2. Some vehicles bounce towards A for
// up to 25 ms; the contactor itself needs up to 20 ms.
inline constexpr milliseconds open_after_b{45};
// 61851 2, 12: unplugged, or the pilot grounded.
inline constexpr milliseconds open_after_a_or_e{25};
// 61851 10.2: a vehicle that ignores the end of the PWM is cut off under load, not before 6 s.
inline constexpr milliseconds stop_wait{6000};
// 61851 6: not oftener than every 5 s, with a margin for the vehicle's clock.
inline constexpr milliseconds duty_interval{5100};
// Between the end of a commanded stop and the next offer: spares contactors and on-board chargers.
inline constexpr milliseconds offer_pause{5000};
// The same when the number of phases changes; vehicles need to notice the pause.
inline constexpr milliseconds phase_change_pause{10'000};
// 61851 Table A.4, footnote: the low phase must have been seen at -12 V before closing. So many
// periods of 1 kHz to show it.
inline constexpr milliseconds diode_test{200};
// The same while charging: a lost diode is judged slowly, the vehicle is known by then.
inline constexpr milliseconds diode_lost{500};

// Contactor supervision.
inline constexpr milliseconds weld_check_after{500};
inline constexpr milliseconds weld_window{200};
inline constexpr int weld_windows = 3;
inline constexpr milliseconds voltage_after_close{300};

// Residual current, IEC 62955: 30 mA AC and 60 mA DC within 300 ms, 6 mA DC within 10 s. The
// monitor takes up to 180 ms and 480 ms of that.
inline constexpr milliseconds residual{15};

// Drawn above the signalled current for longer than a vehicle may take to follow (61851 6: 5 s).
inline constexpr milliseconds overcurrent{7000};
inline constexpr milliseconds meter_stale{1000};
inline constexpr milliseconds earth_lost{100};
inline constexpr milliseconds mains_lost{40};
inline constexpr milliseconds lock_moves{2000};
inline constexpr milliseconds reader_silent{1000};
// A fault that went away by itself stays this long, so that it doesn't flap.
inline constexpr milliseconds gone{1000};
// State D, which is not supported here, was left.
inline constexpr milliseconds gone_after_d{30'000};

}  // namespace timing
}  // namespace hal
