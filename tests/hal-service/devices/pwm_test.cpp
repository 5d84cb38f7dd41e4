// SPDX-License-Identifier: Apache-2.0
// The PWM's files in a folder: what is written, and what is made of what was there.

#include "hal-service/devices/pwm.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <filesystem>
#include <fstream>
#include <map>

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
    std::string text(const std::string& name) const {
        std::ifstream in(folder / "pwm0/" + name);
        std::string text;
        std::getline(in, text);
        return text;
    }
    support::Folder folder;
};

// The kernel's rules for a channel: no duty above the period, nothing without a period, no other
// polarity while it runs.
struct Kernel final : PwmAttributes {
    bool put(const char* name, const std::string& text) override {
        const std::string attribute = name;
        story += attribute + '=' + text + ' ';
        auto& now = values[attribute];
        if (attribute == "polarity" && (values["enable"] == "1" || values["period"] == "0"))
            return false;
        if (attribute == "duty_cycle" && std::stol(text) > std::stol(values["period"]))
            return false;
        if (attribute == "duty_cycle" && values["period"] == "0") return false;
        if (attribute == "period" && std::stol(text) < std::stol(values["duty_cycle"]))
            return false;
        if (attribute == "enable" && text == "1" && values["period"] == "0") return false;
        now = text;
        return true;
    }
    std::optional<std::string> take(const char* name) override {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    }
    std::map<std::string, std::string> values;
    std::string story;
};

}  // namespace

TEST_CASE("a PWM that nobody had used is put to -12 V, enabled") {
    Chip chip("1000000", "0", "0");
    auto pwm = SysfsPwm::open(chip.folder.path(), 0);
    REQUIRE(pwm);
    CHECK_FALSE(pwm->found().oscillated());
    CHECK(chip.text("enable") == "1");
    CHECK(chip.text("duty_cycle") == "0");
    CHECK(pwm->set(1'000'000));
    CHECK(chip.text("duty_cycle") == "1000000");
}

TEST_CASE("a PWM that still oscillates says so") {
    Chip chip("1000000", "266666", "1");
    const auto pwm = SysfsPwm::open(chip.folder.path(), 0);
    REQUIRE(pwm);
    CHECK(pwm->found().oscillated());
    CHECK(chip.text("duty_cycle") == "0");
    CHECK_FALSE(PwmFound{true, 1'000'000, 1'000'000}.oscillated());
    CHECK_FALSE(PwmFound{true, 1'000'000, 0}.oscillated());
    CHECK_FALSE(PwmFound{false, 1'000'000, 266'666}.oscillated());
}

TEST_CASE("a PWM is brought to -12 V however the process before left it") {
    for (const std::string polarity : {"normal", "inversed"})
        for (const std::string enable : {"0", "1"})
            for (const std::string period : {"0", "20000", "1000000", "2000000"})
                for (const std::string duty : {"0", "7", "20000", "1500000"}) {
                    if (std::stol(duty) > std::stol(period)) continue;
                    if (enable == "1" && period == "0") continue;
                    Kernel kernel;
                    kernel.values = {{"polarity", polarity},
                                     {"enable", enable},
                                     {"period", period},
                                     {"duty_cycle", duty}};
                    INFO(polarity << ' ' << enable << ' ' << period << ' ' << duty);
                    const auto found = take_over(kernel);
                    INFO(kernel.story);
                    REQUIRE(found);
                    CHECK(found->enabled == (enable == "1"));
                    CHECK(kernel.values ==
                          std::map<std::string, std::string>{{"polarity", "normal"},
                                                             {"enable", "1"},
                                                             {"period", "1000000"},
                                                             {"duty_cycle", "0"}});
                    // It is disabled for the polarity only.
                    CHECK((kernel.story.find("enable=0") != std::string::npos) ==
                          (polarity == "inversed" && enable == "1"));
                }
}

TEST_CASE("a PWM whose driver knows one polarity only is taken as it is") {
    Kernel kernel;
    kernel.values = {{"enable", "0"}, {"period", "0"}, {"duty_cycle", "0"}};
    CHECK(take_over(kernel));
    CHECK(kernel.story == "period=1000000 duty_cycle=0 enable=1 ");
}

TEST_CASE("a chip that is not there is an error that names it") {
    const auto pwm = SysfsPwm::open("/nonexistent/pwmchip0", 0);
    REQUIRE_FALSE(pwm);
    CHECK(pwm.error().find("/nonexistent/pwmchip0: ") == 0);
    CHECK(pwm.error().find("No such file or directory") != std::string::npos);
}

}  // namespace pwm_test
