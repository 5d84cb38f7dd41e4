// SPDX-License-Identifier: Apache-2.0
#include "hal-service/technician/technician_socket.hpp"

#include "hal-service/process/log.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "hal-service/shared/requests.hpp"
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

// A value of a reference instrument in volts or amps. A phase with 0 isn't compared.
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

// The fields of all requests; each row of the table names those that belong to it.
struct Fields {
    std::optional<int> connector;
    std::optional<bool> all;
    std::optional<bool> confirm;
    std::optional<std::array<Compared, 3>> volts;
    std::optional<std::array<Compared, 3>> amps;
    static constexpr auto fields(auto of) {
        return of(shared::Field{"connector", &Fields::connector},
                  shared::Field{"all", &Fields::all}, shared::Field{"confirm", &Fields::confirm},
                  shared::Field{"volts", &Fields::volts}, shared::Field{"amps", &Fields::amps});
    }
};

Reference reference_of(const Fields& fields) {
    Reference reference;
    for (std::size_t phase = 0; phase < 3; ++phase) {
        if (fields.volts && (*fields.volts)[phase].thousandths != 0)
            reference.voltage[phase] = units::Millivolts{(*fields.volts)[phase].thousandths};
        if (fields.amps && (*fields.amps)[phase].thousandths != 0)
            reference.current[phase] = units::Milliamps{(*fields.amps)[phase].thousandths};
    }
    return reference;
}

constexpr shared::RequestWords refusal_words{
    "", "a request is a JSON object", "do is required", "do is not a string",
    [](std::string_view) { return std::string("do is none of its values"); }};

Json refusal(std::string_view why) { return {{"ok", false}, {"error", std::string(why)}}; }

constexpr unsigned connector_belongs = 1;
constexpr unsigned all_belongs = 2;
constexpr unsigned comparison_belongs = 4;
constexpr unsigned confirm_belongs = 8;  // and is needed, with a connector

std::optional<std::string> surplus(const std::string& verb, const Fields& fields,
                                   unsigned belonging) {
    const auto belongs = [&](unsigned what) { return (belonging & what) != 0; };
    if (fields.connector && !belongs(connector_belongs))
        return "connector does not belong to " + verb;
    if (fields.all && !belongs(all_belongs)) return "all does not belong to " + verb;
    if ((fields.volts || fields.amps) && !belongs(comparison_belongs))
        return "volts and amps do not belong to " + verb;
    if (!belongs(confirm_belongs))
        return fields.confirm ? std::optional("confirm does not belong to " + verb) : std::nullopt;
    if (!fields.connector) return "connector is required with " + verb;
    if (!fields.confirm.value_or(false))
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
    const auto said = answer(client, text);
    if (!said) return refuse(client, said.error());
    if (*said) lines_.send(client, shared::dump(**said) + '\n');
}

void TechnicianSocket::too_long(ClientId client) {
    refuse(client, "a request is longer than " + std::to_string(max_service_line_bytes) + " bytes");
}

std::string TechnicianSocket::turned_away() {
    return shared::dump(refusal("too many clients")) + '\n';
}

bool TechnicianSocket::too_often(ClientId client) {
    auto& rate = rates_[client];
    if (now_ - rate.begin >= std::chrono::seconds(1)) rate = {now_, 0};
    return ++rate.requests > max_service_requests;
}

// One request under way: the client that asked, and the outlet that is meant.
struct TechnicianSocket::Call {
    using Answer = std::optional<Json>;
    using Reply = shared::Result<Answer, std::string>;

    TechnicianSocket& socket;
    ClientId client;
    std::size_t index = 0;

    const ConnectorInfo& connector() const { return socket.connectors_[index]; }
    const LoopState& state() const { return socket.loop_.state().read(); }
    const Report& report() const { return state().connectors[index]; }

    Reply readings(const Fields& /*fields*/) const {
        return Answer{readings_answer(socket.connectors_, state())};
    }
    Reply pilot(const Fields& /*fields*/) const {
        if (connector().type == ConnectorType::Schuko)
            return shared::Failure{std::string("a schuko has no pilot")};
        return Answer{pilot_answer(connector(), report(), state().pilots[index])};
    }
    Reply faults(const Fields& fields) const {
        return Answer{faults_answer(socket.connectors_, state(), fields.all.value_or(false))};
    }
    Reply stats(const Fields& /*fields*/) const {
        return Answer{stats_answer(state(), socket.loop_.real_time())};
    }
    Reply calibrate(const Fields& fields) const {
        return Answer{
            calibration_answer(connector().id, socket.board_, report(), reference_of(fields))};
    }
    Reply self_test(const Fields& /*fields*/) const {
        return socket.demand(client, Test::Monitor, index);
    }
    Reply relay_test(const Fields& /*fields*/) const {
        return socket.demand(client, Test::Relays, index);
    }

    template <auto answer, unsigned belonging>
    static Reply serve(Call& call, const shared::Asked& asked) {
        const auto fields = shared::parse<Fields>(*asked.fields);
        if (!fields) return shared::Failure{fields.error().path + ' ' + fields.error().reason};
        if (auto problem = surplus(asked.verb, *fields, belonging))
            return shared::Failure{*std::move(problem)};
        const auto& connectors = call.socket.connectors_;
        const auto id = fields->connector.value_or(connectors.front().id);
        if (call.socket.find(id, call.index) == nullptr)
            return shared::Failure{"there is no connector " + std::to_string(id)};
        return (call.*answer)(*fields);
    }
};

// The answer is empty when a test has begun; advance() sends it later.
shared::Result<std::optional<Json>, std::string> TechnicianSocket::answer(ClientId client,
                                                                          std::string_view text) {
    using Row = shared::Request<Call, Call::Answer>;
    using shared::Access;
    static constexpr std::array requests = {
        Row{"readings", Access::Look, Call::serve<&Call::readings, 0>},
        Row{"pilot", Access::Look, Call::serve<&Call::pilot, connector_belongs>},
        Row{"faults", Access::Look, Call::serve<&Call::faults, all_belongs>},
        Row{"stats", Access::Look, Call::serve<&Call::stats, 0>},
        Row{"self_test", Access::Act, Call::serve<&Call::self_test, connector_belongs>},
        Row{"relay_test", Access::Act,
            Call::serve<&Call::relay_test, connector_belongs | confirm_belongs>},
        Row{"calibrate", Access::Look,
            Call::serve<&Call::calibrate, connector_belongs | comparison_belongs>}};
    const auto asked = shared::read_request(text, request_limits, refusal_words);
    if (!asked) return shared::Failure{asked.error()};
    Call call{*this, client};
    return shared::serve(requests, call, *asked, refusal_words, Access::Act);
}

shared::Result<std::optional<Json>, std::string> TechnicianSocket::demand(ClientId client,
                                                                          Test test,
                                                                          std::size_t index) {
    if (waiting_) return shared::Failure{std::string("another test is running")};
    if (!loop_.demands().push({demands_ + 1, test, index}))
        return shared::Failure{std::string("tests are still waiting for the control loop")};
    ++demands_;
    waiting_ = Waiting{client, demands_, connectors_[index].id, now_ + test_within, false};
    return std::optional<Json>{};
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
