// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/log_lines.hpp"

#include "hal-service/shared/fields.hpp"

namespace ocpp::core {

void LogLines::add(std::string_view line, std::size_t most) {
    constexpr std::string_view cut = "...";
    if (lines.size() >= most) {
        ++left_out;
        return;
    }
    const bool whole = line.size() <= max_line_bytes;
    auto& added =
        lines.emplace_back(whole ? line : shared::prefix(line, max_line_bytes - cut.size()));
    if (!whole) added += cut;
}

}  // namespace ocpp::core
