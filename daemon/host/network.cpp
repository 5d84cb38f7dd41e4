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

Json known(std::string text) { return text.empty() ? Json() : Json(std::move(text)); }

struct Address {
    std::string interface;
    std::string ip4;
};

std::vector<Address> addresses() {
    ifaddrs* found = nullptr;
    if (::getifaddrs(&found) != 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list(found, ::freeifaddrs);
    std::vector<Address> all;
    for (const auto* entry = list.get(); entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
        sockaddr_in address{};
        std::memcpy(&address, entry->ifa_addr, sizeof address);
        std::array<char, INET_ADDRSTRLEN> text{};
        if (::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size()) != nullptr)
            all.push_back({entry->ifa_name, text.data()});
    }
    return all;
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
        if (one.ip4 == address) return one.interface;
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
        return known(std::string(name.data()));
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

Json network_status(const std::string& address, const NetworkFiles& files) {
    const auto all = addresses();
    const auto routes = text_of(files.routes);
    const auto interface = interface_of(all, address, routes);
    const auto dns = name_servers(text_of(files.resolver));
    if (interface.empty()) return {{"interface", nullptr}, {"link", false}, {"dns", dns}};
    const auto own = std::find_if(all.begin(), all.end(),
                                  [&](const Address& one) { return one.interface == interface; });
    const auto folder = files.sys_class_net + '/' + interface;
    const auto kind = kind_of(files, interface);
    Json status{{"interface", kind},
                {"link", line_of(folder + "/carrier") == "1"},
                {"ip4", own == all.end() ? Json() : Json(own->ip4)},
                {"gateway", known(gateway_of(routes, interface))},
                {"dns", dns},
                {"mac", known(line_of(folder + "/address"))}};
    if (kind == "wifi") {
        Radio radio(interface);
        status["ssid"] = radio.ssid();
        status["channel"] = radio.channel();
        status["rssi"] = signal_of(text_of(files.wireless), interface);
    }
    return status;
}

}  // namespace charge_daemon
