// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/levels.hpp"

#include "tests/support/catch.hpp"

namespace levels_test {

TEST_CASE("levels are read for all and by component") {
    const auto all = shared::parse_levels("debug");
    REQUIRE(all);
    CHECK(all->of("ocpp") == shared::Level::Debug);

    const auto some = shared::parse_levels("ocpp=trace,hal=error,*=warn");
    REQUIRE(some);
    CHECK(some->of("ocpp") == shared::Level::Trace);
    CHECK(some->of("hal") == shared::Level::Error);
    CHECK(some->of("link") == shared::Level::Warn);
    CHECK(shared::parse_levels(" ocpp=trace , hal=error, *=warn ")->of("hal") ==
          shared::Level::Error);
}

TEST_CASE("levels that are not well-formed are refused") {
    for (const char* text : {"", "loud", "ocpp=", "=info", "ocpp=info,", "info,,debug", ",info",
                             "info, ,", "OCPP=info", "ocpp=info,ocpp=debug", "ocpp=info=debug"})
        CHECK(!shared::parse_levels(text));
    std::string many = "info";
    for (int i = 0; i < 40; ++i) many += ",c" + std::to_string(i) + "=info";
    CHECK(!shared::parse_levels(many));
}

TEST_CASE("levels for the central system can be off, and are when nobody names them") {
    const auto read = [](const char* text) {
        return shared::parse_levels(text, shared::remote_levels);
    };
    CHECK(read("off")->all_off());
    CHECK(read("ocpp=off")->all_off());
    CHECK_FALSE(read("ocpp=debug")->all_off());
    CHECK(read("ocpp=debug")->of("ocpp") == shared::Level::Debug);
    CHECK(read("ocpp=debug")->of("link") == shared::Level::Off);
    CHECK(read("ocpp=debug,*=info")->of("link") == shared::Level::Info);
    CHECK_FALSE(read("trace"));
    CHECK(read("").error() == R"("" is not debug, info, warn, error or off, nor component=level)");
    CHECK_FALSE(shared::parse_levels("off"));
}

}  // namespace levels_test
