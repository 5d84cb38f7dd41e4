// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/network.hpp"

#include "hal-service/process/file.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// This header comes after net/if.h, because its definitions give way to those.
#include <linux/wireless.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <sstream>

namespace charge_daemon {
namespace {

using shared::Json;

constexpr std::size_t max_file_bytes = 64 * 1024;
constexpr std::size_t max_name_servers = 8;

std::string text_of(const std::string& path) {
    auto text = process::read_file(path, max_file_bytes);
    return text ? *std::move(text) : std::string();
}

std::string line_of(const std::string& path) {
    auto text = text_of(path);
    return text.substr(0, text.find('\n'));
}

Json known_or_null(std::string text) { return text.empty() ? Json() : Json(std::move(text)); }

struct Address {
    std::string interface;
    int family = 0;  // AF_INET or AF_INET6
    std::string text;
};

struct Interface {
    std::string name;
    bool up = false;
};

struct Interfaces {
    std::vector<Interface> all;  // without the loopback
    std::vector<Address> addresses;

    // "" when it has none.
    std::string ip4_of(const std::string& interface) const {
        for (const auto& one : addresses)
            if (one.interface == interface && one.family == AF_INET) return one.text;
        return {};
    }
};

std::string address_in_words(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto write = [&](const void* bytes) {
        return std::string(
            ::inet_ntop(address.sa_family, bytes, text.data(), text.size()) ? text.data() : "");
    };
    if (address.sa_family == AF_INET) {
        sockaddr_in ip4{};
        std::memcpy(&ip4, &address, sizeof ip4);
        return write(&ip4.sin_addr);
    }
    if (address.sa_family != AF_INET6) return {};
    sockaddr_in6 ip6{};
    std::memcpy(&ip6, &address, sizeof ip6);
    return write(&ip6.sin6_addr);
}

Interfaces interfaces() {
    ifaddrs* found = nullptr;
    if (::getifaddrs(&found) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(found, ::freeifaddrs);
    Interfaces known;
    for (const auto* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
        const std::string name = entry->ifa_name;
        const auto is = [entry](unsigned flag) { return (entry->ifa_flags & flag) != 0; };
        const bool is_new = std::none_of(known.all.begin(), known.all.end(),
                                         [&](const Interface& one) { return one.name == name; });
        if (is_new && !is(IFF_LOOPBACK)) known.all.push_back({name, is(IFF_UP) && is(IFF_RUNNING)});
        if (entry->ifa_addr == nullptr) continue;
        auto text = address_in_words(*entry->ifa_addr);
        if (!text.empty())
            known.addresses.push_back({name, entry->ifa_addr->sa_family, std::move(text)});
    }
    return known;
}

struct Route {
    std::string interface;
    std::uint32_t gateway;  // as in memory: network order
};

std::vector<Route> default_routes(const std::string& routes) {
    std::vector<Route> all;
    std::istringstream lines(routes);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string interface, destination, gateway;
        fields >> interface >> destination >> gateway;
        std::uint32_t bits = 0;
        const auto* end = gateway.data() + gateway.size();
        if (destination == "00000000" && std::from_chars(gateway.data(), end, bits, 16).ptr == end)
            all.push_back({interface, bits});
    }
    return all;
}

std::string interface_of(const std::vector<Address>& all, const std::string& address,
                         const std::string& routes) {
    for (const auto& one : all)
        if (one.text == address) return one.interface;
    const auto ways = default_routes(routes);
    return ways.empty() ? std::string() : ways.front().interface;
}

// A radio answers through a socket of any kind.
class Radio {
public:
    explicit Radio(const std::string& interface) : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        interface.copy(request_.ifr_name, IFNAMSIZ - 1);
    }
    ~Radio() {
        if (socket_ >= 0) ::close(socket_);
    }
    Radio(const Radio&) = delete;
    Radio& operator=(const Radio&) = delete;

    Json ssid() {
        std::array<char, IW_ESSID_MAX_SIZE + 1> name{};
        request_.u.essid = {name.data(), name.size(), 0};
        if (::ioctl(socket_, SIOCGIWESSID, &request_) != 0) return {};
        return known_or_null(std::string(name.data()));
    }
    Json channel() {
        request_.u.freq = {};
        if (::ioctl(socket_, SIOCGIWFREQ, &request_) != 0) return {};
        // A channel's number, or a frequency in Hz as mantissa and exponent.
        const auto& told = request_.u.freq;
        std::int64_t hertz = told.m;
        for (int i = 0; i < std::min<int>(told.e, 9); ++i) hertz *= 10;
        return hertz < 1'000 ? hertz : channel_of(hertz / 1'000'000);
    }

private:
    static std::int64_t channel_of(std::int64_t megahertz) {
        if (megahertz == 2484) return 14;
        return megahertz < 5000 ? (megahertz - 2407) / 5 : (megahertz - 5000) / 5;
    }
    int socket_;
    iwreq request_{};
};

// The interface of that name in a list of interfaces; null when it is not there.
const Json* entry_of(const Json& list, const std::string& name) {
    for (const auto& one : list)
        if (one.at("name") == name) return &one;
    return nullptr;
}

bool is_wifi(const Json& entry) { return entry.at("kind") == "wifi"; }

}  // namespace

