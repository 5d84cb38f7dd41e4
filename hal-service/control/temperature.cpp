// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/temperature.hpp"

#include "hal-service/control/pilot.hpp"

#include <algorithm>

namespace hal {

Hottest hottest(const Inputs& inputs) {
    const auto outlet = inputs.outlet_temperature.value_or(units::MilliCelsius{0});
    const auto body = inputs.body_temperature.value_or(units::MilliCelsius{0});
    if (body > outlet) return {TemperaturePlace::Body, body};
    return {TemperaturePlace::Outlet, outlet};
}

units::Milliamps derated(units::Milliamps max, const process::TemperatureSettings& settings,
                         const Inputs& inputs, units::Milliamps present) {
    if (max <= least_offer) return max;
    const auto at = [&](units::MilliCelsius warmer) {
        const auto hot = hottest(inputs).temperature + warmer;
        if (hot < settings.derate_from) return max;
        const auto span =
            std::max<std::int64_t>(1, settings.off_from.count - settings.derate_from.count);
        const auto over = std::min((hot - settings.derate_from).count, span);
        const auto less = (max - least_offer).count * over / span;
        return std::max(least_offer, units::Milliamps{(max.count - less) / 1000 * 1000});
    };
    auto now = at({0});
    if (now >= present) now = std::max(present, at(derate_hysteresis));
    return now;
}

}  // namespace hal
