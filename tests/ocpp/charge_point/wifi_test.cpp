// SPDX-License-Identifier: Apache-2.0
// Another Wi-Fi network, written by OCPP keys: tried, proven or given up, and one of the two is
// there whatever is cut off meanwhile.

#include "tests/ocpp/charge_point/wifi_air.hpp"

namespace wifi_test {

using shared::Json;
using test::seconds;
using test::World;
using namespace wifi;

TEST_CASE("without somebody who sets networks the keys are read-only, and the reason is told") {
    World w{quiet()};
    w.boot();
    Air air{w};
    air.cable = true;
    for (const auto& [problem, told] :
         {std::pair<std::string, std::string>{"", "has not been asked yet"},
          {"there is no Wi-Fi device", "there is no Wi-Fi device"}}) {
        air.problem = problem;
        if (!problem.empty()) air.look();
        for (const auto* key : {"WiFiSSID", "WiFiPassword", "WiFiHidden", "ConnectedWifiSSID"}) {
            CHECK(change(w, key, "true12345") == "Rejected");
            CHECK(read_only(w, key));
        }
        CHECK(state_of(w)["problem"].get<std::string>().find(told) != std::string::npos);
    }
    air.problem.clear();
    air.look();
    CHECK(!read_only(w, "WiFiSSID"));
    CHECK(read_only(w, "ConnectedWifiSSID"));
    CHECK(change(w, "ConnectedWifiSSID", "x") == "Rejected");
    CHECK(change(w, "WiFiSSID", "x") == "Accepted");
}

TEST_CASE("an SSID has 1 to 32 bytes of any kind, a password those of WPA or none") {
    World w{quiet()};
    w.boot();
    Air air{w};
    air.cable = true;
    air.look();
    for (const auto& wrong :
         {std::string(), std::string(33, 'x'), std::string(31, 'x') + "\xC3\xA9"})
        CHECK(change(w, "WiFiSSID", wrong) == "Rejected");
    for (const auto& right : {std::string("x"), std::string(32, ','), shed, home,
                              std::string("a\nb\x01"), std::string(" ")}) {
        CHECK(change(w, "wifissid", right) == "Accepted");
        CHECK(value_of(w, "WiFiSSID") == right);
    }
    for (const auto& wrong : {std::string("1234567"), std::string(64, 'g'), std::string(65, 'a'),
                              std::string("a\nbcdefgh")})
        CHECK(change(w, "WiFiPassword", wrong) == "Rejected");
    for (const auto& right : {std::string(), std::string(8, ','), std::string(63, '"'),
                              std::string(64, 'F'), home_password})
        CHECK(change(w, "WiFiPassword", right) == "Accepted");
    CHECK(value_of(w, "WiFiPassword") == Json());
    CHECK(change(w, "WiFiHidden", "maybe") == "Rejected");
    CHECK(change(w, "WiFiHidden", "TRUE") == "Accepted");
}

TEST_CASE("what is written within ten seconds is applied together, and proven by a connection") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    REQUIRE(air.ssid() == home);
    REQUIRE(w.wifi.proven);
    const auto first = *w.wifi.proven;
    CHECK(change(w, "WiFiSSID", shed) == "Accepted");
    w.wait(seconds{5});
    CHECK(change(w, "WiFiPassword", shed_password) == "Accepted");
    w.wait(seconds{4});
    CHECK(!w.wifi.candidate);
    CHECK(air.ssid() == home);
    w.wait(seconds{2});
    REQUIRE(w.wifi.candidate);
    CHECK(w.wifi.candidate->ssid == shed);
    CHECK(w.wifi.candidate->password == shed_password);
    CHECK(w.wifi.candidate->slot != first.slot);
    CHECK(w.wifi.proven == first);  // kept until the proof
    CHECK(value_of(w, "WiFiSSID") == shed);
    CHECK(value_of(w, "ConnectedWifiSSID") == home);
    air.wait(seconds{20});
    CHECK(air.ssid() == shed);
    CHECK(!pending(w));
    CHECK(!w.wifi.candidate);
    REQUIRE(w.wifi.proven);
    CHECK(w.wifi.proven->ssid == shed);
    CHECK(value_of(w, "ConnectedWifiSSID") == shed);
    w.power_cut();
    air.wait(seconds{20});
    CHECK(w.wifi.proven->ssid == shed);
    CHECK(w.linked());
}

