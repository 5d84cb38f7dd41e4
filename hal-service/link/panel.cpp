// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/panel.hpp"

#include <algorithm>
#include <cstdlib>

namespace hal {
namespace {

constexpr Light off{0, 0, 0};
constexpr Light red{255, 0, 0};
constexpr Light green{0, 255, 0};
constexpr Light blue{0, 0, 255};
constexpr Light cyan{0, 200, 200};
constexpr Light yellow{255, 160, 0};
constexpr Light violet{160, 0, 255};
constexpr Light white{200, 200, 200};

using enum Indication;
using enum Pattern;

constexpr std::array panel_rows{
    LightRow{Faulted, true, red, Steady, "a fault prevents charging"},
    LightRow{Refused, true, red, Flashing, "the tag was refused"},
    LightRow{Accepted, true, green, Flashing, "the tag was accepted"},
    LightRow{Authorizing, true, white, Flashing, "the tag waits for its answer"},
    LightRow{Updating, true, violet, Breathing, "new software is being installed"},
    LightRow{std::nullopt, true, white, Breathing, "the charge point starts"},
    LightRow{std::nullopt, false, yellow, Flashing, "the daemon is away"},
    LightRow{Charging, true, blue, Breathing, "charging"},
    LightRow{LoadBalancing, true, cyan, Breathing, "charging with less, because others need it"},
    LightRow{SuspendedEV, true, blue, Steady, "the vehicle takes nothing"},
    LightRow{SuspendedEVSE, true, cyan, Steady, "the charge point gives nothing for now"},
    LightRow{Preparing, true, yellow, Breathing, "plugged in or authorized, not both"},
    LightRow{Finishing, true, yellow, Steady, "charged: the plug can be taken"},
    LightRow{Reserved, true, violet, Steady, "kept for somebody"},
    LightRow{Unavailable, true, red, Breathing, "out of service"},
    LightRow{Available, true, green, Steady, "ready"},
};

constexpr Moment breath{4'000'000};
constexpr Moment blink{1'000'000};
constexpr Moment flash{250'000};
constexpr std::int64_t full = 1000;
constexpr std::int64_t dimmest = 100;  // share at the dark end of a breath

std::int64_t strength(Pattern pattern, Moment now) {
    const auto part = [now](Moment period) { return now % period; };
    switch (pattern) {
        case Steady: return full;
        case Blinking: return part(blink) < blink / 2 ? full : 0;
        case Flashing: return part(flash) < flash / 2 ? full : 0;
        case Breathing: break;
    }
    const auto half = breath.count() / 2;
    const auto distance = std::llabs(part(breath).count() - half);
    return dimmest + (full - dimmest) * (half - distance) / half;
}

std::size_t rank(const LightRow& row) { return static_cast<std::size_t>(&row - panel_rows.data()); }

}  // namespace

std::span<const LightRow> light_rows() { return panel_rows; }

const LightRow& light_row(std::optional<Indication> indication, bool daemon) {
    const auto same = [&](const LightRow& row) {
        return row.indication == indication && (row.indication || row.daemon == daemon);
    };
    return *std::find_if(panel_rows.begin(), panel_rows.end(), same);
}

const LightRow& most_important(const std::optional<PanelState>& shown,
                               std::span<const std::size_t> connectors) {
    if (!shown) return light_row(std::nullopt, true);
    const LightRow* best = nullptr;
    const auto consider = [&best](const LightRow& row) {
        if (best == nullptr || rank(row) < rank(*best)) best = &row;
    };
    for (const auto index : connectors)
        if (index < shown->indications.size()) {
            const auto indication = shown->indications[index];
            // A fault is all that is known without a daemon.
            if (shown->daemon || indication == Faulted) consider(light_row(indication, true));
        }
    if (!shown->daemon) consider(light_row(std::nullopt, false));
    static constexpr LightRow dark{std::nullopt, true, off, Steady, ""};
    return best == nullptr ? dark : *best;
}

Light light_at(const LightRow& row, int intensity_percent, Moment now) {
    const auto scale = strength(row.pattern, now) * std::clamp(intensity_percent, 0, 100);
    const auto dimmed = [scale](std::uint8_t value) {
        return static_cast<std::uint8_t>(value * scale / (full * 100));
    };
    return {dimmed(row.colour.red), dimmed(row.colour.green), dimmed(row.colour.blue)};
}

}  // namespace hal
