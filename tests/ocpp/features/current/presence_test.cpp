// SPDX-License-Identifier: Apache-2.0
// Whether anybody manages the load, or InstallationOfflineCurrent counts.

#include "ocpp/features/current/presence.hpp"

#include "ocpp/parts.hpp"
#include "tests/support/catch.hpp"

namespace presence_test {

using namespace ocpp::core;
using namespace std::chrono_literals;
using ocpp::features::Presence;
using units::Milliamps;

namespace {

struct Site {
    ocpp::Parts parts;
    Presence presence;
    Now now{std::chrono::steady_clock::time_point{1h},
            std::chrono::sys_days{std::chrono::year{2026} / 3 / 28},
            {}};

    explicit Site(const char* offline_current = "1.6") : parts(setup(offline_current), {}) {
        step([this](Context& ctx) { presence.started(ctx); });
    }
    static Setup setup(const char* offline_current) {
        Setup made;
        made.connectors = {{1, hal::ConnectorType::Type2Cable, 3, Milliamps{32'000}}};
        made.factory_keys = {{"InstallationOfflineCurrent", offline_current},
                             {"OfflineCurrentDelay", "30"}};
        made.message_prefix = "run1";
        return made;
    }
    template <class Action>
    void step(Action action, bool heard = false) {
        Outcome out;
        Context ctx{now, parts.core, out, {.heard = heard, .begun = {}, .tried_certificate = {}}};
        action(ctx);
        presence.advance(ctx);
    }
    void connect() {
        parts.core.connected = true;
        parts.core.registration = ocpp::wire::RegistrationStatus::Accepted;
        step([this](Context& ctx) { presence.connected(ctx); });
    }
    void disconnect() {
        parts.core.connected = false;
        parts.core.mailbox = Mailbox("run1");
        step([this](Context& ctx) { presence.disconnected(ctx); });
    }
    void hear() {
        step([](Context&) {}, true);
    }
    void pass(std::chrono::milliseconds time) {
        now.steady += time;
        step([](Context&) {});
    }
    bool unmanaged() const { return presence.unmanaged(parts.core, now); }
    // A Heartbeat waits, and asks whether anybody is there.
    bool asks() const { return parts.core.mailbox.holds("Heartbeat"); }
    void forget_question() { parts.core.mailbox = Mailbox("run1"); }
};

}  // namespace

TEST_CASE("from the start on nobody manages the load until the central system speaks") {
    Site s;
    CHECK(s.unmanaged());
    CHECK_FALSE(s.presence.unmanaged_from(s.parts.core));
    CHECK_FALSE(s.presence.wake_at());
    s.connect();
    CHECK(s.unmanaged());
    s.hear();
    CHECK_FALSE(s.unmanaged());
    CHECK_FALSE(s.presence.wake_at());
}

TEST_CASE("a central system that has not accepted manages nothing, whatever it says") {
    Site s;
    s.connect();
    s.parts.core.registration = ocpp::wire::RegistrationStatus::Pending;
    s.hear();
    CHECK(s.unmanaged());
    s.parts.core.registration = ocpp::wire::RegistrationStatus::Accepted;
    s.hear();
    CHECK_FALSE(s.unmanaged());
}

TEST_CASE("a connection over which nobody has spoken is asked at once, and again after a minute") {
    Site s;
    CHECK_FALSE(s.asks());
    s.connect();
    CHECK(s.asks());
    CHECK(s.presence.wake_at() == s.now.steady + Presence::ask_again);
    s.forget_question();
    s.pass(Presence::ask_again - 1ms);
    CHECK_FALSE(s.asks());
    s.pass(1ms);
    CHECK(s.asks());
    s.forget_question();
    s.hear();
    s.pass(10 * Presence::ask_again);
    CHECK_FALSE(s.asks());
}

TEST_CASE("nobody is asked where the answer would change no current, or something waits anyway") {
    Site full("1.32");
    full.connect();
    CHECK_FALSE(full.asks());
    Site busy;
    busy.parts.core.mailbox.put(ocpp::wire::AuthorizeRequest{});
    busy.connect();
    CHECK_FALSE(busy.asks());
}

TEST_CASE("after a loss of the connection the load is unmanaged when OfflineCurrentDelay is over") {
    Site s;
    s.connect();
    s.hear();
    s.disconnect();
    const auto from = s.now.steady + 30s;
    CHECK_FALSE(s.unmanaged());
    CHECK(s.presence.wake_at() == from);
    CHECK(s.presence.unmanaged_from(s.parts.core) == from);
    s.pass(30s - 1ms);
    CHECK_FALSE(s.unmanaged());
    s.pass(1ms);
    CHECK(s.unmanaged());
    CHECK_FALSE(s.presence.wake_at());
}

TEST_CASE("a connection that comes and goes without a word does not lengthen the delay") {
    Site s;
    s.connect();
    s.hear();
    s.disconnect();
    const auto from = s.presence.unmanaged_from(s.parts.core);
    s.pass(20s);
    s.connect();
    s.pass(5s);
    s.disconnect();
    CHECK(s.presence.unmanaged_from(s.parts.core) == from);
    s.pass(5s);
    CHECK(s.unmanaged());
    // One word ends it, and the next loss has its whole delay again.
    s.connect();
    s.hear();
    CHECK_FALSE(s.unmanaged());
    s.disconnect();
    CHECK(s.presence.unmanaged_from(s.parts.core) == s.now.steady + 30s);
}

}  // namespace presence_test
