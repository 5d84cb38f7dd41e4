// SPDX-License-Identifier: Apache-2.0
// A card is told once until a reader that works has seen it gone: silence of the bus, of the chip
// or of this process is no event.

#include "hal-service/devices/tag_reader.hpp"

#include "tests/hal-service/devices/chip_buses.hpp"
#include "tests/rig/board/pn532.hpp"
#include "tests/support/catch.hpp"

namespace tag_reader_test {

using namespace devices;
using namespace std::chrono_literals;

namespace {

using Uid = std::vector<std::uint8_t>;
const Uid card{0x04, 0xA1, 0xB2, 0xC3};
const Uid other{0x04, 0x0D, 0x0E, 0x0F};

// One look a quarter of a second, as the reader is asked.
struct Presence {
    std::string look(const std::vector<char>& looks) {
        std::string told;
        for (const char seen : looks) {
            now += 250ms;
            if (seen == '?') {
                presence.unknown();
                continue;
            }
            const auto uid = seen == 'a'   ? std::optional(card)
                             : seen == 'b' ? std::optional(other)
                                           : std::nullopt;
            if (const auto fresh = presence.see(uid, now)) told += *fresh == card ? 'a' : 'b';
        }
        return told;
    }
    std::string look(std::string_view looks) {
        return look(std::vector<char>(looks.begin(), looks.end()));
    }
    CardPresence presence;
    hal::Moment now{0};
};

struct Bench {
    Bench() {
        bus.chips = {{0x24, &chip}};
        chip.set_reset_line(clock.now, false);
        chip.set_reset_line(clock.now, true);
        begin();
    }
    // A new process; the chip and the card go on.
    void begin() {
        reader.emplace(
            bus, 0x24,
            TagReader::Hands{[this](bool active) { chip.set_reset_line(clock.now, !active); },
                             [this](std::chrono::milliseconds time) { clock.pause(time); },
                             [this] { return clock.now; }, [](const std::string&) {}});
    }
    std::string run(hal::Moment time) {
        std::string told;
        for (const auto end = clock.now + time; clock.now < end; clock.pause(250ms))
            if (const auto tag = reader->look()) told += *tag + ' ';
        return told;
    }
    void lay(const Uid& uid, hal::Moment time) { chip.hold_card(uid, clock.now + time); }

    bench::ChipClock clock;
    rig::Pn532 chip;
    bench::ChipI2c bus{clock};
    std::optional<TagReader> reader;
};

}  // namespace

TEST_CASE("a card counts once until a working reader has seen it gone for a second") {
    CHECK(Presence().look("-aaaaa") == "a");
    CHECK(Presence().look("-a---aa") == "a");
    CHECK(Presence().look("-a-----aa") == "aa");
    CHECK(Presence().look("-aabb") == "ab");
}

TEST_CASE("while the reader is silent nothing is concluded") {
    CHECK(Presence().look("-aa????????????aa") == "a");
    // It was gone for less than a second of working looks in a row.
    CHECK(Presence().look("-aa--?--?--?aa") == "a");
    CHECK(Presence().look("-aa?-----?aa") == "aa");
    CHECK(Presence().look("-aa???bb") == "ab");
    CHECK(Presence().look("--????a") == "a");  // it was seen that none lay there before
}

TEST_CASE("a card that lies there at the first look is nobody's wish") {
    CHECK(Presence().look("aaaa").empty());
    CHECK(Presence().look("????aaaa").empty());
    CHECK(Presence().look("aa-----aa") == "a");
    CHECK(Presence().look("aabb") == "b");
}

TEST_CASE("a bus that is dead for a while does not tell the card anew") {
    const auto dead = GENERATE(400ms, 800ms, 5s, 60s);
    INFO(dead.count());
    Bench b;
    CHECK(b.run(1s).empty());
    b.lay(card, 1h);
    CHECK(b.run(2s) == "04A1B2C3 ");
    b.bus.dead = true;
    CHECK(b.run(dead).empty());
    b.bus.dead = false;
    CHECK(b.run(10s).empty());
    b.lay(card, 0s);
    CHECK(b.run(2s).empty());
    b.lay(card, 5s);
    CHECK(b.run(2s) == "04A1B2C3 ");
}

TEST_CASE("a chip that hangs and is reset does not tell the card anew") {
    Bench b;
    b.run(1s);
    b.lay(card, 1h);
    CHECK(b.run(1s) == "04A1B2C3 ");
    b.chip.hang();
    CHECK(b.run(10s).empty());
    CHECK(b.reader->works());
}

TEST_CASE("a process that begins does not tell a card that lay there") {
    Bench b;
    b.run(1s);
    b.lay(card, 1h);
    CHECK(b.run(1s) == "04A1B2C3 ");
    b.begin();
    CHECK(b.run(10s).empty());
    // Another one is news.
    b.lay(other, 5s);
    CHECK(b.run(2s) == "040D0E0F ");
}

}  // namespace tag_reader_test
