// SPDX-License-Identifier: Apache-2.0
#pragma once
// Finds the earlier of two moments, either of which may be missing.

#include <optional>
#include <type_traits>

namespace ocpp::core {

template <class Moment>
constexpr std::optional<Moment> earlier(std::optional<Moment> a,
                                        std::type_identity_t<std::optional<Moment>> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

}  // namespace ocpp::core
