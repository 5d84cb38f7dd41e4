// SPDX-License-Identifier: Apache-2.0
// A new AuthorizationKey or SecurityProfile: tried over a new connection, proven or given up, and
// one whole configuration is dialled whatever is cut off meanwhile.

#include "tests/ocpp/charge_point/candidates.hpp"

namespace candidate_test {

using namespace candidates;
using ocpp::core::DialFailed;
using ocpp::core::DialProblem;
using ocpp::core::LinkSettings;
using shared::Json;
using test::seconds;
using test::World;

namespace {

std::optional<DialFailed> unauthorized() {
    return DialFailed{DialProblem::Unauthorized, "it answered 401 Unauthorized"};
}

// A central system that takes no other key than these.
auto takes_keys(std::vector<std::string> keys) {
    return [keys = std::move(keys)](const LinkSettings& link) -> std::optional<DialFailed> {
        for (const auto& key : keys)
            if (link.authorization_key == bytes(key)) return std::nullopt;
        return unauthorized();
    };
}

auto takes_profiles(int least, int most) {
    return [=](const LinkSettings& link) -> std::optional<DialFailed> {
        if (link.security_profile >= least && link.security_profile <= most) return std::nullopt;
        return unauthorized();
    };
}

Json change(World& w, const std::string& key, const std::string& value) {
    return w.call("ChangeConfiguration", {{"key", key}, {"value", value}})["status"];
}

Json key_of(World& w, const std::string& key) {
    return w.call("GetConfiguration", {{"key", {key}}})["configurationKey"][0];
}

std::string dialled_key(const World& w) { return w.point().link().authorization_key; }
int dialled_profile(const World& w) { return w.point().link().security_profile; }

int count(const World& w, const std::string& action) {
    int calls = 0;
    for (const auto& call : w.calls()) calls += call[2] == action;
    return calls;
}

}  // namespace

SCENARIO_IN_WORLD_WITH("TC_073: a new key is proven by a Heartbeat over a new connection",
                       with_profile(1)) {
    w.boot();
    w.set_key("AuthorizationKey", new_hex);
    if (w.disturbed()) return;
    w.says({"Heartbeat", "SecurityEventNotification"});
    CHECK(dialled_key(w) == bytes(new_hex));
    CHECK(!pending(w));
    // That the event was answered is not on disk when the power goes: it is told again.
    w.power_cut().says({"BootNotification", "SecurityEventNotification",
                        "SecurityEventNotification", "StatusNotification 0 Available",
                        "StatusNotification 1 Available", "StatusNotification 2 Available"});
    CHECK(dialled_key(w) == bytes(new_hex));
}

TEST_CASE("a key has 32 to 40 hexadecimal digits, two for each byte") {
    World w{with_profile(1)};
    w.boot();
    for (const auto& wrong :
         {std::string(), std::string(31, '1'), std::string(33, '1'), std::string(42, '1'),
          std::string(39, '1') + "g", std::string("OCA_OCTT_admin_test_0123456789_x")})
        CHECK(change(w, "AuthorizationKey", wrong) == "Rejected");
    CHECK(dialled_key(w) == bytes(old_hex));
    CHECK(change(w, "authorizationkey", "aBcDeF" + std::string(26, '0')) == "Accepted");
    CHECK(dialled_key(w) == bytes("ABCDEF" + std::string(26, '0')));
}

TEST_CASE("no answer, status or note holds the key") {
    World w{with_profile(1)};
    w.boot();
    w.set_key("AuthorizationKey", new_hex);
    const auto key = key_of(w, "AuthorizationKey");
    CHECK(key == Json{{"key", "AuthorizationKey"}, {"readonly", false}});
    CHECK(w.point().configuration().dump().find(new_hex) == std::string::npos);
    CHECK(w.overview().dump().find(new_hex) == std::string::npos);
    for (const auto& frame : w.raw_frames()) CHECK(frame.find(new_hex) == std::string::npos);
}

SCENARIO_IN_WORLD_WITH("a key that is refused three times gives way to the old one",
                       with_profile(1)) {
    w.boot();
    w.door = takes_keys({old_hex});
    w.set_key("AuthorizationKey", new_hex);
    w.wait(seconds{25});
    if (w.disturbed()) return;
    CHECK(dialled_key(w) == bytes(old_hex));
    CHECK(w.linked());
    CHECK(!pending(w));
    CHECK(w.overview()["security"]["given_up"] ==
          "the new AuthorizationKey: it answered 401 Unauthorized");
    w.power_cut();
    CHECK(dialled_key(w) == bytes(old_hex));
    CHECK(w.overview()["security"].contains("given_up"));
    w.door = nullptr;
    w.set_key("AuthorizationKey", third_hex);
    CHECK(!w.overview()["security"].contains("given_up"));
}

TEST_CASE("a connection without a proof is a failed attempt, and five minutes are the limit") {
    World w{with_profile(1)};
    w.boot();
    w.silent = {"Heartbeat"};
    w.set_key("AuthorizationKey", new_hex);
    SECTION("connections that end") {
        w.disconnect().connect().disconnect().connect();
        CHECK(dialled_key(w) == bytes(new_hex));
        w.disconnect();
    }
    SECTION("one that stays") {
        w.wait(seconds{299});
        CHECK(dialled_key(w) == bytes(new_hex));
        w.wait(seconds{2});
        CHECK(w.linked());
    }
    CHECK(dialled_key(w) == bytes(old_hex));
}

TEST_CASE("the answer to a Heartbeat over the old connection proves nothing") {
    World w{with_profile(1)};
    w.boot();
    w.door = takes_keys({old_hex});
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    w.silent = {"Heartbeat"};
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    w.set_key("AuthorizationKey", new_hex);
    CHECK(pending(w));
    w.wait(seconds{60});
    CHECK(dialled_key(w) == bytes(old_hex));
}

TEST_CASE("a second key replaces the candidate, the proven one stays the way back") {
    World w{with_profile(1)};
    w.boot();
    w.silent = {"Heartbeat"};
    w.set_key("AuthorizationKey", new_hex);
    w.set_key("AuthorizationKey", third_hex);
    CHECK(dialled_key(w) == bytes(third_hex));
    w.door = takes_keys({old_hex, new_hex});
    w.disconnect().connect().wait(seconds{60});
    CHECK(dialled_key(w) == bytes(old_hex));
}

// The close of a WebSocket takes a moment, in which answers still come.
TEST_CASE("an answer over the connection of the candidate before proves nothing of the next") {
    World w{with_profile(1)};
    w.boot();
    w.silent = {"Heartbeat"};
    w.set_key("AuthorizationKey", new_hex);
    const auto heartbeat = w.calls().back();
    REQUIRE(heartbeat[2] == "Heartbeat");
    w.closes_slowly = true;
    w.set_key("AuthorizationKey", third_hex);
    w.raw(Json::array({3, heartbeat[1], {{"currentTime", "2026-01-01T00:00:00Z"}}}).dump());
    CHECK(pending(w));
    w.closes_slowly = false;
    w.door = takes_keys({old_hex, new_hex});
    w.wait(seconds{60});
    CHECK(dialled_key(w) == bytes(old_hex));
}

TEST_CASE("each restart counts as a failed attempt, so that none are tried for ever") {
    World w{with_profile(1)};
    w.boot();
    w.silent = {"Heartbeat", "BootNotification"};
    w.set_key("AuthorizationKey", new_hex);
    w.restart();
    CHECK(dialled_key(w) == bytes(new_hex));
    w.power_cut();
    CHECK(dialled_key(w) == bytes(new_hex));
    w.restart();
    CHECK(dialled_key(w) == bytes(old_hex));
}

TEST_CASE("while the central system says Pending, its handshake proves a key") {
    World w{with_profile(1)};
    w.registration = "Pending";
    w.interval = 3600;
    w.boot();
    w.set_key("AuthorizationKey", new_hex);
    CHECK(!pending(w));
    CHECK(dialled_key(w) == bytes(new_hex));
    CHECK(count(w, "Heartbeat") == 0);
}

TEST_CASE("without a profile a key is stored, and the connection stays") {
    World w;
    w.boot();
    w.set_key("AuthorizationKey", new_hex).quiet();
    CHECK(!pending(w));
    CHECK(dialled_key(w) == bytes(new_hex));
}

SCENARIO_IN_WORLD_WITH("TC_083: a higher profile is proven by a BootNotification",
                       with_profile(0)) {
    w.boot();
    w.set_key("SecurityProfile", "1");
    if (w.disturbed()) return;
    w.says({"BootNotification", "SecurityEventNotification", "StatusNotification 0 Available",
            "StatusNotification 1 Available", "StatusNotification 2 Available"});
    CHECK(!pending(w));
    CHECK(key_of(w, "SecurityProfile")["value"] == "1");
    // Never again, not even when nothing else is taken.
    w.door = takes_profiles(0, 0);
    w.disconnect().connect().wait(seconds{600});
    CHECK(!w.linked());
    CHECK(dialled_profile(w) == 1);
    w.power_cut().wait(seconds{600});
    CHECK(dialled_profile(w) == 1);
    w.door = nullptr;
}

TEST_CASE("5.3: prerequisites of a profile") {
    World::Options options;
    SECTION("without a key") {
        World w{options};
        w.boot();
        CHECK(change(w, "SecurityProfile", "1") == "Rejected");
        w.set_key("AuthorizationKey", new_hex);
        CHECK(change(w, "SecurityProfile", "2") == "Rejected");
        CHECK(change(w, "SecurityProfile", "1") == "Accepted");
    }
    SECTION("with a root") {
        World w{with_profile(0, true)};
        w.boot();
        CHECK(change(w, "SecurityProfile", "3") == "Rejected");
        CHECK(change(w, "SecurityProfile", "2") == "Accepted");
        CHECK(dialled_profile(w) == 2);
    }
    SECTION("values") {
        World w{with_profile(0, true)};
        w.boot();
        for (const auto* wrong : {"", "x", "-1", "4", "1.0", "99999999999"})
            CHECK(change(w, "SecurityProfile", wrong) == "Rejected");
    }
}

TEST_CASE("TC_084: over OCPP a profile only goes up") {
    World w{with_profile(2, true)};
    w.boot();
    for (const auto* value : {"0", "1", "2"})
        CHECK(change(w, "SecurityProfile", value) == "Rejected");
    CHECK(dialled_profile(w) == 2);
    w.quiet();
}

TEST_CASE("a candidate counts as the profile that is only gone up from") {
    World w{with_profile(0, true)};
    w.boot();
    w.silent = {"BootNotification"};
    CHECK(change(w, "SecurityProfile", "2") == "Accepted");
    CHECK(change(w, "SecurityProfile", "2") == "Rejected");
    CHECK(change(w, "SecurityProfile", "1") == "Rejected");
    CHECK(key_of(w, "SecurityProfile")["value"] == "0");
}

SCENARIO_IN_WORLD_WITH("a profile that is refused gives way to the old one",
                       with_profile(1, true)) {
    w.boot();
    w.door = takes_profiles(1, 1);
    w.set_key("SecurityProfile", "2");
    w.wait(seconds{25});
    if (w.disturbed()) return;
    CHECK(dialled_profile(w) == 1);
    CHECK(w.linked());
    CHECK(w.overview()["registration"] == "Accepted");
    CHECK(w.overview()["security"]["given_up"] ==
          "SecurityProfile 2: it answered 401 Unauthorized");
}

TEST_CASE("a BootNotification over the connection before proves no profile") {
    auto options = with_profile(0);
    World w{options};
    w.boot();
    w.silent = {"BootNotification"};
    w.call("TriggerMessage", {{"requestedMessage", "BootNotification"}});
    const auto boot = w.calls().back();
    REQUIRE(boot[2] == "BootNotification");
    w.closes_slowly = true;
    w.set_key("SecurityProfile", "1");
    w.raw(
        Json::array(
            {3,
             boot[1],
             {{"currentTime", "2026-01-01T00:00:00Z"}, {"interval", 300}, {"status", "Accepted"}}})
            .dump());
    const auto before = count(w, "BootNotification");
    w.closes_slowly = false;
    w.silent.clear();
    w.wait(seconds{1});
    CHECK(count(w, "BootNotification") == before + 1);
    CHECK(!pending(w));
    CHECK(key_of(w, "SecurityProfile")["value"] == "1");
}

TEST_CASE("a person who may do everything sets a lower profile, and only a person") {
    World w{with_profile(0, true)};
    w.boot();
    w.set_key("SecurityProfile", "2");
    CHECK(dialled_profile(w) == 2);
    w.security_profile(1);
    CHECK(dialled_profile(w) == 1);
    CHECK(w.overview()["registration"] == "Accepted");
    w.restart();
    CHECK(dialled_profile(w) == 1);
    w.security_profile(0);
    CHECK(dialled_profile(w) == 0);
    w.power_cut();
    CHECK(dialled_profile(w) == 0);
}

TEST_CASE("a person may end the attempts of a candidate") {
    World w{with_profile(1, true)};
    w.boot();
    w.door = takes_profiles(1, 1);
    w.set_key("SecurityProfile", "2");
    CHECK(pending(w));
    w.security_profile(1);
    CHECK(!pending(w));
    CHECK(dialled_profile(w) == 1);
    CHECK(w.linked());
}

TEST_CASE("a factory reset brings back profile and key of the configuration file") {
    World w{with_profile(0)};
    w.boot();
    w.set_key("AuthorizationKey", new_hex).set_key("SecurityProfile", "1");
    w.silent = {"Heartbeat"};
    w.set_key("AuthorizationKey", third_hex);
    CHECK(pending(w));
    w.silent.clear();
    w.factory_reset().wait(seconds{60});
    CHECK(dialled_profile(w) == 0);
    CHECK(dialled_key(w) == bytes(old_hex));
    CHECK(!pending(w));
    w.store().flush();
    const auto stored = w.store().load();
    for (const auto& [name, text] : stored.texts[ocpp::core::Kind::Document])
        CHECK(!name.starts_with("candidate"));
}

}  // namespace candidate_test
