// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/atm90e32.hpp"
#include "tests/rig/board/lm75b.hpp"
#include "tests/rig/board/mcp3208.hpp"
#include "tests/rig/board/pca9632.hpp"
#include "tests/rig/board/peak_hold.hpp"
#include "tests/rig/board/pn532.hpp"
#include "tests/rig/board/relay_supply.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace chips_test {

namespace {

using namespace std::chrono_literals;
using rig::Moment;
using Words = std::vector<std::uint8_t>;

Words exchange(rig::SpiChip& chip, const Words& out, Moment now = 1s) {
    Words in(out.size());
    chip.exchange(now, out, in);
    return in;
}

int converted(rig::Mcp3208& converter, unsigned channel) {
    const auto in = exchange(converter, {static_cast<std::uint8_t>(0x06 | channel >> 2),
                                         static_cast<std::uint8_t>(channel << 6 & 0xC0), 0});
    CHECK((in[1] & 0x10) == 0);
    return (in[1] & 0x0F) << 8 | in[2];
}

std::uint16_t read_word(rig::Atm90e32& meter, std::uint8_t address, Moment now = 1s) {
    const auto in = exchange(meter, {0x80, address, 0, 0}, now);
    return static_cast<std::uint16_t>(in[2] << 8 | in[3]);
}

void write_word(rig::Atm90e32& meter, std::uint8_t address, std::uint16_t word, Moment now = 1s) {
    exchange(
        meter,
        {0, address, static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word & 0xFF)},
        now);
}

rig::Atm90e32 enabled_meter() {
    rig::Atm90e32 meter{{}};
    write_word(meter, 0x7F, 0x55AA);
    write_word(meter, 0x00, 1);
    meter.advance(1s, {}, 50'000);
    return meter;
}

constexpr rig::Atm90e32::Phase sixteen_amps{230'000, 16'000, 3'680'000};

}  // namespace

