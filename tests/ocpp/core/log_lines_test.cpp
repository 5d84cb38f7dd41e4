// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/log_lines.hpp"

#include "tests/support/catch.hpp"

namespace log_lines_test {

using ocpp::core::LogLines;

TEST_CASE("lines of the log are bounded in number, and those beyond are counted") {
    LogLines log;
    for (int i = 0; i < 5; ++i) log.add(std::to_string(i), 3);
    CHECK(log.lines == std::deque<std::string>{"0", "1", "2"});
    CHECK(log.left_out == 2);
}

TEST_CASE("a line of the log is cut between characters") {
    LogLines log;
    log.add(std::string(LogLines::max_line_bytes, 'x'), 9);
    CHECK(log.lines.back() == std::string(LogLines::max_line_bytes, 'x'));
    log.add(std::string(LogLines::max_line_bytes + 1, 'x'), 9);
    CHECK(log.lines.back() == std::string(LogLines::max_line_bytes - 3, 'x') + "...");
    log.add(std::string(LogLines::max_line_bytes - 4, 'x') + "\u20ac\u20ac", 9);
    CHECK(log.lines.back() == std::string(LogLines::max_line_bytes - 4, 'x') + "...");
}

}  // namespace log_lines_test
