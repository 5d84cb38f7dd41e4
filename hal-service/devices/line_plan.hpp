// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which bit of the output and input requests is what, from the board file. Pure.

#include "hal-service/devices/gpio_line.hpp"
#include "hal-service/process/board_settings.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace devices {

// A place in a request; none: not wired.
using Bit = std::optional<std::size_t>;

constexpr std::uint64_t mask_of(const Bit& bit) { return bit ? std::uint64_t{1} << *bit : 0; }

struct OutletLines {
    Bit k1, k2, disconnect, monitor_check, lock_engage, lock_release;  // outputs
    Bit k1_feedback, k2_feedback, dc, ac, residual_error, plug, lock_feedback;
    std::array<Bit, 3> load;  // by phase
};

struct LinePlan {
    LinePlan(const process::BoardSettings& board,
             const std::vector<hal::ConnectorInfo>& connectors);

    std::vector<process::Line> outputs;
    std::vector<WantedInput> inputs;
    std::array<OutletLines, hal::max_connectors> outlets{};  // in the order of the connectors
    Bit watchdog_kick, reader_reset;
    Bit relay_supply_ok, power_fail, earth_ok, button, tamper;

private:
    Bit output(const std::optional<process::Line>& line);
    Bit input(const std::optional<process::Line>& line, bool edges = false);
};

}  // namespace devices
