// SPDX-License-Identifier: Apache-2.0
// Lines of the HAL socket in both directions, requests to the simulator and its world file: nothing
// crashes, and what was understood survives another round.

#include "hal-service/shared/lines.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/simulation/requests.hpp"
#include "hal-service/simulation/world_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>
#include <vector>

namespace {

const std::vector<hal::ConnectorInfo> connectors = {
    {1, hal::ConnectorType::Type2Socket, 3, units::Milliamps{32'000}},
    {2, hal::ConnectorType::Schuko, 1, units::Milliamps{10'000}},
};

void require(bool holds) {
    if (!holds) std::abort();
}

void one_line(std::string_view line) {
    if (const auto message = hal::decode_to_hardware(line)) {
        const auto again = hal::encode(*message);
        const auto back = hal::decode_to_hardware({again.data(), again.size() - 1});
        require(back && *back == *message);
    }
    if (const auto message = hal::decode_from_hardware(line)) {
        const auto again = hal::encode(*message);
        const auto back = hal::decode_from_hardware({again.data(), again.size() - 1});
        require(back && *back == *message);
    }
    static simulation::World world = simulation::fresh_world(connectors);
    if (const auto request = simulation::parse_request(line, connectors))
        if (const auto* command = std::get_if<simulation::Command>(&*request)) {
            simulation::apply(world, *command);
            const auto back =
                simulation::world_from_text(simulation::world_to_text(world), connectors);
            require(back && *back == world);
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    one_line(text);
    shared::Lines lines(hal::max_line_bytes);
    if (lines.feed(text))
        while (const auto line = lines.next()) one_line(*line);
    const auto world = simulation::world_from_text(text, connectors);
    if (world) {
        const auto back =
            simulation::world_from_text(simulation::world_to_text(*world), connectors);
        require(back && *back == *world);
    }
    return 0;
}
