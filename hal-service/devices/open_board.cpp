// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/open_board.hpp"

#include "hal-service/devices/open_meter.hpp"
#include "hal-service/loop/real_time.hpp"
#include "hal-service/process/board_file.hpp"
#include "hal-service/process/log.hpp"

#include <optional>
#include <utility>

namespace devices {
namespace {

using shared::Failure;

// Opens devices and keeps the first problem; later ones are left out.
class Opener {
public:
    explicit Opener(const process::BoardSettings& board) : board_(board) {}

    template <class T>
    std::optional<T> take(shared::Result<T, std::string> result, const std::string& key) {
        if (result) return *std::move(result);
        if (!problem) problem = board_.file + ": " + key + ": " + result.error();
        return std::nullopt;
    }

    std::optional<std::string> problem;

private:
    const process::BoardSettings& board_;
};

void pause(std::chrono::milliseconds time) { hal::sleep_until(hal::monotonic_now() + time); }

shared::Result<bool, std::string> readable(const std::string& file) {
    if (access(file.c_str(), R_OK) != 0)
        return Failure{process::system_error(file, "cannot be read")};
    return true;
}

Meter::Channels used_channels(const process::BoardSettings& board, const std::string& meter) {
    Meter::Channels used{};
    for (const auto& outlet : board.outlets)
        if (outlet.wiring.meter && outlet.wiring.meter->name == meter)
            for (const int channel : outlet.wiring.meter->channels)
                used[static_cast<std::size_t>(channel)] = true;
    return used;
}

std::vector<std::unique_ptr<Meter>> open_meters(const process::BoardSettings& board,
                                                Opener& opener) {
    std::vector<std::unique_ptr<Meter>> meters;
    const auto& wired = board.wiring.meters;
    for (std::size_t i = 0; i < wired.size(); ++i)
        if (auto meter =
                opener.take(open_meter(wired[i], used_channels(board, wired[i].name), pause),
                            "meter[" + std::to_string(i + 1) + "].device"))
            meters.push_back(*std::move(meter));
    return meters;
}

// Logs the failures that were counted by threads that must not log.
std::function<void()> trouble_log(const LinuxBoard& board, const Metering& metering) {
    struct Counts {
        LinuxBoard::Troubles board;
        std::uint64_t resets = 0;
        std::uint64_t transfers = 0;
        bool operator==(const Counts&) const = default;
    };
    return [&board, &metering, told = Counts{}]() mutable {
        const Counts now{board.troubles(), metering.resets(), metering.transfer_errors()};
        if (now == told) return;
        process::log("hal")->warn(
            "transfers that failed since the start: ADC {}, lines {}, PWM {}, meters {}; meters "
            "that were reset: {}",
            now.board.adc, now.board.lines, now.board.pwm, now.transfers, now.resets);
        told = now;
    };
}

}  // namespace

shared::Result<OpenBoard, std::string> open_board(const process::BoardSettings& board,
                                                  const std::vector<hal::ConnectorInfo>& connectors,
                                                  std::span<const hal::Registers> kept) {
    Opener opener(board);
    OpenBoard open;
    LinuxBoard::Devices parts;
    const LinePlan plan(board, connectors);
    const auto& wiring = board.wiring;
    // The order is that of danger: contactors, pilots, then devices that only measure. Where the
    // lines belong to somebody else, the pilots do, too.
    auto outputs = opener.take(open_outputs(wiring.gpio.chip, plan.outputs), "gpio");
    if (!outputs) return Failure{*opener.problem};
    parts.outputs = *std::move(outputs);
    for (std::size_t i = 0; i < connectors.size() && i < parts.pwm.size(); ++i) {
        const auto outlet = board.outlet(connectors[i].id).wiring;
        if (!outlet.pilot) continue;
        auto pwm = opener.take(SysfsPwm::open(outlet.pilot->pwm_chip, outlet.pilot->pwm_channel),
                               process::outlet_path(board, connectors[i].id) + ".pilot");
        if (!pwm) continue;
        open.offered_before = open.offered_before || pwm->found().oscillated();
        parts.pwm[i] = std::make_unique<SysfsPwm>(*std::move(pwm));
    }
    if (opener.problem) return Failure{*opener.problem};
    if (auto inputs = opener.take(open_inputs(wiring.gpio.chip, plan.inputs), "gpio"))
        parts.inputs = *std::move(inputs);
    if (wiring.adc)
        if (auto bus =
                opener.take(Spidev::open(wiring.adc->device, Mcp3208::spi_mode, wiring.adc->hertz),
                            "adc.device"))
            parts.adc = std::make_unique<Spidev>(*std::move(bus));
    auto meters = open_meters(board, opener);
    SlowDevices::Chips slow;
    if (wiring.i2c)
        if (auto bus = opener.take(I2cdev::open(wiring.i2c->device), "i2c.device"))
            slow.bus = std::make_unique<I2cdev>(*std::move(bus));
    for (std::size_t i = 0; i < wiring.temperatures.size(); ++i)
        if (const auto& file = wiring.temperatures[i].file; !file.empty())
            opener.take(readable(file), "temperature[" + std::to_string(i + 1) + "].file");
    if (opener.problem) return Failure{*opener.problem};
    open.metering = std::make_unique<Metering>(std::move(meters), board, connectors, kept);
    parts.metered = &open.metering->metered();
    open.board = std::make_unique<LinuxBoard>(std::move(parts), board, connectors);
    slow.surroundings = &open.board->surroundings();
    slow.reset_reader = [linux_board = open.board.get()](bool active) {
        linux_board->reset_reader(active);
    };
    slow.ticks = [linux_board = open.board.get()] { return linux_board->ticks(); };
    slow.report = trouble_log(*open.board, *open.metering);
    slow.now = hal::monotonic_now;
    slow.pause = pause;
    // The watchdog comes last, because it has to be fed from here on.
    if (!wiring.watchdog.empty()) {
        auto watchdog = opener.take(Watchdog::open(wiring.watchdog), "watchdog.device");
        if (!watchdog) return Failure{*opener.problem};
        slow.watchdog.emplace(*std::move(watchdog));
    }
    open.slow = std::make_unique<SlowDevices>(std::move(slow), board, connectors);
    return open;
}

std::vector<std::string> make_safe(const process::BoardSettings& board,
                                   const std::vector<hal::ConnectorInfo>& connectors) {
    std::vector<std::string> problems;
    const LinePlan plan(board, connectors);
    const auto outputs = open_outputs(board.wiring.gpio.chip, plan.outputs);
    if (!outputs) problems.push_back(board.file + ": gpio: " + outputs.error());
    for (const auto& outlet : board.outlets) {
        if (!outlet.wiring.pilot) continue;
        const auto pwm =
            SysfsPwm::open(outlet.wiring.pilot->pwm_chip, outlet.wiring.pilot->pwm_channel);
        if (!pwm)
            problems.push_back(board.file + ": " + process::outlet_path(board, outlet.connector) +
                               ".pilot: " + pwm.error());
    }
    return problems;
}

}  // namespace devices
