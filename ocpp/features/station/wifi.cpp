// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/station/wifi.hpp"

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "ocpp/config/keys/wifi.hpp"

#include <algorithm>
#include <utility>

namespace ocpp::features {

using namespace core;
using wire::ConfigurationStatus;

namespace {

constexpr const char* wifi_document = "wifi_candidate";
constexpr const char* wifi_slot_document = "wifi_slot";
constexpr const char* wifi_end_document = "wifi_given_up";

std::string in_quotes(const std::string& ssid) { return '"' + ssid + '"'; }

// Takes as long whatever the texts have in common.
bool same_secret(const std::string& a, const std::string& b) {
    bool difference = a.size() != b.size();
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) difference |= a[i] != b[i];
    return !difference;
}

void put(Context& ctx, const config::KeyRow& key, std::string value) {
    ctx.out.changes.push_back(
        Put{Kind::Key, std::string(key.name), std::move(value), Durability::Now});
}

void put_document(Context& ctx, const char* name, std::string text) {
    ctx.out.changes.push_back(Put{Kind::Document, name, std::move(text), Durability::Now});
}

void remove_document(Context& ctx, const char* name) {
    ctx.out.changes.push_back(Remove{Kind::Document, name, Durability::Now});
}

}  // namespace

Wifi::Network Wifi::written(const State& state) {
    return {state.config.get(keys::wifi_ssid), state.config.get(keys::wifi_password),
            state.config.get(keys::wifi_hidden)};
}

void Wifi::show(State& state, const Network& network) {
    state.config.set(keys::wifi_ssid, network.ssid);
    state.config.set(keys::wifi_password, network.password);
    state.config.set(keys::wifi_hidden, network.hidden);
}

bool Wifi::same(const Network& a, const Network& b) {
    return a.ssid == b.ssid && a.hidden == b.hidden && same_secret(a.password, b.password);
}

void Wifi::load(const Snapshot& snapshot, std::vector<std::string>& complaints) {
    const auto& documents = snapshot.texts[Kind::Document];
    if (const auto found = documents.find(wifi_end_document); found != documents.end())
        given_up_ = found->second;
    if (const auto found = documents.find(wifi_slot_document);
        found != documents.end() && found->second == "2")
        proven_slot_ = 2;
    const auto found = documents.find(wifi_document);
    if (found == documents.end()) return;
    auto wanted = shared::parse_text<Wanted>(found->second, stored_bounds, shared::Unknown::Ignore);
    const config::Installation any{};
    const bool right = wanted && wanted->ssid.size() <= keys::wifi_ssid.max &&
                       (!wanted->tried || !wanted->ssid.empty()) &&
                       config::check_wifi_password(wanted->password, any);
    if (right)
        wanted_ = *std::move(wanted);
    else
        complaints.emplace_back("a candidate for the Wi-Fi network can't be read");
}

void Wifi::started(Context& ctx) {
    proven_ = written(ctx.state);
    if (!wanted_) return;
    show(ctx.state, wanted_->network());
    if (!wanted_->tried) {
        if (!wanted_->ssid.empty()) deadline_ = ctx.now.steady;
        return;
    }
    if (++wanted_->starts >= max_starts)
        return give_up(ctx, "restarts cut " + std::to_string(max_starts) + " attempts off");
    keep(ctx);
    deadline_ = ctx.now.steady + patience;
    ctx.note(Severity::Info, "wifi",
             "Wi-Fi " + in_quotes(wanted_->ssid) + ": a restart cut its proof off, tried again",
             {{"state", "candidate"}});
}

ConfigurationStatus Wifi::change(Context& ctx, const config::KeyRow& key, std::string_view value) {
    const auto refused = [&](const std::string& why) { return ctx.refuse_key(key.name, why); };
    if (!seen_.problem.empty()) return refused("is read-only: " + seen_.problem);
    // IEEE 802.11, 9.4.2.2: no octets stand for any network.
    if (&key == config::row(keys::wifi_ssid) && value.empty())
        return refused("takes 1 to 32 bytes");
    const auto change = ctx.state.config.write(key.name, value);
    if (change.status != ConfigurationStatus::Accepted) return refused(change.why);
    const std::string shown = key.rules.secret ? "(secret)" : change.value;
    ctx.note(Severity::Info, "configuration", std::string(key.name) + " = " + shown,
             {{"key", key.name}, {"value", shown}});
    want(ctx, written(ctx.state));
    return ConfigurationStatus::Accepted;
}

void Wifi::want(Context& ctx, const Network& network) {
    if (wanted_ && same(wanted_->network(), network)) return;
    if (!wanted_ && same(proven_, network)) return;
    forget_end(ctx);
    const bool waiting = wanted_ && !wanted_->tried && deadline_;
    failures_ = 0;
    failure_.clear();
    if (same(proven_, network)) {
        wanted_.reset();
        deadline_.reset();
        remove_document(ctx, wifi_document);
        ctx.note(Severity::Info, "wifi", "Wi-Fi: back to what is in force");
        return;
    }
    wanted_ = Wanted{network.ssid, network.password, network.hidden};
    keep(ctx);
    // A password alone waits for the name that it belongs to.
    if (network.ssid.empty())
        deadline_.reset();
    else if (!waiting)
        deadline_ = ctx.now.steady + together;
}

