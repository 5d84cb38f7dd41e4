// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/log.hpp"

#include "tests/support/catch.hpp"

namespace log_test {

using spdlog::level::level_enum;

TEST_CASE("nothing from outside can forge a line or drive a terminal") {
    CHECK(process::escaped("a\nb\r\tc\x1b[31m\x7f") == "a\\x0ab\\x0d\\x09c\\x1b[31m\\x7f");
    CHECK(process::escaped(std::string("nul\0l", 5)) == "nul\\x00l");
    CHECK(process::escaped("\xc2\x9b"
                           "31m") == "\xc2\\x9b31m");  // CSI as one character
    CHECK(process::escaped("Größe ✓") == "Größe ✓");
}

TEST_CASE("a long text is cut") {
    const auto text = process::escaped(std::string(100'000, 'x'));
    CHECK(text.size() == process::max_log_text_bytes + 3);
    CHECK(text.ends_with("x..."));
}

TEST_CASE("a line tells time, level, component, text and fields, and ends once") {
    const auto line = process::text_line("ocpp", level_enum::warn, "a\nb", {{"CONNECTOR", "1\n2"}});
    CHECK(line.substr(24) == " warn  ocpp: a\\x0ab CONNECTOR=1\\x0a2\n");
    CHECK(line[10] == 'T');
    CHECK(line[23] == 'Z');
}

TEST_CASE("the journal is recognised by the device and inode of standard error") {
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    CHECK(!process::stderr_is_journal());
    ::unsetenv("JOURNAL_STREAM");
    CHECK(!process::stderr_is_journal());
}

TEST_CASE("a component says what its level allows") {
    process::start_logging({"quiet=error,*=info", process::LogFormat::Text}, "test");
    CHECK(!process::would_log("quiet", level_enum::warn));
    CHECK(process::would_log("quiet", level_enum::err));
    CHECK(process::would_log("other", level_enum::info));
    CHECK(!process::would_log("other", level_enum::debug));
    CHECK(process::log("quiet") == process::log("quiet"));
    CHECK(!process::log("quiet")->should_log(level_enum::warn));
}

TEST_CASE("who reads along hears what its own levels allow, and nothing that is not for it") {
    process::start_logging({"error", process::LogFormat::Text}, "test");
    std::vector<std::string> heard;
    const auto read = [&heard](const char* levels) {
        process::read_log(*shared::parse_levels(levels, shared::remote_levels),
                          [&heard](std::string_view component, level_enum, std::string_view text,
                                   const process::LogFields& fields) {
                              heard.push_back(std::string(component) + ' ' + std::string(text) +
                                              (fields.empty() ? "" : ' ' + fields[0].second));
                          });
    };
    const auto older = process::log("older");
    read("older=info,link=debug");
    CHECK(process::would_log("link", level_enum::debug));
    CHECK_FALSE(process::would_log("link", level_enum::trace));
    CHECK_FALSE(process::would_log("hal", level_enum::warn));
    process::log("link", level_enum::debug, "one", {{"N", "1"}});
    process::log("link", level_enum::debug, "two", {}, process::LogTo::LogOnly);
    process::log("hal", level_enum::info, "three", {});
    older->info("four");
    older->debug("five");
    process::log("newer")->info("six");
    CHECK(heard == std::vector<std::string>{"link one 1", "older four"});
    read("off");
    CHECK_FALSE(process::would_log("link", level_enum::warn));
    process::read_log({}, nullptr);
    process::log("link", level_enum::warn, "seven", {});
    CHECK(heard.size() == 2);
}

}  // namespace log_test
