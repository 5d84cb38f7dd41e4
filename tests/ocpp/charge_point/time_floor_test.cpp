// SPDX-License-Identifier: Apache-2.0
// The time by which certificates are judged: whoever tells a wrong one, over which connection, and
// whatever is restarted between, no wrong future outlives the next right answers.

#include "tests/support/number_from.hpp"
#include "tests/support/world.hpp"

#include <random>

namespace time_floor_test {

using ocpp::core::Instant;
using ocpp::core::KnownTime;
using std::chrono::hours;
using std::chrono::milliseconds;
using test::seconds;
using test::World;

namespace {

constexpr hours day{24};

Instant right(const World& w) { return std::chrono::floor<milliseconds>(w.now().utc); }

KnownTime known(const World& w) { return w.point().known_time(w.machine()); }

// The time by which a certificate is judged now.
Instant judged_at(const World& w) {
    const auto time = known(w);
    const auto utc = std::chrono::floor<milliseconds>(w.machine().utc);
    return time.offset ? std::max(time.floor, utc + *time.offset) : time.floor;
}

// From now on the central system's clock is wrong by so much.
void central_system_is_ahead(World& w, milliseconds by) {
    if (by == milliseconds{0}) {
        w.garbage = nullptr;
        return;
    }
    w.garbage = [&w, by](const std::string& action) {
        const auto time = ocpp::wire::DateTime{right(w) + by}.to_text();
        if (action == "Heartbeat") return R"({"currentTime":")" + time + "\"}";
        if (action != "BootNotification") return std::string();
        return R"({"status":"Accepted","interval":86400,"currentTime":")" + time + "\"}";
    };
}

void ask(World& w) { w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}}); }

