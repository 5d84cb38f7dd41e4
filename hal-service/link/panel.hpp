// SPDX-License-Identifier: Apache-2.0
#pragma once
// The table of the lights: a colour and a pattern for each indication, and for the states that only
// the hardware knows. Pure.

#include "hal-service/control/timing.hpp"
#include "hal-service/link/front.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace hal {

enum class Pattern {
    Steady,
    Breathing,  // slowly, from dim to bright and back
    Blinking,   // once a second
    Flashing    // four times a second
};
constexpr auto names(Pattern) { return std::array{"Steady", "Breathing", "Blinking", "Flashing"}; }

struct Light {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const Light&) const = default;
};

// `indication` is empty while the process has only begun, or while the daemon is away and there is
// no fault.
struct LightRow {
    std::optional<Indication> indication;
    bool daemon;
    Light colour;
    Pattern pattern;
    const char* meaning;
};

// The most important row first: where a light shows several connectors, that one wins.
std::span<const LightRow> light_rows();
const LightRow& light_row(std::optional<Indication> indication, bool daemon);

// Returns the row that a light for these connectors, by index, shows. `shown` is empty when the
// process begins.
const LightRow& most_important(const std::optional<PanelState>& shown,
                               std::span<const std::size_t> connectors);

// That at this moment, dimmed to the panel's intensity.
Light light_at(const LightRow& row, int intensity_percent, Moment now);

}  // namespace hal
