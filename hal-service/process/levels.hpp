// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much each component says: "info", or "ocpp=debug,hal=warn,*=info".

#include "hal-service/shared/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace process {

enum class Level { Trace, Debug, Info, Warn, Error };

inline constexpr std::size_t max_level_components = 32;

struct Levels {
    Level others = Level::Info;
    std::map<std::string, Level, std::less<>> components;

    Level of(std::string_view component) const {
        const auto it = components.find(component);
        return it == components.end() ? others : it->second;
    }
};

shared::Result<Levels, std::string> parse_levels(std::string_view text);

}  // namespace process