TEST_CASE("a network without a way to the central system is left after three minutes") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    air.networks[shed].has_way_out = false;
    write_all(w, shed, shed_password);
    air.wait(seconds{30});
    CHECK(air.ssid() == shed);
    CHECK(!w.linked());
    air.wait(seconds{150});
    CHECK(air.ssid() == shed);
    air.wait(seconds{30});
    CHECK(air.ssid() == home);
    CHECK(w.linked());
    CHECK(value_of(w, "WiFiSSID") == home);
    CHECK(state_of(w)["given_up"].get<std::string>().find("not reached within three minutes") !=
          std::string::npos);
    // It is not tried again by itself, and is told of after a restart, too.
    air.networks[shed].has_way_out = true;
    w.restart();
    air.wait(seconds{600});
    CHECK(air.ssid() == home);
    CHECK(state_of(w).contains("given_up"));
    // Asked for again, it is tried again.
    write_all(w, shed, shed_password);
    air.wait(seconds{30});
    CHECK(air.ssid() == shed);
    CHECK(!state_of(w).contains("given_up"));
}

TEST_CASE("a wrong password is given up after three attempts, with the reason") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    write_all(w, shed, "not the right one");
    air.wait(seconds{10});
    CHECK(pending(w));
    air.wait(seconds{40});
    CHECK(!pending(w));
    CHECK(state_of(w)["given_up"].get<std::string>().find("no secrets") != std::string::npos);
    CHECK(air.ssid() == home);
    CHECK(w.linked());
}

TEST_CASE("a connection that was opened over the old network proves nothing") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    write_all(w, shed, shed_password);
    w.wait(seconds{11});
    w.disconnect().connect();  // still at home
    CHECK(pending(w));
    CHECK(w.wifi.candidate);
}

TEST_CASE("a change beside Ethernet is proven by a new connection, too") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    air.cable = true;
    write_all(w, shed, shed_password);
    air.wait(seconds{20});
    CHECK(!pending(w));
    CHECK(air.ssid() == shed);
    CHECK(w.linked());
}

TEST_CASE("where no network was before, the router is proof enough") {
    World w{quiet()};
    w.start();
    Air air{w};
    air.networks = {{home, {home_password, true, false}}};
    air.look();
    write_all(w, home, home_password, "true");
    air.wait(seconds{300});
    CHECK(air.ssid() == home);
    CHECK(!pending(w));
    CHECK(w.wifi.proven);
}

TEST_CASE("a network that somebody else has set up is a way back") {
    World w{quiet()};
    Air air{w};
    air.networks = {{home, {""}}, {shed, {"", false, false}}};
    air.foreign = home;
    w.start();
    air.look();
    CHECK(value_of(w, "ConnectedWifiSSID") == home);
    write_all(w, shed, "");
    air.wait(seconds{40});
    CHECK(air.ssid() == shed);
    air.wait(seconds{180});
    CHECK(air.ssid() == home);
    CHECK(!w.wifi.proven);
    CHECK(!pending(w));
}

TEST_CASE("a hidden network is found only when it is said to be hidden") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    air.networks[shed].hidden = true;
    write_all(w, shed, shed_password, "true");
    air.wait(seconds{30});
    CHECK(air.ssid() == shed);
    write_all(w, shed, shed_password, "false");
    air.wait(seconds{60});
    CHECK(state_of(w).contains("given_up"));
    CHECK(air.ssid() == shed);
    CHECK(w.wifi.proven->hidden);
}

TEST_CASE("a value that is written again as it is interrupts nothing") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    const auto wish = w.wifi;
    write_all(w, home, home_password);
    air.wait(seconds{60});
    CHECK(w.wifi == wish);
    CHECK(w.linked());
    // Nor does one that is taken back in time.
    write(w, "WiFiHidden", "true");
    CHECK(pending(w));
    write(w, "WiFiHidden", "false");
    CHECK(!pending(w));
    air.wait(seconds{60});
    CHECK(w.wifi == wish);
}

TEST_CASE("a password waits for the name that it belongs to") {
    World w{quiet()};
    Air air{w};
    air.networks = {{home, {home_password}}};
    air.cable = true;
    w.boot();
    air.look();
    write(w, "WiFiPassword", home_password);
    air.wait(seconds{60});
    CHECK(!w.wifi.candidate);
    w.restart();
    air.wait(seconds{60});
    write(w, "WiFiSSID", home);
    air.wait(seconds{30});
    CHECK(air.ssid() == home);
    CHECK(!pending(w));
}

