// SPDX-License-Identifier: Apache-2.0
#pragma once
// Draws a number by chance from a text that is new with each start. The core never asks for
// randomness, so that a replay of the same text draws the same number.

#include <cstdint>
#include <string_view>

namespace ocpp::current {

// The FNV-1a hash of the text.
constexpr std::uint64_t chance_from(std::string_view text) {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    return hash;
}

}  // namespace ocpp::current
