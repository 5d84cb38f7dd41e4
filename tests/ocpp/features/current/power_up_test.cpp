// SPDX-License-Identifier: Apache-2.0
// The current that returns late and slowly after a loss of the mains.

#include "ocpp/features/current/power_up.hpp"

#include "ocpp/parts.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <utility>

namespace power_up_test {

using namespace ocpp::core;
using namespace std::chrono_literals;
using ocpp::features::PowerUp;
using units::Milliamps;

namespace {

struct Street {
    ocpp::Parts parts;
    Now now{std::chrono::steady_clock::time_point{1h},
            std::chrono::sys_days{std::chrono::year{2026} / 3 / 28},
            {}};
    PowerUp power_up;
    bool mains_lost = false;

    Street(const char* delay, const char* ramp, std::string prefix = "run1")
        : parts(setup(delay, ramp, std::move(prefix)), {}) {}

    static Setup setup(const char* delay, const char* ramp, std::string prefix) {
        Setup made;
        made.connectors = {{1, hal::ConnectorType::Type2Cable, 3, Milliamps{32'000}}};
        made.factory_keys = {{"PowerUpRandomDelay", delay}, {"PowerUpRamp", ramp}};
        made.message_prefix = std::move(prefix);
        return made;
    }
    // Returns the changes that the step keeps.
    template <class Action>
    std::vector<Change> step(Action action) {
        Outcome out;
        Context ctx{now, parts.core, out};
        action(ctx);
        return out.changes;
    }
    std::vector<Change> begin() {
        return step([this](Context& ctx) { power_up.begin(ctx); });
    }
    std::vector<Change> advance() {
        return step([this](Context& ctx) { power_up.advance(ctx, mains_lost); });
    }
    std::vector<Change> pass(std::chrono::milliseconds time) {
        now.steady += time;
        now.utc += time;
        return advance();
    }
    Instant utc() const { return parts.core.clock.at(now); }
    // A run that finds this mark.
    void restart(std::string mark) {
        Snapshot snapshot;
        snapshot.texts[Kind::Mark][marks::power_up_ms] = std::move(mark);
        power_up = {};
        power_up.load(snapshot);
        step([this](Context& ctx) { power_up.started(ctx); });
        advance();
    }
};

std::string mark_of(const std::vector<Change>& changes) {
    REQUIRE(changes.size() == 1);
    const auto& put = std::get<Put>(changes.front());
    CHECK(put.kind == Kind::Mark);
    CHECK(put.name == marks::power_up_ms);
    return put.value;
}

std::string ms_of(Instant at) { return std::to_string(at.time_since_epoch().count()); }

}  // namespace

TEST_CASE("without a delay and a ramp nothing is limited, kept or urgent") {
    Street s("0", "0");
    CHECK(s.begin().empty());
    CHECK(s.advance().empty());
    CHECK_FALSE(s.power_up.limit());
    CHECK_FALSE(s.power_up.wake_at());
    CHECK(s.step([](Context& ctx) { PowerUp::keep_loss(ctx); }).empty());
    CHECK(PowerUp::urgency(s.parts.core) == Durability::Relaxed);
}

TEST_CASE("during the delay nothing is given, and its end is kept at once") {
    Street s("60", "0");
    const auto kept = s.begin();
    CHECK(std::get<Put>(kept.front()).durability == Durability::Now);
    s.advance();
    CHECK(s.power_up.limit() == Milliamps{0});
    const auto end = s.power_up.wake_at();
    REQUIRE(end);
    CHECK(*end <= s.now.steady + 60s);
    CHECK(mark_of(kept) == ms_of(s.parts.core.clock.at(s.now, *end)));
    const auto delay = std::chrono::duration_cast<std::chrono::milliseconds>(*end - s.now.steady);
    CHECK(s.pass(delay - 1ms).empty());
    CHECK(s.power_up.limit() == Milliamps{0});
    // Over, which is not urgent: a delay that is found again has passed.
    const auto over = s.pass(1ms);
    CHECK(mark_of(over).empty());
    CHECK(std::get<Put>(over.front()).durability == Durability::Relaxed);
    CHECK_FALSE(s.power_up.limit());
    CHECK_FALSE(s.power_up.wake_at());
}

TEST_CASE("the delay is another in each run, and never longer than the longest") {
    std::set<std::int64_t> delays;
    for (int run = 0; run < 40; ++run) {
        Street s("3", "0", "run" + std::to_string(run));
        s.begin();
        s.advance();
        const auto end = s.power_up.wake_at().value_or(s.now.steady);
        delays.insert((end - s.now.steady) / 1s);
    }
    CHECK(delays == std::set<std::int64_t>{0, 1, 2, 3});
}

TEST_CASE("on the ramp the current rises each second from the least offer to all of it") {
    Street s("0", "4");
    s.begin();
    s.advance();
    for (const auto expected : {6'000, 12'500, 19'000, 25'500}) {
        CHECK(s.power_up.limit() == Milliamps{expected});
        CHECK(s.power_up.wake_at() == s.now.steady + 1s);
        s.pass(999ms);
        CHECK(s.power_up.limit() == Milliamps{expected});
        s.pass(1ms);
    }
    CHECK_FALSE(s.power_up.limit());
    CHECK_FALSE(s.power_up.wake_at());
}

TEST_CASE("a restart goes on with the delay and the ramp where they were") {
    Street s("60", "10");
    s.restart(ms_of(s.utc() + 20s));
    CHECK_FALSE(s.power_up.interrupted());
    CHECK(s.power_up.limit() == Milliamps{0});
    CHECK(s.power_up.wake_at() == s.now.steady + 20s);
    s.restart(ms_of(s.utc() - 5s));
    CHECK(s.power_up.limit() == Milliamps{19'000});
    s.restart(ms_of(s.utc() - 10s));
    CHECK_FALSE(s.power_up.limit());
}

TEST_CASE("however the clock was set meanwhile, a delay is not longer than the longest") {
    Street s("60", "0");
    for (const auto ahead : {std::chrono::hours{1}, std::chrono::hours{24 * 365 * 30}}) {
        s.restart(ms_of(s.utc() + ahead));
        CHECK(s.power_up.wake_at() == s.now.steady + 60s);
        s.restart(ms_of(s.utc() - ahead));
        CHECK_FALSE(s.power_up.limit());
    }
    for (const char* nonsense : {"", "soon", "-"}) {
        s.restart(nonsense);
        CHECK_FALSE(s.power_up.limit());
        CHECK_FALSE(s.power_up.interrupted());
    }
}

TEST_CASE("a loss of the mains is known to the next run") {
    Street s("60", "0");
    const auto kept = s.step([](Context& ctx) { PowerUp::keep_loss(ctx); });
    CHECK(std::get<Put>(kept.front()).durability == Durability::Now);
    CHECK(PowerUp::urgency(s.parts.core) == Durability::Now);
    s.restart(mark_of(kept));
    CHECK(s.power_up.interrupted());
    CHECK_FALSE(s.power_up.limit());
}

TEST_CASE("the end of a ramp does not forget a loss that came meanwhile") {
    Street s("0", "2");
    s.begin();
    s.mains_lost = true;
    CHECK(s.pass(2s).empty());
    CHECK_FALSE(s.power_up.limit());
}

TEST_CASE("a clock that is corrected moves what is kept, not the delay itself") {
    Street s("60", "0");
    s.begin();
    s.advance();
    const auto end = s.power_up.wake_at();
    s.parts.core.clock = Clock{{.offset = 90min}};
    const auto kept = s.step([&](Context& ctx) {
        s.power_up.restamp(ctx, {ctx.utc() - 90min, 90min});
        s.power_up.advance(ctx, false);
    });
    CHECK(s.power_up.wake_at() == end);
    CHECK(mark_of(kept) == ms_of(s.parts.core.clock.at(s.now, *end)));
}

}  // namespace power_up_test
