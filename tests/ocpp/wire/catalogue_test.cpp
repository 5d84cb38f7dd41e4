// SPDX-License-Identifier: Apache-2.0
// What holds for every message, shown for every message by walking the tables.

#include "ocpp/wire/catalogue.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/frame.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/samples.hpp"
#include "tests/support/schema.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace catalogue_test {

namespace {

using namespace ocpp::wire;
using shared::FieldError;
using shared::Json;
using shared::Unknown;
using shared::Violation;

// One payload without its type.
struct Payload {
    std::string name;
    Json smallest;
    Json largest;
    support::Facts facts;
    bool survives;  // written and read back, both are what they were
    std::function<std::optional<FieldError>(const Json&, Unknown)> error_of;
};

template <class T>
std::optional<FieldError> error_of(const Json& json, Unknown unknown) {
    const auto message = shared::parse<T>(json, unknown);
    if (message) return std::nullopt;
    return message.error();
}

// Through a frame, as text.
template <class T>
bool survives(const T& message) {
    const auto frame = parse_frame(encode_result("17", shared::to_text(message)));
    const auto* result = std::get_if<CallResult>(&frame);
    if (result == nullptr) return false;
    const auto back = shared::parse<T>(*result->payload);
    return back && *back == message;
}

template <class T>
Payload payload(const std::string& name) {
    const auto small = support::smallest<T>();
    const auto large = support::largest<T>();
    return {name,
            shared::to_json(small),
            shared::to_json(large),
            support::facts_of_table<T>(name),
            survives(small) && survives(large),
            error_of<T>};
}

struct Collect {
    std::vector<Payload>& payloads;

    template <class Request, class Response>
    void operator()(const Action<Request, Response>& action) {
        payloads.push_back(payload<Request>(std::string(action.name)));
        payloads.push_back(payload<Response>(std::string(action.name) + "Response"));
    }
};

const std::vector<Payload>& payloads() {
    static const auto all = [] {
        std::vector<Payload> result;
        for_each_action(Collect{result});
        return result;
    }();
    return all;
}

// Where something is inside a payload: as a pointer, as a FieldError names it and as a Facts
// sentence does.
struct Place {
    Json::json_pointer pointer;
    std::string path;
    std::string fact;
};

Place member_of(const Place& place, const std::string& name) {
    return {place.pointer / name, place.path.empty() ? name : place.path + '.' + name,
            place.fact + '.' + name};
}

void add_places(const Json& json, const Place& here, std::vector<Place>& places) {
    places.push_back(here);
    if (json.is_object())
        for (const auto& [name, value] : json.items())
            add_places(value, member_of(here, name), places);
    if (json.is_array())
        for (std::size_t i = 0; i < json.size(); ++i)
            add_places(
                json[i],
                {here.pointer / i, here.path + '[' + std::to_string(i) + ']', here.fact + "[]"},
                places);
}

std::vector<Place> places_in(const Payload& payload) {
    std::vector<Place> places;
    add_places(payload.largest, {Json::json_pointer(), "", payload.name}, places);
    return places;
}

void check_violation(const Payload& payload, const Json& json, Violation violation,
                     const std::string& path) {
    INFO(payload.name << ' ' << json.dump().substr(0, 300));
    const auto error = payload.error_of(json, Unknown::Refuse);
    REQUIRE(error);
    CHECK(error->violation == violation);
    CHECK(error->path == path);
    CHECK_FALSE(error->reason.empty());
}

bool says(const support::Facts& facts, const std::string& beginning) {
    const auto fact = facts.lower_bound(beginning);
    return fact != facts.end() && fact->rfind(beginning, 0) == 0;
}

bool is_member(const Payload& payload, const Place& place) {
    return !place.pointer.empty() && !payload.largest[place.pointer.parent_pointer()].is_array();
}

bool is_optional(const Payload& payload, const Place& place) {
    return is_member(payload, place) && payload.facts.count(place.fact + " is required") == 0;
}

struct Names {
    std::vector<std::string_view> all;
    std::vector<std::string_view> from_charge_point;
    template <class Request, class Response>
    void operator()(const Action<Request, Response>& action) {
        all.push_back(action.name);
        if (may_send(action.sender, Sender::ChargePoint)) from_charge_point.push_back(action.name);
    }
};

// The action that was visited.
struct Visited {
    std::string_view name;
    std::optional<FieldError> error;

