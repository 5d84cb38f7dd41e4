// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lines of the log on their way to the central system: so many, so long, and how many were too
// many.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace ocpp::core {

struct LogLines {
    static constexpr std::size_t max_line_bytes = 1'000;

    std::deque<std::string> lines;
    std::uint64_t left_out = 0;

    // Cut when it is too long; left out when there are `most` already.
    void add(std::string_view line, std::size_t most);
};

}  // namespace ocpp::core
