// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/keys/key.hpp"

#include "hal-service/shared/text.hpp"
#include "ocpp/wire/types.hpp"

namespace ocpp::config {

std::optional<bool> bool_from(std::string_view text) {
    if (wire::compare_ignoring_case(text, "true") == 0) return true;
    if (wire::compare_ignoring_case(text, "false") == 0) return false;
    return std::nullopt;
}

std::optional<std::int32_t> int_from(std::string_view text) {
    return shared::integer_from<std::int32_t>(text);
}

std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(int value) { return std::to_string(value); }
std::string text_of(seconds value) { return std::to_string(value.count()); }

}  // namespace ocpp::config
