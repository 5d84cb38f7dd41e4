// SPDX-License-Identifier: Apache-2.0
// Thermometers, tag reader and lights against models of their chips.

#include "hal-service/devices/slow_devices.hpp"

#include "hal-service/devices/pn532_frame.hpp"
#include "tests/hal-service/devices/chip_buses.hpp"
#include "tests/rig/board/lm75b.hpp"
#include "tests/rig/board/pca9632.hpp"
#include "tests/rig/board/pn532.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <poll.h>

#include <fstream>

namespace slow_devices_test {

using namespace devices;
using namespace std::chrono_literals;

namespace {

const std::vector<std::uint8_t> short_uid{0x04, 0xA1, 0xB2, 0xC3};
const std::vector<std::uint8_t> middle_uid{0x04, 1, 2, 3, 4, 5, 6};
const std::vector<std::uint8_t> long_uid{0x04, 1, 2, 3, 4, 5, 6, 7, 8, 0xFF};

struct Bench {
    explicit Bench(bool reset_line = true, std::string file = "",
                   process::TemperatureAt place = process::TemperatureAt::Inlet) {
        process::BoardSettings board;
        auto& wiring = board.wiring;
        wiring.temperatures = {{process::TemperatureAt::Outlet, 1, 0x48, ""},
                               {process::TemperatureAt::Body, 0, 0x4A, ""}};
        if (!file.empty()) wiring.temperatures.push_back({place, 0, 0, file});
        wiring.reader.emplace();
        if (reset_line) wiring.reader->reset = process::Line{7, true};
        wiring.lights.push_back({0x62, 0, 1, 2, 3, {1, 2}});
        auto i2c = std::make_unique<bench::ChipI2c>(clock);
        bus = i2c.get();
        bus->chips = {{0x48, &outlet}, {0x4A, &body}, {0x24, &reader}, {0x62, &lights}};
        reader.set_reset_line(clock.now, false);
        reader.set_reset_line(clock.now, true);
        outlet.set_millicelsius(30'125);
        body.set_millicelsius(40'000);
        SlowDevices::Chips parts;
        parts.bus = std::move(i2c);
        parts.surroundings = &slot;
        parts.reset_reader = [this](bool active) { reader.set_reset_line(clock.now, !active); };
        parts.ticks = [] { return std::uint64_t{0}; };
        parts.report = [] {};
        parts.now = [this] { return clock.now; };
        parts.pause = [this](std::chrono::milliseconds time) { clock.pause(time); };
        slow.emplace(
            std::move(parts), board,
            std::vector<hal::ConnectorInfo>{{1, hal::ConnectorType::Type2Cable, 3, {32'000}},
                                            {2, hal::ConnectorType::Schuko, 1, {10'000}}});
    }
    void run(hal::Moment time) {
        for (const auto end = clock.now + time; clock.now < end; clock.pause(50ms)) slow->round();
    }
    const Surroundings& around() { return slot.read(); }
    std::string tags() {
        std::string all;
        while (const auto tag = slow->next_tag()) all += *tag + ' ';
        return all;
    }
    bool signalled() const {
        pollfd polled{slow->signal(), POLLIN, 0};
        return poll(&polled, 1, 0) == 1;
    }

    bench::ChipClock clock;
    bench::ChipI2c* bus = nullptr;
    rig::Lm75b outlet;
    rig::Lm75b body;
    rig::Pn532 reader;
    rig::Pca9632 lights;
    hal::Slot<Surroundings> slot;
    std::optional<SlowDevices> slow;
};

}  // namespace

TEST_CASE("temperatures come in steps of an eighth of a degree") {
    Bench b;
    b.run(1s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{30'125});
    CHECK(b.around().body_temperature == units::MilliCelsius{40'000});
    CHECK_FALSE(b.around().outlet_temperature[1]);
    CHECK_FALSE(b.around().inlet_temperature);
    b.outlet.set_millicelsius(-1125);
    b.run(15s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{-1125});
}

TEST_CASE("a thermometer that jumps is not believed at once, and one that is silent is lost") {
    Bench b;
    b.run(2s);
    b.outlet.set_millicelsius(75'000);
    b.run(1s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{30'125});
    b.outlet.set_millicelsius(31'000);
    b.run(1s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{31'000});
    b.bus->chips.erase(0x48);
    b.run(2s);
    CHECK(b.around().outlet_temperature[0]);
    b.run(2s);
    CHECK_FALSE(b.around().outlet_temperature[0]);
    CHECK(b.around().body_temperature);
    b.bus->chips[0x48] = &b.outlet;
    b.run(2s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{31'000});
}

TEST_CASE("a thermometer that has jumped is lost until it has gone on from there for a while") {
    Bench b;
    b.outlet.set_millicelsius(95'000);
    b.run(2s);
    b.outlet.set_millicelsius(20'000);
    b.run(6s);
    CHECK_FALSE(b.around().outlet_temperature[0]);
    b.run(8s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{20'000});
}

TEST_CASE("a thermometer that another program has put to sleep is woken, and not believed before") {
    Bench b;
    b.run(2s);
    REQUIRE(b.outlet.write(b.clock.now, std::array<std::uint8_t, 2>{0x01, 0x01}));
    b.outlet.set_millicelsius(34'000);  // it does not look
    b.run(1s);
    b.outlet.set_millicelsius(34'000);
    b.run(2s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{34'000});
}

TEST_CASE("zero from a bus that is stuck is no temperature, near zero it is one") {
    Bench b;
    b.run(2s);
    b.outlet.set_millicelsius(0);
    b.run(60s);
    CHECK_FALSE(b.around().outlet_temperature[0]);
    b.outlet.set_millicelsius(1000);
    b.run(15s);
    b.outlet.set_millicelsius(0);
    b.run(2s);
    CHECK(b.around().outlet_temperature[0] == units::MilliCelsius{0});
}

TEST_CASE("a temperature from a file of the kernel") {
    const support::Folder folder;
    const auto path = folder / "temp";
    std::ofstream(path) << "45500\n";
    Bench b(true, path);
    b.run(1s);
    CHECK(b.around().inlet_temperature == units::MilliCelsius{45'500});
    std::ofstream(path) << "no number\n";
    b.run(5s);
    CHECK_FALSE(b.around().inlet_temperature);
}

TEST_CASE("of two thermometers at one place the hotter one counts, and neither when one is lost") {
    const support::Folder folder;
    const auto path = folder / "temp";
    std::ofstream(path) << "45500\n";
    Bench b(true, path, process::TemperatureAt::Body);
    b.run(2s);
    CHECK(b.around().body_temperature == units::MilliCelsius{45'500});
    std::ofstream(path) << "20000\n";
    b.run(20s);
    CHECK(b.around().body_temperature == units::MilliCelsius{40'000});
    b.bus->chips.erase(0x4A);
    b.run(6s);
    CHECK_FALSE(b.around().body_temperature);
}

TEST_CASE("cards with 4, 7 and 10 bytes are read once each until they were away") {
    Bench b;
    b.run(500ms);
    CHECK_FALSE(b.signalled());
    for (const auto& [uid, tag] :
         {std::pair{short_uid, "04A1B2C3 "}, std::pair{middle_uid, "04010203040506 "},
          std::pair{long_uid, "040102030405060708FF "}}) {
        b.reader.hold_card(uid, b.clock.now + 3s);
        b.run(2s);
        CHECK(b.signalled());
        CHECK(b.tags() == tag);
        CHECK_FALSE(b.signalled());
        b.run(2500ms);
        CHECK(b.tags().empty());
    }
    CHECK(b.around().reader);
}

TEST_CASE("the same card counts again after a second away, not before") {
    Bench b;
    b.run(500ms);
    b.reader.hold_card(short_uid, b.clock.now + 600ms);
    b.run(1s);
    CHECK(b.tags() == "04A1B2C3 ");
    b.reader.hold_card(short_uid, b.clock.now + 600ms);
    b.run(1s);
    CHECK(b.tags().empty());
    b.run(1500ms);
    b.reader.hold_card(short_uid, b.clock.now + 600ms);
    b.run(1s);
    CHECK(b.tags() == "04A1B2C3 ");
}

TEST_CASE("a random number is no identity") {
    Bench b;
    b.run(500ms);
    b.reader.hold_card({0x08, 1, 2, 3}, b.clock.now + 1s);
    b.run(2s);
    CHECK(b.tags().empty());
    b.reader.hold_card({0x08, 1, 2, 3, 4, 5, 6}, b.clock.now + 1s);
    b.run(1s);
    CHECK(b.tags() == "08010203040506 ");
}

TEST_CASE("a reader that hangs is reset, and reads again") {
    Bench b;
    b.run(1s);
    b.reader.hang();
    b.run(2s);
    CHECK(b.around().reader);  // reset after three failures, and begun anew
    b.reader.hold_card(short_uid, b.clock.now + 2s);
    b.run(1s);
    CHECK(b.tags() == "04A1B2C3 ");
}

TEST_CASE("a reader that stays away is told and comes back by itself") {
    Bench b;
    b.run(1s);
    b.bus->chips.erase(0x24);
    b.run(2s);
    CHECK_FALSE(b.around().reader);
    b.bus->chips[0x24] = &b.reader;
    b.run(3s);
    CHECK(b.around().reader);
    b.reader.hold_card(short_uid, b.clock.now + 1s);
    b.run(1s);
    CHECK(b.tags() == "04A1B2C3 ");
}

TEST_CASE("a dead bus stops nothing, and all comes back") {
    Bench b;
    b.run(1s);
    b.bus->dead = true;
    b.run(6s);
    CHECK_FALSE(b.around().outlet_temperature[0]);
    CHECK_FALSE(b.around().body_temperature);
    CHECK_FALSE(b.around().reader);
    b.bus->dead = false;
    b.run(3s);
    CHECK(b.around().body_temperature);
    CHECK(b.around().reader);
}

TEST_CASE("lights show the panel, dimmed, and the downlight") {
    Bench b;
    hal::PanelState shown;
    shown.daemon = true;
    shown.indications[0] = hal::Indication::Available;
    b.slow->show(shown);
    b.run(100ms);
    CHECK(b.lights.brightness() == std::array{0, 255, 0, 0});
    shown.panel.light_intensity = 50;
    shown.panel.downlight = true;
    shown.indications[1] = hal::Indication::Faulted;
    b.slow->show(shown);
    b.run(100ms);
    CHECK(b.lights.brightness() == std::array{127, 0, 0, 127});
    // A chip that lost its supply for a moment is told again.
    b.lights = rig::Pca9632();
    b.run(11s);
    CHECK(b.lights.brightness() == std::array{127, 0, 0, 127});
}

TEST_CASE("frames of the reader: whatever is wrong is an error") {
    const std::vector<std::uint8_t> content{0xD5, 0x4B, 0x00};
    const auto frame = [](std::vector<std::uint8_t> inner) {
        const auto length = static_cast<std::uint8_t>(inner.size());
        std::vector<std::uint8_t> all{0, 0, 0xFF, length, static_cast<std::uint8_t>(-length)};
        std::uint8_t sum = 0;
        for (const auto byte : inner) sum = static_cast<std::uint8_t>(sum + byte);
        all.insert(all.end(), inner.begin(), inner.end());
        all.push_back(static_cast<std::uint8_t>(-sum));
        all.push_back(0);
        return all;
    };
    auto good = frame(content);
    REQUIRE(pn532::answer_in(good, 0x4A));
    CHECK(pn532::answer_in(good, 0x4A)->size() == 1);
    CHECK(pn532::answer_in(good, 0x02).error() == "the answer to something else");
    for (std::size_t size = 0; size + 1 < good.size(); ++size)
        CHECK_FALSE(pn532::answer_in({good.data(), size}, 0x4A));
    for (std::size_t i = 1; i + 1 < good.size(); ++i) {
        auto bad = good;
        bad[i] ^= 0x10;
        INFO(i);
        CHECK_FALSE(pn532::answer_in(bad, 0x4A));
    }
    CHECK(pn532::answer_in(frame({0x7F}), 0x4A).error() ==
          "the chip says that the command was wrong");
    CHECK(pn532::is_acknowledgement(pn532::acknowledgement));
    CHECK_FALSE(pn532::is_acknowledgement(good));
    CHECK_FALSE(pn532::uid_in(std::vector<std::uint8_t>{1, 1, 0, 4, 8, 4, 1, 2, 3}));
    CHECK_FALSE(pn532::uid_in(std::vector<std::uint8_t>{1, 1, 0, 4, 8, 5, 1, 2, 3, 4, 5}));
    CHECK(pn532::command_frame(std::vector<std::uint8_t>{0x02}) ==
          std::vector<std::uint8_t>{0, 0, 0xFF, 2, 0xFE, 0xD4, 0x02, 0x2A, 0});
}

}  // namespace slow_devices_test
