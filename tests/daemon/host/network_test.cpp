// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/network.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

namespace network_test {

using namespace charge_daemon;
using shared::Json;

namespace {

constexpr const char* routes =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
    "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n"
    "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"
    "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\n";

}  // namespace

TEST_CASE("the gateway is that of the interface's default route") {
    CHECK(gateway_of(routes, "eth0") == "192.168.1.1");
    CHECK(gateway_of(routes, "wlan0") == "192.168.2.1");
    CHECK(gateway_of(routes, "eth1").empty());
    CHECK(gateway_of("eth0 00000000 nonsense", "eth0").empty());
}

TEST_CASE("name servers are those of the resolver's file, and not endlessly many") {
    CHECK(name_servers("# no\nnameserver 192.168.1.1\nsearch lan\nnameserver fe80::1%eth0\n") ==
          Json{"192.168.1.1", "fe80::1%eth0"});
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "nameserver 10.0.0.1\n";
    CHECK(name_servers(many).size() == 8);
    CHECK(name_servers("") == Json::array());
}

TEST_CASE("the signal is the level in dBm") {
    constexpr const char* text =
        "Inter-| sta-|   Quality        |   Discarded packets\n"
        " face | tus | link level noise |  nwid  crypt   frag\n"
        " wlan0: 0000   49.  -61.  -256        0      0      0\n";
    CHECK(signal_of(text, "wlan0") == -61);
    CHECK(signal_of(text, "wlan1").is_null());
}

TEST_CASE("an interface is told from its folder") {
    const support::Folder sys;
    sys.write("eth0/uevent", "INTERFACE=eth0\nIFINDEX=2\n");
    sys.write("wlan0/uevent", "DEVTYPE=wlan\nINTERFACE=wlan0\n");
    sys.write("wwan0/uevent", "DEVTYPE=wwan\nINTERFACE=wwan0\n");
    sys.write("old0/wireless/status", "0");
    NetworkFiles files;
    files.sys_class_net = sys.path();
    CHECK(kind_of(files, "eth0") == "ethernet");
    CHECK(kind_of(files, "wlan0") == "wifi");
    CHECK(kind_of(files, "wwan0") == "lte");
    CHECK(kind_of(files, "old0") == "wifi");
}

TEST_CASE("the network of this machine can be told") {
    const auto status = network_status("127.0.0.1", Json::array());
    CHECK(status["ip4"] == "127.0.0.1");
    CHECK(status["link"].is_boolean());
    CHECK(status["dns"].is_array());
}

TEST_CASE("a machine without a network says so") {
    NetworkFiles files;
    files.routes = files.resolver = "/nonexistent";
    const auto status = network_status("192.0.2.77", Json::array(), files);
    CHECK(status["link"] == false);
    CHECK(status["interface"].is_null());
}

TEST_CASE("percent and dBm are two spellings of one signal") {
    CHECK(percent_of(-100) == 0);
    CHECK(percent_of(-40) == 100);
    CHECK(percent_of(-70) == 50);
    CHECK(percent_of(0) == 100);
    CHECK(percent_of(-2'000'000) == 0);
    CHECK(dbm_of(50) == -70);
    CHECK(dbm_of(1'000) == -40);
    for (int percent = 0; percent <= 100; percent += 5)
        CHECK(percent_of(dbm_of(percent)) == percent);
}

TEST_CASE("interfaces are those of the kernel, and what NetworkManager knows of them or besides") {
    const Json managed{
        {{"name", "no-such0"}, {"kind", "wifi"}, {"up", true}, {"ssid", "home"}, {"signal", 70}},
        {{"name", "no-such1"}, {"kind", "ethernet"}, {"up", false}}};
    const auto list = network_interfaces(managed);
    REQUIRE(list.size() >= 2);
    for (const auto& one : list) {
        CHECK(one.size() == 6);
        CHECK(one.at("name") != "lo");
        CHECK(one.at("addresses").is_array());
    }
    CHECK(list[list.size() - 2] == Json{{"name", "no-such0"},
                                        {"kind", "wifi"},
                                        {"up", true},
                                        {"addresses", Json::array()},
                                        {"ssid", "home"},
                                        {"signal", 70}});
    CHECK(list.back().at("ssid").is_null());
    CHECK(list.back().at("signal").is_null());
}

TEST_CASE("networkStatus takes of NetworkManager what the kernel does not tell") {
    const auto status = network_status(
        "127.0.0.1",
        {{{"name", "lo"}, {"kind", "wifi"}, {"up", true}, {"ssid", "home"}, {"signal", 50}}});
    CHECK(status.at("interface") == "wifi");
    CHECK(status.at("ssid") == "home");
    CHECK(status.at("rssi") == -70);
    CHECK(network_status("127.0.0.1", Json::array()).at("interface") == "ethernet");
}

}  // namespace network_test
