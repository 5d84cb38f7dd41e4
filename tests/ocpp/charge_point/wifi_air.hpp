// SPDX-License-Identifier: Apache-2.0
#pragma once
// Wi-Fi networks in the air, and a machine that keeps the profiles a charge point wishes, as
// NetworkManager does: it connects with the candidate when it is asked to, by itself only with the
// proven one, and it remembers its profiles over every end of the charge point.

#include "hal-service/shared/json.hpp"
#include "tests/support/world.hpp"

#include <map>
#include <optional>
#include <string>

namespace wifi {

struct Network {
    std::string password;
    bool hidden = false;
    bool has_way_out = true;  // the central system can be reached over it
};

class Air {
public:
    explicit Air(test::World& world) : w_(world) {
        w_.door = [this](const ocpp::core::LinkSettings&) -> std::optional<ocpp::core::DialFailed> {
            if (cable || (connected_ && networks.at(connected_->ssid).has_way_out))
                return std::nullopt;
            return ocpp::core::DialFailed{ocpp::core::DialProblem::Unreachable, "no way there"};
        };
    }
    ~Air() { w_.door = nullptr; }
    Air(const Air&) = delete;
    Air& operator=(const Air&) = delete;

    std::map<std::string, Network> networks;
    std::string problem;                 // why NetworkManager can set nothing
    bool cable = false;                  // Ethernet leads to the central system, too
    std::optional<std::string> foreign;  // a network that somebody else has set up

    // Carries out what is wished since the last look, and tells what is seen.
    void look() {
        if (!problem.empty()) return tell({problem, {}, 0});
        const auto& wish = w_.wifi;
        // A profile that is not wished any more is gone with its connection.
        if (connected_ && connected_->slot != 0 && connected_ != wish.proven &&
            connected_ != wish.candidate)
            connect({});
        if (wish.candidate && connected_ != wish.candidate) {
            connect(can(*wish.candidate) ? wish.candidate : std::nullopt);
            if (!connected_) w_.asked(ocpp::core::WifiFailed{wish.candidate->slot, "no secrets"});
        }
        if (!connected_ && w_.wifi.proven && can(*w_.wifi.proven)) connect(w_.wifi.proven);
        if (!connected_ && foreign) connect(ocpp::core::WifiProfile{0, *foreign, {}, {}});
        tell({{}, ssid(), connected_ ? connected_->slot : 0});
        if (!w_.linked()) w_.connect();
    }
    // Time passes, in which it looks again and again.
    void wait(test::seconds time) {
        for (auto left = time; left.count() > 0; left -= test::seconds{5}) {
            w_.wait(std::min(left, test::seconds{5}));
            look();
        }
    }
    std::string ssid() const { return connected_ ? connected_->ssid : ""; }

private:
    bool can(const ocpp::core::WifiProfile& profile) const {
        const auto found = networks.find(profile.ssid);
        return found != networks.end() && found->second.password == profile.password &&
               (!found->second.hidden || profile.hidden);
    }
    void connect(const std::optional<ocpp::core::WifiProfile>& profile) {
        if (connected_ == profile) return;
        connected_ = profile;
        if (!cable && w_.linked()) w_.disconnect();
    }
    void tell(const ocpp::core::WifiSeen& seen) {
        if (told_ && told_->problem == seen.problem && told_->ssid == seen.ssid &&
            told_->slot == seen.slot)
            return;
        told_ = seen;
        w_.asked(seen);
    }

    test::World& w_;
    std::optional<ocpp::core::WifiProfile> connected_;
    std::optional<ocpp::core::WifiSeen> told_;
};

inline const std::string home = "Home, 2nd \"floor\" \xC3\xA9";
inline const std::string shed = "shed;\\,'\t$(x)\xF0\x9F\x94\x8C";
inline const std::string home_password = "correct, horse";
inline const std::string shed_password(64, 'a');

inline test::World::Options quiet() {
    test::World::Options options;
    options.reading_period = test::seconds{30};  // nothing is metered here
    return options;
}

inline shared::Json change(test::World& w, const std::string& key, const std::string& value) {
    const auto answer = w.call("ChangeConfiguration", {{"key", key}, {"value", value}});
    return answer.is_object() ? answer["status"] : answer;
}

// By a person on the spot, who needs no link.
inline std::string write(test::World& w, const std::string& key, const std::string& value) {
    return w.asked(ocpp::core::KeyWritten{key, value});
}

inline void write_all(test::World& w, const std::string& ssid, const std::string& password,
                      const std::string& hidden = "false") {
    write(w, "WiFiSSID", ssid);
    write(w, "WiFiPassword", password);
    write(w, "WiFiHidden", hidden);
}

inline shared::Json value_of(test::World& w, const std::string& key) {
    for (const auto& one : w.point().configuration())
        if (one["key"] == key) return one.contains("value") ? one["value"] : shared::Json();
    return "no such key";
}

inline bool read_only(test::World& w, const std::string& key) {
    for (const auto& one : w.point().configuration())
        if (one["key"] == key) return one["readonly"].get<bool>();
    return false;
}

inline shared::Json state_of(const test::World& w) { return w.overview()["wifi"]; }
inline bool pending(const test::World& w) { return state_of(w).contains("candidate"); }

// Boots, and is in the network "home".
inline void settle_in(test::World& w, Air& air) {
    air.networks = {{home, {home_password}}, {shed, {shed_password}}};
    air.cable = true;
    w.boot();
    air.look();
    write_all(w, home, home_password);
    air.wait(test::seconds{30});
    air.cable = false;
}

}  // namespace wifi
