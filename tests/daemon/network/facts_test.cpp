// SPDX-License-Identifier: Apache-2.0
#include "daemon/network/facts.hpp"

#include "tests/support/catch.hpp"

namespace facts_test {

using namespace charge_daemon;
using ocpp::core::WifiProfile;
using ocpp::core::WifiWish;
using shared::Json;

namespace {

const WifiWish ours{WifiProfile{1, "ours", "12345678", false}, {}};

// A cable and a radio that is connected with a network of somebody else.
NetworkObjects connected() {
    return {.devices = {{"/d/1", "eth0", 1, 100, {}, "/c/1"},
                        {"/d/2", "wlan0", 2, 100, "/a/1", "/c/2"}},
            .access_points = {{"/a/1", "theirs", 61}, {"/a/2", "ours", 20}, {"/a/3", "ours", 80}},
            .active = {{"/c/1", "wired", 2, "/"}, {"/c/2", "somebody's", 2, "/"}}};
}

}  // namespace

TEST_CASE("the first radio that can be used is used, else the first says why it can't be") {
    NetworkObjects all;
    CHECK(problem_of(radio_of(all)) == "NetworkManager has no Wi-Fi device");
    all.devices = {{"/1", "eth0", 1, 100, {}, {}}};
    CHECK(radio_of(all) == nullptr);
    all.devices.push_back({"/2", "wlan0", 2, 10, {}, {}});
    CHECK(problem_of(radio_of(all)) == "NetworkManager does not manage wlan0");
    all.devices.push_back({"/3", "wlan1", 2, 20, {}, {}});
    CHECK(radio_of(all)->name == "wlan0");
    all.devices[1].state = 20;
    CHECK(problem_of(radio_of(all)) == "the Wi-Fi device wlan0 is not available");
    all.devices.push_back({"/4", "wlan2", 2, 30, {}, {}});
    CHECK(radio_of(all)->name == "wlan2");
    CHECK(problem_of(radio_of(all)).empty());
}

TEST_CASE("a connected network is known by its access point, ours by its profile") {
    auto all = connected();
    CHECK(ssid_of(all, all.devices[1], {}) == "theirs");
    all.active[1].uuid = std::string(uuid_of(1));
    CHECK(ssid_of(all, all.devices[1], ours) == "ours");
    // A profile that is not wished any more is known by its access point, too.
    CHECK(ssid_of(all, all.devices[1], {}) == "theirs");
    all.devices[1].access_point.clear();
    all.active[1].specific_object = "/a/2";
    CHECK(ssid_of(all, all.devices[1], {}) == "ours");
    all.active[1].specific_object = "/";
    CHECK(ssid_of(all, all.devices[1], {}).empty());
    all.active[1].state = 1;
    CHECK(ssid_of(all, all.devices[1], ours).empty());
}

TEST_CASE("the situation is that of our profiles on the radio") {
    auto all = connected();
    WifiSituation now;
    now.connected = now.connecting = 2;
    now.idle = true;
    observe(all, now);
    CHECK(now.connected == 0);
    CHECK(now.connecting == 0);
    CHECK(!now.idle);
    all.active[1].uuid = std::string(uuid_of(2));
    observe(all, now);
    CHECK(now.connected == 2);
    all.active[1].state = 1;
    all.devices[1].state = 50;
    observe(all, now);
    CHECK(now.connected == 0);
    CHECK(now.connecting == 2);
    all.active.pop_back();
    all.devices[1].state = 30;
    observe(all, now);
    CHECK(now.connecting == 0);
    CHECK(now.idle);
    observe({}, now);
    CHECK(!now.idle);
}

TEST_CASE("interfaces tell the signal of the network in use, of ours the strongest") {
    auto all = connected();
    all.devices.push_back({"/d/3", "p2p-dev", 30, 30, {}, {}});
    CHECK(interfaces_of(all, {}) == Json{{{"name", "eth0"}, {"kind", "ethernet"}, {"up", true}},
                                         {{"name", "wlan0"},
                                          {"kind", "wifi"},
                                          {"up", true},
                                          {"ssid", "theirs"},
                                          {"signal", 61}}});
    all.active[1].uuid = std::string(uuid_of(1));
    all.devices[1].access_point = "/";
    CHECK(interfaces_of(all, ours)[1]["signal"] == 80);
    all.devices[1].state = 30;
    all.devices[1].active = "/";
    CHECK(interfaces_of(all, ours)[1] == Json{{"name", "wlan0"}, {"kind", "wifi"}, {"up", false}});
    CHECK(interfaces_of({}, ours) == Json::array());
}

}  // namespace facts_test
