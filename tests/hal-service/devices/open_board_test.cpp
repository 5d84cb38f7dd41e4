// SPDX-License-Identifier: Apache-2.0
// What is not there is said with file, key and the system's words.

#include "hal-service/devices/open_board.hpp"

#include "hal-service/process/board_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

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

TEST_CASE("a start that doesn't get the lines leaves the pilots as they are") {
    const support::Folder folder;
    std::filesystem::create_directory(folder / "pwm0");
    const auto attribute = [&](const char* name) { return folder / "pwm0/" + name; };
    for (const auto& [name, text] : {std::pair{"period", "1000000"}, std::pair{"enable", "1"},
                                     std::pair{"duty_cycle", "266666"}})
        std::ofstream(attribute(name)) << text << '\n';
    auto board = board_without_devices();
    for (auto& outlet : board.outlets)
        if (outlet.wiring.pilot) outlet.wiring.pilot->pwm_chip = folder.path();
    CHECK_FALSE(open_board(board, process::Settings{}.connectors, {}));
    std::string duty;
    std::ifstream(attribute("duty_cycle")) >> duty;
    CHECK(duty == "266666");
}

TEST_CASE("a watchdog that was armed is disarmed on every way out") {
    const support::Folder folder;
    const auto path = folder / "watchdog0";
    const auto written = [&] {
        std::ifstream in(path);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    std::ofstream(path).close();
    {
        auto watchdog = Watchdog::open(path);
        REQUIRE(watchdog);
        SlowDevices::Chips chips;
        chips.watchdog.emplace(*std::move(watchdog));
        CHECK(written().empty());  // not by being handed on
        SlowDevices slow(std::move(chips), process::BoardSettings{}, {});
        CHECK(written().empty());
    }
    CHECK(written() == "V");
    std::ofstream(path).close();
    const auto fails = [&] {
        const auto watchdog = Watchdog::open(path);
        throw std::bad_alloc();
    };
    CHECK_THROWS_AS(fails(), std::bad_alloc);
    CHECK(written() == "V");
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
