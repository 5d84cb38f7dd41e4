// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/link_machine.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

namespace link_machine_test {

using namespace charge_daemon;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;
using T = LinkTrigger;

namespace {

// The actions as words, without the notes, which are collected apart.
struct Fixture {
    ocpp::core::LinkSettings settings;
    LinkTimes times;
    LinkMachine machine;
    LinkMachine::Time now{1000s};
    Texts notes;
    ocpp::core::DialProblem dial_problem = ocpp::core::DialProblem::Unreachable;

    explicit Fixture(std::chrono::seconds ping = 0s, std::chrono::seconds back_off = 10s)
        : settings{.identity = "CP1",
                   .ping_interval = ping,
                   .back_off_minimum = back_off,
                   .back_off_random_range = 0s,
                   .back_off_repeat_times = 3,
                   .security_profile = 0,
                   .authorization_key = {}},
          machine(settings, times, [] { return std::uint64_t{7}; }) {}

    Texts words(const LinkMachine::Actions& actions) {
        Texts list;
        for (const auto& action : actions) {
            if (const auto* dial = std::get_if<LinkMachine::Dial>(&action))
                list.push_back("dial " + dial->caller.identity);
            if (const auto* send = std::get_if<LinkMachine::Send>(&action))
                for (const auto& text : send->texts) list.push_back("send " + text);
            if (std::holds_alternative<LinkMachine::Ping>(action)) list.emplace_back("ping");
            if (std::holds_alternative<LinkMachine::Close>(action)) list.emplace_back("close");
            if (const auto* cut = std::get_if<LinkMachine::Cut>(&action))
                list.push_back("cut: " + cut->cause);
            if (const auto* tell = std::get_if<LinkMachine::Tell>(&action))
                list.push_back(event(tell->event));
            if (const auto* note = std::get_if<ocpp::core::Note>(&action))
                notes.push_back(note->text);
            if (std::holds_alternative<LinkMachine::TellStopped>(action))
                list.emplace_back("stopped");
        }
        return list;
    }
    static std::string event(const ocpp::core::Event& event) {
        if (const auto* frame = std::get_if<ocpp::core::FrameReceived>(&event))
            return "frame " + frame->text;
        if (const auto* end = std::get_if<ocpp::core::Disconnected>(&event))
            return "disconnected: " + end->reason;
        if (const auto* failure = std::get_if<ocpp::core::DialFailed>(&event))
            return "failed: " + std::string(shared::name_of(failure->problem)) + ", " +
                   failure->reason;
        return std::holds_alternative<ocpp::core::Connected>(event) ? "connected" : "?";
    }

