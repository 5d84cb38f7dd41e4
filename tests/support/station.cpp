// SPDX-License-Identifier: Apache-2.0
#include "tests/support/station.hpp"

#include "tests/support/twins.hpp"

#include "ocpp/wire/time.hpp"

namespace test {

using shared::Json;

namespace {

constexpr const char* guest = "GUEST";

// The tag of one is refused when it is asked about, and the start of another is.
constexpr std::array drivers{"A", "B", "G1", "G2", "BAD", "LATE"};

// Nobody who gave up is waited for any more.
constexpr seconds forgotten{75};

}  // namespace

Station::Counts& Station::Counts::operator+=(const Counts& other) {
    asked += other.asked;
    served += other.served;
    free += other.free;
    restarts += other.restarts;
    return *this;
}

World::Options Station::options_of(std::mt19937& random) {
    using hal::ConnectorType;
    constexpr std::array types{ConnectorType::Type2Cable, ConnectorType::Type2Socket,
                               ConnectorType::Schuko};
    World::Options options;
    options.connectors.clear();
    const int outlets = 1 + static_cast<int>(random() % 3);
    std::string installation;
    for (int id = 1; id <= outlets; ++id) {
        const auto type = types[random() % types.size()];
        const bool schuko = type == ConnectorType::Schuko;
        options.connectors.push_back({id, type, schuko ? 1 : 3, World::ample_supply});
        installation += (id > 1 ? "," : "") + std::to_string(id) + (schuko ? ".10" : ".16");
    }
    options.keys = {{"MeterValueSampleInterval", "0"},
                    {"HeartbeatInterval", "86400"},
                    {"RfidTagFreeCharging", guest},
                    {"InstallationCurrent", installation}};
    return options;
}

Station::Station(unsigned seed)
    : random_(seed),
      options_(options_of(random_)),
      w_(options_),
      places_(options_.connectors.size()) {
    w_.supply = World::ample_supply;
    w_.id_tag_info["G1"] = w_.id_tag_info["G2"] = {{"status", "Accepted"}, {"parentIdTag", "G"}};
    w_.id_tag_info["BAD"] = {{"status", "Invalid"}};
    w_.boot();
}

void Station::live() {
    const std::string driver = drivers[static_cast<std::size_t>(pick(drivers.size()))];
    if (const int here = place_of(driver); here == 0)
        arrive(driver);
    else if (!place(here).running && chance(2))
        go_on(driver, here);
    else if (chance(2))
        stop(driver, here);
    else if (chance(2))
        leave(driver, here);
    if (chance(2)) trouble();
    w_.wait(seconds{pick(60)});
    look();
}

int Station::place_of(const std::string& driver) {
    for (int id = 1; id <= outlets(); ++id)
        if (place(id).owner == driver) return id;
    return 0;
}

int Station::choose(const std::string& driver) {
    std::vector<int> possible;
    for (int id = 1; id <= outlets(); ++id) {
        const auto& outlet = w_.outlet(id);
        if (!place(id).owner.empty() || outlet.plugged || outlet.locked) continue;
        // A driver with a reservation goes there, and nobody else does.
        if (place(id).reserved_for == driver) return id;
        if (place(id).reserved_for.empty()) possible.push_back(id);
    }
    if (possible.empty()) return 0;
    return possible[static_cast<std::size_t>(pick(static_cast<int>(possible.size())))];
}

void Station::arrive(const std::string& driver) {
    const int connector = choose(driver);
    if (connector == 0) return;
    auto& here = place(connector);
    const bool plugs_first = here.free || chance(2);
    const auto plug = [&] {
        tell(driver + " plugs in at " + std::to_string(connector));
        here.owner = driver;
        here.had_session = false;
        w_.plug(connector).wait(seconds{1 + pick(5)});
        look();
    };
    if (plugs_first) plug();
    // A driver who charges for free shows nothing.
    if (!here.free) {
        here.owner = driver;
        if (plugs_first) between();
        ask(driver, connector, plugs_first);
        between();
        if (!plugs_first) plug();
    }
    w_.wait(seconds{12});
    look();
    if (here.running) return;
    here.asked = false;
    leave(driver, connector);
    w_.wait(forgotten);
    look();
}

void Station::ask(const std::string& driver, int connector, bool plugged) {
    ++counts_.asked;
    place(connector).asked = true;
    const int how = pick(3);
    if (how == 0 || (how == 2 && !plugged)) {
        tell(driver + " asks for a start at " + std::to_string(connector));
        w_.call("RemoteStartTransaction", {{"idTag", driver}, {"connectorId", connector}});
    } else if (how == 1) {
        tell(driver + " shows the tag");
        w_.id_tag_info["LATE"] = {{"status", "Accepted"}};
        w_.tag(driver);
    } else {
        tell(driver + " asks for a start");
        w_.call("RemoteStartTransaction", {{"idTag", driver}});
    }
    look();
}

void Station::go_on(const std::string& driver, int connector) {
    if (place(connector).free) return;
    tell(driver + " wants to go on");
    ask(driver, connector, true);
    w_.wait(seconds{12});
    look();
    place(connector).asked = false;
}

void Station::stop(const std::string& driver, int connector) {
    const auto& here = place(connector);
    if (!here.running) return;
    const auto shown = w_.overview();
    const auto& transaction = shown["connectors"][static_cast<std::size_t>(connector) - 1];
    if (!transaction.contains("transaction")) return;
    const bool own = transaction["transaction"]["idTag"] == driver;
    tell(driver + " stops");
    if (own && chance(2))
        w_.tag(driver);
    else
        w_.call("RemoteStopTransaction",
                {{"transactionId", transaction["transaction"].value("transactionId", 0)}});
    w_.wait(seconds{10});
    look();
}

void Station::leave(const std::string& driver, int connector) {
    tell(driver + " leaves");
    w_.unplug(connector).wait(seconds{9}).unplug(connector);
    look();
    auto& outlet = w_.outlet(connector);
    if (outlet.cable && options_.connectors[static_cast<std::size_t>(connector) - 1].type ==
                            hal::ConnectorType::Type2Socket) {
        tell("the cable is held");
        w_.call("UnlockConnector", {{"connectorId", connector}});
        w_.wait(seconds{15}).unplug(connector);
    }
    look();
    auto& here = place(connector);
    here.owner.clear();
    here.asked = here.had_session = false;
    here.reserved_for.clear();
}

void Station::between() {
    if (chance(6)) restart();
    w_.wait(seconds{1 + pick(10)});
    look();
}

void Station::trouble() {
    const int connector = 1 + pick(outlets());
    const auto number = std::to_string(connector);
    switch (pick(9)) {
        case 0: return restart();
        case 1:
            tell("fault " + number);
            w_.fault(connector, true);
            break;
        case 2:
        case 3:
            for (int id = 1; id <= outlets(); ++id) w_.fault(id, false);
            tell("no faults");
            break;
        case 4: return reserve();
        case 5:
            if (place(connector).owner.empty()) {
                place(connector).free = !place(connector).free;
                write("FreeCharging", number + (place(connector).free ? ".true" : ".false"));
            }
            break;
        case 6:
            tell("inoperative " + number);
            w_.call("ChangeAvailability", {{"connectorId", connector}, {"type", "Inoperative"}});
            break;
        case 7:
            tell("operative");
            w_.call("ChangeAvailability", {{"connectorId", 0}, {"type", "Operative"}});
            break;
        default:
            write(chance(2) ? "AuthorizeRemoteTxRequests" : "StopTransactionOnInvalidId",
                  chance(2) ? "true" : "false");
            w_.id_tag_info["LATE"] = {{"status", "Blocked"}};
    }
    look();
}

void Station::restart() {
    ++counts_.restarts;
    const auto how = static_cast<Anew>(pick(5));
    tell(std::string("** ") + names(Anew{})[static_cast<std::size_t>(how)] + " **");
    // Keys may wait a minute for the disk.
    w_.store().flush();
    begin_anew(w_, how);
    w_.wait(seconds{5});
    look();
}

void Station::reserve() {
    const int connector = 1 + pick(outlets());
    const std::string driver = drivers[static_cast<std::size_t>(pick(4))];
    for (int id = 1; id <= outlets(); ++id)
        if (place(id).reserved_for == driver) return;
    if (place_of(driver) != 0 || !place(connector).owner.empty()) return;
    const auto until =
        ocpp::wire::DateTime{std::chrono::time_point_cast<std::chrono::milliseconds>(w_.now().utc) +
                             std::chrono::hours{24}};
    const auto answer = w_.call("ReserveNow", {{"connectorId", connector},
                                               {"expiryDate", until.to_text()},
                                               {"idTag", driver},
                                               {"reservationId", connector}});
    if (answer != Json{{"status", "Accepted"}}) return;
    tell(std::to_string(connector) + " is reserved for " + driver);
    place(connector).reserved_for = driver;
}

void Station::write(const std::string& key, const std::string& value) {
    tell(key + ' ' + value);
    w_.call("ChangeConfiguration", {{"key", key}, {"value", value}});
}

void Station::look() {
    const auto shown = w_.overview();
    for (int id = 1; id <= outlets(); ++id) {
        const auto& connector = shown["connectors"][static_cast<std::size_t>(id) - 1];
        auto& here = place(id);
        here.running = connector.contains("transaction");
        if (!here.running) {
            if (w_.outlet(id).closed) wrongs_.push_back("energy without a transaction");
            continue;
        }
        const auto& transaction = connector["transaction"];
        const std::int64_t number = transaction["id"];
        if (number == here.last) continue;
        here.last = number;
        const std::string tag = transaction["idTag"];
        const bool for_free = tag == guest && here.free && !here.had_session;
        const bool asked = tag == here.owner && here.asked;
        tell("[" + tag + " begins at " + std::to_string(id) + "]");
        if (!w_.outlet(id).plugged || (!for_free && !asked))
            wrongs_.push_back(tag + " pays at " + std::to_string(id) + " for " +
                              (here.owner.empty() ? "nobody" : here.owner));
        ++(for_free ? counts_.free : counts_.served);
        here.asked = false;
        here.had_session = true;
    }
}

}  // namespace test
