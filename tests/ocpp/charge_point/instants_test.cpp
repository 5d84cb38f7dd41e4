// SPDX-License-Identifier: Apache-2.0
// Instants from the year 1 to 9999, by every door through which a time comes in: nothing overflows
// (the sanitizers watch), nothing is woken more often than once a second, and dates are told back
// as they came. CHARGEPOINT_INSTANTS and CHARGEPOINT_INSTANT_SEED choose how many and which.

#include "hal-service/shared/json.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/wire/time.hpp"
#include "tests/support/charging_profiles.hpp"
#include "tests/support/number_from.hpp"
#include "tests/support/world.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <limits>
#include <random>

namespace instants_test {

using namespace ocpp::core;
using ocpp::wire::DateTime;
using shared::Json;
using test::number_from;
using test::seconds;
using test::World;

namespace {

constexpr std::int64_t default_instants = 12;  // beside those at the edges

// The ends of the wire, of 1970 and before OCPP, of 31, 32 and 63 bits, and of 63 bits of
// nanoseconds counted from 1970 or from now.
std::vector<std::string> edges() {
    return {"0001-01-01T00:00:00.000Z", "0001-12-31T23:59:59.999Z", "1677-09-21T00:12:43.145Z",
            "1734-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z",
            "1970-01-01T00:00:00.001Z", "2015-12-31T23:59:59.999Z", "2016-01-01T00:00:00.000Z",
            "2026-03-28T22:00:00.123Z", "2038-01-19T03:14:07.999Z", "2038-01-19T03:14:08.000Z",
            "2106-02-07T06:28:16.000Z", "2262-04-11T23:47:16.854Z", "2262-04-11T23:47:16.855Z",
            "2318-07-10T21:00:00.000Z", "2318-08-01T00:00:00.000Z", "9999-12-24T00:00:00.000Z",
            "9999-12-31T23:59:59.999Z"};
}

std::vector<std::string> instants() {
    const auto count = number_from("CHARGEPOINT_INSTANTS", default_instants);
    const auto seed = number_from("CHARGEPOINT_INSTANT_SEED", 1);
    std::mt19937_64 bits(static_cast<std::uint64_t>(seed));
    const auto first = DateTime::earliest.time_since_epoch().count();
    const auto last = DateTime::latest.time_since_epoch().count();
    auto all = edges();
    for (std::int64_t i = 0; i < count; ++i) {
        const auto offset = bits() % static_cast<std::uint64_t>(last - first);
        all.push_back(DateTime{instant_from(first + static_cast<std::int64_t>(offset))}.to_text());
    }
    std::cout << "instants: " << all.size() << ", seed " << seed << '\n';
    return all;
}

std::int64_t ms_of(const std::string& text) {
    return DateTime::from_text(text)->point.time_since_epoch().count();
}

Json document(World& w, const std::string& name) {
    w.store().flush();
    const auto kept = w.store().load().texts[Kind::Document];
    const auto found = kept.find(name);
    return found == kept.end() ? Json() : Json::parse(found->second);
}

void mark(World& w, const char* name, const std::string& value) {
    w.store().keep({Put{Kind::Mark, name, value, Durability::Now}}, w.machine().steady);
}

// Calls of the central system.

void reserve(World& w, const std::string& text) {
    const auto answer =
        w.call("ReserveNow",
               {{"connectorId", 2}, {"reservationId", 7}, {"idTag", "B"}, {"expiryDate", text}});
    const bool future = ms_of(text) > ms_of(w.overview()["time"]);
    CHECK(answer["status"] == (future ? "Accepted" : "Rejected"));
    if (future) CHECK(document(w, "reservation/7")["expiryDate"] == text);
}

void list(World& w, const std::string& text) {
    const Json entry{{"idTag", "A"}, {"idTagInfo", {{"status", "Accepted"}, {"expiryDate", text}}}};
    CHECK(w.call("SendLocalList", {{"listVersion", 1},
                                   {"updateType", "Full"},
                                   {"localAuthorizationList", {entry}}})["status"] == "Accepted");
    w.store().flush();
    const auto texts = w.store().load().texts;
    bool kept = false;
    for (const auto& [name, value] : texts[Kind::Document])
        kept = kept || value.find(text) != std::string::npos;
    CHECK(kept);
}

// Accepted profiles are kept and told as they came; `until` is told of the one that ends.
void install(World& w, const std::string& text, Json profile, const char* member) {
    auto& place =
        std::string_view(member) == "startSchedule" ? profile["chargingSchedule"] : profile;
    place[member] = text;
    const auto status = w.call("SetChargingProfile",
                               {{"connectorId", 1}, {"csChargingProfiles", profile}})["status"];
    const auto kept = document(w, "profile/1");
    if (status != "Accepted") {
        CHECK(std::string_view(member) == "validTo");
        CHECK(ms_of(text) <= ms_of(w.overview()["time"]));
        return;
    }
    CHECK(kept["profile"] == profile);
    if (std::string_view(member) == "validTo")
        CHECK(w.point().limits(w.machine())[1].value("until", "") == text);
}

using test::periods;
using test::profile;

void valid_from(World& w, const std::string& text) {
    install(w, text, profile(1, "TxDefaultProfile", 0, periods({{0, 6}, {60, 10}})), "validFrom");
}
void valid_to(World& w, const std::string& text) {
    install(w, text, profile(1, "TxDefaultProfile", 0, periods({{0, 6}})), "validTo");
}
void start_schedule(World& w, const std::string& text) {
    auto made = profile(1, "TxDefaultProfile", 0, periods({{0, 6}, {2'147'483'647, 10}}));
    made["chargingSchedule"]["duration"] = 2'147'483'647;
    install(w, text, made, "startSchedule");
}
void recurring(World& w, const std::string& text) {
    for (const char* kind : {"Daily", "Weekly"}) {
        auto made = profile(1, "TxDefaultProfile", 0, periods({{0, 6}, {600, 10}}));
        made["chargingProfileKind"] = "Recurring";
        made["recurrencyKind"] = kind;
        made["chargingSchedule"]["startSchedule"] = text;
        CHECK(w.call("SetChargingProfile",
                     {{"connectorId", 1}, {"csChargingProfiles", made}})["status"] == "Accepted");
    }
}

void remote_start(World& w, const std::string& text) {
    auto made = profile(1, "TxProfile", 0, periods({{0, 6}, {60, 10}}));
    made["validFrom"] = made["validTo"] = made["chargingSchedule"]["startSchedule"] = text;
    const Json request{{"connectorId", 2}, {"idTag", "B"}, {"chargingProfile", made}};
    CHECK(w.call("RemoteStartTransaction", request).contains("status"));
    w.plug(2).wait(seconds{30}).unplug(2);
}

// Calls of firmware, diagnostics and security; whether they are served or not, they are understood.
void understood(World& w, const char* action, const Json& payload) {
    INFO(action);
    const auto answer = w.call(action, payload);
    CHECK((answer.is_object() || answer == "NotSupported"));
}
void diagnostics(World& w, const std::string& text) {
    understood(w, "GetDiagnostics",
               {{"location", "ftp://example.org/"}, {"startTime", text}, {"stopTime", text}});
    understood(w, "GetLog",
               {{"logType", "SecurityLog"},
                {"requestId", 1},
                {"log",
                 {{"remoteLocation", "ftp://example.org/"},
                  {"oldestTimestamp", text},
                  {"latestTimestamp", text}}}});
}
void firmware(World& w, const std::string& text) {
    understood(w, "UpdateFirmware", {{"location", "ftp://example.org/"}, {"retrieveDate", text}});
    understood(w, "SignedUpdateFirmware",
               {{"requestId", 1},
                {"firmware",
                 {{"location", "ftp://example.org/"},
                  {"retrieveDateTime", text},
                  {"installDateTime", text},
                  {"signingCertificate", "none"},
                  {"signature", "none"}}}});
}

// Answers of the central system.

void id_tag_info(World& w, const std::string& text) {
    for (const char* tag : {"A", "B"})
        w.id_tag_info[tag] = {{"status", "Accepted"}, {"expiryDate", text}};
    w.tag("A").wait(seconds{5}).tag("A");
    w.store().flush();
    const auto tags = w.store().load().tags;
    for (const auto& tag : tags)
        if (tag.expires) CHECK(DateTime{*tag.expires}.to_text() == text);
}
void tell_time(World& w, const std::string& text) {
    w.garbage = [text](const std::string& action) {
        return action == "Heartbeat" ? R"({"currentTime":")" + text + R"("})" : std::string();
    };
    w.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
    // The second answer agrees.
    w.wait(seconds{20});
    const bool believed = ms_of(text) >= Clock::earliest_believed.time_since_epoch().count();
    CHECK((w.overview()["time"].get<std::string>().substr(0, 4) == text.substr(0, 4)) ==
          (believed || text.starts_with("2026")));
}
void tell_time_at_boot(World& w, const std::string& text) {
    w.garbage = [text](const std::string& action) {
        return action != "BootNotification"
                   ? std::string()
                   : R"({"status":"Accepted","interval":300,"currentTime":")" + text + R"("})";
    };
    w.power_cut();
}

// The machine's own clock. Its nanoseconds hold the years 1677 to 2262, and beyond these it counts
// as standing there, a day from the end.

void set_machine_clock(World& w, const std::string& text) {
    using Clock = std::chrono::system_clock;
    constexpr std::chrono::hours margin{24};
    w.set_machine_clock(std::clamp<Instant>(
        DateTime::from_text(text)->point,
        std::chrono::ceil<std::chrono::milliseconds>(Clock::time_point::min() + margin),
        std::chrono::floor<std::chrono::milliseconds>(Clock::time_point::max() - margin)));
}
void machine(World& w, const std::string& text) {
    set_machine_clock(w, text);
    w.wait(seconds{30}).plug(2).tag("B").wait(seconds{30}).unplug(2);
}
void machine_offline(World& w, const std::string& text) {
    w.disconnect();
    machine(w, text);
    w.connect();
}
void machine_at_boot(World& w, const std::string& text) {
    w.disconnect();
    set_machine_clock(w, text);
    w.power_cut().plug(2).tag("B").wait(seconds{30}).unplug(2).connect();
}

// Times that are kept.

void offset(World& w, const std::string& text) {
    mark(w, marks::clock_offset_ms, std::to_string(ms_of(text)));
}
void kept_at(World& w, const std::string& text) {
    mark(w, marks::kept_at_ms, std::to_string(ms_of(text)));
}
void doubted(World& w, const std::string& text) {
    mark(w, marks::doubted_since_ms, std::to_string(ms_of(text)));
    mark(w, marks::clock_offset_ms, std::to_string(ms_of(text)));
}
void set_at(World& w, const std::string& text) {
    mark(w, marks::clock_set_at_ms, std::to_string(ms_of(text)));
}
void power_up(World& w, const std::string& text) {
    w.set_key("PowerUpRandomDelay", "30").set_key("PowerUpRamp", "30");
    mark(w, marks::power_up_ms, std::to_string(ms_of(text)));
}
void transaction(World& w, const std::string& text) {
    const auto at = DateTime::from_text(text)->point;
    auto records = w.store().load().transactions;
    std::vector<Change> changes;
    for (auto& record : records) {
        record.started = record.last_seen = at;
        if (record.stop_wish) record.stop_wish->at = at;
        changes.push_back(PutTransaction{record, Durability::Now});
    }
    changes.push_back(PutTag{{"a", "Accepted", "", at, 9}, Durability::Now});
    w.store().keep(changes, w.machine().steady);
}
void queue(World& w, const std::string& text) {
    w.disconnect().fault(2, true).fault(2, false).wait(seconds{30});
    std::vector<Change> changes;
    const auto queued = w.store().load().queue;
    for (auto message : queued) {
        auto payload = Json::parse(message.payload);
        if (payload.contains("timestamp")) payload["timestamp"] = text;
        message.payload = payload.dump();
        changes.push_back(PutMessage{message, Durability::Now});
    }
    w.store().keep(changes, w.machine().steady);
    w.restart().connect();
}
void since(World& w, const std::string& text) {
    auto made = profile(1, "ChargePointMaxProfile", 0, periods({{0, 6}, {60, 10}}));
    made["chargingProfileKind"] = "Relative";
    w.call("SetChargingProfile", {{"connectorId", 0}, {"csChargingProfiles", made}});
    auto kept = document(w, "profile/1");
    kept["since"] = ms_of(text);
    w.store().keep({Put{Kind::Document, "profile/1", kept.dump(), Durability::Now}},
                   w.machine().steady);
}

struct Door {
    const char* name;
    std::function<void(World&, const std::string&)> enter;
};

const std::vector<Door> doors{{"ReserveNow", reserve},
                              {"SendLocalList", list},
                              {"validFrom", valid_from},
                              {"validTo", valid_to},
                              {"startSchedule", start_schedule},
                              {"Recurring", recurring},
                              {"RemoteStartTransaction", remote_start},
                              {"diagnostics", diagnostics},
                              {"firmware", firmware},
                              {"expiryDate", id_tag_info},
                              {"Heartbeat.conf", tell_time},
                              {"BootNotification.conf", tell_time_at_boot},
                              {"machine's clock", machine},
                              {"machine's clock, offline", machine_offline},
                              {"machine's clock at boot", machine_at_boot},
                              {"offset", offset},
                              {"kept at", kept_at},
                              {"doubted since", doubted},
                              {"set at", set_at},
                              {"power up", power_up},
                              {"transaction", transaction},
                              {"queue", queue},
                              {"since", since}};

// Wakes the charge point whenever it wishes, for a minute in which nothing else happens.
int wakes_of_a_minute(World& w) {
    auto now = w.machine();
    const auto end = now.steady + seconds{60};
    int wakes = 0;
    while (wakes <= 1'000) {
        const auto out = w.point().step(Woken{}, now);
        ++wakes;
        if (!out.wake_at || *out.wake_at > end) break;
        const auto next = std::max(*out.wake_at, now.steady);
        now.utc += next - now.steady;
        now.steady = next;
    }
    return wakes;
}

void look_at_everything(World& w) {
    for (const int connector : {0, 1, 2})
        CHECK(w.call("GetCompositeSchedule",
                     {{"connectorId", connector}, {"duration", 2'147'483'647}})["status"] ==
              "Accepted");
    CHECK_FALSE(w.point().limits(w.machine()).empty());
    CHECK_FALSE(w.overview().empty());
    for (const auto& frame : w.raw_frames()) CHECK(Json::accept(frame));
}

}  // namespace

TEST_CASE("no instant that the wire can carry overflows, wherever it comes in") {
    for (const auto& text : instants())
        for (const auto& door : doors) {
            INFO(door.name << ' ' << text);
            World w{
                {.keys = {{"MeterValueSampleInterval", "2"}, {"ClockAlignedDataInterval", "5"}}}};
            w.boot().plug(1).tag("A").wait(seconds{3});
            w.store().flush();
            door.enter(w, text);
            w.wait(seconds{10});
            look_at_everything(w);
            w.restart().connect().wait(seconds{10});
            look_at_everything(w);
            w.tag("A").wait(seconds{10}).unplug(1).wait(seconds{10});
            CHECK(w.outlet(1).closed == false);
            CHECK(wakes_of_a_minute(w) <= 60);
        }
}

TEST_CASE("counts of milliseconds that are no instant are the nearest one") {
    using Limits = std::numeric_limits<std::int64_t>;
    CHECK(instant_from(Limits::max()) == DateTime::latest);
    CHECK(instant_from(Limits::min()) == DateTime::earliest);
    for (const auto count : {Limits::max(), Limits::min()})
        for (const auto* name : {marks::clock_offset_ms, marks::kept_at_ms, marks::doubted_since_ms,
                                 marks::clock_set_at_ms, marks::power_up_ms}) {
            INFO(name << ' ' << count);
            World w;
            w.boot().plug(1).tag("A").wait(seconds{3});
            mark(w, name, std::to_string(count));
            w.restart().connect().wait(seconds{10});
            look_at_everything(w);
            CHECK(wakes_of_a_minute(w) <= 60);
        }
}

TEST_CASE("a reservation to the end of time is kept over restarts, and cancelled") {
    World w;
    w.boot();
    reserve(w, "9999-12-31T23:59:59.999Z");
    w.wait(seconds{2}).restart().connect();
    CHECK(w.overview()["connectors"][1]["status"] == "Reserved");
    CHECK(wakes_of_a_minute(w) <= 10);
    CHECK(w.call("CancelReservation", {{"reservationId", 7}})["status"] == "Accepted");
}

}  // namespace instants_test