void Wifi::apply(Context& ctx) {
    wanted_->tried = true;
    wanted_->has_way_back = slot() != 0 || !seen_.ssid.empty();
    keep(ctx);
    deadline_ = ctx.now.steady + patience;
    ctx.note(Severity::Info, "wifi",
             "Wi-Fi " + in_quotes(wanted_->ssid) + ": connecting to prove it",
             {{"state", "candidate"}});
}

void Wifi::seen(Context& ctx, const WifiSeen& seen) {
    const auto before = std::exchange(seen_, seen);
    if (before.problem != seen.problem)
        ctx.note(Severity::Info, "wifi",
                 seen.problem.empty() ? "Wi-Fi can be set by NetworkManager"
                                      : "Wi-Fi can't be set: " + seen.problem);
    if (before.ssid != seen.ssid)
        ctx.note(Severity::Info, "wifi",
                 seen.ssid.empty() ? "Wi-Fi is not connected"
                                   : "Wi-Fi is connected to " + in_quotes(seen.ssid));
    if (!trying() || seen.slot != other_slot() || before.slot == seen.slot) return;
    if (!ctx.state.setup.supervised) return proven(ctx, "the router has given an address");
    if (!wanted_->has_way_back)
        proven(ctx, "the router has given an address, and no network was there before");
    // The connection that stands may be one of the network before.
    ctx.out.reconnect = trying() || !ctx.state.connected;
}

void Wifi::failed(Context& ctx, const WifiFailed& failure) {
    if (!trying() || failure.slot != other_slot()) return;
    failure_ = failure.why;
    if (++failures_ >= max_failures) return give_up(ctx, failure.why);
    ctx.note(Severity::Warning, "wifi",
             "Wi-Fi " + in_quotes(wanted_->ssid) + ": attempt " + std::to_string(failures_) +
                 " of " + std::to_string(max_failures) + " failed: " + failure.why,
             {{"state", "candidate"}});
}

void Wifi::connected(Context& ctx) {
    if (trying() && seen_.slot == other_slot()) proven(ctx, "the central system was reached");
}

void Wifi::proven(Context& ctx, std::string_view by) {
    proven_slot_ = other_slot();
    const auto good = *std::exchange(wanted_, std::nullopt);
    proven_ = good.network();
    deadline_.reset();
    put(ctx, keys::wifi_ssid, good.ssid);
    put(ctx, keys::wifi_password, good.password);
    put(ctx, keys::wifi_hidden, config::text_of(good.hidden));
    put_document(ctx, wifi_slot_document, std::to_string(proven_slot_));
    remove_document(ctx, wifi_document);
    ctx.note(Severity::Info, "wifi",
             "Wi-Fi " + in_quotes(good.ssid) + ": proven, and kept: " + std::string(by),
             {{"state", "proven"}});
}

void Wifi::give_up(Context& ctx, const std::string& why) {
    const auto tried = *std::exchange(wanted_, std::nullopt);
    deadline_.reset();
    show(ctx.state, proven_);
    given_up_ = in_quotes(tried.ssid) + ": " + why;
    remove_document(ctx, wifi_document);
    put_document(ctx, wifi_end_document, given_up_);
    ctx.note(Severity::Error, "wifi",
             "Wi-Fi not proven and given up, back to what was there before: " + given_up_,
             {{"state", "given up"}});
    if (ctx.state.setup.supervised) ctx.out.reconnect = true;
}

void Wifi::keep(Context& ctx) const { put_document(ctx, wifi_document, shared::to_text(*wanted_)); }

void Wifi::advance(Context& ctx) {
    if (deadline_ && *deadline_ <= ctx.now.steady) {
        if (!wanted_->tried)
            apply(ctx);
        else if (!failure_.empty())
            give_up(ctx, failure_);
        else if (seen_.slot == other_slot())
            give_up(ctx, "the central system was not reached within three minutes");
        else
            give_up(ctx,
                    seen_.problem.empty() ? "not connected within three minutes" : seen_.problem);
    }
    ctx.state.config.sets_wifi(seen_.problem.empty());
    ctx.state.config.set(keys::connected_wifi_ssid, seen_.ssid);
    if (auto wanted = wish(); wanted != told_) {
        told_ = wanted;
        ctx.out.wifi = std::move(wanted);
    }
}

WifiWish Wifi::wish() const {
    WifiWish wish;
    if (slot() != 0)
        wish.proven = WifiProfile{slot(), proven_.ssid, proven_.password, proven_.hidden};
    if (trying())
        wish.candidate =
            WifiProfile{other_slot(), wanted_->ssid, wanted_->password, wanted_->hidden};
    return wish;
}

void Wifi::forget_end(Context& ctx) {
    if (!std::exchange(given_up_, {}).empty()) remove_document(ctx, wifi_end_document);
}

void Wifi::clear(Context& ctx) {
    proven_ = written(ctx.state);
    proven_slot_ = 1;
    wanted_.reset();
    given_up_.clear();
    deadline_.reset();
    for (const auto* name : {wifi_document, wifi_slot_document, wifi_end_document})
        remove_document(ctx, name);
}

shared::Json Wifi::describe() const {
    shared::Json json{{"problem", seen_.problem}, {"ssid", seen_.ssid}};
    if (wanted_)
        json["candidate"] = {
            {"ssid", wanted_->ssid}, {"hidden", wanted_->hidden}, {"tried", wanted_->tried}};
    if (!given_up_.empty()) json["given_up"] = given_up_;
    return json;
}

}  // namespace ocpp::features
