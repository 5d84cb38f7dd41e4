// SPDX-License-Identifier: Apache-2.0
#include "hal-service/technician/technician_socket.hpp"

#include "hal-service/process/log.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "hal-service/technician/answers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

namespace hal {
namespace {

using shared::Json;

constexpr shared::JsonBounds request_limits{max_service_line_bytes, 4};

enum class Verb { Readings, Pilot, Faults, Stats, SelfTest, ContactorCheck, Calibrate };
constexpr auto names(Verb) {
    return std::array{"readings",  "pilot",           "faults",   "stats",
                      "self_test", "relay_test", "calibrate"};
}

// What a reference instrument shows, in volts or amps; 0: that phase isn't compared.
struct Compared {
    static constexpr double most = 1000;
    std::int64_t thousandths = 0;
    static std::optional<Compared> from_number(double number) {
        if (!(number >= 0 && number <= most)) return std::nullopt;
        return Compared{static_cast<std::int64_t>(std::llround(number * 1000))};
    }
    double to_number() const { return static_cast<double>(thousandths) / 1000; }
    bool operator==(const Compared&) const = default;
};

struct Request {
    Verb verb{};
    std::optional<int> connector;
    std::optional<bool> all;
    std::optional<bool> confirm;
    std::optional<std::array<Compared, 3>> volts;
    std::optional<std::array<Compared, 3>> amps;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"do", &Request::verb},
                  shared::Field{"connector", &Request::connector},
                  shared::Field{"all", &Request::all}, shared::Field{"confirm", &Request::confirm},
                  shared::Field{"volts", &Request::volts}, shared::Field{"amps", &Request::amps});
    }
};

Reference reference_of(const Request& request) {
    Reference reference;
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (request.volts && (*request.volts)[phase].thousandths != 0)
            reference.voltage[phase] = units::Millivolts{(*request.volts)[phase].thousandths};
        if (request.amps && (*request.amps)[phase].thousandths != 0)
            reference.current[phase] = units::Milliamps{(*request.amps)[phase].thousandths};
    }
    return reference;
}

Json refusal(std::string_view why) { return {{"ok", false}, {"error", std::string(why)}}; }

// What a request may say besides its verb.
std::optional<std::string> surplus(const Request& request) {
    const bool of_relays = request.verb == Verb::ContactorCheck;
    const bool of_connector = of_relays || request.verb == Verb::Pilot ||
                              request.verb == Verb::SelfTest || request.verb == Verb::Calibrate;
    const bool of_faults = request.verb == Verb::Faults;
    const auto name = std::string(shared::name_of(request.verb));
    if (request.connector && !of_connector) return "connector does not belong to " + name;
    if (request.all && !of_faults) return "all does not belong to " + name;
    if ((request.volts || request.amps) && request.verb != Verb::Calibrate)
        return "volts and amps do not belong to " + name;
    if (request.confirm && !of_relays) return "confirm does not belong to " + name;
    if (of_relays && !request.connector) return "connector is required with " + name;
    if (of_relays && !request.confirm.value_or(false))
        return std::string("confirm=true is needed: the outlet is live for a moment");
    return std::nullopt;
}

}  // namespace

TechnicianSocket::TechnicianSocket(LineServer lines, ControlLoop& loop,
                                   std::vector<ConnectorInfo> connectors,
                                   process::BoardSettings board)
    : lines_(std::move(lines)),
      loop_(loop),
      connectors_(std::move(connectors)),
      board_(std::move(board)) {}

void TechnicianSocket::serve(Moment now) {
    now_ = now;
    lines_.serve(*this);
}

