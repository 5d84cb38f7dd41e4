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

// The pilot.
// A state counts after so many equal samples: a single disturbed one changes nothing.
inline constexpr int agreeing_samples = 3;
// No agreeing samples for this long: unreadable.
inline constexpr milliseconds pilot_unreadable{500};
// So many jumps of the level within this time are noise that nothing can be read from; quiet for
// this long it is over.
inline constexpr int noise_jumps = 6;
inline constexpr milliseconds noise_window{500};
inline constexpr milliseconds noise_over{1000};
// No valid sample for this long: blind. With one more tick and the contactor's 20 ms it keeps the
// 100 ms of 61851 7, 8.
inline constexpr milliseconds pilot_blind{50};
// After F or E the peak holds (time constant 3 ms) and the cable need this long to show a level.
inline constexpr milliseconds pilot_settles{20};

// 61851 4: close within 3 s of C2. Longer than one pulse of a B-C-B toggle (ISO 15118-3 Table 3:
// 400 ms + 50), so that a toggle never closes a contactor.
inline constexpr milliseconds close_after_c{600};
inline constexpr milliseconds close_within{3000};
// ISO 15118-3 Table 3: 200 to 400 ms, each with a tolerance of 50.
inline constexpr milliseconds shortest_toggle{150};
inline constexpr milliseconds longest_toggle{450};
// 61851 7, 8: open within 100 ms of the vehicle opening S2. Some vehicles bounce towards A for
// up to 25 ms; the contactor itself needs up to 20 ms.
inline constexpr milliseconds open_after_b{45};
// 61851 2, 12: unplugged, or the pilot grounded.
inline constexpr milliseconds open_after_a_or_e{25};
// A level that doesn't stand still has to be A for longer before the vehicle counts as gone; the
// contactors are open by then.
inline constexpr milliseconds gone_in_noise{100};
// 61851 10.2: a vehicle that ignores the end of the PWM is cut off under load, not before 6 s.
inline constexpr milliseconds stop_wait{6000};
// 61851 6: not oftener than every 5 s, with a margin for the vehicle's clock.
inline constexpr milliseconds duty_interval{5100};
// 61851 13, Table A.5: E or F that is signalled lasts at least 300 ms.
inline constexpr milliseconds least_minus{300};
// While a fault holds F, X1 is shown for a moment now and then, or nobody would learn that the
// vehicle has gone; much longer than 61851 13 wants F in between.
inline constexpr milliseconds look_every{2000};
inline constexpr milliseconds look_lasts{300};
// 61851 Table A.4, footnote: the low phase must have been seen at -12 V before closing. So many
// periods of 1 kHz to show it.
inline constexpr milliseconds diode_test{200};
// While charging a lost diode is judged more slowly: the vehicle is known by then.
inline constexpr milliseconds diode_lost{500};
// After waking: 61851 A.5.3 leaves it open, vehicles in the field want 500 to 1000 ms of X1.
inline constexpr milliseconds x1_after_wake_up{750};

