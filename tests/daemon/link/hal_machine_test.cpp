// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/hal_machine.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace hal_machine_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;
using T = HalTrigger;

namespace {

const std::vector<hal::ConnectorInfo> connectors{
    {1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}},
    {2, hal::ConnectorType::Schuko, 1, units::Milliamps{10'000}}};

std::string hello_line(std::vector<hal::ConnectorInfo> list = connectors) {
    hal::Hello hello;
    hello.software.value = "fake hald";
    hello.instance.value = "instance";
    hello.connectors.assign(list.begin(), list.end());
    return hal::encode(hal::FromHardware{hello});
}

std::string reading_line(int connector) {
    hal::Reading reading;
    reading.connector = connector;
    return hal::encode(hal::FromHardware{reading});
}

struct Fixture {
    HalTimes times;
    HalMachine machine;
    HalMachine::Time now{1000s};
    Texts notes;

    Fixture() : machine(connectors, own_hello(), times) {}

    static hal::Hello own_hello() {
        hal::Hello hello;
        hello.software.value = "test";
        return hello;
    }
    // The actions as words, without the notes, which are collected apart.
    Texts words(const HalMachine::Actions& actions) {
        Texts list;
        for (const auto& action : actions) {
            if (std::holds_alternative<HalMachine::Dial>(action)) list.emplace_back("dial");
            if (const auto* write = std::get_if<HalMachine::Write>(&action))
                list.push_back("write " + key(write->text));
            if (const auto* last = std::get_if<HalMachine::WriteLast>(&action))
                list.push_back("last " + key(last->text));
            if (std::holds_alternative<HalMachine::Close>(action)) list.emplace_back("close");
            if (const auto* tell = std::get_if<HalMachine::Tell>(&action))
                list.push_back(event(tell->event));
            if (const auto* note = std::get_if<ocpp::core::Note>(&action))
                notes.push_back(note->text);
        }
        return list;
    }
    // The name of the message on a line.
    static std::string key(const std::string& line) {
        return line.substr(2, line.find('"', 2) - 2);
    }
    static std::string event(const ocpp::core::Event& event) {
        if (const auto* reading = std::get_if<hal::Reading>(&event))
            return "reading " + std::to_string(reading->connector);
        if (const auto* tag = std::get_if<hal::TagRead>(&event)) return "tag " + tag->id_tag.value;
        if (const auto* end = std::get_if<ocpp::core::HalDisconnected>(&event))
            return "disconnected: " + end->reason;
        return std::holds_alternative<ocpp::core::HalConnected>(event) ? "connected" : "?";
    }
    Texts take(T trigger) { return words(machine.take(trigger, now)); }
    Texts lost(const std::string& problem) { return words(machine.lost(problem, now)); }
    Texts feed(const std::string& bytes) {
        auto list = words(machine.feed(bytes, now));
        while (const auto actions = machine.next_line(now))
            for (auto& word : words(*actions)) list.push_back(std::move(word));
        return list;
    }
    Texts after(std::chrono::milliseconds time) {
        now += time;
        return words(machine.tick(now));
    }
    void open() {
        REQUIRE(take(T::Due) == Texts{"dial"});
        REQUIRE(take(T::Opened) == Texts{"write hello"});
    }
    void greet() {
        open();
        REQUIRE(feed(hello_line()) == Texts{"connected"});
    }
};

}  // namespace

TEST_CASE("hardware that is not there is looked for again, and noted once for each cause") {
    Fixture f;
    REQUIRE(f.take(T::Due) == Texts{"dial"});
    CHECK(f.lost("no such file") == Texts{"close"});
    CHECK(f.notes == Texts{"no hardware: no such file"});
    CHECK(f.after(499ms).empty());
    CHECK(f.after(1ms) == Texts{"dial"});
    f.lost("no such file");
    CHECK(f.notes.size() == 1);
    REQUIRE(f.after(500ms) == Texts{"dial"});
    f.lost("refused");
    CHECK(f.notes.back() == "no hardware: refused");
    CHECK(f.machine.report().problem == "refused");
}

TEST_CASE("a hello that fits is told, and what the hardware says becomes events") {
    Fixture f;
    f.greet();
    CHECK(f.machine.report().connected);
    CHECK(f.machine.report().software == "fake hald");
    CHECK(f.machine.report().problem.empty());
    CHECK(f.feed(reading_line(1) + hal::encode(hal::FromHardware{hal::TagRead{{"04A1"}}})) ==
          Texts{"reading 1", "tag 04A1"});
    CHECK(f.lost("chargepoint-hald has gone") ==
          Texts{"close", "disconnected: chargepoint-hald has gone"});
    CHECK(f.notes == Texts{"connected to fake hald"});  // the charge point tells about the end
    CHECK(f.after(500ms) == Texts{"dial"});
}

TEST_CASE("the hardware is ready when every connector has told its state on this connection") {
    Fixture f;
    f.greet();
    CHECK(!f.machine.ready());
    f.feed(reading_line(1) + reading_line(1));
    CHECK(!f.machine.ready());
    SECTION("on this one") {
        f.feed(reading_line(2));
        CHECK(f.machine.ready());
    }
    SECTION("each line counts for itself") {
        f.machine.feed(reading_line(1) + reading_line(2), f.now);
        REQUIRE(f.machine.next_line(f.now).has_value());
        CHECK(!f.machine.ready());
        REQUIRE(f.machine.next_line(f.now).has_value());
        CHECK(f.machine.ready());
    }
    f.lost("gone");
    CHECK(!f.machine.ready());
    REQUIRE(f.after(500ms) == Texts{"dial"});
    f.take(T::Opened);
    f.feed(hello_line() + reading_line(2));
    CHECK(!f.machine.ready());
    f.feed(reading_line(1));
    CHECK(f.machine.ready());
}

TEST_CASE("a hardware process that is mute is gone, whether it has greeted or not") {
    Fixture f;
    SECTION("without a hello") {
        f.open();
        CHECK(f.after(4'999ms).empty());
        CHECK(f.after(1ms) == Texts{"close"});
        CHECK(f.notes.back() == "no hardware: chargepoint-hald is mute");
    }
    SECTION("after its hello") {
        f.greet();
        CHECK(f.after(5s) == Texts{"close", "disconnected: chargepoint-hald is mute"});
    }
    CHECK(f.after(500ms) == Texts{"dial"});
}

TEST_CASE("bytes that are no whole message are no sign of life") {
    Fixture f;
    SECTION("blanks after the hello") {
        f.greet();
        for (int second = 1; second < 5; ++second) {
            f.now += 1s;
            CHECK(f.feed(" ").empty());
        }
        CHECK(f.after(1s) == Texts{"close", "disconnected: chargepoint-hald is mute"});
    }
    SECTION("a reading without its end") {
        f.greet();
        f.now += 4s;
        const auto line = reading_line(1);
        CHECK(f.feed(line.substr(0, line.size() - 1)).empty());
        CHECK(f.after(1s) == Texts{"close", "disconnected: chargepoint-hald is mute"});
    }
    SECTION("blanks instead of a hello") {
        f.open();
        f.now += 4s;
        CHECK(f.feed("   ").empty());
        CHECK(f.after(1s) == Texts{"close"});
    }
    SECTION("the end of the reading is one") {
        f.greet();
        f.now += 4s;
        const auto line = reading_line(1);
        f.feed(line.substr(0, 5));
        f.feed(line.substr(5));
        CHECK(f.after(1s).empty());
    }
}

TEST_CASE("a message keeps a connection, and the machine looks only once for each silence") {
    Fixture f;
    f.greet();
    const auto first = f.machine.wake_at();
    REQUIRE(first == f.now + 5s);
    f.now += 3s;
    f.feed(reading_line(1));
    CHECK(f.machine.wake_at() == first);
    CHECK(f.after(2s).empty());
    CHECK(f.machine.wake_at() == *first + 3s);
    CHECK(f.after(3s).size() == 2);
}

TEST_CASE("what is wrong is refused with a last word, and not tried again at once") {
    Fixture f;
    SECTION("another version") {
        f.open();
        CHECK(f.feed(R"({"hello":{"version":99,"colour":"red"}})"
                     "\n") == Texts{"last refusal", "close"});
        CHECK(f.notes.back().find("chargepoint-hald version 99") != std::string::npos);
    }
    SECTION("another board") {
        f.open();
        CHECK(f.feed(hello_line({connectors[0]})) == Texts{"last refusal", "close"});
        CHECK(f.notes.back().find("chargepoint-hald has 1 = ") != std::string::npos);
    }
    SECTION("no hello") {
        f.open();
        CHECK(f.feed(reading_line(1)) == Texts{"last refusal", "close"});
        CHECK(f.notes.back() == "no hardware: the first line is no hello");
    }
    SECTION("a first line that is no message") {
        f.open();
        CHECK(f.feed("nonsense\n") == Texts{"last refusal", "close"});
    }
    SECTION("a line that is no message, and what comes behind it is not heard") {
        f.greet();
        const auto list = f.feed("nonsense\n" + reading_line(1));
        REQUIRE(list.size() == 3);
        CHECK(list[0] == "last refusal");
        CHECK(list[1] == "close");
        CHECK(list[2].starts_with("disconnected: a line is wrong"));
    }
    SECTION("a second hello") {
        f.greet();
        CHECK(f.feed(hello_line()).back() == "disconnected: a second hello");
    }
    SECTION("a connector that there is not") {
        f.greet();
        CHECK(f.feed(reading_line(3)).back() ==
              "disconnected: a reading of connector 3, which there is not");
    }
    SECTION("a line without an end") {
        f.greet();
        CHECK(f.feed(std::string(hal::max_line_bytes + 1, 'x')).front() == "last refusal");
    }
    CHECK(f.after(4'999ms).empty());
    CHECK(f.after(1ms) == Texts{"dial"});
}

TEST_CASE("a refusal of the hardware is not answered, and not tried again at once") {
    Fixture f;
    const auto refusal = hal::encode(hal::FromHardware{hal::Refusal{{"too old"}}});
    SECTION("instead of a hello") {
        f.open();
        CHECK(f.feed(refusal) == Texts{"close"});
        CHECK(f.notes.back() == "no hardware: chargepoint-hald refuses: too old");
    }
    SECTION("later") {
        f.greet();
        CHECK(f.feed(refusal) == Texts{"close", "disconnected: chargepoint-hald refuses: too old"});
    }
    CHECK(f.after(4'999ms).empty());
    CHECK(f.after(1ms) == Texts{"dial"});
}

TEST_CASE("a weld check is noted and told") {
    Fixture f;
    f.greet();
    hal::WeldChecked check;
    check.connector = 1;
    check.detected = true;
    check.relay.value = "N";
    CHECK(f.feed(hal::encode(hal::FromHardware{check})) == Texts{"?"});
    CHECK(f.notes.back() == "connector 1: relay N is welded");
}

TEST_CASE("after a stop nothing is dialled, told or waited for") {
    Fixture f;
    SECTION("while it waits") {
        f.take(T::Due);
        f.lost("no such file");
    }
    SECTION("while it dials") { f.take(T::Due); }
    SECTION("while it greets") { f.open(); }
    SECTION("while it is connected") { f.greet(); }
    CHECK(f.take(T::Stop) == Texts{"close"});
    CHECK(!f.machine.report().connected);
    CHECK(!f.machine.wake_at());
    CHECK(f.lost("gone").empty());
    CHECK(f.take(T::Due).empty());
    CHECK(f.after(3600s).empty());
}

}  // namespace hal_machine_test
