// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/temperature.hpp"

#include "hal-service/control/pilot.hpp"

#include <algorithm>

namespace hal {

units::Milliamps derated(units::Milliamps max, const process::TemperatureSettings& settings,
                         units::MilliCelsius hottest, units::Milliamps present) {
    if (max <= least_offer) return max;
    const auto at = [&](units::MilliCelsius warmer) {
        const auto hot = hottest + warmer;
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

Heat::Heat(units::Milliamps max, const process::TemperatureSettings& settings,
           std::int32_t withheld)
    : max_(max), settings_(settings), limit_(max), trips_(withheld == all_withheld) {
    limit_ = trips_ ? std::min(max_, least_offer)
                    : std::clamp(max_ - units::Milliamps{withheld}, units::Milliamps{}, max_);
}

void Heat::tick(const Inputs& inputs, bool sensor_lost) {
    known_ = !inputs.lost_temperature;
    hottest_.reset();
    look_at(TemperaturePlace::Outlet, inputs.outlet_temperature);
    look_at(TemperaturePlace::Body, inputs.body_temperature);
    const auto permitted =
        hottest_ ? derated(max_, settings_, hottest_->temperature, limit_) : max_;
    limit_ = known_ ? permitted : std::min(limit_, permitted);
    if (!known_ && sensor_lost) limit_ = std::min(limit_, settings_.without_sensor);
    if (hottest_ && hottest_->temperature >= settings_.off_from)
        trips_ = true;
    else if (known_ && (!hottest_ || hottest_->temperature < settings_.on_again_below))
        trips_ = false;
}

void Heat::look_at(TemperaturePlace place, std::optional<units::MilliCelsius> reading) {
    auto& seen = seen_[static_cast<std::size_t>(place)];
    const bool believed = reading && *reading >= coldest_believed;
    if (!believed) {
        known_ = known_ && !reading && !seen;
        return;
    }
    seen = true;
    if (!hottest_ || *reading > hottest_->temperature) hottest_ = Hottest{place, *reading};
}

bool Heat::warm() const { return hottest_ && hottest_->temperature >= settings_.derate_from; }

bool Heat::cool() const {
    return known_ &&
           (!hottest_ || hottest_->temperature + derate_hysteresis < settings_.derate_from);
}

std::int32_t Heat::withheld() const {
    return trips_ ? all_withheld : static_cast<std::int32_t>((max_ - limit_).count);
}

}  // namespace hal