std::string kind_of(const NetworkFiles& files, const std::string& interface) {
    const auto folder = files.sys_class_net + '/' + interface;
    if (::access((folder + "/wireless").c_str(), F_OK) == 0) return "wifi";
    const auto uevent = text_of(folder + "/uevent");
    if (uevent.find("DEVTYPE=wlan") != std::string::npos) return "wifi";
    if (uevent.find("DEVTYPE=wwan") != std::string::npos) return "lte";
    return "ethernet";
}

std::string gateway_of(const std::string& routes, const std::string& interface) {
    for (const auto& route : default_routes(routes)) {
        if (route.interface != interface) continue;
        std::array<char, INET_ADDRSTRLEN> text{};
        const in_addr address{route.gateway};
        if (::inet_ntop(AF_INET, &address, text.data(), text.size()) != nullptr) return text.data();
    }
    return {};
}

Json name_servers(const std::string& resolver_configuration) {
    Json servers = Json::array();
    std::istringstream lines(resolver_configuration);
    std::string line;
    while (servers.size() < max_name_servers && std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string word, server;
        fields >> word >> server;
        if (word == "nameserver" && !server.empty()) servers.push_back(server);
    }
    return servers;
}

Json signal_of(const std::string& wireless, const std::string& interface) {
    std::istringstream lines(wireless);
    std::string line;
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string name, status, quality, level;
        fields >> name >> status >> quality >> level;
        int dbm = 0;
        const auto* end = level.data() + level.size();
        if (name == interface + ':' && std::from_chars(level.data(), end, dbm).ptr != level.data())
            return dbm;
    }
    return {};
}

// In percent, as wpa_supplicant's best and worst.
constexpr int worst_dbm = -100;
constexpr int best_dbm = -40;

int percent_of(int dbm) {
    return (std::clamp(dbm, worst_dbm, best_dbm) - worst_dbm) * 100 / (best_dbm - worst_dbm);
}

int dbm_of(int percent) {
    return worst_dbm + std::clamp(percent, 0, 100) * (best_dbm - worst_dbm) / 100;
}

Json network_status(const std::string& address, const Json& managed, const NetworkFiles& files) {
    const auto known = interfaces();
    const auto routes = text_of(files.routes);
    const auto interface = interface_of(known.addresses, address, routes);
    const auto dns = name_servers(text_of(files.resolver));
    if (interface.empty()) return {{"interface", nullptr}, {"link", false}, {"dns", dns}};
    const auto folder = files.sys_class_net + '/' + interface;
    const auto* told = entry_of(managed, interface);
    const auto kind = told != nullptr && is_wifi(*told) ? "wifi" : kind_of(files, interface);
    Json status{{"interface", kind},
                {"link", line_of(folder + "/carrier") == "1"},
                {"ip4", known_or_null(known.ip4_of(interface))},
                {"gateway", known_or_null(gateway_of(routes, interface))},
                {"dns", dns},
                {"mac", known_or_null(line_of(folder + "/address"))}};
    if (kind == "wifi") {
        Radio radio(interface);
        status["ssid"] = radio.ssid();
        status["channel"] = radio.channel();
        status["rssi"] = signal_of(text_of(files.wireless), interface);
        if (told != nullptr && told->contains("ssid")) status["ssid"] = told->at("ssid");
        if (status["rssi"].is_null() && told != nullptr && told->contains("signal"))
            status["rssi"] = dbm_of(told->at("signal").get<int>());
    }
    return status;
}

Json network_interfaces(const Json& managed, const NetworkFiles& files) {
    Json list = Json::array();
    const auto known = interfaces();
    const auto wireless = text_of(files.wireless);
    for (const auto& one : known.all) {
        auto kind = kind_of(files, one.name);
        Json entry{{"name", one.name},           {"kind", kind},    {"up", one.up},
                   {"addresses", Json::array()}, {"ssid", nullptr}, {"signal", nullptr}};
        for (const auto& address : known.addresses)
            if (address.interface == one.name) entry["addresses"].push_back(address.text);
        if (kind == "wifi") {
            entry["ssid"] = Radio(one.name).ssid();
            if (const auto dbm = signal_of(wireless, one.name); !dbm.is_null())
                entry["signal"] = percent_of(dbm.get<int>());
        }
        if (const auto* told = entry_of(managed, one.name)) {
            if (is_wifi(*told)) entry["kind"] = "wifi";
            for (const auto* member : {"ssid", "signal"})
                if (told->contains(member)) entry[member] = told->at(member);
        }
        list.push_back(std::move(entry));
    }
    for (const auto& told : managed) {
        if (entry_of(list, told.at("name").get<std::string>()) != nullptr) continue;
        Json entry{{"addresses", Json::array()}, {"ssid", nullptr}, {"signal", nullptr}};
        entry.update(told);
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace charge_daemon