World::Options in_1970() {
    World::Options options;
    options.forgets_time = true;
    return options;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("a time that a verified connection tells is the floor of every later run",
                       in_1970()) {
    w.proven_until = right(w) + 90 * day;
    w.boot();
    if (!w.disturbed()) CHECK(known(w).floor == right(w));
    const auto floor = known(w).floor;
    w.wait(seconds{100}).disconnect().power_cut();
    if (w.disturbed()) return;
    CHECK(known(w) == KnownTime{floor, std::nullopt});
}

TEST_CASE("one wrong future over an unverified connection moves nothing") {
    World w{in_1970()};
    w.boot();
    ask(w);
    REQUIRE(known(w).floor == right(w));
    const auto floor = known(w).floor;
    central_system_is_ahead(w, 1000 * day);
    SECTION("while the time is known") { ask(w); }
    SECTION("as the first that is told after a power cut") {
        w.power_cut();
        CHECK(known(w) == KnownTime{floor, std::nullopt});
    }
    central_system_is_ahead(w, milliseconds{0});
    CHECK(known(w).floor == floor);
    CHECK(judged_at(w) <= right(w) + hours{1});
    w.power_cut();
    CHECK(known(w).floor == floor);
    w.wait(seconds{20});
    CHECK(judged_at(w) <= right(w));
}

TEST_CASE("a wrong future is believed no longer than the certificate that tells it") {
    World w{in_1970()};
    w.proven_until = right(w) + 90 * day;
    central_system_is_ahead(w, 1000 * day);
    w.boot();
    CHECK(known(w) == KnownTime{{}, std::nullopt});
    // It is asked for again, and then the connection is judged by it, but no later run.
    w.wait(seconds{11});
    CHECK(known(w).offset.has_value());
    CHECK(judged_at(w) > *w.proven_until);
    CHECK(known(w).floor == Instant{});
    central_system_is_ahead(w, milliseconds{0});
    w.power_cut();
    CHECK(judged_at(w) == right(w));
    CHECK(known(w).floor == right(w));
}

TEST_CASE("a floor that was too late comes back with the next time that is believed") {
    World w{in_1970()};
    w.proven_until = right(w) + 90 * day;
    central_system_is_ahead(w, 80 * day);
    w.boot();
    CHECK(known(w).floor == right(w) + 80 * day);
    central_system_is_ahead(w, milliseconds{0});
    w.power_cut();
    CHECK(known(w).floor == right(w));
    CHECK(judged_at(w) == right(w));
}

TEST_CASE("a machine that keeps the time is believed, unless it is earlier than the floor") {
    World w;
    w.start();
    CHECK(known(w).offset == milliseconds{0});
    w.proven_until = right(w) + day;
    w.connect();
    CHECK(known(w).floor == right(w));
    const auto floor = known(w).floor;
    w.disconnect().set_machine_clock(right(w) - 30 * day);
    // The time that was learned goes on by the steady clock.
    CHECK(judged_at(w) == right(w));
    w.power_cut();
    CHECK(known(w) == KnownTime{floor, std::nullopt});
}

namespace {

// A central system that tells times as it likes, and the latest of them that may be believed: it
// was told over a verified connection, not later than its certificates hold, or it was told twice.
class Teller {
public:
    explicit Teller(World& w) : w_(w) {
        w.garbage = [this](const std::string& action) { return answer_to(action); };
    }
    void wrong_by(milliseconds by) { wrong_ = by; }
    // The charge point has started anew, and knows nothing of an answer before.
    void forgotten() { before_.reset(); }
    Instant latest() const { return latest_; }

private:
    std::string answer_to(const std::string& action) {
        if (action != "Heartbeat" && action != "BootNotification") return {};
        const auto time = right(w_) + wrong_;
        const auto now = w_.machine().of_machine().steady;
        const auto passed = std::chrono::round<milliseconds>(now - before_at_);
        const bool twice =
            before_ && std::chrono::abs(time - (*before_ + passed)) < std::chrono::minutes{1};
        const bool proven = w_.proven_until && time <= *w_.proven_until;
        if (proven || (twice && !w_.proven_until)) latest_ = std::max(latest_, time);
        before_ = time;
        before_at_ = now;
        const auto text = ocpp::wire::DateTime{time}.to_text();
        if (action == "Heartbeat") return R"({"currentTime":")" + text + "\"}";
        return R"({"status":"Accepted","interval":86400,"currentTime":")" + text + "\"}";
    }

    World& w_;
    milliseconds wrong_{0};
    Instant latest_{};
    std::optional<Instant> before_;
    std::chrono::steady_clock::time_point before_at_{};
};

}  // namespace

TEST_CASE("whatever is told over whichever connection, the floor is never later than it was told") {
    const auto seed = GENERATE(range(1U, 13U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto chance = [&random](int of) {
        return static_cast<int>(random() % static_cast<unsigned>(of));
    };
    World w{in_1970()};
    w.reconnects = seconds{1};
    w.start();
    Teller teller(w);
    for (int i = 0; i < 60; ++i) {
        teller.wrong_by(chance(3) > 0 ? milliseconds{0} : day * (chance(4000) - 1000));
        const int deed = chance(6);
        if (deed == 0) w.disconnect();
        if (deed == 1) {
            w.disconnect();
            w.proven_until.reset();
            if (chance(2) > 0) w.proven_until = right(w) + day * chance(100);
            w.connect();
        }
        if (deed == 2 || deed == 3) teller.forgotten();
        if (deed == 2) w.power_cut();
        if (deed == 3) w.restart();
        if (deed == 4) w.wait(seconds{chance(300)});
        if (deed == 5 && w.linked()) ask(w);
        REQUIRE(known(w).floor <= teller.latest());
    }
    // Right answers over a verified connection end every mistake.
    w.disconnect();
    w.garbage = nullptr;
    w.proven_until = right(w) + day;
    w.connect().wait(seconds{11});
    ask(w);
    CHECK(std::chrono::abs(judged_at(w) - right(w)) < seconds{2});
    CHECK(known(w).floor <= right(w));
}

}  // namespace time_floor_test
