// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/pwm.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <array>
#include <charconv>
#include <optional>

namespace devices {
namespace {

// A rule of udev gives the exported files to our group, which takes a moment.
constexpr int export_tries = 100;
constexpr int export_pause_ms = 10;

bool put(const std::string& path, const std::string& text) {
    const process::Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file &&
           write(file.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::optional<std::string> take(const std::string& path) {
    const process::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 32> text{};
    const auto size = file ? read(file.number(), text.data(), text.size()) : -1;
    if (size <= 0) return std::nullopt;
    std::string value(text.data(), static_cast<std::size_t>(size));
    while (value.ends_with('\n')) value.pop_back();
    return value;
}

std::optional<std::int64_t> number(const std::string& path) {
    const auto text = take(path);
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

// Duty above period, or a duty before any period, is refused by the kernel; hence this order.
shared::Result<SysfsPwm, std::string> SysfsPwm::open(const std::string& chip, int channel) {
    using shared::Failure;
    const auto pwm = chip + "/pwm" + std::to_string(channel);
    if (access(chip.c_str(), F_OK) != 0)
        return Failure{process::system_error(chip, "cannot be used")};
    if (access(pwm.c_str(), F_OK) != 0 && !put(chip + "/export", std::to_string(channel)))
        return Failure{
            process::system_error(chip + "/export", "channel " + std::to_string(channel))};
    const auto duty_path = pwm + "/duty_cycle";
    if (!becomes_writable(duty_path))
        return Failure{process::system_error(duty_path, "cannot be written")};

    PwmFound found;
    const auto period = number(pwm + "/period");
    const auto duty = number(duty_path);
    const auto enabled = number(pwm + "/enable");
    if (!period || !duty || !enabled) return Failure{process::system_error(pwm, "cannot be read")};
    found = {*enabled == 1, *period, *duty};

    if (*duty != 0 && !put(duty_path, "0")) return Failure{process::system_error(duty_path, "0")};
    if (*enabled != 1 && take(pwm + "/polarity").value_or("normal") != "normal" &&
        !put(pwm + "/polarity", "normal"))
        return Failure{process::system_error(pwm + "/polarity", "normal")};
    if (*period != pwm_period_ns && !put(pwm + "/period", std::to_string(pwm_period_ns)))
        return Failure{process::system_error(pwm + "/period", std::to_string(pwm_period_ns))};
    if (*duty == 0 && !put(duty_path, "0")) return Failure{process::system_error(duty_path, "0")};
    if (*enabled != 1 && !put(pwm + "/enable", "1"))
        return Failure{process::system_error(pwm + "/enable", "1")};
    if (number(pwm + "/period") != pwm_period_ns || number(duty_path) != 0 ||
        number(pwm + "/enable") != 1)
        return Failure{pwm + ": does not keep what is written"};

    process::Descriptor file(::open(duty_path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file) return Failure{process::system_error(duty_path, "cannot be opened")};
    return SysfsPwm(std::move(file), found);
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
