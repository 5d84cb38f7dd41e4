// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/keys/text.hpp"

#include "hal-service/shared/text.hpp"

#include <algorithm>

namespace ocpp::config {

using shared::trimmed;

std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> elements;
    if (trimmed(text).empty()) return elements;
    for (;;) {
        const auto comma = text.find(',');
        elements.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return elements;
        text.remove_prefix(comma + 1);
    }
}

bool digits_only(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace ocpp::config