    Texts take(T trigger) { return words(machine.take(trigger, now)); }
    Texts ended(const std::string& problem, int code = 0) {
        return words(machine.ended({problem, code, dial_problem}, now));
    }
    // Lets the time pass, and does what is due at its end.
    Texts after(std::chrono::milliseconds time) {
        now += time;
        return words(machine.tick(now));
    }
    Texts send(const std::string& text, std::size_t waiting = 0) {
        ocpp::core::Frame frame;
        frame.text = text;
        return words(machine.send({frame}, waiting, now));
    }
    void open() {
        REQUIRE(take(T::Due) == Texts{"dial CP1"});
        REQUIRE(take(T::Opened) == Texts{"connected"});
    }
    std::string state() const { return machine.report(now).state; }
};

}  // namespace

TEST_CASE("the link machine dials at the start, and under the newest identity") {
    Fixture f;
    f.settings.identity = "CP2";
    f.machine.follow(f.settings, f.now);
    CHECK(f.take(T::Due) == Texts{"dial CP2"});
    CHECK(f.state() == "connecting");
    CHECK(f.take(T::Due).empty());
}

TEST_CASE("the pause after a failure doubles, until a handshake succeeds") {
    Fixture f;
    REQUIRE(f.take(T::Due) == Texts{"dial CP1"});
    CHECK(f.ended("refused") == Texts{"failed: Unreachable, refused"});
    CHECK(f.notes.back() == "no connection to the central system: refused; next attempt in 10.0 s");
    CHECK(f.machine.report(f.now).next_attempt == 10s);
    CHECK(f.machine.report(f.now).problem == "refused");
    CHECK(f.after(9'999ms).empty());
    CHECK(f.after(1ms) == Texts{"dial CP1"});
    f.ended("refused");
    CHECK(f.machine.report(f.now).next_attempt == 20s);

    REQUIRE(f.after(20s) == Texts{"dial CP1"});
    f.take(T::Opened);
    f.now += 1s;
    f.ended("gone");
    CHECK(f.machine.report(f.now).next_attempt == f.times.breather);
    REQUIRE(f.after(f.times.breather) == Texts{"dial CP1"});
    f.ended("refused");
    CHECK(f.machine.report(f.now).next_attempt == 10s);
}

TEST_CASE("a failed dial is told with its cause, one that we gave up is not") {
    Fixture f;
    f.dial_problem = ocpp::core::DialProblem::Unauthorized;
    f.take(T::Due);
    CHECK(f.ended("401") == Texts{"failed: Unauthorized, 401"});
    CHECK(f.after(10s) == Texts{"dial CP1"});
    f.take(T::Opened);
    CHECK(f.ended("gone") == Texts{"disconnected: gone"});
    f.take(T::Renew);
    f.take(T::Renew);
    CHECK(f.ended("given up") == Texts{"dial CP1"});
}

TEST_CASE("each dial carries the newest profile and key") {
    Fixture f;
    f.settings.security_profile = 2;
    f.settings.authorization_key = std::string("\x00\xff", 2);
    f.machine.follow(f.settings, f.now);
    const auto actions = f.machine.take(T::Due, f.now);
    REQUIRE(actions.size() == 1);
    const auto& caller = std::get<LinkMachine::Dial>(actions.front()).caller;
    CHECK(caller.security_profile == 2);
    CHECK(caller.authorization_key == std::string("\x00\xff", 2));
}

TEST_CASE("the random range of the pause comes from outside") {
    Fixture f;
    f.settings.back_off_random_range = 1s;
    f.machine.follow(f.settings, f.now);
    f.take(T::Due);
    f.ended("refused");
    CHECK(f.machine.report(f.now).next_attempt == 10'007ms);
}

TEST_CASE("the link machine tells of a connection once, and of its end once") {
    Fixture f;
    f.open();
    CHECK(f.state() == "connected");
    CHECK(f.words(f.machine.text("[2]")) == Texts{"frame [2]"});
    f.now += 5s;
    CHECK(f.machine.report(f.now).connected_for == 5s);
    CHECK(f.ended("gone", 1001) == Texts{"disconnected: gone"});
    CHECK(f.machine.report(f.now).last_close_code == 1001);
    CHECK(f.machine.report(f.now).reconnects == 0);
    REQUIRE(f.after(f.times.breather) == Texts{"dial CP1"});
    REQUIRE(f.take(T::Opened) == Texts{"connected"});
    CHECK(f.machine.report(f.now).problem.empty());
    CHECK(f.machine.report(f.now).reconnects == 1);
    CHECK(f.ended("gone") == Texts{"disconnected: gone"});
    CHECK(f.machine.report(f.now).last_close_code == 1006);
}

TEST_CASE("a message that was dropped is noted") {
    Fixture f;
    f.open();
    CHECK(f.words(f.machine.dropped()).empty());
    CHECK(f.notes.back() == "a message of more than 262144 bytes was dropped");
}

TEST_CASE("frames are sent only while the connection is open") {
    Fixture f;
    CHECK(f.send("a").empty());
    f.open();
    CHECK(f.send("a") == Texts{"send a"});
    f.take(T::Renew);
    CHECK(f.send("a").empty());
}

TEST_CASE("a central system that does not read is given up") {
    Fixture f;
    f.open();
    CHECK(f.send("a", max_waiting_bytes - 1) == Texts{"send a"});
    CHECK(f.send("a", max_waiting_bytes) == Texts{"cut: it does not read what it is sent"});
    CHECK(f.send("a").empty());
    CHECK(f.ended("it does not read what it is sent").size() == 1);
    CHECK(f.state() == "waiting");
}

TEST_CASE("pings go out at their interval as long as anything is heard") {
    Fixture f(60s);
    f.open();
    CHECK(f.machine.wake_at() == f.now + 60s);
    CHECK(f.after(60s) == Texts{"ping"});
    SECTION("a pong") { f.machine.heard(); }
    SECTION("a message") { f.machine.text("a"); }
    SECTION("a message that is too long") { f.machine.dropped(); }
    SECTION("the other end's close frame") { f.machine.good_bye(f.now + 100s); }
    CHECK(f.after(10s).empty());
    CHECK(f.after(49'999ms).empty());
    CHECK(f.after(1ms) == Texts{"ping"});
}

TEST_CASE("without a pong the connection is cut and dialled again after a pause") {
    Fixture f(60s);
    f.open();
    f.machine.heard();
    REQUIRE(f.after(60s) == Texts{"ping"});
    CHECK(f.after(9'999ms).empty());
    CHECK(f.after(1ms) == Texts{"cut: no pong within 10.0 s"});
    CHECK(!f.machine.wake_at());
    CHECK(f.ended("no pong within 10.0 s") == Texts{"disconnected: no pong within 10.0 s"});
    CHECK(f.state() == "waiting");
}

TEST_CASE("the patience for a pong is never longer than the ping interval") {
    Fixture f(3s);
    f.open();
    REQUIRE(f.after(3s) == Texts{"ping"});
    f.machine.heard();
    CHECK(f.after(3s) == Texts{"ping"});
    CHECK(f.after(3s) == Texts{"cut: no pong within 3.0 s"});
}

TEST_CASE("another ping interval counts from now, and none ends the waiting for a pong") {
    Fixture f(60s);
    f.open();
    REQUIRE(f.after(60s) == Texts{"ping"});
    f.settings.ping_interval = 5s;
    f.machine.follow(f.settings, f.now);
    CHECK(f.after(4'999ms).empty());
    CHECK(f.after(1ms) == Texts{"ping"});
    f.settings.ping_interval = 0s;
    f.machine.follow(f.settings, f.now);
    CHECK(!f.machine.wake_at());
    CHECK(f.after(3600s).empty());
    CHECK(f.state() == "connected");
}

TEST_CASE("settings that leave the ping alone do not postpone it") {
    Fixture f(60s);
    f.open();
    f.now += 59s;
    f.settings.back_off_minimum = 1s;
    f.machine.follow(f.settings, f.now);
    CHECK(f.after(1s) == Texts{"ping"});
}

TEST_CASE("closing has a limit of its own") {
    Fixture f(60s);
    f.open();
    CHECK(f.take(T::Hold) == Texts{"close"});
    SECTION("the other end does not answer") {
        CHECK(f.after(1'999ms).empty());
        CHECK(f.after(1ms) == Texts{"cut: closed without its good-bye"});
        CHECK(!f.machine.wake_at());
    }
    SECTION("it answers, and keeps the socket open") {
        f.now += 1s;
        f.machine.good_bye(f.now);
        CHECK(f.after(1'999ms).empty());
        CHECK(f.after(1ms) == Texts{"cut: "});
    }
    CHECK(f.ended("closed by us", 1000) == Texts{"disconnected: closed by us"});
}

TEST_CASE("a central system that closes has as long for the end of the socket") {
    Fixture f;
    f.open();
    f.machine.good_bye(f.now);
    CHECK(f.after(1'999ms).empty());
    CHECK(f.after(1ms) == Texts{"cut: "});
    CHECK(f.ended("closed with code 1001", 1001) == Texts{"disconnected: closed with code 1001"});
}

TEST_CASE("held down the link stays away, and dials at once when it is released") {
    Fixture f(0s, 3600s);
    SECTION("before the start") { CHECK(f.take(T::Hold).empty()); }
    SECTION("while it dials") {
        f.take(T::Due);
        CHECK(f.take(T::Hold) == Texts{"cut: given up"});
        CHECK(f.state() == "held");
        CHECK(f.ended("given up").empty());
    }
    SECTION("while it waits") {
        f.take(T::Due);
        f.ended("refused");
        CHECK(f.take(T::Hold).empty());
    }
    SECTION("while it is open") {
        f.open();
        CHECK(f.take(T::Hold) == Texts{"close"});
        CHECK(f.state() == "held");
        CHECK(f.ended("closed by us") == Texts{"disconnected: closed by us"});
    }
    SECTION("while it closes in order to dial again") {
        f.open();
        f.take(T::Renew);
        CHECK(f.take(T::Hold).empty());
        CHECK(f.ended("closed by us") == Texts{"disconnected: closed by us"});
    }
    CHECK(f.state() == "held");
    CHECK(f.notes.back() == "held down");
    CHECK(!f.machine.wake_at());
    CHECK(f.take(T::Hold).empty());
    CHECK(f.take(T::Renew).empty());
    CHECK(f.after(7200s).empty());
    CHECK(f.take(T::Release) == Texts{"dial CP1"});
    f.ended("refused");
    CHECK(f.machine.report(f.now).next_attempt == 3600s);  // the first pause
}

TEST_CASE("released while it still closes, the link dials when that is over") {
    Fixture f;
    f.open();
    f.take(T::Hold);
    CHECK(f.take(T::Release).empty());
    CHECK(f.ended("closed by us") == Texts{"disconnected: closed by us", "dial CP1"});
}

TEST_CASE("a release of a link that is not held changes nothing") {
    Fixture f;
    CHECK(f.take(T::Release).empty());
    f.take(T::Due);
    CHECK(f.take(T::Release).empty());
    f.ended("refused");
    CHECK(f.take(T::Release).empty());
    CHECK(f.state() == "waiting");
}

TEST_CASE("a renewal dials at once and resets the pause") {
    Fixture f;
    f.take(T::Due);
    f.ended("refused");
    f.after(10s);
    f.ended("refused");
    SECTION("while it waits") { CHECK(f.take(T::Renew) == Texts{"dial CP1"}); }
    SECTION("while it dials") {
        f.after(20s);
        CHECK(f.take(T::Renew) == Texts{"cut: given up"});
        CHECK(f.take(T::Renew).empty());
        CHECK(f.ended("given up") == Texts{"dial CP1"});
    }
    SECTION("while it is open") {
        f.after(20s);
        f.take(T::Opened);
        CHECK(f.take(T::Renew) == Texts{"close"});
        CHECK(f.ended("closed by us") == Texts{"disconnected: closed by us", "dial CP1"});
    }
    SECTION("after the other end was given up") {
        f.after(20s);
        f.take(T::Opened);
        f.send("a", max_waiting_bytes);
        CHECK(f.take(T::Renew).empty());
        CHECK(f.ended("it does not read").back() == "dial CP1");
    }
    f.ended("refused");
    CHECK(f.machine.report(f.now).next_attempt == 10s);
}

TEST_CASE("a stop is called back once nothing is open, and nothing dials any more") {
    Fixture f(60s);
    SECTION("before the start") { CHECK(f.take(T::Stop) == Texts{"stopped"}); }
    SECTION("while it is held") {
        f.take(T::Hold);
        CHECK(f.take(T::Stop) == Texts{"stopped"});
    }
    SECTION("while it dials") {
        f.take(T::Due);
        CHECK(f.take(T::Stop) == Texts{"cut: given up"});
        CHECK(f.ended("given up") == Texts{"stopped"});
    }
    SECTION("while it is open") {
        f.open();
        CHECK(f.take(T::Stop) == Texts{"close"});
        CHECK(f.ended("closed by us") == Texts{"disconnected: closed by us", "stopped"});
    }
    SECTION("while it closes, whatever was to come after that") {
        f.open();
        f.take(GENERATE(T::Hold, T::Renew));
        CHECK(f.take(T::Stop).empty());
        CHECK(f.take(T::Hold).empty());
        CHECK(f.take(T::Renew).empty());
        CHECK(f.take(T::Release).empty());
        CHECK(f.ended("closed by us") == Texts{"disconnected: closed by us", "stopped"});
    }
    for (const auto trigger : {T::Due, T::Hold, T::Release, T::Renew, T::Stop})
        CHECK(f.take(trigger).empty());
    CHECK(!f.machine.wake_at());
}

TEST_CASE("from every state of the link machine a stop leads to its end") {
    for (const auto& row : link_rows) {
        const auto* stop = find(row.to, row.to_then, T::Stop);
        if (row.to == LinkState::Stopped) {
            CHECK(stop == nullptr);
            continue;
        }
        REQUIRE(stop != nullptr);
        if (stop->to == LinkState::Stopped) continue;
        const auto* end = find(stop->to, stop->to_then, T::Ended);
        REQUIRE(end != nullptr);
        CHECK(end->to == LinkState::Stopped);
    }
}

}  // namespace link_machine_test
