// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/log_tap.hpp"

#include "hal-service/process/log.hpp"
#include "tests/daemon/loop.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace log_tap_test {

using charge_daemon::LogTap;
using charge_daemon::SteadyClock;
using charge_daemon::fake::until;
using ocpp::core::LogLines;
using spdlog::level::level_enum;

namespace {

shared::Levels levels(const char* text) {
    return *shared::parse_levels(text, shared::remote_levels);
}

struct Tapped {
    charge_daemon::EventLoop loop;
    charge_daemon::asio::io_context& io = loop.io();
    std::vector<LogLines> given;
    LogTap tap{loop, [this](LogLines log) { given.push_back(std::move(log)); }};
};

}  // namespace

TEST_CASE("the lines of a second are given on together, as the log has them") {
    process::start_logging({"error", process::LogFormat::Text}, "test");
    Tapped t;
    t.tap.follow(levels("ocpp=debug"));
    const auto from = SteadyClock::now();
    process::log("ocpp", level_enum::debug, "one\n", {{"CONNECTOR", "1"}});
    process::log("link")->warn("of no interest");
    process::log("ocpp", level_enum::info, "not for it", {}, process::LogTo::LogOnly);
    process::log("ocpp")->info("two");
    CHECK(t.given.empty());
    REQUIRE(until(t.io, [&] { return !t.given.empty(); }));
    CHECK(SteadyClock::now() - from >= LogTap::pace);
    REQUIRE(t.given[0].lines.size() == 2);
    CHECK(t.given[0].lines[0].substr(24) == " debug ocpp: one\\x0a CONNECTOR=1");
    CHECK(t.given[0].lines[1].substr(24) == " info  ocpp: two");
    CHECK(t.given[0].left_out == 0);
    // Nothing to say, nothing to wake up for.
    t.io.restart();
    CHECK(t.io.run() == 0);

    process::log("ocpp")->info("three");
    REQUIRE(until(t.io, [&] { return t.given.size() == 2; }));
    CHECK(t.given[1].lines.size() == 1);
}

TEST_CASE("the lines of a second are bounded, and the others are counted") {
    process::start_logging({"error", process::LogFormat::Text}, "test");
    Tapped t;
    t.tap.follow(levels("debug"));
    for (std::size_t i = 0; i < LogTap::max_lines + 5; ++i)
        process::log("ocpp", level_enum::debug, std::string(5'000, 'x'), {});
    REQUIRE(until(t.io, [&] { return !t.given.empty(); }));
    CHECK(t.given[0].lines.size() == LogTap::max_lines);
    CHECK(t.given[0].lines[0].size() == LogLines::max_line_bytes);
    CHECK(t.given[0].left_out == 5);
}

TEST_CASE("when the log is not wanted any more, what was heard is dropped") {
    process::start_logging({"error", process::LogFormat::Text}, "test");
    Tapped t;
    t.tap.follow(levels("debug"));
    process::log("ocpp")->info("one");
    t.tap.follow(levels("off"));
    CHECK_FALSE(process::would_log("ocpp", level_enum::info));
    process::log("ocpp")->info("two");
    const auto from = SteadyClock::now();
    t.io.run();
    CHECK(SteadyClock::now() - from < LogTap::pace);
    t.tap.follow(levels("debug"));
    process::log("ocpp")->info("three");
    REQUIRE(until(t.io, [&] { return !t.given.empty(); }));
    CHECK(t.given[0].lines.size() == 1);
}

TEST_CASE("a tap that is gone is not called") {
    process::start_logging({"error", process::LogFormat::Text}, "test");
    {
        Tapped t;
        t.tap.follow(levels("debug"));
    }
    process::log("ocpp")->info("one");
    CHECK_FALSE(process::would_log("ocpp", level_enum::info));
}

}  // namespace log_tap_test
