// SPDX-License-Identifier: Apache-2.0
#pragma once
// The Wi-Fi network that WiFiSSID, WiFiPassword and WiFiHidden ask for. What is written within
// `together` is applied together, as a candidate beside the network in force, which the machine
// keeps. It is proven when a connection to the central system is opened while it is connected. The
// router alone is proof enough stand-alone, and where no network can come back. Without a proof
// within `patience`, after `max_failures`, or after `max_starts` the old network comes back; that
// is told, and the new one is not tried again by itself.
//
// The candidate is one document of the store; a proof replaces it by keys in one step. The machine
// has a profile for both, and connects by itself with the proven one only. So whatever is cut off,
// one of the two is there.

#include "hal-service/shared/fields.hpp"
#include "hal-service/shared/json_fwd.hpp"
#include "ocpp/core/context.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::features {

class Wifi {
public:
    static constexpr std::chrono::seconds together{10};
    // Begins anew with a restart.
    static constexpr std::chrono::minutes patience{3};
    static constexpr int max_failures = 3;
    // The restart that often follows a change counts as one.
    static constexpr int max_starts = 3;

    void load(const core::Snapshot& snapshot, std::vector<std::string>& complaints);
    void started(core::Context& ctx);
    // ChangeConfiguration of one of the three keys; a refusal is noted.
    wire::ConfigurationStatus change(core::Context& ctx, const config::KeyRow& key,
                                     std::string_view value);
    void seen(core::Context& ctx, const core::WifiSeen& seen);
    void failed(core::Context& ctx, const core::WifiFailed& failure);
    void connected(core::Context& ctx);
    void advance(core::Context& ctx);
    core::Deadline wake_at() const { return deadline_; }
    // Forgets the candidate, and follows the keys, which are at their factory values.
    void clear(core::Context& ctx);

    // {"problem":"","ssid":"home","candidate":{"ssid":"shed","hidden":false,"tried":true},
    // "given_up":"why"}
    shared::Json describe() const;

private:
    struct Network {
        std::string ssid;  // "" = none was asked for
        std::string password;
        bool hidden = false;
    };
    struct Wanted {
        std::string ssid;
        std::string password;
        bool hidden = false;
        bool tried = false;         // the machine has been asked to connect with it
        bool has_way_back = false;  // there was a network then
        std::int32_t starts = 0;    // of this program while it was tried
        Network network() const { return {ssid, password, hidden}; }
        static constexpr auto fields(auto of) {
            return of(
                shared::Field{"ssid", &Wanted::ssid}, shared::Field{"password", &Wanted::password},
                shared::Field{"hidden", &Wanted::hidden}, shared::Field{"tried", &Wanted::tried},
                shared::Field{"has_way_back", &Wanted::has_way_back},
                shared::Field{"starts", &Wanted::starts});
        }
    };

    static Network written(const core::State& state);
    static void show(core::State& state, const Network& network);
    static bool same(const Network& a, const Network& b);
    bool trying() const { return wanted_ && wanted_->tried; }
    // The slot of the network in force; 0 = there is none.
    int slot() const { return proven_.ssid.empty() ? 0 : proven_slot_; }
    int other_slot() const { return slot() == 1 ? 2 : 1; }
    core::WifiWish wish() const;
    void want(core::Context& ctx, const Network& network);
    void apply(core::Context& ctx);
    void proven(core::Context& ctx, std::string_view by);
    void give_up(core::Context& ctx, const std::string& why);
    void keep(core::Context& ctx) const;
    void forget_end(core::Context& ctx);

    Network proven_;
    int proven_slot_ = 1;
    std::optional<Wanted> wanted_;
    std::string given_up_;  // how the last candidate ended, if it was given up
    core::WifiSeen seen_{"NetworkManager has not been asked yet", {}, 0};
    int failures_ = 0;
    std::string failure_;  // the last one
    std::optional<core::WifiWish> told_;
    core::Deadline deadline_;
};

}  // namespace ocpp::features