TEST_CASE("an MCP3208 tells the channel that was asked for, after a null bit") {
    rig::Mcp3208 converter;
    converter.set_microvolts(5, rig::pilot_pin_microvolts(-12'000));
    converter.set_microvolts(4, rig::pilot_pin_microvolts(12'000));
    CHECK(converted(converter, 4) == 3835);
    CHECK(converted(converter, 5) == 260);
    CHECK(converted(converter, 0) == 0);
    CHECK(exchange(converter, {0, 0, 0}) == Words{0xFF, 0xFF, 0xFF});
}

TEST_CASE("a peak is followed at once and forgotten within milliseconds") {
    rig::PeakHold high(rig::Peak::Highest);
    high.advance(1ms, 12'000);
    CHECK(high.millivolts() == 12'000);
    high.advance(4ms, 9000);
    CHECK(high.millivolts() == 9000 + 1104);  // 3 V / e
    high.advance(40ms, 9000);
    CHECK(high.millivolts() == 9000);
}

TEST_CASE("an ATM90E32 shows voltage, current and power of each phase") {
    auto meter = enabled_meter();
    meter.advance(1100ms, {sixteen_amps, sixteen_amps, {}}, 50'000);
    CHECK(read_word(meter, 0xD9) == 23'000);
    CHECK(read_word(meter, 0xDE) == 16'000);
    CHECK(read_word(meter, 0xDF) == 0);
    CHECK((read_word(meter, 0xB1) << 16 | read_word(meter, 0xC1)) == 3'680'000 * 100 / 32);
    CHECK(read_word(meter, 0xF8) == 5000);
    CHECK(read_word(meter, 0x72) == 0x0100);  // C is lost
}

TEST_CASE("an ATM90E32's energy is cleared by reading it, and told again as the last word") {
    auto meter = enabled_meter();
    meter.advance(2s, {sixteen_amps, sixteen_amps, sixteen_amps}, 50'000);
    meter.advance(3s, {}, 50'000);
    // 3.68 kW for a second are 1022 mWh, counted by 3.125 mWh.
    CHECK(read_word(meter, 0x81) == 327);
    CHECK(read_word(meter, 0x78) == 327);
    CHECK(read_word(meter, 0x81) == 0);
    CHECK(read_word(meter, 0x80) == 981);
}

TEST_CASE("an ATM90E32 counts to where its register ends") {
    auto meter = enabled_meter();
    meter.advance(2s, {sixteen_amps, {}, {}}, 50'000);
    meter.advance(2s + 300s, {}, 50'000);
    CHECK(read_word(meter, 0x81) == 0xFFFF);
}

TEST_CASE("an ATM90E32 takes settings only after the access word, and forgets them in a reset") {
    rig::Atm90e32 meter{{}};
    write_word(meter, 0x00, 1);
    CHECK_FALSE(meter.measuring());
    write_word(meter, 0x7F, 0x55AA);
    write_word(meter, 0x00, 1);
    write_word(meter, 0x61, 0x4000);
    CHECK(meter.measuring());
    meter.advance(1s, {}, 50'000);
    meter.advance(1100ms, {sixteen_amps, {}, {}}, 50'000);
    CHECK(read_word(meter, 0xD9) == 11'500);  // half the gain
    write_word(meter, 0x70, 0x789A, 2s);
    CHECK(read_word(meter, 0x61, 2s + 1ms) == 0);  // not there yet
    CHECK(read_word(meter, 0x61, 2s + 5ms) == 0x8000);
    CHECK_FALSE(meter.measuring());
}

TEST_CASE("a corrupted exchange with an ATM90E32 differs from the last word") {
    auto meter = enabled_meter();
    meter.corrupt(1);
    const auto first = read_word(meter, 0x61);
    CHECK(first != 0x8000);
    CHECK(read_word(meter, 0x78) == 0x8000);
}

TEST_CASE("an LM75B tells steps of an eighth of a degree, below zero too") {
    rig::Lm75b thermometer;
    Words in(2);
    thermometer.set_millicelsius(25'125);
    CHECK(thermometer.write(1s, Words{0}));
    CHECK(thermometer.read(1s, in));
    CHECK(in == Words{0x19, 0x20});
    thermometer.set_millicelsius(-125);
    CHECK(thermometer.read(1s, in));
    CHECK(in == Words{0xFF, 0xE0});
    CHECK(thermometer.write(1s, Words{3}));
    CHECK(thermometer.read(1s, in));
    CHECK(in == Words{0x50, 0x00});
    CHECK_FALSE(thermometer.write(1s, Words{4}));
}

TEST_CASE("a PCA9632 is dark until it is woken, and dims") {
    rig::Pca9632 leds;
    CHECK(leds.write(1s, Words{0x80 | 2, 0x10, 0x20, 0x30, 0x40}));
    CHECK(leds.write(1s, Words{8, 0b11'10'01'00}));
    CHECK(leds.brightness() == std::array{0, 0, 0, 0});
    CHECK(leds.write(1s, Words{0, 0x01}));
    CHECK(leds.brightness() == std::array{0, 255, 0x30, 0x40});
}

namespace {

// Returns the chip's answer to a command, after its acknowledgement was read.
Words answer_of(rig::Pn532& reader, const Words& frame, Moment at) {
    REQUIRE(reader.write(at, frame));
    Words in(40);
    REQUIRE(reader.read(at + 2ms, in));
    CHECK(Words(in.begin(), in.begin() + 7) == Words{1, 0, 0, 0xFF, 0, 0xFF, 0});
    CHECK(reader.interrupt_line(at + 2ms));
    CHECK_FALSE(reader.interrupt_line(at + 50ms));
    REQUIRE(reader.read(at + 50ms, in));
    return in;
}

const Words firmware{0, 0, 0xFF, 2, 0xFE, 0xD4, 0x02, 0x2A, 0};
const Words listing{0, 0, 0xFF, 4, 0xFC, 0xD4, 0x4A, 1, 0, 0xE1, 0};

}  // namespace

TEST_CASE("a PN532 does not acknowledge what wakes it, then acknowledges and answers") {
    rig::Pn532 reader;
    CHECK_FALSE(reader.write(1s, firmware));
    const auto in = answer_of(reader, firmware, 2s);
    CHECK(Words(in.begin(), in.begin() + 14) ==
          Words{1, 0, 0, 0xFF, 6, 0xFA, 0xD5, 0x03, 0x32, 1, 6, 7, 0xE8, 0});
}

TEST_CASE("a PN532 lists a card with its whole UID") {
    rig::Pn532 reader;
    CHECK_FALSE(reader.write(1s, firmware));
    const auto size = GENERATE(4U, 7U, 10U);
    const Words uid(size, 0xA5);
    reader.hold_card(uid, 3s);
    const auto in = answer_of(reader, listing, 2s);
    CHECK(in[13] == size);
    CHECK(Words(in.begin() + 14, in.begin() + 14 + static_cast<int>(size)) == uid);
}

TEST_CASE("a PN532 that may try for ever waits for a card, and the host's ACK ends that") {
    rig::Pn532 reader;
    CHECK_FALSE(reader.write(1s, firmware));
    REQUIRE(reader.write(2s, listing));
    Words in(40);
    REQUIRE(reader.read(2s + 2ms, in));
    CHECK(reader.interrupt_line(60s));
    REQUIRE(reader.write(61s, Words{0, 0, 0xFF, 0, 0xFF, 0}));
    CHECK(answer_of(reader, firmware, 62s)[8] == 0x32);
}

TEST_CASE("a PN532 that hangs is brought back by its reset line") {
    rig::Pn532 reader;
    CHECK_FALSE(reader.write(1s, firmware));
    reader.hang();
    CHECK_FALSE(reader.write(2s, firmware));
    reader.set_reset_line(3s, false);
    reader.set_reset_line(3s + 10ms, true);
    CHECK_FALSE(reader.write(4s, firmware));  // wakes it
    CHECK(answer_of(reader, firmware, 5s)[8] == 0x32);
}

TEST_CASE("a damaged frame is answered with an error frame") {
    rig::Pn532 reader;
    CHECK_FALSE(reader.write(1s, firmware));
    auto damaged = firmware;
    damaged[6] ^= 1;
    REQUIRE(reader.write(2s, damaged));
    Words in(10);
    REQUIRE(reader.read(2s + 2ms, in));
    CHECK(in == Words{1, 0, 0, 0xFF, 1, 0xFF, 0x7F, 0x81, 0, 0});
}

TEST_CASE("the relay supply lives by kicks, and a residual current latches it off") {
    rig::RelaySupply supply;
    CHECK_FALSE(supply.ok(1s));
    supply.kick(1s);
    CHECK(supply.ok(1s + 149ms));
    CHECK_FALSE(supply.ok(1s + 150ms));
    supply.kick(2s);
    supply.watch(true, true);
    supply.watch(false, true);
    CHECK_FALSE(supply.ok(2s));
    supply.watch(false, false);
    CHECK(supply.ok(2s));
    supply.watch(true, false);
    CHECK(supply.ok(2s));
}

}  // namespace chips_test
