// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything on the I2C bus, and the hardware watchdog, in a thread that may hang for a second
// without anybody noticing: thermometers, the tag reader, lights.

#include "hal-service/devices/lm75b.hpp"
#include "hal-service/devices/pca9632.hpp"
#include "hal-service/devices/surroundings.hpp"
#include "hal-service/devices/tag_reader.hpp"
#include "hal-service/devices/watchdog.hpp"
#include "hal-service/link/front.hpp"
#include "hal-service/loop/slot.hpp"
#include "hal-service/process/board_settings.hpp"

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace devices {

class SlowDevices final : public hal::Front {
public:
    struct Chips {
        std::unique_ptr<I2cBus> bus;  // null: nothing is on one
        std::optional<Watchdog> watchdog;
        hal::Slot<Surroundings>* surroundings = nullptr;
        std::function<void(bool)> reset_reader;
        std::function<std::uint64_t()> ticks;  // ticks of the control loop, which feed the watchdog
        std::function<void()> report;          // logs for threads that must not log
        std::function<hal::Moment()> now;
        std::function<void(std::chrono::milliseconds)> pause;
    };

    SlowDevices(Chips parts, const process::BoardSettings& board,
                const std::vector<hal::ConnectorInfo>& connectors);
    ~SlowDevices() override;
    SlowDevices(const SlowDevices&) = delete;
    SlowDevices& operator=(const SlowDevices&) = delete;

    void start();
    void stop();

    // The event loop calls these.
    void show(const hal::PanelState& shown) override;
    int signal() const override;
    std::optional<std::string> next_tag() override;

    // Does the work that is due; the thread calls this every 50 ms.
    void round();

private:
    struct Sensor {
        process::TemperatureWiring wiring;
        std::size_t connector = 0;  // by index, with Outlet
        Thermometer thermometer;
    };
    struct LightGroup {
        Pca9632 chip;
        process::LightsWiring wiring;
        std::vector<std::size_t> connectors;
    };
    struct Tag {
        std::array<char, 21> text{};
    };
    void run();
    void read_temperatures(hal::Moment now);
    std::optional<units::MilliCelsius> measure(const Sensor& sensor);
    void look_for_tags();
    void show_lights(hal::Moment now);

    Chips parts_;
    std::vector<Sensor> sensors_;
    std::optional<TagReader> reader_;
    std::vector<LightGroup> lights_;
    Surroundings state_;
    hal::Slot<hal::PanelState> shown_;
    std::atomic<bool> shown_once_{false};
    hal::Queue<Tag, 8> tags_;
    process::Descriptor signal_;
    hal::Moment next_temperature_{0};
    hal::Moment next_look_{0};
    hal::Moment next_report_{0};
    std::uint64_t fed_at_ticks_ = 0;
    std::thread thread_;
    std::atomic<bool> stopping_{false};
};

}  // namespace devices
