// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the voltages and the frequency before the contactors say, for the table of protection.

#include "hal-service/control/protection.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hal::supply_evidence {

template <class Condition>
std::int64_t phases_where(const Evidence& e, int phases, Condition condition) {
    std::int64_t found = 0;
    for (std::size_t i = 0; e.supply_known && i < static_cast<std::size_t>(phases); ++i)
        if (condition(e.supply[i])) found |= pole_bit(static_cast<Pole>(i));
    return found;
}
// A voltage is too high on any phase that the outlet has, and missed on those that are in use.
template <class Condition>
std::int64_t high_where(const Evidence& e, Condition condition) {
    return phases_where(e, e.phases, condition);
}
template <class Condition>
std::int64_t low_where(const Evidence& e, Condition condition) {
    return phases_where(e, e.used_phases, condition);
}
inline std::int64_t used_phases(const Evidence& e) {
    return (std::int64_t{1} << e.used_phases) - 1;
}
inline std::int64_t lost_phases(const Evidence& e) {
    return low_where(e, [](auto voltage) { return voltage < phase_lost_below; });
}
inline bool one_lost(const Evidence& e) {
    return lost_phases(e) != 0 && lost_phases(e) != used_phases(e);
}
inline std::int64_t low_phases(const Evidence& e) {
    return low_where(e, [](auto voltage) { return voltage < under_voltage; });
}
// Without the supply's warning: as the dip goes on that is no longer an under-voltage.
inline bool too_low(const Evidence& e) {
    return e.in.power_good && low_phases(e) != 0 && !one_lost(e);
}
inline bool as_usual(const Evidence& e) {
    return e.supply_known &&
           low_where(e, [](auto voltage) { return voltage < reconnect_from; }) == 0 &&
           high_where(e, [](auto voltage) { return voltage > reconnect_to; }) == 0;
}
template <const units::Millivolts& Limit>
bool too_high(const Evidence& e) {
    return high_where(e, [](auto voltage) { return voltage > Limit; }) != 0;
}
inline FaultDetail most_extreme(const Evidence& e, std::int64_t phases, bool highest) {
    FaultDetail detail{phases, 0};
    for (std::size_t i = 0; i < e.supply.size(); ++i) {
        if ((phases & pole_bit(static_cast<Pole>(i))) == 0) continue;
        const auto voltage = e.supply[i].count;
        detail.second = detail.second == 0 ? voltage
                        : highest          ? std::max(detail.second, voltage)
                                           : std::min(detail.second, voltage);
    }
    return detail;
}
inline FaultDetail high_phases(const Evidence& e) {
    return most_extreme(e, high_where(e, [](auto voltage) { return voltage > over_voltage; }),
                        true);
}

inline bool frequency_known(const Evidence& e) { return e.supply_known && e.frequency.count > 0; }

}  // namespace hal::supply_evidence
