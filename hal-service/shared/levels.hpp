// SPDX-License-Identifier: Apache-2.0
#pragma once
// The log levels per component: "info", or "ocpp=debug,hal=warn,*=info". They serve the log, and
// the part of it that the central system gets.

#include "hal-service/shared/result.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace shared {

enum class Level { Trace, Debug, Info, Warn, Error, Off };

inline constexpr std::size_t max_level_components = 32;

struct Levels {
    Level others = Level::Info;
    std::map<std::string, Level, std::less<>> components;

    Level of(std::string_view component) const {
        const auto it = components.find(component);
        return it == components.end() ? others : it->second;
    }
    bool all_off() const {
        return others == Level::Off &&
               std::all_of(components.begin(), components.end(),
                           [](const auto& c) { return c.second == Level::Off; });
    }
    bool operator==(const Levels&) const = default;
};

// Which levels may be named, and that of a component that is not.
struct LevelRange {
    Level least;
    Level most;
    Level unnamed;
};
inline constexpr LevelRange log_levels{Level::Trace, Level::Error, Level::Info};
inline constexpr LevelRange remote_levels{Level::Debug, Level::Off, Level::Off};

Result<Levels, std::string> parse_levels(std::string_view text, LevelRange range = log_levels);

}  // namespace shared
