// SPDX-License-Identifier: Apache-2.0
// The PWM's files in a folder: what is written, and what is made of what was there.

#include "hal-service/devices/pwm.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <filesystem>
#include <fstream>

namespace pwm_test {

using namespace devices;

namespace {

struct Chip {
    Chip(const std::string& period, const std::string& duty, const std::string& enable) {
        std::filesystem::create_directory(folder / "pwm0");
        put("period", period);
        put("duty_cycle", duty);
        put("enable", enable);
        put("polarity", "normal");
    }
    void put(const std::string& name, const std::string& text) const {
        std::ofstream(folder / "pwm0/" + name) << text << '\n';
    }
    // A file is no attribute: a write leaves the rest of the text that was there.
    std::string begin_of(const std::string& name, std::size_t size) const {
        std::ifstream in(folder / "pwm0/" + name);
        std::string text;
        std::getline(in, text);
        return text.substr(0, size);
    }
    support::Folder folder;
};

}  // namespace

TEST_CASE("a PWM that nobody had used is put to -12 V, enabled") {
    Chip chip("1000000", "0", "0");
    auto pwm = SysfsPwm::open(chip.folder.path(), 0);
    REQUIRE(pwm);
    CHECK_FALSE(pwm->found().oscillated());
    CHECK(chip.begin_of("enable", 1) == "1");
    CHECK(chip.begin_of("duty_cycle", 1) == "0");
    CHECK(pwm->set(1'000'000));
    CHECK(chip.begin_of("duty_cycle", 7) == "1000000");
}

TEST_CASE("a PWM that still oscillates says so") {
    Chip chip("1000000", "0", "1");
    std::filesystem::remove(chip.folder / "pwm0/duty_cycle");
    chip.put("duty_cycle", "266666");
    // In a file "0" leaves what follows it; the kernel's attribute would be 0.
    const auto pwm = SysfsPwm::open(chip.folder.path(), 0);
    REQUIRE_FALSE(pwm);
    CHECK(pwm.error().find("does not keep what is written") != std::string::npos);
    CHECK(chip.begin_of("duty_cycle", 2) == "06");
    CHECK(PwmFound{true, 1'000'000, 266'666}.oscillated());
    CHECK_FALSE(PwmFound{true, 1'000'000, 1'000'000}.oscillated());
    CHECK_FALSE(PwmFound{true, 1'000'000, 0}.oscillated());
    CHECK_FALSE(PwmFound{false, 1'000'000, 266'666}.oscillated());
}

TEST_CASE("a chip that is not there is an error that names it") {
    const auto pwm = SysfsPwm::open("/nonexistent/pwmchip0", 0);
    REQUIRE_FALSE(pwm);
    CHECK(pwm.error().find("/nonexistent/pwmchip0: ") == 0);
    CHECK(pwm.error().find("No such file or directory") != std::string::npos);
}

}  // namespace pwm_test
