// SPDX-License-Identifier: Apache-2.0
#pragma once
// The simulated world as a file, so that a cable stays in its socket while chargepoint-hald
// restarts.

#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/result.hpp"
#include "hal-service/simulation/world.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

std::string world_to_text(const World& world);
// Outlets that are not connectors any more are left out, new ones are as after `reset`.
shared::Result<World, std::string> world_from_text(
    std::string_view text, const std::vector<hal::ConnectorInfo>& connectors,
    units::Millihertz line_frequency = Mains{}.frequency);

class WorldFile {
public:
    explicit WorldFile(std::string path) : path_(std::move(path)) {}

    // Beside the socket.
    static std::string path_for(const std::string& socket) { return socket + ".world"; }

    // A fresh world when there is no file; the error says why a file can't be used.
    shared::Result<World, std::string> load(
        const std::vector<hal::ConnectorInfo>& connectors,
        units::Millihertz line_frequency = Mains{}.frequency) const;
    // The file is the old or the new one at any instant. The error says why it is still the old.
    std::optional<std::string> save(const World& world) const;

private:
    std::string path_;
};

}  // namespace simulation
