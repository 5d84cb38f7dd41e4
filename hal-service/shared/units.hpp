// SPDX-License-Identifier: Apache-2.0
#pragma once
// Physical quantities. Every number that crosses a function boundary has one of these types; a
// bare integer never means amps. Integers only: no rule of this program computes in floating point.

#include <compare>
#include <cstdint>

namespace units {

template <class Tag>
struct Quantity {
    std::int64_t count = 0;

    constexpr auto operator<=>(const Quantity&) const = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.count + b.count}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.count - b.count}; }
    constexpr Quantity& operator+=(Quantity other) { return count += other.count, *this; }
};

using Milliamps = Quantity<struct MilliampsTag>;
using Millivolts = Quantity<struct MillivoltsTag>;
using Watts = Quantity<struct WattsTag>;
using MilliwattHours = Quantity<struct MilliwattHoursTag>;
using WattHours = Quantity<struct WattHoursTag>;
using Millihertz = Quantity<struct MillihertzTag>;
using MilliCelsius = Quantity<struct MilliCelsiusTag>;
using PerMille = Quantity<struct PerMilleTag>;

// Rounds toward zero: a limit must never be rounded up. `voltage` and `phases` are above zero.
constexpr Milliamps current_for(Watts power, Millivolts voltage, int phases) {
    return {power.count * 1'000'000 / (voltage.count * phases)};
}

// Rounds toward zero.
constexpr Watts power_for(Milliamps current, Millivolts voltage, int phases) {
    return {current.count * voltage.count / 1'000'000 * phases};
}

// OCPP registers are whole watt-hours; toward zero, so that a register never claims energy that
// has not flowed yet.
constexpr WattHours whole_watt_hours(MilliwattHours energy) { return {energy.count / 1000}; }

namespace literals {
constexpr Milliamps operator""_A(unsigned long long n) {
    return {static_cast<std::int64_t>(n) * 1000};
}
constexpr Milliamps operator""_mA(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr Millivolts operator""_V(unsigned long long n) {
    return {static_cast<std::int64_t>(n) * 1000};
}
constexpr Millivolts operator""_mV(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr Watts operator""_W(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr WattHours operator""_Wh(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
constexpr MilliwattHours operator""_mWh(unsigned long long n) {
    return {static_cast<std::int64_t>(n)};
}
constexpr Millihertz operator""_mHz(unsigned long long n) { return {static_cast<std::int64_t>(n)}; }
}  // namespace literals

// Between a phase and neutral: currents and powers are converted into each other with it where
// nothing is measured.
inline constexpr Millivolts nominal_voltage{230'000};

// The least current that a duty cycle can signal (IEC 61851-1 Table A.7).
inline constexpr Milliamps least_offer{6'000};

static_assert(current_for(Watts{3680}, Millivolts{230'000}, 1) == Milliamps{16'000});
static_assert(current_for(Watts{11'000}, Millivolts{230'000}, 3) == Milliamps{15'942});
static_assert(power_for(Milliamps{16'000}, Millivolts{230'000}, 3) == Watts{11'040});
static_assert(whole_watt_hours(MilliwattHours{1999}) == WattHours{1});

}  // namespace units
