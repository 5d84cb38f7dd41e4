// SPDX-License-Identifier: Apache-2.0
// What is not there is said with file, key and the system's words.

#include "hal-service/devices/open_board.hpp"

#include "hal-service/process/board_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

namespace open_board_test {

using namespace devices;

namespace {

process::BoardSettings board_without_devices() {
    process::Settings settings;
    settings.hal.backend = process::BoardKind::Linux;
    settings.hal.board = "config/board/rb1.toml";
    auto board = process::load_board(settings);
    REQUIRE(board);
    board->wiring.gpio.chip = "/nonexistent/gpiochip0";
    for (auto& outlet : board->outlets)
        if (outlet.wiring.pilot) outlet.wiring.pilot->pwm_chip = "/nonexistent/pwmchip0";
    return *std::move(board);
}

}  // namespace

TEST_CASE("a missing GPIO chip is named by file, key and path") {
    const auto board = board_without_devices();
    const auto open = open_board(board, process::Settings{}.connectors, {});
    REQUIRE_FALSE(open);
    CHECK(open.error() ==
          "config/board/rb1.toml: gpio: /nonexistent/gpiochip0: cannot be opened: "
          "No such file or directory");
}

TEST_CASE("making safe goes on after an error and tells them all") {
    const auto board = board_without_devices();
    const auto problems = make_safe(board, process::Settings{}.connectors);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0].find("gpio: /nonexistent/gpiochip0") != std::string::npos);
    CHECK(problems[1].find("outlet[1].pilot: /nonexistent/pwmchip0: cannot be used: No such") !=
          std::string::npos);
}

TEST_CASE("what is no SPI device, I2C adapter or watchdog is an error, not a surprise") {
    const support::Folder folder;
    const auto spi = Spidev::open("/dev/null", 0, 1'000'000);
    REQUIRE_FALSE(spi);
    CHECK(spi.error().find("/dev/null: SPI mode 0: ") == 0);
    const auto i2c = I2cdev::open("/dev/null");
    REQUIRE_FALSE(i2c);
    CHECK(i2c.error().find("/dev/null: is no I2C adapter: ") == 0);
    const auto missing = Watchdog::open(folder / "watchdog0");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().find("watchdog0: cannot be opened: No such file or directory") !=
          std::string::npos);
}

}  // namespace open_board_test