TEST_CASE("restarts that cut the proof off do not go on for ever") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    air.networks[shed].has_way_out = false;
    write_all(w, shed, shed_password);
    w.restart();  // applies it at once
    for (int restarts = 0; restarts < 4; ++restarts) {
        air.wait(seconds{30});
        w.power_cut();
    }
    air.wait(seconds{20});
    CHECK(!pending(w));
    CHECK(air.ssid() == home);
    CHECK(w.linked());
    CHECK(state_of(w)["given_up"].get<std::string>().find("restarts") != std::string::npos);
}

TEST_CASE("NetworkManager that goes in the middle, and comes back, ends at one of the two") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    air.networks[shed].has_way_out = false;
    write_all(w, shed, shed_password);
    air.wait(seconds{20});
    air.problem = "NetworkManager does not run";
    air.wait(seconds{200});
    CHECK(!pending(w));
    CHECK(write(w, "WiFiSSID", "x") == "Rejected");
    air.problem.clear();
    air.wait(seconds{20});
    CHECK(air.ssid() == home);
    CHECK(w.linked());
}

TEST_CASE("a damaged candidate is left out, and the network in force stays") {
    using ocpp::core::Durability;
    using ocpp::core::Kind;
    using ocpp::core::Put;
    for (const std::string damaged :
         {"{", "[]", R"({"ssid":"x","password":"short","tried":true})",
          R"({"ssid":"","password":"","tried":true})", R"({"ssid":7})",
          R"({"ssid":"123456789012345678901234567890123","password":""})"}) {
        World w{quiet()};
        Air air{w};
        settle_in(w, air);
        w.store().keep({Put{Kind::Document, "wifi_candidate", damaged, Durability::Now}},
                       w.now().steady);
        w.restart();
        air.wait(seconds{30});
        INFO(damaged);
        CHECK(!pending(w));
        CHECK(!w.wifi.candidate);
        CHECK(air.ssid() == home);
    }
}

TEST_CASE("a factory reset forgets the network that was written, and a candidate") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    air.cable = true;
    write_all(w, shed, shed_password);
    air.wait(seconds{10});
    w.factory_reset();
    air.wait(seconds{20});
    CHECK(w.wifi == ocpp::core::WifiWish{});
    CHECK(air.ssid().empty());
    CHECK(!pending(w));
    CHECK(value_of(w, "WiFiSSID") == "");
}

TEST_CASE("a security profile holds over Wi-Fi as over Ethernet") {
    for (const int profile : {1, 2, 3}) {
        std::vector<std::pair<Json, int>> results;
        for (const bool over_wifi : {false, true}) {
            auto options = quiet();
            options.authorization_key = std::string(40, '1');
            options.trust_system_roots = true;
            World w{options};
            Air air{w};
            settle_in(w, air);
            air.cable = !over_wifi;
            air.look();
            const auto answer = change(w, "SecurityProfile", std::to_string(profile));
            w.wait(seconds{5});
            CHECK(w.linked());
            results.emplace_back(answer, w.point().link().security_profile);
        }
        CHECK(results[0] == results[1]);
        if (profile < 3) CHECK(results[1] == std::pair<Json, int>{"Accepted", profile});
    }
}

TEST_CASE("a password is told to nobody") {
    World w{quiet()};
    Air air{w};
    settle_in(w, air);
    write_all(w, shed, "not the right one");
    air.wait(seconds{60});
    const auto overview = shared::dump(w.overview()) + shared::dump(w.point().configuration()) +
                          shared::dump(w.call("GetConfiguration", Json::object()));
    CHECK(overview.find(home_password) == std::string::npos);
    CHECK(overview.find("not the right one") == std::string::npos);
}

SCENARIO_IN_WORLD_WITH("a change of the Wi-Fi while a car charges costs no message", quiet()) {
    Air air{w};
    settle_in(w, air);
    w.plug(1).tag("TAG1").wait(seconds{60});
    write_all(w, shed, shed_password);
    for (int i = 0; i < 6; ++i) air.wait(seconds{10});
    w.unplug(1).wait(seconds{10});
    if (w.disturbed()) return;
    CHECK(air.ssid() == shed);
    CHECK(!pending(w));
}

}  // namespace wifi_test
