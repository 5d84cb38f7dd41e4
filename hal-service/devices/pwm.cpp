// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/pwm.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace devices {
namespace {

// A rule of udev gives the exported files to our group, which takes a moment.
constexpr int export_tries = 100;
constexpr int export_pause_ms = 10;
const std::string normal = "normal";

class Sysfs final : public PwmAttributes {
public:
    explicit Sysfs(std::string folder) : folder_(std::move(folder)) {}

    bool put(const char* name, const std::string& text) override {
        return write_to(folder_ + '/' + name, text);
    }
    std::optional<std::string> take(const char* name) override {
        const process::Descriptor file(
            ::open((folder_ + '/' + name).c_str(), O_RDONLY | O_CLOEXEC));
        std::array<char, 32> text{};
        const auto size = file ? read(file.number(), text.data(), text.size()) : -1;
        if (size <= 0) return std::nullopt;
        std::string value(text.data(), static_cast<std::size_t>(size));
        while (value.ends_with('\n')) value.pop_back();
        return value;
    }
    static bool write_to(const std::string& path, const std::string& text) {
        const process::Descriptor file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
        return file &&
               write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    }

private:
    const std::string folder_;
};

std::optional<std::int64_t> number(PwmAttributes& channel, const char* name) {
    const auto text = channel.take(name);
    std::int64_t value = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return value;
}

bool becomes_writable(const std::string& path) {
    for (int i = 0; i < export_tries; ++i) {
        if (access(path.c_str(), W_OK) == 0) return true;
        poll(nullptr, 0, export_pause_ms);
    }
    return false;
}

std::size_t decimal(std::int64_t value, std::array<char, 24>& text) {
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return static_cast<std::size_t>(end - text.data());
}

}  // namespace

// The kernel refuses a duty above the period, anything before there is a period, and another
// polarity while the channel runs; hence this order.
shared::Result<PwmFound, std::string> take_over(PwmAttributes& channel) {
    using shared::Failure;
    const auto period = number(channel, "period");
    const auto duty = number(channel, "duty_cycle");
    const auto enabled = number(channel, "enable");
    if (!period || !duty || !enabled) return Failure{process::system_error("", "cannot be read")};
    const PwmFound found{*enabled == 1, *period, *duty};
    // A driver without this attribute knows the normal polarity only.
    const bool inversed = channel.take("polarity").value_or(normal) != normal;
    const bool stop = inversed && found.enabled;

    struct Step {
        bool needed;
        const char* name;
        std::string text;
    };
    const std::array steps{Step{stop, "enable", "0"},
                           Step{*duty != 0, "duty_cycle", "0"},
                           Step{*period != pwm_period_ns, "period", std::to_string(pwm_period_ns)},
                           Step{inversed, "polarity", normal},
                           Step{*duty == 0, "duty_cycle", "0"},
                           Step{stop || !found.enabled, "enable", "1"}};
    for (const auto& step : steps)
        if (step.needed && !channel.put(step.name, step.text))
            return Failure{process::system_error(std::string("/") + step.name, step.text)};
    if (number(channel, "period") != pwm_period_ns || number(channel, "duty_cycle") != 0 ||
        number(channel, "enable") != 1 || channel.take("polarity").value_or(normal) != normal)
        return Failure{std::string(": does not keep what is written")};
    return found;
}

shared::Result<SysfsPwm, std::string> SysfsPwm::open(const std::string& chip, int channel) {
    using shared::Failure;
    const auto pwm = chip + "/pwm" + std::to_string(channel);
    if (access(chip.c_str(), F_OK) != 0)
        return Failure{process::system_error(chip, "cannot be used")};
    if (access(pwm.c_str(), F_OK) != 0 &&
        !Sysfs::write_to(chip + "/export", std::to_string(channel)))
        return Failure{
            process::system_error(chip + "/export", "channel " + std::to_string(channel))};
    const auto duty_path = pwm + "/duty_cycle";
    if (!becomes_writable(duty_path))
        return Failure{process::system_error(duty_path, "cannot be written")};
    Sysfs attributes(pwm);
    const auto found = take_over(attributes);
    if (!found) return Failure{pwm + found.error()};
    process::Descriptor file(::open(duty_path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file) return Failure{process::system_error(duty_path, "cannot be opened")};
    return SysfsPwm(std::move(file), *found);
}

bool SysfsPwm::set(std::int64_t high_ns) {
    if (high_ns == written_) return true;
    std::array<char, 24> text{};
    const auto size = decimal(high_ns, text);
    if (pwrite(duty_.number(), text.data(), size, 0) != static_cast<ssize_t>(size)) {
        written_ = -1;
        return false;
    }
    written_ = high_ns;
    return true;
}

}  // namespace devices
