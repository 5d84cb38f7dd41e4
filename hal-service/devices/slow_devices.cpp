// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/slow_devices.hpp"

#include "hal-service/link/panel.hpp"
#include "hal-service/process/file.hpp"
#include "hal-service/process/log.hpp"

#include <pthread.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace devices {
namespace {

using namespace std::chrono_literals;

constexpr auto round_time = 50ms;
constexpr hal::Moment temperature_interval = 1s;
constexpr hal::Moment look_interval = 250ms;
constexpr hal::Moment report_interval = 1s;
constexpr std::size_t max_sensor_file = 64;

std::optional<units::MilliCelsius> read_file_temperature(const std::string& path) {
    const auto text = process::read_file(path, max_sensor_file);
    std::int64_t value = 0;
    if (!text ||
        std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{})
        return std::nullopt;
    return units::MilliCelsius{value};
}

}  // namespace

SlowDevices::SlowDevices(Chips parts, const process::BoardSettings& board,
                         const std::vector<hal::ConnectorInfo>& connectors)
    : parts_(std::move(parts)), signal_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    const auto index_of = [&connectors](hal::ConnectorId id) {
        const auto it = std::ranges::find(connectors, id, &hal::ConnectorInfo::id);
        return static_cast<std::size_t>(it - connectors.begin());
    };
    for (const auto& wiring : board.wiring.temperatures)
        sensors_.push_back({wiring, index_of(wiring.connector), {}});
    if (!parts_.bus) return;
    if (board.wiring.reader)
        reader_.emplace(*parts_.bus, board.wiring.reader->address,
                        TagReader::Hands{board.wiring.reader->reset ? parts_.reset_reader : nullptr,
                                         parts_.pause, parts_.now, [](const std::string& trouble) {
                                             process::log("reader")->warn("{}", trouble);
                                         }});
    for (const auto& wiring : board.wiring.lights) {
        std::vector<std::size_t> shown;
        for (const auto id : wiring.outlets) shown.push_back(index_of(id));
        lights_.push_back({Pca9632(*parts_.bus, wiring.address), wiring, std::move(shown)});
    }
}

SlowDevices::~SlowDevices() { stop(); }

void SlowDevices::start() {
    stopping_.store(false, std::memory_order_relaxed);
    thread_ = std::thread([this] { run(); });
}

// A bus that hangs is waited for: a second or two. Nobody feeds the watchdog any more.
void SlowDevices::stop() {
    if (!thread_.joinable()) return;
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
    parts_.watchdog.reset();
}

void SlowDevices::run() {
    pthread_setname_np(pthread_self(), "slow devices");
    while (!stopping_.load(std::memory_order_relaxed)) {
        round();
        parts_.pause(round_time);
    }
}

void SlowDevices::round() {
    const auto now = parts_.now();
    // A control loop that stands still must not look alive.
    if (const auto ticks = parts_.ticks(); parts_.watchdog && ticks != fed_at_ticks_) {
        fed_at_ticks_ = ticks;
        parts_.watchdog->feed();
    }
    if (now >= next_temperature_) {
        next_temperature_ = now + temperature_interval;
        read_temperatures(now);
    }
    if (reader_ && now >= next_look_) {
        next_look_ = now + look_interval;
        look_for_tags();
    }
    show_lights(now);
    if (now >= next_report_) {
        next_report_ = now + report_interval;
        parts_.report();
    }
    state_.taken = now;
    if (parts_.surroundings != nullptr) parts_.surroundings->write(state_);
}

std::optional<units::MilliCelsius> SlowDevices::measure(const Sensor& sensor) {
    if (!sensor.wiring.file.empty()) return read_file_temperature(sensor.wiring.file);
    return parts_.bus ? read_lm75b(*parts_.bus, sensor.wiring.address) : std::nullopt;
}

void SlowDevices::read_temperatures(hal::Moment now) {
    // Several sensors may share a place: the hottest counts, and none when one of them is lost.
    struct Place {
        std::optional<units::MilliCelsius> hottest;
        bool lost = false;
        void add(std::optional<units::MilliCelsius> temperature) {
            lost = lost || !temperature;
            if (temperature && (!hottest || *hottest < *temperature)) hottest = temperature;
        }
        std::optional<units::MilliCelsius> told() const { return lost ? std::nullopt : hottest; }
    };
    std::array<Place, hal::max_connectors> outlets;
    Place body, inlet;
    for (auto& sensor : sensors_) {
        const bool was_lost = sensor.thermometer.lost();
        sensor.thermometer.add(measure(sensor), now);
        const bool lost = sensor.thermometer.lost();
        if (lost != was_lost)
            process::log("hal")->warn("thermometer {}: {}", shared::name_of(sensor.wiring.place),
                                      lost ? "gives nothing plausible" : "is back");
        const auto temperature = sensor.thermometer.temperature();
        switch (sensor.wiring.place) {
            case process::TemperatureAt::Outlet:
                if (sensor.connector >= hal::max_connectors) break;
                outlets[sensor.connector].add(temperature);
                break;
            case process::TemperatureAt::Body: body.add(temperature); break;
            case process::TemperatureAt::Inlet: inlet.add(temperature); break;
        }
    }
    for (std::size_t i = 0; i < outlets.size(); ++i)
        state_.outlet_temperature[i] = outlets[i].told();
    state_.body_temperature = body.told();
    state_.inlet_temperature = inlet.told();
}

void SlowDevices::look_for_tags() {
    const auto tag = reader_->look();
    state_.reader = reader_->works();
    if (!tag) return;
    Tag copy;
    tag->copy(copy.text.data(), copy.text.size() - 1);
    if (!tags_.push(copy)) {
        process::log("reader")->warn("tag {} was dropped, nobody takes them", *tag);
        return;
    }
    const std::uint64_t one = 1;
    if (write(signal_.number(), &one, sizeof one) < 0) return;  // full: signalled already
}

void SlowDevices::show_lights(hal::Moment now) {
    std::optional<hal::PanelState> shown;
    if (shown_once_.load(std::memory_order_acquire)) shown = shown_.read();
    const int intensity = shown ? shown->panel.light_intensity : hal::Panel{}.light_intensity;
    for (auto& group : lights_) {
        const auto light =
            hal::light_at(hal::most_important(shown, group.connectors), intensity, now);
        Pca9632::Levels levels{};
        const auto set = [&levels](int channel, std::uint8_t level) {
            levels[static_cast<std::size_t>(channel)] = level;
        };
        set(group.wiring.red, light.red);
        set(group.wiring.green, light.green);
        set(group.wiring.blue, light.blue);
        if (group.wiring.downlight && shown && shown->panel.downlight)
            set(*group.wiring.downlight, static_cast<std::uint8_t>(intensity * 255 / 100));
        group.chip.show(levels, now);
    }
}

void SlowDevices::show(const hal::PanelState& shown) {
    shown_.write(shown);
    shown_once_.store(true, std::memory_order_release);
}

int SlowDevices::signal() const { return reader_ ? signal_.number() : -1; }

std::optional<std::string> SlowDevices::next_tag() {
    std::uint64_t count = 0;
    while (read(signal_.number(), &count, sizeof count) > 0) {
    }
    Tag tag;
    if (!tags_.pop(tag)) return std::nullopt;
    return std::string(tag.text.data());
}

}  // namespace devices