    template <class Request, class Response>
    void operator()(const Action<Request, Response>& action) {
        name = action.name;
        error = error_of<Request>(Json::object(), Unknown::Refuse);
    }
};

}  // namespace

static_assert(std::is_same_v<ResponseTo<ResetRequest>, ResetResponse>);
static_assert(std::is_same_v<ResponseTo<AuthorizeRequest>, AuthorizeResponse>);
static_assert(std::is_same_v<ResponseTo<UpdateFirmwareRequest>, UpdateFirmwareResponse>);
static_assert(action_of<BootNotificationRequest>().name == "BootNotification");
static_assert(sender_of<StopTransactionRequest> == Sender::ChargePoint);
static_assert(sender_of<RemoteStopTransactionRequest> == Sender::CentralSystem);
static_assert(sender_of<DataTransferRequest> == Sender::Both);
static_assert(may_send(Sender::Both, Sender::ChargePoint));
static_assert(may_send(Sender::ChargePoint, Sender::ChargePoint));
static_assert(!may_send(Sender::CentralSystem, Sender::ChargePoint));

TEST_CASE("the catalogue has the 28 actions of OCPP 1.6 and the 11 of its security extension") {
    Names names;
    for_each_action(names);
    CHECK(names.all.size() == 28 + 11);
    CHECK(std::is_sorted(names.all.begin(), names.all.end()));
    CHECK(std::adjacent_find(names.all.begin(), names.all.end()) == names.all.end());
    CHECK(names.from_charge_point ==
          std::vector<std::string_view>{
              "Authorize", "BootNotification", "DataTransfer", "DiagnosticsStatusNotification",
              "FirmwareStatusNotification", "Heartbeat", "LogStatusNotification", "MeterValues",
              "SecurityEventNotification", "SignCertificate", "SignedFirmwareStatusNotification",
              "StartTransaction", "StatusNotification", "StopTransaction"});
}

TEST_CASE("an action is found by its exact name") {
    Visited visited;
    CHECK(visit_action("Reset", visited));
    CHECK(visited.name == "Reset");
    REQUIRE(visited.error);
    CHECK(visited.error->path == "type");

    for (const auto* name :
         {"", "reset", "Reset.req", "/Reset", "ResetRequest", "Rese", "Resett"}) {
        INFO(name);
        CHECK_FALSE(visit_action(name, visited));
    }
}

TEST_CASE("every message survives the wire") {
    CHECK(payloads().size() == 2 * 39);
    for (const auto& payload : payloads()) {
        INFO(payload.name);
        CHECK(payload.survives);
        CHECK(payload.largest.size() >= payload.smallest.size());
    }
}

TEST_CASE("a call survives the wire with every action") {
    for (const auto& payload : payloads()) {
        const Call call{"0190b6ae-7a5c-7e2f-8f9b-6a1d4c3b2a10", payload.name, payload.largest};
        INFO(payload.name);
        CHECK(std::get<Call>(parse_frame(encode(call))) == call);
    }
}

TEST_CASE("a missing member violates occurrence where the schema requires it, and only there") {
    int required = 0;
    int optional = 0;
    for (const auto& payload : payloads())
        for (const auto& place : places_in(payload)) {
            if (!is_member(payload, place)) continue;
            Json json = payload.largest;
            json[place.pointer.parent_pointer()].erase(place.pointer.back());
            if (!is_optional(payload, place)) {
                ++required;
                check_violation(payload, json, Violation::Occurrence, place.path);
            } else {
                ++optional;
                INFO(place.fact);
                CHECK_FALSE(payload.error_of(json, Unknown::Refuse));
            }
        }
    CHECK(required > 100);
    CHECK(optional > 100);
}

