// SPDX-License-Identifier: Apache-2.0
// Board files: the two that are delivered are right, and what is wrong in one is said with file,
// line and key.

#include "hal-service/process/board_file.hpp"
#include "hal-service/process/plain_toml.hpp"

#include "tests/support/catch.hpp"

#include <fstream>
#include <sstream>

namespace board_file_test {

using namespace process;

namespace {

const std::vector<hal::ConnectorInfo> rb1_connectors = Settings{}.connectors;
const std::vector<hal::ConnectorInfo> single = {
    {1, hal::ConnectorType::Type2Cable, 1, units::Milliamps{32'000}}};

std::string delivered(const std::string& name) {
    std::ifstream in("config/board/" + name);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

// The errors of a board file, one line each; empty when there are none.
std::string wrong(const std::string& text,
                  const std::vector<hal::ConnectorInfo>& connectors = rb1_connectors,
                  BoardKind backend = BoardKind::Linux) {
    const auto board = board_from_text(text, "b.toml", connectors, backend);
    std::string all;
    if (!board)
        for (const auto& line : board.error()) all += line + '\n';
    return all;
}

bool says(const std::string& complaints, const std::string& part) {
    INFO(complaints);
    CHECK(complaints.find(part) != std::string::npos);
    return complaints.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the delivered boards are complete") {
    CHECK(wrong(delivered("rb1.toml")).empty());
    CHECK(wrong(delivered("single_7kw4.toml"), single).empty());
}

TEST_CASE("RB1 is wired as its file says") {
    const auto board =
        board_from_text(delivered("rb1.toml"), "rb1.toml", rb1_connectors, BoardKind::Linux);
    REQUIRE(board);
    const auto type2 = board->outlet(1);
    CHECK(type2.wiring.contactors.k1 == Line{0, false});
    CHECK(type2.wiring.contactors.k2_feedback == Line{13, false});
    CHECK(type2.wiring.pilot->gain_per_mille == 120);
    CHECK(type2.wiring.meter->channels == std::vector{0, 1, 2});
    CHECK(type2.residual_monitor);
    CHECK(type2.residual_dc);
    CHECK_FALSE(type2.ventilation);
    CHECK(type2.wake_up.after == std::chrono::seconds(30));
    const auto schuko = board->outlet(2);
    CHECK(schuko.wiring.plug == Line{25, false});
    CHECK_FALSE(schuko.wiring.pilot);
    CHECK(schuko.residual_monitor);
    CHECK_FALSE(schuko.residual_dc);
    CHECK(board->wiring.reader->reset == Line{7, true});
    CHECK(board->wiring.meters.at(1).device == "/dev/spidev0.2");
    CHECK(board->wiring.temperatures.at(2).place == TemperatureAt::Body);
}

TEST_CASE("what an outlet may be asked to do is read too") {
    const auto text = R"(
[[outlet]]
connector = 1
ventilation = true
[outlet.wake_up]
after_ms = 60000
level = "E"
duration_ms = 3000
pause_ms = 20000
repeats = 0
[outlet.temperature]
derate_from_millidegrees = 60000
off_from_millidegrees = 80000
on_again_below_millidegrees = 70000
without_sensor_milliamps = 0
[outlet.phase_change]
pause_seconds = 45
per_hour = 3
)";
    const auto board = board_from_text(text, "b.toml", rb1_connectors, BoardKind::Simulator);
    REQUIRE(board);
    const auto outlet = board->outlet(1);
    CHECK(outlet.ventilation);
    CHECK(outlet.wake_up.level == WakeUpLevel::E);
    CHECK(outlet.wake_up.after == std::chrono::seconds(60));
    CHECK(outlet.wake_up.repeats == 0);
    CHECK(outlet.temperature.off_from.count == 80'000);
    CHECK(outlet.temperature.without_sensor.count == 0);
    CHECK(outlet.phase_change.pause == std::chrono::seconds(45));
    CHECK(outlet.phase_change.per_hour == 3);
    CHECK_FALSE(board->outlet(2).ventilation);  // not in the file: the reference board's
    CHECK(board->outlet(2).phase_change.pause == std::chrono::seconds(60));
}

TEST_CASE("a supply has 50 or 60 Hz, and its outlets know which") {
    const auto text = [](const std::string& meter) {
        return "[[meter]]\nname = \"m\"\ndevice = \"d\"\n" + meter +
               "[[outlet]]\nconnector = 1\n[outlet.meter]\nname = \"m\"\nchannels = [\"A\"]\n";
    };
    for (const auto& [line, millihertz] :
         {std::pair{"", 50'000}, std::pair{"line_frequency = 50\n", 50'000},
          std::pair{"line_frequency = 60\n", 60'000}}) {
        const auto board = board_from_text(text(line), "b", rb1_connectors, BoardKind::Simulator);
        REQUIRE(board);
        CHECK(board->outlet(1).line_frequency.count == millihertz);
    }
    for (const auto* value : {"55", "0", "-50", "61", "9223372036854775807"})
        CHECK(says(wrong(text("line_frequency = " + std::string(value) + "\n")),
                   "b.toml:4: meter[1].line_frequency: must be 50 or 60"));
}

TEST_CASE("a wrong board file is named with line and key") {
    const auto rb1 = delivered("rb1.toml");
    CHECK(says(wrong("[gpio\n"), "b.toml:1: "));
    CHECK(says(wrong("colour = 1\n"), "b.toml:1: colour: is not known"));
    CHECK(says(wrong("[gpio]\nchip = 1\n"), "b.toml:2: gpio.chip: must be text in quotes"));
    CHECK(says(wrong("[gpio]\n"), "b.toml:1: gpio.chip: is needed"));
    CHECK(says(wrong("gpio = 1\n"), "b.toml:1: gpio: must be a section: [gpio]"));
    CHECK(says(wrong("meter = 1\n"), "meter: must be a list of at most 4"));
    CHECK(says(wrong("meter = [1]\n"), "meter: must be sections: [[meter]]"));
    CHECK(says(wrong(replaced(rb1, "k1 = 0 ", "k1 = 512 ")),
               "outlet[1].contactors.k1: must be a line's number, 0 to 511"));
    CHECK(says(wrong(replaced(rb1, "k1 = 0 ", "k1 = { line = 0, low = true } ")),
               "outlet[1].contactors.k1.low: is not known"));
    CHECK(says(wrong(replaced(rb1, "gain_per_mille = 120", "gain_per_mille = 0")),
               "outlet[1].pilot.gain_per_mille: must be between 10 and 1000"));
    CHECK(says(wrong(replaced(rb1, "[0x8000, 0x8000, 0x8000]", "[0x8000, 0x8000]")),
               "meter[1].calibration.voltage_gain: must have three values: A, B, C"));
    CHECK(says(wrong(replaced(rb1, "[0x8000, 0x8000, 0x8000]", "[0x8000, 0x8000, 65536]")),
               "must be whole numbers between -32768 and 65535"));
    CHECK(says(wrong(replaced(rb1, R"("A", "B", "C")", R"("A", "B", "D")")),
               R"(outlet[1].meter.channels: must be of "A", "B", "C")"));
    CHECK(says(wrong(replaced(rb1, R"(place = "Body")", R"(place = "Roof")")),
               R"(temperature[3].place: must be one of "Outlet", "Body", "Inlet")"));
}

TEST_CASE("nothing of a board may be used twice, and nothing be missing") {
    const auto rb1 = delivered("rb1.toml");
    CHECK(says(wrong(replaced(rb1, "disconnect = 3", "")),
               "outlet[1].pilot.disconnect: is needed with k2, or to wake vehicles with E"));
    CHECK(says(wrong(replaced(rb1, "k2 = 1 ", "k2 = 0 ")),
               "outlet[1].contactors.k2: this line is outlet[1].contactors.k1 already"));
    CHECK(says(wrong(replaced(rb1, "plug = 25 ", "plug = 0 ")),
               "outlet[2].plug: this line is outlet[1].contactors.k1 already"));
    CHECK(says(wrong(replaced(rb1, "low = 1\n", "low = 0\n")),
               "outlet[1].pilot.low: this channel is outlet[1].pilot.high already"));
    CHECK(says(wrong(replaced(rb1, "plus_rail = 4", "plus_rail = 0")), "a rail's channel"));
    CHECK(says(wrong(replaced(rb1, "0x49", "0x48")),
               "temperature[2].address: this address is temperature[1].address already"));
    CHECK(says(wrong(replaced(rb1, "spidev0.2", "spidev0.1")),
               "meter[2].device: this device is meter[1].device already"));
    CHECK(says(wrong(replaced(rb1, "name = \"schuko\"\nchannels", "name = \"type2\"\nchannels")),
               "outlet[2].meter.channels: this channel is outlet[1].meter.channels already"));
    CHECK(says(wrong(replaced(rb1, "name = \"schuko\"\nchannels", "name = \"gas\"\nchannels")),
               "outlet[2].meter.name: there is no [[meter]] of that name"));
    CHECK(says(wrong(replaced(rb1, "watchdog_kick = 6", "")), "gpio.watchdog_kick: is needed"));
    CHECK(says(wrong(replaced(rb1, "k1 = 0 ", "")), "outlet[1].contactors.k1: is needed"));
    CHECK(says(wrong(replaced(rb1, "connector = 2\nplug", "connector = 1\nplug")),
               "outlet: there is none for connector 2"));
    CHECK(says(wrong(replaced(rb1, "plug = 25", "")), "outlet[2].plug: is needed"));
    CHECK(says(wrong(replaced(rb1, "[i2c]\ndevice = \"/dev/i2c-1\"", "")),
               "reader.address: needs [i2c]"));
    CHECK(says(wrong(rb1, single), "outlet[2].connector: the settings have no such one"));
    auto socket = rb1_connectors;
    socket[0].type = hal::ConnectorType::Type2Socket;
    CHECK(says(wrong(rb1, socket), "outlet[1].lock: is needed for a socket"));
}

TEST_CASE("the checksum of a calibration is a CRC over its words") {
    MeterCalibration calibration;
    const auto sum = checksum_of(calibration);
    calibration["current_offset"][2] = 0xFFFF;
    CHECK(checksum_of(calibration) != sum);
    // -1 and 65535 are the same word.
    const auto text = [](const char* offset) {
        return "[[meter]]\nname = \"m\"\ndevice = \"d\"\n[meter.calibration]\ncurrent_offset = "
               "[0, 0, " +
               std::string(offset) + "]\n";
    };
    const auto minus = board_from_text(text("-1"), "b", rb1_connectors, BoardKind::Simulator);
    const auto word = board_from_text(text("0xFFFF"), "b", rb1_connectors, BoardKind::Simulator);
    REQUIRE(minus);
    REQUIRE(word);
    CHECK(minus->wiring.meters[0].calibration == calibration);
    CHECK(word->wiring.meters[0].calibration == calibration);
}

TEST_CASE("a meter's chip has a name, and is an ATM90E32 without one") {
    const auto text = [](const std::string& chip) {
        return "[[meter]]\nname = \"m\"\ndevice = \"d\"\n" + chip +
               "[meter.calibration]\npga = 21\n";
    };
    for (const auto* chip : {"", "chip = \"atm90e32\"\n"}) {
        const auto board = board_from_text(text(chip), "b", rb1_connectors, BoardKind::Simulator);
        REQUIRE(board);
        CHECK(board->wiring.meters[0].chip == MeterChip::Atm90e32);
        CHECK(board->wiring.meters[0].calibration["pga"][0] == 21);
    }
    CHECK(says(wrong(text("chip = \"abacus\"\n")), "meter[1].chip: must be one of \"atm90e32\""));
}

TEST_CASE("the checksum of the delivered order of words stays what benches compute") {
    MeterCalibration calibration;
    CHECK(checksum_of(calibration) == 0xD1DE);
    std::uint16_t next = 1;
    for (auto& word : calibration.words)
        for (auto& value : word.values) value = next++;
    calibration["pga"] = {0x15, 0, 0};
    CHECK(checksum_of(calibration) == 0x6A6);
}

TEST_CASE("the Linux backend needs a board file that can be read") {
    Settings settings;
    CHECK(load_board(settings));
    settings.hal.backend = BoardKind::Linux;
    const auto none = load_board(settings);
    REQUIRE_FALSE(none);
    CHECK(none.error() == std::vector<std::string>{"is needed with hal.backend = \"linux\""});
    settings.hal.board = "/nonexistent.toml";
    const auto missing = load_board(settings);
    REQUIRE_FALSE(missing);
    CHECK(says(missing.error()[0], "/nonexistent.toml: No such file or directory"));
    settings.hal.board = "config/board/rb1.toml";
    CHECK(load_board(settings));
}

TEST_CASE("characters beyond ASCII stand in strings and comments only") {
    CHECK_FALSE(foreign_character("a = \"\u00e9\"  # \u00e9\nb = '\u00e9'\n"));
    CHECK_FALSE(foreign_character("a = \"\"\"\n\u00e9 \" \\\"\u00e9\n\"\"\"\n"));
    CHECK_FALSE(foreign_character("\xEF\xBB\xBFname = 1\n"));
    CHECK_FALSE(foreign_character("a = \"\\\"\u00e9\""));
    CHECK(foreign_character("a = 1\n\u048e = 2\n") == 2U);
    CHECK(foreign_character("a = \"x\n\u00e9\n") == 2U);  // a string ends with its line
    CHECK(foreign_character("a = \"\"\"\n\n\"\"\"\u00a0\n") == 3U);
    CHECK(says(wrong("a = 1\n[\u048e]\n"), "b.toml:2: only text in quotes and comments"));
}

}  // namespace board_file_test
