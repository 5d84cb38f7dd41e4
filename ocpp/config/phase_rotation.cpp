// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/phase_rotation.hpp"

#include "ocpp/config/keys/key.hpp"
#include "ocpp/config/keys/text.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace ocpp::config {
namespace {

struct Rotation {
    std::string_view name;
    PhaseOrder order;
};

// R is L1, S is L2, T is L3.
constexpr std::array rotations{Rotation{"NotApplicable", reference_order},
                               Rotation{"Unknown", reference_order},
                               Rotation{"RST", reference_order},
                               Rotation{"RTS", {0, 2, 1}},
                               Rotation{"SRT", {1, 0, 2}},
                               Rotation{"STR", {1, 2, 0}},
                               Rotation{"TRS", {2, 0, 1}},
                               Rotation{"TSR", {2, 1, 0}}};

struct Element {
    int connector;
    PhaseOrder order;
};

std::optional<Element> element_from(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = text.substr(0, dot);
    const auto connector = digits_only(number) ? int_from(number) : std::nullopt;
    const auto rotation =
        std::find_if(rotations.begin(), rotations.end(),
                     [name = text.substr(dot + 1)](const Rotation& r) { return r.name == name; });
    if (!connector || rotation == rotations.end()) return std::nullopt;
    return Element{*connector, rotation->order};
}

PhaseOrder order_of(std::string_view list, int connector) {
    for (const auto text : split_list(list))
        if (const auto element = element_from(text); element && element->connector == connector)
            return element->order;
    return reference_order;
}

}  // namespace

bool is_phase_rotation(std::string_view list, std::size_t connectors) {
    std::set<int> named;
    for (const auto text : split_list(list)) {
        const auto element = element_from(text);
        if (!element || static_cast<std::size_t>(element->connector) > connectors) return false;
        if (!named.insert(element->connector).second) return false;
    }
    return true;
}

PhaseOrder phase_order(std::string_view list, int connector) {
    const auto own = order_of(list, connector);
    const auto grid = order_of(list, 0);
    return {grid[own[0]], grid[own[1]], grid[own[2]]};
}

}  // namespace ocpp::config