void TechnicianSocket::advance(Moment now) {
    now_ = now;
    if (!waiting_) return;
    const auto& proof = loop_.state().read().proof;
    const bool over = proof.demand.number == waiting_->number && proof.state != ProofState::Running;
    if (!over && now < waiting_->until) return;
    const auto result =
        over ? proof_answer(waiting_->connector, proof) : refusal("the test has not ended in time");
    const auto done = *waiting_;
    waiting_.reset();
    process::log("hal", over && result["ok"] == true ? spdlog::level::info : spdlog::level::warn,
                 "connector " + std::to_string(done.connector) +
                     ": test by a technician: " + shared::dump(result),
                 {{"CONNECTOR", std::to_string(done.connector)}});
    lines_.send(done.client, shared::dump(result) + '\n');
    if (done.leaving) lines_.finish(done.client);
}

void TechnicianSocket::ended(ClientId client) {
    if (waiting_ && waiting_->client == client)
        waiting_->leaving = true;
    else
        lines_.finish(client);
}

void TechnicianSocket::line(ClientId client, std::string_view text) {
    if (too_often(client)) return refuse(client, "too many requests in a second");
    if (waiting_ && waiting_->client == client)
        return refuse(client, "this connection waits for a test");
    if (const auto said = answer(client, text)) lines_.send(client, shared::dump(*said) + '\n');
}

void TechnicianSocket::too_long(ClientId client) {
    refuse(client, "a request is longer than " + std::to_string(max_service_line_bytes) + " bytes");
}

bool TechnicianSocket::too_often(ClientId client) {
    auto& rate = rates_[client];
    if (now_ - rate.begin >= std::chrono::seconds(1)) rate = {now_, 0};
    return ++rate.requests > max_service_requests;
}

// Nothing: it comes when a test has ended.
std::optional<Json> TechnicianSocket::answer(ClientId client, std::string_view text) {
    const auto json = shared::parse_json(text, request_limits);
    if (!json) return refusal(shared::describe(json.error()));
    if (!json->is_object()) return refusal("a request is a JSON object");
    const auto request = shared::parse<Request>(*json);
    if (!request) return refusal(request.error().path + ' ' + request.error().reason);
    if (const auto problem = surplus(*request)) return refusal(*problem);
    std::size_t index = 0;
    const auto* connector = find(request->connector.value_or(connectors_.front().id), index);
    if (connector == nullptr)
        return refusal("there is no connector " + std::to_string(*request->connector));
    const auto& state = loop_.state().read();
    switch (request->verb) {
        case Verb::Readings: return readings_answer(connectors_, state);
        case Verb::Pilot:
            if (connector->type == ConnectorType::Schuko) return refusal("a schuko has no pilot");
            return pilot_answer(*connector, state.connectors[index], state.pilots[index]);
        case Verb::Faults: return faults_answer(connectors_, state, request->all.value_or(false));
        case Verb::Stats: return stats_answer(state, loop_.real_time());
        case Verb::Calibrate:
            return calibration_answer(connector->id, board_, state.connectors[index],
                                      reference_of(*request));
        case Verb::SelfTest: return demand(client, Test::Monitor, index);
        case Verb::ContactorCheck: return demand(client, Test::Relays, index);
    }
    return refusal("nothing is known of this request");
}

std::optional<Json> TechnicianSocket::demand(ClientId client, Test test, std::size_t index) {
    if (waiting_) return refusal("another test is running");
    if (!loop_.demands().push({demands_ + 1, test, index}))
        return refusal("tests are still waiting for the control loop");
    ++demands_;
    waiting_ = Waiting{client, demands_, connectors_[index].id, now_ + test_within, false};
    return std::nullopt;
}

const ConnectorInfo* TechnicianSocket::find(ConnectorId id, std::size_t& index) const {
    const auto found = std::find_if(connectors_.begin(), connectors_.end(),
                                    [&](const auto& connector) { return connector.id == id; });
    if (found == connectors_.end()) return nullptr;
    index = static_cast<std::size_t>(found - connectors_.begin());
    return &*found;
}

void TechnicianSocket::refuse(ClientId client, std::string_view why) {
    lines_.send(client, shared::dump(refusal(why)) + '\n');
}

}  // namespace hal
