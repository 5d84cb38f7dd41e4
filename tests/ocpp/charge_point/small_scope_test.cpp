// SPDX-License-Identifier: Apache-2.0
// Every sequence of a few events at one connector, through every auditor: see small_scope.hpp.

#include "tests/support/small_scope.hpp"

#include "ocpp/wire/time.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/world.hpp"

#include <map>
#include <optional>
#include <set>

namespace small_scope_test {

namespace {

using shared::Json;
using test::Complaints;
using test::seconds;
using test::World;

// A deadline that is further away is that of the heartbeat.
constexpr seconds in_sight{130};
// Two things have different times when they are told.
constexpr std::chrono::milliseconds at_once{1};
constexpr seconds reservation_lasts{120};
constexpr seconds fault_lasts{1};
// Longer than all that can be on its way: ConnectionTimeOut, attempts and their intervals.
constexpr seconds to_rest{90};

// A status that is due by then has come, and meters have counted.
constexpr seconds to_flow{35};

constexpr int zero_profile = 1, phase_profile = 2;
constexpr int reservation = 7;

World::Options options(World::Options made) {
    made.keys.insert({{"ConnectionTimeOut", "30"},
                      {"MessageTimeout", "10"},
                      {"TransactionMessageRetryInterval", "10"}});
    made.reading_period = seconds{4};
    return made;
}

class Trial {
public:
    using Event = test::ScopeEvent<Trial>;

    explicit Trial(const World::Options& options)
        : w_(options),
          outlives_(options.outlives_vehicle),
          trusts_offline_(options.keys.contains("AllowOfflineTxForUnknownId")) {
        w_.id_tag_info = {{"B", {{"status", "Blocked"}}}};
        w_.boot();
        w_.forget();
    }