TEST_CASE("another JSON type violates the type, but null for an optional member is none") {
    for (const auto& payload : payloads())
        for (const auto& place : places_in(payload)) {
            const Json& good = payload.largest[place.pointer];
            for (const Json& bad :
                 {Json(nullptr), Json(true), Json(17), Json("x"), Json::array(), Json::object()}) {
                if (bad.type() == good.type() || (bad.is_number() && good.is_number())) continue;
                Json json = payload.largest;
                json[place.pointer] = bad;
                if (bad.is_null() && is_optional(payload, place)) {
                    INFO(place.fact);
                    CHECK_FALSE(payload.error_of(json, Unknown::Refuse));
                    continue;
                }
                check_violation(payload, json, Violation::Type, place.path);
            }
        }
}

TEST_CASE("an unknown member violates formation in a request, and is let pass where asked") {
    for (const auto& payload : payloads())
        for (const auto& place : places_in(payload)) {
            if (!payload.largest[place.pointer].is_object()) continue;
            Json json = payload.largest;
            json[place.pointer]["customData"] = Json::object();
            check_violation(payload, json, Violation::Formation,
                            member_of(place, "customData").path);
            CHECK_FALSE(payload.error_of(json, Unknown::Ignore));
        }
}

TEST_CASE("a text longer than its limit or outside its values violates the property") {
    for (const auto& payload : payloads())
        for (const auto& place : places_in(payload)) {
            if (!payload.largest[place.pointer].is_string()) continue;
            Json json = payload.largest;
            json[place.pointer].get_ref<std::string&>() += 'x';  // it was as long as it may be
            if (says(payload.facts, place.fact + " has ") ||
                says(payload.facts, place.fact + " may be ")) {
                check_violation(payload, json, Violation::Property, place.path);
            } else {
                INFO(place.fact);
                CHECK_FALSE(payload.error_of(json, Unknown::Refuse));
            }
        }
}

TEST_CASE("a number outside its range violates the property, and a fraction the type") {
    for (const auto& payload : payloads())
        for (const auto& place : places_in(payload)) {
            if (!payload.largest[place.pointer].is_number()) continue;
            Json json = payload.largest;
            // The number of a transaction has 64 bits, the others 32.
            const bool wide = place.fact.ends_with("transactionId");
            for (const Json& large :
                 {Json(9223372036854775807), Json(-9223372036854775807 - 1), Json(1e15)}) {
                json[place.pointer] = large;
                if (wide)
                    CHECK_FALSE(payload.error_of(json, Unknown::Refuse));
                else
                    check_violation(payload, json, Violation::Property, place.path);
            }
            json[place.pointer] = Json(18446744073709551615U);
            check_violation(payload, json, Violation::Property, place.path);
            json[place.pointer] = 0.25;
            // A second decimal is cut where a number may have one.
            if (payload.facts.count(place.fact + " is number") == 0)
                check_violation(payload, json, Violation::Type, place.path);
            else
                CHECK_FALSE(payload.error_of(json, Unknown::Refuse));
            json[place.pointer] = 300.0;  // written so by peers with schemas before 2019-12
            CHECK_FALSE(payload.error_of(json, Unknown::Refuse));
        }
}

TEST_CASE("a list has its bounds") {
    MeterValuesRequest values = support::smallest<MeterValuesRequest>();
    values.meter_value.clear();
    auto refused = shared::parse<MeterValuesRequest>(shared::to_json(values));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().violation == Violation::Occurrence);
    CHECK(refused.error().path == "meterValue");

    SendLocalListRequest list;
    list.local_authorization_list.emplace(max_local_list_entries);
    CHECK(shared::parse<SendLocalListRequest>(shared::to_json(list)));
    list.local_authorization_list->emplace_back();
    const auto too_long = shared::parse<SendLocalListRequest>(shared::to_json(list));
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().violation == Violation::Occurrence);
    CHECK(too_long.error().path == "localAuthorizationList");
}

}  // namespace catalogue_test
