// SPDX-License-Identifier: Apache-2.0
#include "tests/support/twins.hpp"

#include "hal-service/shared/json_fields.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/charging_profiles.hpp"

#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace test {

using shared::Json;

namespace {

std::string in(World& w, seconds time) {
    return ocpp::wire::DateTime{
        std::chrono::time_point_cast<std::chrono::milliseconds>(w.now().utc + time)}
        .to_text();
}

Deed called(std::string action, Json payload) {
    return {action + ' ' + payload.dump(),
            [=](World& w) { static_cast<void>(w.call(action, payload)); }};
}

Deed written(const std::string& key, const std::string& value) {
    return called("ChangeConfiguration", {{"key", key}, {"value", value}});
}

// True when everything of this connector is the same although both processes are new.
bool outlasts_both(World& w, const Json& connector) {
    const auto& outlet = w.outlet(connector["id"]);
    const bool occupied = outlet.plugged || (outlet.cable && connector["type"] == "type2-socket");
    return !connector.contains("transaction") && !connector.contains("authorized") &&
           (!occupied || connector["status"] == "Finishing");
}

const certificates::Made& root(int number) {
    static const auto roots = [] {
        std::vector<certificates::Made> made;
        for (int i = 0; i < 3; ++i)
            made.push_back(certificates::make(certificates::ca("root " + std::to_string(i))));
        return made;
    }();
    return roots[static_cast<std::size_t>(number)];
}

Deed installed(int number) {
    return called("InstallCertificate", {{"certificateType", "CentralSystemRootCertificate"},
                                         {"certificate", root(number).certificate.pem()}});
}

Deed deleted(int number) {
    const auto& certificate = root(number).certificate;
    return called("DeleteCertificate",
                  {{"certificateHashData", shared::to_json(certificate.hash_data(
                                               ocpp::wire::HashAlgorithm::SHA256, certificate))}});
}

}  // namespace

Deed Walk::next() {
    const int connector = 1 + pick(outlets_);
    const int kind = pick(20);
    if (kind < 8) return at_the_outlet(connector);
    if (kind < 12) return of_a_driver();
    if (kind < 17) return of_the_central_system(connector);
    if (kind < 18) return of_the_installer(connector);
    const seconds time{pick(90)};
    return {"wait " + std::to_string(time.count()), [=](World& w) { w.wait(time); }};
}

Deed Walk::at_the_outlet(int connector) {
    const auto text = [&](const char* what) { return what + (' ' + std::to_string(connector)); };
    switch (pick(9)) {
        case 0:
        case 1:
        case 2:
            return {text("plug"), [=](World& w) {
                        if (!w.outlet(connector).plugged) w.plug(connector);
                    }};
        case 3:
        case 4: return {text("unplug"), [=](World& w) { w.unplug(connector); }};
        case 5: return {text("unplug the vehicle"), [=](World& w) { w.unplug_vehicle(connector); }};
        case 6: {
            const bool wants = pick(2) == 0;
            return {text(wants ? "asks" : "stops asking"),
                    [=](World& w) { w.vehicle_wants(connector, wants); }};
        }
        case 7: return {text("fault"), [=](World& w) { w.fault(connector, true); }};
        default: return {text("no fault"), [=](World& w) { w.fault(connector, false); }};
    }
}

// Two tags belong to a group, and one is refused.
std::string Walk::tag() {
    return std::array{"A", "B", "G1", "G2", "BAD"}[static_cast<std::size_t>(pick(5))];
}

Deed Walk::of_a_driver() {
    const auto id_tag = tag();
    return {"tag " + id_tag, [=](World& w) { w.tag(id_tag); }};
}

Deed Walk::of_the_central_system(int connector) {
    switch (pick(9)) {
        case 0: return called("RemoteStartTransaction", {{"idTag", tag()}});
        case 1: {
            Json request{{"connectorId", connector}, {"idTag", tag()}};
            if (pick(2) == 0)
                request["chargingProfile"] =
                    profile(7, "TxProfile", 0, periods({{0, 6 + pick(10)}}));
            return called("RemoteStartTransaction", request);
        }
        case 2: {
            const int back = pick(2);
            return {"remote stop", [=](World& w) {
                        w.call("RemoteStopTransaction",
                               {{"transactionId", w.last_transaction() - back}});
                    }};
        }
        case 3: return called("UnlockConnector", {{"connectorId", connector}});
        case 4:
            return called("ChangeAvailability",
                          {{"connectorId", pick(outlets_ + 1)}, {"type", "Inoperative"}});
        case 5: return called("ChangeAvailability", {{"connectorId", 0}, {"type", "Operative"}});
        case 6: {
            const auto id_tag = tag();
            const int id = pick(3), where = pick(outlets_ + 1);
            const seconds time{30 + pick(600)};
            return {"reserve " + std::to_string(where) + " for " + id_tag, [=](World& w) {
                        w.call("ReserveNow", {{"connectorId", where},
                                              {"expiryDate", in(w, time)},
                                              {"idTag", id_tag},
                                              {"parentIdTag", "G"},
                                              {"reservationId", id}});
                    }};
        }
        case 7: return called("CancelReservation", {{"reservationId", pick(3)}});
        default: {
            const bool up = pick(3) > 0;
            return {up ? "link up" : "link down",
                    [=](World& w) { up ? w.connect() : w.disconnect(); }};
        }
    }
}