    static const std::vector<Event> table;
    void take(std::size_t event) {
        w_.forget();
        w_.wait(at_once);
        table[event].take(*this);
        judge();
    }
    bool later() {
        w_.forget();
        const auto before = w_.wakes();
        w_.wait_for_deadline(in_sight);
        judge();
        return w_.wakes() > before;
    }
    Complaints complaints() const {
        auto all = w_.complaints();
        all.insert(all.end(), wrong_.begin(), wrong_.end());
        return all;
    }
    void end() {}
    void rest();
    std::string story() {
        std::string text;
        for (const auto& line : w_.said()) text += "    " + line + '\n';
        return text;
    }
    std::string state() const;

private:
    static bool always(const Trial&) { return true; }
    static bool online(const Trial& t) { return t.linked_; }
    bool plugged() const { return outlet().plugged; }
    const test::Outlet& outlet() const { return w_.outlet(1); }
    void call(const char* action, const Json& payload) { answer_ = w_.call(action, payload); }
    bool accepted() const { return answer_.is_object() && answer_["status"] == "Accepted"; }
    void tag(const char* id_tag) {
        ++asks_[id_tag];
        w_.tag(id_tag);
    }
    // With FreeCharging a visit is for free once.
    void plug() {
        ++asks_["free"];
        w_.plug(1);
    }
    void judge();
    void judge_starts();
    // After a while in which nothing happened.
    void judge_calm();
    void availability(const char* type) {
        call("ChangeAvailability", {{"connectorId", 1}, {"type", type}});
    }
    void reserve() {
        const auto until = std::chrono::floor<std::chrono::milliseconds>(w_.now().utc);
        call("ReserveNow",
             {{"connectorId", 1},
              {"expiryDate", ocpp::wire::DateTime{until + reservation_lasts}.to_text()},
              {"idTag", "A"},
              {"reservationId", reservation}});
    }
    // `one_phase`, or else nothing at all.
    void limit(bool one_phase) {
        const int id = one_phase ? phase_profile : zero_profile;
        auto made = test::profile(id, "TxDefaultProfile", one_phase ? 0 : 1,
                                  test::periods({{0, one_phase ? 16 : 0}}));
        if (one_phase) made["chargingSchedule"]["chargingSchedulePeriod"][0]["numberPhases"] = 1;
        call("SetChargingProfile", {{"connectorId", 1}, {"csChargingProfiles", made}});
        if (accepted()) bound(id, units::Milliamps{one_phase ? 16'000 : 0});
    }
    void lift(int id) {
        w_.outlet(1).bounds.erase(std::to_string(id));
        call("ClearChargingProfile", {{"id", id}});
    }
    void bound(int id, units::Milliamps limit) { w_.outlet(1).bounds[std::to_string(id)] = limit; }
    bool bounded(int id) const { return outlet().bounds.contains(std::to_string(id)); }

    bool has_socket() const { return w_.connectors()[0].type == hal::ConnectorType::Type2Socket; }

    World w_;
    bool outlives_;        // a vehicle that leaves does not end its transaction
    bool trusts_offline_;  // unknown tags may charge without a connection
    bool linked_ = true;
    Json answer_;
    Complaints wrong_;
    std::map<std::string, int> asks_;            // how often who asked to charge
    std::set<std::string> starts_;               // payloads of StartTransaction
    std::map<std::string, int> begun_;           // how often for whom
    std::optional<std::int32_t> asked_to_stop_;  // the transactionId, and accepted
};

// Nobody pays who has not asked to charge, and nobody twice.
void Trial::judge_starts() {
    for (const auto& call : w_.calls()) {
        if (call[2] != "StartTransaction" || !starts_.insert(call[3].dump()).second) continue;
        const std::string id_tag = call[3]["idTag"];
        const bool refused = (id_tag == "B" || id_tag == "C") && !trusts_offline_;
        if (++begun_[id_tag] > asks_[id_tag] || refused)
            wrong_.push_back(id_tag + " has not asked for " + call[3].dump());
    }
}

void Trial::judge() {
    judge_starts();
    const auto shown = w_.overview()["connectors"][0];
    if (outlet().closed && !shown.contains("transaction"))
        wrong_.emplace_back("closed without a transaction");
}

void Trial::judge_calm() {
    judge();
    const auto shown = w_.overview()["connectors"][0];
    if (linked_ && w_.auditor().status(1) != shown["status"])
        wrong_.push_back(w_.auditor().status(1) + " was told, it is " + shown["status"].dump());
    if (asked_to_stop_ && shown.contains("transaction") &&
        shown["transaction"].value("transactionId", 0) == *asked_to_stop_)
        wrong_.emplace_back("the remote stop that was accepted did not end the transaction");
    if (shown.contains("transaction") && !outlet().plugged && !outlives_)
        wrong_.emplace_back("a transaction goes on without its vehicle");
}

// All that is on its way comes to its end, energy flows where it may, and everybody leaves. Then
// the next driver is served.
void Trial::rest() {
    w_.forget();
    w_.wait(to_flow);
    judge_calm();
    w_.settle(to_rest);
    for (const int id : {zero_profile, phase_profile}) lift(id);
    call("UnlockConnector", {{"connectorId", 1}});
    call("CancelReservation", {{"reservationId", reservation}});
    availability("Operative");
    w_.unplug(1).vehicle_wants(1, true).wait(seconds{5});
    plug();
    // For free nobody needs a tag.
    if (!outlet().closed) tag("N");
    if (!outlet().closed) wrong_.emplace_back("the next driver is not served");
    w_.wait(to_flow).settle(seconds{20});
    judge_starts();
    w_.check_books();
}

const std::vector<Trial::Event> Trial::table = {
    {"plug", [](const Trial& t) { return !t.plugged(); }, [](Trial& t) { t.plug(); }},
    {"unplug", [](const Trial& t) { return t.plugged() || t.outlet().cable; },
     [](Trial& t) { t.w_.unplug(1).vehicle_wants(1, true); }},
    {"vehicle leaves its cable", [](const Trial& t) { return t.plugged() && t.has_socket(); },
     [](Trial& t) { t.w_.unplug_vehicle(1).vehicle_wants(1, true); }},
    {"tag accepted", always, [](Trial& t) { t.tag("A"); }},
    {"tag refused", always, [](Trial& t) { t.tag("B"); }},
    {"tag unanswered", online,
     [](Trial& t) {
         t.w_.silent = {"Authorize"};
         t.tag("C");
         t.w_.silent.clear();
     }},
    {"remote start", online,
     [](Trial& t) {
         ++t.asks_["D"];
         t.call("RemoteStartTransaction", {{"connectorId", 1}, {"idTag", "D"}});
     }},
    {"remote stop", online,
     [](Trial& t) {
         const auto id = t.w_.last_transaction();
         t.call("RemoteStopTransaction", {{"transactionId", id}});
         if (t.accepted()) t.asked_to_stop_ = id;
     }},
    {"unlock", online,
     [](Trial& t) {
         t.call("UnlockConnector", {{"connectorId", 1}});
     }},
    {"inoperative", online, [](Trial& t) { t.availability("Inoperative"); }},
    {"operative", online, [](Trial& t) { t.availability("Operative"); }},
    {"reservation", online, [](Trial& t) { t.reserve(); }},
    {"limit 0", [](const Trial& t) { return t.linked_ && !t.bounded(zero_profile); },
     [](Trial& t) { t.limit(false); }},
    {"limit back", [](const Trial& t) { return t.linked_ && t.bounded(zero_profile); },
     [](Trial& t) { t.lift(zero_profile); }},
    {"phase change", online,
     [](Trial& t) { t.bounded(phase_profile) ? t.lift(phase_profile) : t.limit(true); }},
    {"fault that goes", always,
     [](Trial& t) {
         if (!t.outlet().faulted) t.w_.fault(1, true).wait(fault_lasts);
         t.w_.fault(1, false);
     }},
    {"fault that stays", [](const Trial& t) { return !t.outlet().faulted; },
     [](Trial& t) { t.w_.fault(1, true); }},
    {"link away", online,
     [](Trial& t) {
         t.linked_ = false;
         t.w_.disconnect();
     }},
    {"link back", [](const Trial& t) { return !t.linked_; },
     [](Trial& t) {
         t.linked_ = true;
         t.w_.connect();
     }},
    {"restart of the daemon", always, [](Trial& t) { t.w_.restart(); }},
    {"restart of both", always, [](Trial& t) { t.w_.power_cut(); }},
    {"restart of the hardware process", always, [](Trial& t) { t.w_.hal_restart(); }},
    {"vehicle asks", [](const Trial& t) { return t.plugged() && !t.outlet().wants; },
     [](Trial& t) { t.w_.vehicle_wants(1, true); }},
    {"vehicle stops asking", [](const Trial& t) { return t.plugged() && t.outlet().wants; },
     [](Trial& t) { t.w_.vehicle_wants(1, false); }},
};

// Times count from now on, and ids for nothing.
std::string Trial::state() const {
    std::string text;
    const auto add = [&text](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
            text += value;
        else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>)
            text += value ? '1' : '0';
        else
            text += std::to_string(value);
        text += ' ';
    };
    const auto& outlet = this->outlet();
    for (const bool fact :
         {outlet.plugged, outlet.cable, outlet.locked, outlet.wants, outlet.closed, outlet.faulted,
          linked_, bounded(zero_profile), bounded(phase_profile), outlet.setpoint.power_allowed,
          outlet.setpoint.lock_cable})
        add(fact);
    add(outlet.setpoint.current_limit.count);
    add(outlet.setpoint.phases);
    auto shown = w_.overview()["connectors"][0];
    shown.erase("reading");
    if (shown.contains("transaction"))
        for (const char* volatile_one :
             {"id", "transactionId", "started", "meterStart", "energy_wh"})
            shown["transaction"].erase(volatile_one);
    add(shown.dump());
    const auto kept = w_.point().snapshot();
    for (const auto& message : kept.queue) {
        add(static_cast<int>(message.kind));
        add(message.attempts);
    }
    for (const auto& [name, value] : kept.texts[ocpp::core::Kind::Mark])
        if (name == ocpp::core::marks::power_up_ms) add(value);
    for (const auto& tag : kept.tags) add(tag.id_tag + tag.status);
    add(w_.auditor().status(1));
    add(w_.until_deadline().count());
    return text;
}

}  // namespace

TEST_CASE("every sequence of a few events at a connector keeps what was promised") {
    test::SmallScope<Trial> scope{Trial{options(test::with_socket())}, {}};
    scope.run("a socket");
}

// Keys that change what happens at a connector; one event less.
TEST_CASE("every sequence of a few events at a connector, with other keys") {
    const struct {
        const char* name;
        std::map<std::string, std::string> keys;
        bool outlives = false;
    } worlds[] = {
        {"who is known starts at once",
         {{"LocalPreAuthorize", "true"}, {"AuthorizeRemoteTxRequests", "false"}}},
        {"remote starts are asked about",
         {{"AuthorizeRemoteTxRequests", "true"}, {"MinimumStatusDuration", "3"}}},
        {"strangers may charge offline",
         {{"AllowOfflineTxForUnknownId", "true"}, {"StopTransactionOnInvalidId", "false"}}},
        {"strangers may charge offline, a little",
         {{"AllowOfflineTxForUnknownId", "true"}, {"MaxEnergyOnInvalidId", "20"}}},
        {"nobody may charge offline", {{"LocalAuthorizeOffline", "false"}}},
        {"the cable waits for its owner", {{"UnlockConnectorOnEVSideDisconnect", "false"}}},
        {"a transaction outlives its vehicle",
         {{"StopTransactionOnEVSideDisconnect", "false"}},
         true},
        {"values are sampled",
         {{"MeterValueSampleInterval", "7"}, {"StopTxnSampledData", "Current.Import"}}},
        {"the current falls offline, and comes back slowly",
         {{"InstallationOfflineCurrent", "0.6"},
          {"OfflineCurrentDelay", "5"},
          {"PowerUpRandomDelay", "5"},
          {"PowerUpRamp", "5"}}},
    };
    for (const auto& [name, keys, outlives] : worlds) {
        auto made = test::with_socket();
        for (const auto& [key, value] : keys) made.keys[key] = value;
        made.outlives_vehicle = outlives;
        REQUIRE(ocpp::check_factory_keys(made.keys, made.connectors, 0) ==
                std::vector<std::string>{});
        test::SmallScope<Trial> scope{Trial{options(made)}, {}, 1};
        scope.run(name);
    }
}

// A visit is for free, and a second outlet may be meant; one event less.
TEST_CASE("every sequence of a few events at one of two outlets with FreeCharging") {
    World::Options two;
    two.keys.insert({{"FreeCharging", "1.true"}, {"RfidTagFreeCharging", "free"}});
    test::SmallScope<Trial> scope{Trial{options(two)}, {}, 1};
    scope.run("a cable of two outlets, for free");
}

}  // namespace small_scope_test
