// SPDX-License-Identifier: Apache-2.0
// A rating, a rule or a divider whose threshold lies beyond its sensor's range is refused with line
// and key; everything that a board file may say within is seen.

#include "hal-service/sensor_ranges.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>

namespace sensor_ranges_test {

namespace {

using Connectors = std::vector<hal::ConnectorInfo>;

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

std::string rb1() {
    std::ifstream in("config/board/rb1.toml");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

Connectors rated(std::int64_t milliamps, hal::ConnectorType type = hal::ConnectorType::Type2Cable) {
    return {{1, type, 3, {milliamps}}, {2, hal::ConnectorType::Schuko, 1, {10'000}}};
}

std::string wrong(const std::string& text, const Connectors& connectors = rated(32'000)) {
    const auto board = process::board_from_text(
        text, "b.toml", connectors, process::BoardKind::Simulator, hal::check_sensor_ranges);
    std::string all;
    if (!board)
        for (const auto& line : board.error()) all += line + '\n';
    return all;
}

}  // namespace

TEST_CASE("a rating beyond the meter's range is refused") {
    CHECK(wrong(rb1()).empty());
    CHECK(wrong(rb1(), rated(63'000)).empty());
    CHECK(
        wrong(rb1(), rated(65'600)) ==
        "b.toml:104: outlet[1].meter: its meter shows at most 65.5 A, and max_current is 65.6 A\n");
    CHECK(wrong(rb1(), rated(80'000)).find("max_current is 80.0 A") != std::string::npos);
}

TEST_CASE("without a board file the reference board's meter is meant") {
    process::Settings settings;
    CHECK(process::load_board(settings, hal::check_sensor_ranges));
    settings.connectors = rated(80'000);
    const auto board = process::load_board(settings, hal::check_sensor_ranges);
    REQUIRE_FALSE(board);
    REQUIRE(board.error().size() == 1);
    CHECK(board.error()[0] ==
          "connector 1: its meter shows at most 65.5 A, and max_current is 80.0 A");
}

TEST_CASE("an amplifier that the pilot drives beyond the ADC is refused") {
    CHECK(wrong(replaced(rb1(), "gain_per_mille = 120", "gain_per_mille = 124")).empty());
    CHECK(wrong(replaced(rb1(), "gain_per_mille = 120", "gain_per_mille = 130")) ==
          "b.toml:78: outlet[1].pilot: with this gain and centre the ADC sees -12.6 to 12.6 V of "
          "the pilot, and -13.2 to 13.2 V are needed\n");
    CHECK(wrong(replaced(rb1(), "reference_millivolts = 3300", "reference_millivolts = 2500"))
              .find("outlet[1].pilot: ") != std::string::npos);
    CHECK(wrong(replaced(rb1(), "centre_millivolts = 1650", "centre_millivolts = 1500"))
              .find("outlet[1].pilot: ") != std::string::npos);
}

TEST_CASE("a divider that makes no cable look like one is refused") {
    const auto with = [](const std::string& volts, const std::string& ohms) {
        return wrong(
            replaced(replaced(rb1(), "pull_up_millivolts = 3300", "pull_up_millivolts = " + volts),
                     "pull_up_ohms = 1000", "pull_up_ohms = " + ohms));
    };
    CHECK(with("3300", "1000").empty());
    CHECK(with("3300", "330").empty());
    CHECK(with("3300", "2200").empty());
    CHECK(with("2500", "1000").empty());
    // A cable of 13 A would be 492 ohms, one of 20 A, and none as well.
    CHECK(with("10000", "1000")
              .find("outlet[1].proximity: the ADC shows 492 ohms for a cable of 1455") !=
          std::string::npos);
    CHECK(with("3300", "1000000").find("outlet[1].proximity: ") != std::string::npos);
    CHECK(with("100", "1000").find("outlet[1].proximity: ") != std::string::npos);
}

TEST_CASE("a board may switch off sooner than the reference board, not later") {
    const auto with = [](const std::string& key, const std::string& value) {
        return wrong("[[outlet]]\nconnector = 1\n[outlet.temperature]\n" + key + " = " + value +
                     "\n");
    };
    CHECK(with("off_from_millidegrees", "95000").empty());
    CHECK(with("off_from_millidegrees", "100001")
              .find("off_from_millidegrees: must be between 0 and 100000") != std::string::npos);
    CHECK(with("derate_from_millidegrees", "80001")
              .find("derate_from_millidegrees: must be between 0 and 80000") != std::string::npos);
}

}  // namespace sensor_ranges_test
