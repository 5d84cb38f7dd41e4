// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/requests.hpp"

#include "hal-service/shared/json_fields.hpp"
#include "hal-service/shared/requests.hpp"

#include <algorithm>
#include <type_traits>

namespace simulation {
namespace {

constexpr shared::JsonBounds request_limits{max_request_bytes, 4};
constexpr std::array<int, 4> cable_ratings{13, 20, 32, 63};

using Problem = std::optional<std::string>;
using Parsed = shared::Result<Request, std::string>;
using Connectors = const std::vector<hal::ConnectorInfo>;

shared::Failure<std::string> failure(std::string text) { return {std::move(text)}; }

const hal::ConnectorInfo* find(Connectors& connectors, int id) {
    const auto found = std::find_if(connectors.begin(), connectors.end(),
                                    [&](const auto& connector) { return connector.id == id; });
    return found == connectors.end() ? nullptr : &*found;
}

Problem check_end(const hal::ConnectorInfo& connector, const std::optional<End>& end) {
    if (end == End::ChargePoint && connector.type != hal::ConnectorType::Type2Socket)
        return "end: a " + std::string(shared::name_of(connector.type)) +
               " has no separate charge point end";
    return std::nullopt;
}

Problem check(const PlugIn& request, const hal::ConnectorInfo& connector) {
    if (request.cable_rating) {
        if (connector.type != hal::ConnectorType::Type2Socket)
            return "cable_rating: only a type2-socket takes a cable of its own";
        if (std::find(cable_ratings.begin(), cable_ratings.end(), *request.cable_rating) ==
            cable_ratings.end())
            return "cable_rating is none of 13, 20, 32, 63";
    }
    return check_end(connector, request.end);
}

Problem check(const Unplug& request, const hal::ConnectorInfo& connector) {
    return check_end(connector, request.end);
}

Problem check(const CarRequest& /*request*/, const hal::ConnectorInfo& /*connector*/) {
    return std::nullopt;
}

// A fault has particulars. One that is `needed` must be given to switch the fault on.
struct Particular {
    FaultName fault;
    std::string_view name;
    bool needed;
    bool (*given)(const FaultRequest&);
};
using R = const FaultRequest&;
constexpr std::array particulars = {
    Particular{FaultName::RelayWelded, "relay", true, [](R r) { return r.relay.has_value(); }},
    Particular{FaultName::PilotNoise, "volts", true, [](R r) { return r.volts.has_value(); }},
    Particular{FaultName::ResidualCurrent, "ac_ma", false, [](R r) { return r.ac_ma.has_value(); }},
    Particular{FaultName::ResidualCurrent, "dc_ma", false, [](R r) { return r.dc_ma.has_value(); }},
    Particular{FaultName::Temperature, "place", true, [](R r) { return r.place.has_value(); }},
    Particular{FaultName::Temperature, "celsius", true, [](R r) { return r.celsius.has_value(); }},
    Particular{FaultName::BusErrors, "count", true, [](R r) { return r.count.has_value(); }},
    Particular{FaultName::Overcurrent, "amps", true, [](R r) { return r.amps.has_value(); }},
    Particular{FaultName::ResidualMonitor, "broken", false,
               [](R r) { return r.broken.has_value(); }},
    Particular{FaultName::ResidualMonitor, "offset_ma", false,
               [](R r) { return r.offset_ma.has_value(); }},
    Particular{FaultName::MeterGain, "per_mille", true,
               [](R r) { return r.per_mille.has_value(); }},
    Particular{FaultName::TemperatureSensor, "place", true,
               [](R r) { return r.place.has_value(); }},
};

bool belongs(std::string_view particular, FaultName fault) {
    return std::any_of(particulars.begin(), particulars.end(), [&](const auto& row) {
        return row.name == particular && row.fault == fault;
    });
}

Problem check(const FaultRequest& request, const hal::ConnectorInfo& connector) {
    const bool on = request.on.value_or(true);
    const std::string name{shared::name_of(request.name)};
    for (const auto& particular : particulars) {
        const bool given = particular.given(request);
        if (particular.fault == request.name && on && particular.needed && !given)
            return std::string(particular.name) + " is required with " + name;
        if (given && !belongs(particular.name, request.name))
            return std::string(particular.name) + " does not belong to " + name;
    }
    if (request.name == FaultName::ResidualCurrent && on && !request.ac_ma && !request.dc_ma)
        return "residual_current needs ac_ma or dc_ma";
    if (request.name == FaultName::ResidualMonitor && on && !request.broken && !request.offset_ma)
        return "residual_monitor needs broken or offset_ma";
    if (request.name == FaultName::LockJammed && connector.type != hal::ConnectorType::Type2Socket)
        return std::string("only a type2-socket has a lock");
    return std::nullopt;
}

template <class T>
Parsed for_connector(Connectors& connectors, const T& fields) {
    auto request = fields;
    int id = 1;
    if constexpr (std::is_same_v<T, FaultRequest>) {
        id = request.connector.value_or(connectors.empty() ? 1 : connectors.front().id);
        request.connector = id;
    } else {
        id = request.connector;
    }
    const auto* connector = find(connectors, id);
    if (connector == nullptr) return failure("there is no connector " + std::to_string(id));
    if (auto problem = check(request, *connector)) return failure(*std::move(problem));
    return Request{Command{std::move(request)}};
}

Parsed observe(Connectors& /*connectors*/, const Observe& request) { return Request{request}; }

Parsed reset(Connectors& /*connectors*/, const Reset& request) { return Request{Command{request}}; }

Parsed mains(Connectors& /*connectors*/, const MainsRequest& request) {
    if (!request.volts && !request.hertz && !request.interrupt_ms)
        return failure("mains needs volts, hertz or interrupt_ms");
    return Request{Command{request}};
}

struct TagRequest {
    std::optional<std::string> uid;
    std::optional<shared::Text<max_tag_characters>> id_tag;
    std::optional<bool> stays;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"uid", &TagRequest::uid},
                  shared::Field{"id_tag", &TagRequest::id_tag},
                  shared::Field{"stays", &TagRequest::stays});
    }
};

