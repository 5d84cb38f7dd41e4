// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/security_events.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/core/context.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace security_events_test {

using namespace ocpp;
using namespace ocpp::core;
using shared::Json;
using std::chrono::minutes;

namespace {

struct Fixture {
    explicit Fixture(int profile = 1) { state.config.set(keys::security_profile, profile); }

    Now now{std::chrono::steady_clock::time_point{minutes{1'000}},
            std::chrono::sys_days{std::chrono::year{2026} / 3 / 28}};
    State state{.setup = {},
                .config = config::Values(std::vector<hal::ConnectorInfo>{}, {}),
                .clock = {},
                .connectors = {},
                .whole = {},
                .local_list = {},
                .reservations = {},
                .cache = AuthorizationCache(std::vector<CachedTag>{}),
                .ledger = Ledger(Snapshot{}),
                .mailbox = Mailbox("run"),
                .registration = {},
                .hal_instance = {}};
    Outcome out;
    Texts texts;  // as they are kept

    template <class Action>
    void does(Action action) {
        Context ctx{now, state, out};
        action(state.security_events, ctx);
        for (const auto& change : out.changes) follow_change(change, texts);
        out.changes.clear();
    }
    void happened(SecurityEvent event, const std::string& tech_info = "why") {
        does([&](auto& events, auto& ctx) { events.happened(ctx, event, tech_info); });
    }
    void began(SecurityEvent event) {
        does([&](auto& events, auto& ctx) { events.cause_began(ctx, event, "why"); });
    }
    void connected() {
        does([](auto& events, auto& ctx) { events.connection_works(ctx); });
    }
    void restart() {
        Snapshot snapshot;
        snapshot.texts = texts;
        std::vector<std::string> complaints;
        state.security_events = {};
        state.security_events.load(snapshot, complaints);
        CHECK(complaints.empty());
    }
    std::size_t waiting() const { return state.ledger.security_events().length(); }
    std::size_t logged() const { return texts[Kind::SecurityEvent].size(); }
    Json newest() const { return Json::parse(texts[Kind::SecurityEvent].rbegin()->second); }
};

}  // namespace

TEST_CASE("seven events are critical, and all but InvalidMessages are told") {
    int critical = 0;
    for (const auto& row : security_events) {
        critical += row.critical ? 1 : 0;
        CHECK(row.told == (row.event != SecurityEvent::InvalidMessages));
        CHECK(shared::name_of(row.event).size() <= 50);
        for (const int profile : {0, 1, 2, 3}) {
            Fixture f{profile};
            f.happened(row.event);
            CHECK(f.waiting() == std::size_t{profile > 0 && row.told});
            CHECK(f.logged() == 1);
            CHECK(f.newest()["type"] == shared::name_of(row.event));
            CHECK(f.newest()["timestamp"] == "2026-03-28T00:00:00.000Z");
            CHECK(f.newest()["techInfo"] == "why");
        }
    }
    CHECK(security_events.size() == 18);
    CHECK(critical == 7);
}

TEST_CASE("without a profile events are told where the key says so") {
    Fixture f{0};
    f.state.config.load("SecurityEventsWithoutProfile", "true");
    f.happened(SecurityEvent::StartupOfTheDevice);
    CHECK(f.waiting() == 1);
}

TEST_CASE("one cause is one event until it has ended, also over restarts") {
    Fixture f;
    constexpr auto bad = SecurityEvent::InvalidCentralSystemCertificate;
    for (int dial = 0; dial < 5; ++dial) f.began(bad);
    CHECK(f.waiting() == 1);
    f.restart();
    f.began(bad);
    CHECK(f.waiting() == 1);
    f.began(SecurityEvent::InvalidTLSVersion);
    CHECK(f.waiting() == 2);
    f.connected();
    f.began(bad);
    CHECK(f.waiting() == 3);
    f.connected();
    f.restart();
    f.began(bad);
    CHECK(f.waiting() == 4);
    // A connection says nothing about the disk.
    f.began(SecurityEvent::MemoryExhaustion);
    f.connected();
    f.began(SecurityEvent::MemoryExhaustion);
    CHECK(f.waiting() == 5);
    f.does(
        [](auto& events, auto& ctx) { events.cause_ended(ctx, SecurityEvent::MemoryExhaustion); });
    f.began(SecurityEvent::MemoryExhaustion);
    CHECK(f.waiting() == 6);
}

TEST_CASE("techInfo ends with a whole character, and is left out when it is empty") {
    Fixture f;
    std::string text(SecurityEvents::max_tech_info - 1, 'x');
    f.happened(SecurityEvent::FirmwareUpdated, text + "\xC3\xA9t\xC3\xA9");
    CHECK(f.newest()["techInfo"] == text);
    f.happened(SecurityEvent::FirmwareUpdated, "");
    CHECK_FALSE(f.newest().contains("techInfo"));
    f.happened(SecurityEvent::FirmwareUpdated, "two\nlines");
    CHECK(f.newest()["techInfo"] == "two lines");
    f.happened(SecurityEvent::FirmwareUpdated, "\xFF\xFE no text");
    CHECK(f.newest()["techInfo"].get<std::string>().ends_with(" no text"));
}

TEST_CASE("a storm of one event is counted, and the next one says how much was left out") {
    Fixture f;
    for (int n = 0; n < 1'000; ++n) f.happened(SecurityEvent::InvalidMessages);
    CHECK(f.logged() == SecurityEvents::most_at_once);
    f.happened(SecurityEvent::SettingSystemTime);
    CHECK(f.logged() == SecurityEvents::most_at_once + 1);
    f.now.steady += SecurityEvents::pause;
    f.happened(SecurityEvent::InvalidMessages);
    f.happened(SecurityEvent::InvalidMessages);
    CHECK(f.logged() == SecurityEvents::most_at_once + 2);
    CHECK(f.newest()["techInfo"] == "990 more were left out before; why");
    f.now.steady += 100 * SecurityEvents::pause;
    for (int n = 0; n < 100; ++n) f.happened(SecurityEvent::InvalidMessages);
    CHECK(f.logged() == 2 * SecurityEvents::most_at_once + 2);
}

TEST_CASE("the log is bounded, the newest stay, and its numbers go on after a restart") {
    Fixture f{0};
    const auto more = [&f](std::size_t count) {
        for (std::size_t n = 0; n < count; ++n) {
            f.now.steady += SecurityEvents::pause;
            f.happened(SecurityEvent::InvalidMessages, std::to_string(n));
        }
    };
    more(SecurityEvents::max_logged);
    f.restart();
    more(100);
    CHECK(f.logged() == SecurityEvents::max_logged);
    CHECK(f.newest()["techInfo"] == "99");
    CHECK(Json::parse(f.texts[Kind::SecurityEvent].begin()->second)["techInfo"] == "100");
}

TEST_CASE("events that wait are bounded: first those give way that are not critical") {
    Fixture f;
    const auto happens = [&f](SecurityEvent event) {
        f.now.steady += SecurityEvents::pause;
        f.happened(event);
    };
    happens(SecurityEvent::StartupOfTheDevice);
    happens(SecurityEvent::InvalidTLSVersion);
    while (f.waiting() < Ledger::max_security_events) happens(SecurityEvent::ResetOrReboot);
    f.out.notes.clear();
    happens(SecurityEvent::InvalidTLSCipherSuite);
    CHECK(f.waiting() == Ledger::max_security_events);
    REQUIRE(f.out.notes.size() == 2);
    CHECK(f.out.notes[1].severity == Severity::Warning);
    const auto says = [&f](std::string_view type) {
        const auto& all = f.state.ledger.security_events().messages();
        return std::count_if(all.begin(), all.end(), [type](const QueuedMessage& message) {
            return message.payload.find(type) != std::string::npos;
        });
    };
    CHECK(says("InvalidTLSVersion") == 0);
    CHECK(says("StartupOfTheDevice") == 1);
    happens(SecurityEvent::ResetOrReboot);
    CHECK(says("InvalidTLSCipherSuite") == 0);
    happens(SecurityEvent::ResetOrReboot);
    CHECK(f.waiting() == Ledger::max_security_events);
    // The first one may be on its way.
    CHECK(says("StartupOfTheDevice") == 1);
}

TEST_CASE("what was logged before the time was known is moved") {
    Fixture f;
    f.happened(SecurityEvent::StartupOfTheDevice);
    f.does([&](auto& events, auto& ctx) {
        events.restamp(ctx, {ctx.utc(), std::chrono::hours{1}}, f.texts[Kind::SecurityEvent]);
    });
    CHECK(f.newest()["timestamp"] == "2026-03-28T01:00:00.000Z");
}

TEST_CASE("an entry of the log without a number is complained about, and the rest counts") {
    Snapshot snapshot;
    snapshot.texts[Kind::SecurityEvent] = {{"x", "{}"}, {"000000000007", "{}"}};
    SecurityEvents events;
    std::vector<std::string> complaints;
    events.load(snapshot, complaints);
    CHECK(complaints.size() == 1);
}

}  // namespace security_events_test