Deed Walk::of_the_installer(int connector) {
    const auto bit = [&] { return pick(2) == 0 ? "true" : "false"; };
    switch (pick(8)) {
        case 0:
            return written("FreeCharging",
                           std::to_string(connector) + (pick(2) == 0 ? ".true" : ".false"));
        case 1: return written("StopTransactionOnEVSideDisconnect", bit());
        case 2: return written("UnlockConnectorOnEVSideDisconnect", bit());
        case 3: return written("StopTransactionOnInvalidId", bit());
        case 4:
            return written("UserCurrentLimit",
                           std::to_string(connector) + '.' + std::to_string(pick(20)));
        case 5: return installed(pick(3));
        case 6: return deleted(pick(3));
        default: return written("ConnectionTimeOut", std::to_string(20 + pick(60)));
    }
}

void begin_anew(World& world, Anew how) {
    switch (how) {
        case Anew::Killed: world.restart(); return;
        case Anew::Asked: world.restart_orderly(); return;
        case Anew::BothKilled: world.crash(); return;
        case Anew::BothAsked: world.restart_all(); return;
        case Anew::Cut: world.power_cut(); return;
    }
}

std::string look(World& world) {
    auto shown = world.overview();
    for (const char* own :
         {"time", "hal_instance", "queued_messages", "registration", "management_interface"})
        shown.erase(own);
    for (auto& connector : shown["connectors"]) {
        connector.erase("reading");
        if (!connector.contains("transaction")) continue;
        for (const char* metered : {"energy_wh", "meterStart"})
            connector["transaction"].erase(metered);
    }
    for (std::size_t i = 0; i < shown["connectors"].size(); ++i) {
        const auto& outlet = world.outlet(static_cast<int>(i) + 1);
        shown["connectors"][i]["outlet"] = {{"locked", outlet.locked},
                                            {"closed", outlet.closed},
                                            {"lock", outlet.setpoint.lock_cable},
                                            {"allowed", outlet.setpoint.power_allowed},
                                            {"milliamps", outlet.setpoint.current_limit.count},
                                            {"phases", outlet.setpoint.phases},
                                            {"light", shared::name_of(outlet.setpoint.indication)}};
    }
    shown["certificates"] = world.point().certificates();
    return shown.dump(1);
}

void before_the_restart(World& world, Anew how, bool with_cache) {
    const bool killed = how == Anew::Killed || how == Anew::BothKilled;
    const bool samples_wait = !world.overview()["connected"].get<bool>();
    if (how == Anew::Cut || (killed && (with_cache || samples_wait))) world.store().flush();
}

Ends ends_with_both(World& world) {
    Ends ends;
    const auto shown = world.overview();
    for (const auto& connector : shown["connectors"])
        if (!outlasts_both(world, connector)) ends.push_back(connector["id"]);
    return ends;
}

void check_safe(World& anew, const Ends& ends) {
    const auto shown = anew.overview();
    for (const int id : ends) {
        INFO("connector " << id);
        CHECK_FALSE(shown["connectors"][static_cast<std::size_t>(id) - 1].contains("authorized"));
        CHECK_FALSE(anew.outlet(id).closed);
    }
}

void clear(World& world, const Ends& ends) {
    world.connect();
    // A transaction that began without a connection has its number only now.
    world.wait(seconds{10});
    const auto shown = world.overview();
    for (const auto& connector : shown["connectors"])
        if (connector.contains("transaction"))
            world.call("RemoteStopTransaction",
                       {{"transactionId", connector["transaction"].value("transactionId", 0)}});
    world.wait(seconds{10});
    // A cable may be held for its owner, and a vehicle that were still there would begin anew when
    // its fault goes.
    for (const int id : ends) {
        world.call("UnlockConnector", {{"connectorId", id}});
        world.wait(seconds{5}).unplug(id).unplug(id).fault(id, false);
    }
    world.wait(seconds{100});
}

std::string difference(const std::string& a, const std::string& b) {
    std::istringstream left(a), right(b);
    std::string x, y;
    while (std::getline(left, x) && std::getline(right, y))
        if (x != y) return x + " | " + y + " in " + a;
    return a == b ? "" : "one is longer";
}

Lines told(Lines same, Lines anew) {
    const auto begins = [](const char* word) {
        return [word](const std::string& line) { return line.starts_with(word); };
    };
    const bool booted = std::any_of(anew.begin(), anew.end(), begins("BootNotification"));
    for (auto* lines : {&same, &anew}) {
        if (booted) std::erase_if(*lines, begins("BootNotification"));
        if (booted) std::erase_if(*lines, begins("StatusNotification"));
        std::erase(*lines, "DataTransfer log");
        // Lines of one step may come in another order when a queue was emptied.
        std::sort(lines->begin(), lines->end());
    }
    Lines differences;
    std::set_symmetric_difference(same.begin(), same.end(), anew.begin(), anew.end(),
                                  std::back_inserter(differences));
    return differences;
}

}  // namespace test
