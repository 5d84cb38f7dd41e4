// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/board_file.hpp"

#include "hal-service/process/board_check.hpp"
#include "hal-service/process/board_table.hpp"
#include "hal-service/process/file.hpp"
#include "hal-service/process/plain_toml.hpp"

#include <algorithm>

namespace process {
namespace {

using shared::Failure;

constexpr int min_bus_hertz = 10'000;
constexpr int max_bus_hertz = 10'000'000;
constexpr int last_channel = adc_channels - 1;
constexpr int first_i2c_address = 0x08;  // addresses below and above are reserved
constexpr int last_i2c_address = 0x77;
constexpr int max_pwm_channel = 63;
constexpr int max_lights_channel = 3;
// A board may switch off sooner than the reference board, and never later.
constexpr std::int64_t max_derate_from = 80'000;  // millidegrees
constexpr std::int64_t max_off_from = 100'000;
constexpr std::array line_frequencies{50, 60};  // Hz
constexpr std::int64_t max_time_ms = 600'000;
constexpr std::int64_t max_lock_pulse = 1000;  // ms: a lock that has not moved by then is jammed

void read_gpio(BoardTable& in, GpioWiring& gpio) {
    in.text("chip", gpio.chip, Need::Needed);
    in.line("watchdog_kick", gpio.watchdog_kick);
    in.line("relay_supply_ok", gpio.relay_supply_ok);
    in.line("power_fail", gpio.power_fail);
    in.line("earth_ok", gpio.earth_ok);
    in.line("button", gpio.button);
    in.line("tamper", gpio.tamper);
}

void read_calibration(BoardTable& in, MeterCalibration& calibration) {
    for (auto& word : calibration.words)
        if (word.single())
            in.integer(word.kind->name, 0, word.kind->single_up_to, word.values[0]);
        else
            in.words(word.kind->name, word.values);
    std::int64_t checksum = -1;
    in.integer("checksum", 0, 0xFFFF, checksum);
    if (checksum >= 0) calibration.checksum = static_cast<std::uint16_t>(checksum);
}

void read_meter(BoardTable& in, MeterWiring& meter) {
    in.text("name", meter.name, Need::Needed);
    in.choice("chip", meter.chip);
    meter.calibration = MeterCalibration(meter.chip);
    in.text("device", meter.device, Need::Needed);
    in.integer("hertz", min_bus_hertz, max_bus_hertz, meter.hertz);
    in.one_of("line_frequency", line_frequencies, meter.line_frequency);
    in.table("calibration", [&](BoardTable& t) { read_calibration(t, meter.calibration); });
}

void read_temperature(BoardTable& in, TemperatureWiring& temperature) {
    in.choice("place", temperature.place, Need::Needed);
    in.integer("connector", 1, hal::max_connectors, temperature.connector);
    in.integer("address", first_i2c_address, last_i2c_address, temperature.address);
    in.text("file", temperature.file);
    if ((temperature.address == 0) == temperature.file.empty())
        in.wrong("place", "needs either an address or a file");
    if ((temperature.place == TemperatureAt::Outlet) != (temperature.connector != 0))
        in.wrong("place", "\"Outlet\" needs a connector, and no other place has one");
}

void read_lights(BoardTable& in, LightsWiring& lights) {
    in.integer("address", first_i2c_address, last_i2c_address, lights.address, Need::Needed);
    in.integer("red", 0, max_lights_channel, lights.red);
    in.integer("green", 0, max_lights_channel, lights.green);
    in.integer("blue", 0, max_lights_channel, lights.blue);
    int downlight = -1;
    in.integer("downlight", 0, max_lights_channel, downlight);
    if (downlight >= 0) lights.downlight = downlight;
    in.connectors("outlets", lights.outlets);
    if (lights.red == lights.green || lights.green == lights.blue || lights.red == lights.blue ||
        downlight == lights.red || downlight == lights.green || downlight == lights.blue)
        in.wrong("red", "each channel can be one light only");
}

void read_pilot(BoardTable& in, PilotWiring& pilot) {
    in.text("pwm_chip", pilot.pwm_chip, Need::Needed);
    in.integer("pwm_channel", 0, max_pwm_channel, pilot.pwm_channel);
    in.integer("high", 0, last_channel, pilot.high);
    in.integer("low", 0, last_channel, pilot.low);
    in.integer("raw", 0, last_channel, pilot.raw);
    in.integer("plus_rail", 0, last_channel, pilot.plus_rail);
    in.integer("minus_rail", 0, last_channel, pilot.minus_rail);
    in.integer("gain_per_mille", 10, 1000, pilot.gain_per_mille);
    in.quantity("centre_millivolts", 100, 10'000, pilot.centre);
    in.line("disconnect", pilot.disconnect);
}

void read_contactors(BoardTable& in, ContactorWiring& contactors) {
    in.line("k1", contactors.k1, Need::Needed);
    in.line("k2", contactors.k2);
    in.line("k1_feedback", contactors.k1_feedback);
    in.line("k2_feedback", contactors.k2_feedback);
    in.lines("load_voltage", 3, contactors.load_voltage);
}

void read_residual(BoardTable& in, OutletSettings& outlet) {
    auto& residual = outlet.wiring.residual;
    in.line("test", residual.test);
    in.line("dc", residual.dc);
    in.line("ac", residual.ac);
    in.line("error", residual.error);
    if (!residual.ac) in.wrong("ac", "is needed");
}

void read_lock(BoardTable& in, LockWiring& lock) {
    in.line("engage", lock.engage, Need::Needed);
    in.line("release", lock.release);
    in.line("feedback", lock.feedback, Need::Needed);
    in.quantity("pulse_ms", 10, max_lock_pulse, lock.pulse);
}

void read_proximity(BoardTable& in, ProximityWiring& proximity) {
    in.integer("channel", 0, last_channel, proximity.channel, Need::Needed);
    in.integer("pull_up_ohms", 10, 1'000'000, proximity.pull_up_ohms);
    in.quantity("pull_up_millivolts", 100, 10'000, proximity.pull_up);
}

void read_rules(BoardTable& in, OutletSettings& outlet) {
    in.flag("ventilation", outlet.ventilation);
    in.table("wake_up", [&](BoardTable& t) {
        auto& wake_up = outlet.wake_up;
        t.quantity("after_ms", 1000, max_time_ms, wake_up.after);
        t.choice("level", wake_up.level);
        t.quantity("duration_ms", 300, max_time_ms, wake_up.duration);
        t.quantity("pause_ms", 1000, max_time_ms, wake_up.pause);
        t.integer("repeats", 0, 10, wake_up.repeats);
    });
    in.table("temperature", [&](BoardTable& t) {
        auto& temperature = outlet.temperature;
        t.quantity("derate_from_millidegrees", 0, max_derate_from, temperature.derate_from);
        t.quantity("off_from_millidegrees", 0, max_off_from, temperature.off_from);
        t.quantity("on_again_below_millidegrees", 0, max_off_from, temperature.on_again_below);
        t.quantity("without_sensor_milliamps", 0, 80'000, temperature.without_sensor);
        if (temperature.derate_from >= temperature.off_from ||
            temperature.on_again_below >= temperature.off_from)
            t.wrong("off_from_millidegrees", "must be above the other two");
    });
    in.table("phase_change", [&](BoardTable& t) {
        t.quantity("pause_seconds", 1, 600, outlet.phase_change.pause);
        t.integer("per_hour", 0, 60, outlet.phase_change.per_hour);
    });
}

void read_outlet(BoardTable& in, OutletSettings& outlet) {
    auto& wiring = outlet.wiring;
    in.integer("connector", 1, hal::max_connectors, outlet.connector, Need::Needed);
    read_rules(in, outlet);
    in.line("plug", wiring.plug);
    in.table("pilot", [&](BoardTable& t) { read_pilot(t, wiring.pilot.emplace()); });
    in.table("contactors", [&](BoardTable& t) { read_contactors(t, wiring.contactors); });
    in.table("residual", [&](BoardTable& t) { read_residual(t, outlet); });
    in.table("proximity", [&](BoardTable& t) { read_proximity(t, wiring.proximity.emplace()); });
    in.table("lock", [&](BoardTable& t) { read_lock(t, wiring.lock.emplace()); });
    in.table("meter", [&](BoardTable& t) {
        auto& meter = wiring.meter.emplace();
        t.text("name", meter.name, Need::Needed);
        t.channels("channels", meter.channels);
    });
}

// The protection knows the meter of an outlet by its range and the frequency of its supply.
void follow_meter(const std::vector<MeterWiring>& meters, OutletSettings& outlet) {
    if (!outlet.wiring.meter) return;
    for (const auto& meter : meters) {
        if (meter.name != outlet.wiring.meter->name) continue;
        outlet.line_frequency = {meter.line_frequency * std::int64_t{1000}};
        outlet.meter_range = range_of(meter.chip);
    }
}

void read_board(BoardTable& in, BoardSettings& board) {
    auto& wiring = board.wiring;
    in.table("gpio", [&](BoardTable& t) { read_gpio(t, wiring.gpio); });
    in.table("adc", [&](BoardTable& t) {
        auto& adc = wiring.adc.emplace();
        t.text("device", adc.device, Need::Needed);
        t.integer("hertz", min_bus_hertz, max_bus_hertz, adc.hertz);
        t.quantity("reference_millivolts", 1000, 5500, adc.reference);
    });
    in.table("i2c",
             [&](BoardTable& t) { t.text("device", wiring.i2c.emplace().device, Need::Needed); });
    in.table("watchdog", [&](BoardTable& t) { t.text("device", wiring.watchdog, Need::Needed); });
    in.table("reader", [&](BoardTable& t) {
        auto& reader = wiring.reader.emplace();
        t.integer("address", first_i2c_address, last_i2c_address, reader.address, Need::Needed);
        t.line("reset", reader.reset);
    });
    in.tables("meter", max_meters,
              [&](BoardTable& t, std::size_t) { read_meter(t, wiring.meters.emplace_back()); });
    in.tables("temperature", max_temperatures, [&](BoardTable& t, std::size_t) {
        read_temperature(t, wiring.temperatures.emplace_back());
    });
    in.tables("lights", max_lights,
              [&](BoardTable& t, std::size_t) { read_lights(t, wiring.lights.emplace_back()); });
    in.tables("outlet", hal::max_connectors, [&](BoardTable& t, std::size_t) {
        auto& outlet = board.outlets.emplace_back();
        read_outlet(t, outlet);
        const auto& residual = outlet.wiring.residual;
        // Without a file the reference board is meant; with one, what it wires.
        outlet.residual_monitor = residual.test && residual.ac;
        outlet.residual_dc = residual.dc.has_value();
        follow_meter(board.wiring.meters, outlet);
    });
    in.end();
}

std::vector<std::string> sorted(std::vector<std::pair<std::uint32_t, std::string>> complaints) {
    std::ranges::stable_sort(complaints, {}, [](const auto& c) { return c.first; });
    std::vector<std::string> out;
    for (auto& complaint : complaints) out.push_back(std::move(complaint.second));
    return out;
}

}  // namespace

shared::Result<BoardSettings, std::vector<std::string>> board_from_text(
    std::string_view text, const std::string& file_name,
    const std::vector<hal::ConnectorInfo>& connectors, BoardKind backend, BoardJudge judge) {
    BoardNotes notes;
    notes.file = file_name;
    BoardSettings board;
    board.file = file_name;
    if (const auto line = foreign_character(text))
        return Failure{std::vector{file_name + ':' + std::to_string(*line) + ": " +
                                   std::string(foreign_character_text)}};
    try {
        const auto root = toml::parse(text, file_name);
        BoardTable table(notes, root, "");
        read_board(table, board);
    } catch (const toml::parse_error& error) {
        return Failure{std::vector{file_name + ':' + std::to_string(error.source().begin.line) +
                                   ": " + std::string(error.description())}};
    }
    if (notes.complaints.empty())
        for (const auto& [key, wrong] : check_board(board, connectors, backend))
            notes.complain(key, wrong);
    if (notes.complaints.empty() && judge != nullptr)
        for (const auto& [key, wrong] : judge(board, connectors)) notes.complain(key, wrong);
    if (!notes.complaints.empty()) return Failure{sorted(std::move(notes.complaints))};
    return board;
}

shared::Result<BoardSettings, std::vector<std::string>> load_board(const Settings& settings,
                                                                   BoardJudge judge) {
    const auto& path = settings.hal.board;
    if (path.empty()) {
        if (settings.hal.backend == BoardKind::Linux)
            return Failure{std::vector<std::string>{"is needed with hal.backend = \"linux\""}};
        std::vector<std::string> complaints;
        if (judge != nullptr)
            for (const auto& [key, wrong] : judge({}, settings.connectors))
                complaints.push_back(key + ": " + wrong);
        if (!complaints.empty()) return Failure{std::move(complaints)};
        return BoardSettings{};
    }
    const auto text = read_file(path, max_board_bytes);
    if (!text) return Failure{std::vector{path + ": " + text.error().text}};
    return board_from_text(*text, path, settings.connectors, settings.hal.backend, judge);
}

std::string outlet_path(const BoardSettings& board, hal::ConnectorId connector) {
    for (std::size_t i = 0; i < board.outlets.size(); ++i)
        if (board.outlets[i].connector == connector) return "outlet[" + std::to_string(i + 1) + ']';
    return "outlet";
}

}  // namespace process
