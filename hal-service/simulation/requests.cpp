// SPDX-License-Identifier: Apache-2.0
#include "hal-service/simulation/requests.hpp"

#include "hal-service/shared/json_fields.hpp"

#include <algorithm>
#include <type_traits>

namespace simulation {
namespace {

constexpr shared::JsonBounds request_limits{max_request_bytes, 4};
constexpr std::size_t max_tag_characters = 20;  // IdToken of OCPP 1.6
constexpr std::array<int, 4> cable_ratings{13, 20, 32, 63};

using Problem = std::optional<std::string>;
using Parsed = shared::Result<Request, std::string>;

shared::Failure<std::string> failure(std::string text) { return {std::move(text)}; }

template <class T>
shared::Result<T, std::string> read(const shared::Json& body) {
    auto request = shared::parse<T>(body);
    if (!request) return failure(request.error().path + ' ' + request.error().reason);
    return *std::move(request);
}

const hal::ConnectorInfo* find(const std::vector<hal::ConnectorInfo>& connectors, int id) {
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

// Which particulars a fault has. `needed` while it is switched on.
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
Parsed for_connector(const shared::Json& body, const std::vector<hal::ConnectorInfo>& connectors) {
    auto request = read<T>(body);
    if (!request) return failure(request.error());
    int id = 1;
    if constexpr (std::is_same_v<T, FaultRequest>) {
        id = request->connector.value_or(connectors.empty() ? 1 : connectors.front().id);
        request->connector = id;
    } else {
        id = request->connector;
    }
    const auto* connector = find(connectors, id);
    if (connector == nullptr) return failure("there is no connector " + std::to_string(id));
    if (auto problem = check(*request, *connector)) return failure(*std::move(problem));
    return Request{Command{*std::move(request)}};
}

template <class T>
Parsed plain(const shared::Json& body, const std::vector<hal::ConnectorInfo>& /*connectors*/) {
    auto request = read<T>(body);
    if (!request) return failure(request.error());
    if constexpr (std::is_same_v<T, Observe>)
        return Request{*std::move(request)};
    else
        return Request{Command{*std::move(request)}};
}

Parsed mains(const shared::Json& body, const std::vector<hal::ConnectorInfo>& connectors) {
    if (body.empty()) return failure("mains needs volts, hertz or interrupt_ms");
    return plain<MainsRequest>(body, connectors);
}

struct TagRequest {
    std::optional<std::string> uid;
    std::optional<shared::Text<max_tag_characters>> id_tag;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"uid", &TagRequest::uid},
                  shared::Field{"id_tag", &TagRequest::id_tag});
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

Parsed present_tag(const shared::Json& body,
                   const std::vector<hal::ConnectorInfo>& /*connectors*/) {
    const auto request = read<TagRequest>(body);
    if (!request) return failure(request.error());
    if (request->uid.has_value() == request->id_tag.has_value())
        return failure("present_tag needs either uid or id_tag");
    if (request->id_tag) {
        if (request->id_tag->empty()) return failure("id_tag is empty");
        return Request{PresentTag{request->id_tag->value}};
    }
    auto tag = hex_of_uid(*request->uid);
    if (!tag) return failure("uid is not 4, 7 or 10 bytes in hex");
    return Request{PresentTag{*std::move(tag)}};
}

struct Verb {
    std::string_view name;
    Parsed (*parse)(const shared::Json&, const std::vector<hal::ConnectorInfo>&);
};
constexpr std::array verbs = {Verb{"plug_in", for_connector<PlugIn>},
                              Verb{"unplug", for_connector<Unplug>},
                              Verb{"vehicle", for_connector<CarRequest>},
                              Verb{"present_tag", present_tag},
                              Verb{"mains", mains},
                              Verb{"fault", for_connector<FaultRequest>},
                              Verb{"observe", plain<Observe>},
                              Verb{"reset", plain<Reset>}};

}  // namespace

Parsed parse_request(std::string_view line, const std::vector<hal::ConnectorInfo>& connectors) {
    auto json = shared::parse_json(line, request_limits);
    if (!json) return failure(std::string(shared::describe(json.error())));
    if (!json->is_object()) return failure("a request is a JSON object");
    const auto verb = json->find("do");
    if (verb == json->end() || !verb->is_string())
        return failure("\"do\" is missing or not a string");
    const auto name = verb->get<std::string>();
    const auto found = std::find_if(verbs.begin(), verbs.end(),
                                    [&](const auto& entry) { return entry.name == name; });
    if (found == verbs.end()) return failure("no request is called \"" + name + '"');
    json->erase("do");
    return found->parse(*json, connectors);
}

}  // namespace simulation