// Pauses.
// Between the end of a commanded stop and the next offer: spares contactors and on-board chargers.
inline constexpr milliseconds offer_pause{5000};
// A vehicle that opens and closes S2 wears out contactors: after so many closings in this time the
// offer is withdrawn for the pause above.
inline constexpr int chatter_closings = 3;
inline constexpr milliseconds chatter_within{30'000};
// After a fault that went away by itself; what others in the field wait.
inline constexpr milliseconds pause_after_fault{30'000};
// Between the poles having been changed and the next offer.
inline constexpr milliseconds x1_after_phase_change{100};
// When the poles had to be opened under load: the vehicle did not follow, so that it is given the
// longest time that any is known to need.
inline constexpr milliseconds phase_change_after_load{60'000};
inline constexpr milliseconds phase_change_window{3'600'000};  // `per_hour` counts in this time

// Contactor supervision. A contactor takes up to 20 ms to open, an arc dies down with it; in the
// field checks begin 250 to 1000 ms after.
inline constexpr milliseconds weld_check_after{500};
inline constexpr milliseconds weld_window{200};
inline constexpr int weld_windows = 3;
inline constexpr milliseconds voltage_after_close{300};
// A technician's relay test: each step lasts so long, and what it checks is so at its end for a
// while: contacts bounce, and voltage is told from pulses of 50 Hz.
inline constexpr milliseconds contactor_check_step{300};
inline constexpr milliseconds contactor_check_steady{100};

// Residual current, IEC 62955: 30 mA AC and 60 mA DC within 300 ms, 6 mA DC within 10 s. The
// monitor takes up to 180 ms and 480 ms of that.
// Three samples in a row: with the wait for the first one an opening begins within 20 ms.
inline constexpr milliseconds residual{10};
// The monitor's test. Modules take pulses of 30 to 1200 ms, show 6 mA after about 1 s and 30 mA
// after 1.7 s at most 2.1, and are at rest again after 3.3 s.
inline constexpr milliseconds monitor_check_pulse{250};
inline constexpr milliseconds monitor_check_answers{2500};
inline constexpr milliseconds monitor_check_over{4000};
// Not at rest for this long with the contactors open: it can't be tested, so it has failed.
inline constexpr milliseconds residual_at_rest{5000};
inline constexpr milliseconds residual_error{50};
inline constexpr milliseconds monitor_check_valid{24 * 3'600'000};
inline constexpr milliseconds monitor_check_again{60'000};  // after one that failed

// 61851 6: a vehicle follows within 5 s; what measures it is up to 400 ms older than the tick.
inline constexpr milliseconds followed_within{6000};
// Drawn above the signalled current for longer than a vehicle may take to follow.
inline constexpr milliseconds overcurrent{7000};
inline constexpr milliseconds overcurrent_hard{1000};   // beyond 1.3 times
inline constexpr milliseconds overcurrent_severe{100};  // beyond twice
// ISO 17409: inrush lasts up to 1 s after closing; what measures it is up to 400 ms older.
inline constexpr milliseconds inrush{1400};

// The supply. EN 50160 counts 230 V +- 10 % as normal, so limits lie outside and have a delay;
// reconnection as TOR Erzeuger / R37 has it: 60 s within 0.9 to 1.09 and 49.9 to 50.1 Hz.
inline constexpr milliseconds overvoltage{1000};
inline constexpr milliseconds overvoltage_severe{100};
inline constexpr milliseconds undervoltage{3000};
inline constexpr milliseconds frequency{1000};
inline constexpr milliseconds phase_lost{3000};
inline constexpr milliseconds supply_returned{60'000};

inline constexpr milliseconds meter_stale{1000};
inline constexpr milliseconds earth_lost{100};
// A dip is to be seen within 40 ms; the supply's warning and the tick take up to 10 ms of them.
inline constexpr milliseconds mains_lost{30};
inline constexpr milliseconds relay_supply_lost{100};
inline constexpr milliseconds proximity{100};
inline constexpr milliseconds tamper{500};
inline constexpr milliseconds reader_silent{1000};
inline constexpr milliseconds temperature_sensor{5000};
// A lock's motor takes up to 600 ms; so long is waited for its feedback, then it is driven back for
// a moment and tried again.
inline constexpr milliseconds lock_moves{1000};
inline constexpr milliseconds lock_back{400};
inline constexpr int lock_tries = 3;
inline constexpr milliseconds lock_again{30'000};  // after all of them have failed
// A fault that went away by itself stays this long, so that it doesn't flap.
inline constexpr milliseconds gone{1000};

// The loop itself: what 100 ms to open leave room for.
inline constexpr milliseconds late{20};
inline constexpr int late_times = 3;
inline constexpr milliseconds late_within{60'000};
inline constexpr milliseconds overrun{50};
inline constexpr milliseconds in_time_again{30'000};

}  // namespace timing
}  // namespace hal