// ISO 14443-3: single, double and triple size.
std::optional<std::string> hex_of_uid(std::string_view uid) {
    const auto bytes = uid.size() / 2;
    if (uid.size() % 2 != 0 || (bytes != 4 && bytes != 7 && bytes != 10)) return std::nullopt;
    std::string upper;
    for (const char c : uid) {
        if (c >= 'a' && c <= 'f')
            upper += static_cast<char>(c - 'a' + 'A');
        else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'))
            upper += c;
        else
            return std::nullopt;
    }
    return upper;
}

Parsed present_tag(Connectors& /*connectors*/, const TagRequest& request) {
    if (request.uid.has_value() == request.id_tag.has_value())
        return failure("present_tag needs either uid or id_tag");
    if (request.id_tag && request.id_tag->empty()) return failure("id_tag is empty");
    auto tag = request.uid ? hex_of_uid(*request.uid) : request.id_tag->value;
    if (!tag) return failure("uid is not 4, 7 or 10 bytes in hex");
    if (!request.stays.value_or(false)) return Request{PresentTag{*std::move(tag)}};
    LayCard lay;
    tag->copy(lay.card.data(), lay.card.size() - 1);
    return Request{Command{lay}};
}

Parsed remove_tag(Connectors& /*connectors*/, const shared::NoFields& /*fields*/) {
    return Request{Command{LayCard{}}};
}

using Row = shared::Request<Connectors, Request>;
using shared::Access;
using shared::with_fields;
constexpr std::array requests = {
    Row{"plug_in", Access::Act, with_fields<for_connector<PlugIn>>},
    Row{"unplug", Access::Act, with_fields<for_connector<Unplug>>},
    Row{"vehicle", Access::Act, with_fields<for_connector<CarRequest>>},
    Row{"present_tag", Access::Act, with_fields<present_tag>},
    Row{"remove_tag", Access::Act, with_fields<remove_tag>},
    Row{"mains", Access::Act, with_fields<mains>},
    Row{"fault", Access::Act, with_fields<for_connector<FaultRequest>>},
    Row{"observe", Access::Look, with_fields<observe>},
    Row{"reset", Access::Act, with_fields<reset>}};

constexpr std::string_view no_verb = "\"do\" is missing or not a string";
constexpr shared::RequestWords refusal_words{
    "", "a request is a JSON object", no_verb, no_verb,
    [](std::string_view verb) { return "no request is called \"" + std::string(verb) + '"'; }};

}  // namespace

Parsed parse_request(std::string_view line, const std::vector<hal::ConnectorInfo>& connectors) {
    const auto asked = shared::read_request(line, request_limits, refusal_words);
    if (!asked) return failure(asked.error());
    return shared::serve(requests, connectors, *asked, refusal_words, Access::Act);
}

}  // namespace simulation
