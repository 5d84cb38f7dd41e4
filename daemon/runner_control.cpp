// SPDX-License-Identifier: Apache-2.0
// Answers what chargepointctl asks the runner.

#include "daemon/host/network.hpp"
#include "daemon/runner.hpp"
#include "hal-service/process/version.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace charge_daemon {
namespace {

using shared::Field;
using shared::Json;

constexpr std::int64_t default_transactions = 20;

struct Plain {
    std::string what;
    static constexpr auto fields(auto of) { return of(Field{"do", &Plain::what}); }
};

enum class LinkCommand { down, up };
constexpr auto names(LinkCommand) { return std::array{"down", "up"}; }

struct LinkRequest {
    std::string what;
    std::optional<LinkCommand> state;  // none: only asks
    static constexpr auto fields(auto of) {
        return of(Field{"do", &LinkRequest::what}, Field{"state", &LinkRequest::state});
    }
};

struct ConfigSet {
    std::string what;
    shared::Text<50> key;  // ChangeConfiguration, OCPP 1.6 6.7
    shared::Text<500> value;
    static constexpr auto fields(auto of) {
        return of(Field{"do", &ConfigSet::what}, Field{"key", &ConfigSet::key},
                  Field{"value", &ConfigSet::value});
    }
};

struct Transactions {
    std::string what;
    std::optional<std::int32_t> limit;
    static constexpr auto fields(auto of) {
        return of(Field{"do", &Transactions::what}, Field{"limit", &Transactions::limit});
    }
};

Json json_of(const ocpp::core::TransactionRecord& record) {
    const auto time = [](ocpp::core::Instant at) { return ocpp::wire::DateTime{at}.to_text(); };
    Json json{{"id", record.id},
              {"connector", record.connector},
              {"id_tag", record.id_tag},
              {"started", time(record.started)},
              {"meter_start", record.meter_start.count},
              {"finished", record.finished}};
    if (record.server_id) json["transaction_id"] = *record.server_id;
    if (record.stop_wish) json["reason"] = record.stop_wish->reason;
    const auto reached = record.stop ? record.stop->meter : whole_watt_hours(record.last_energy);
    json["energy_wh"] = std::max<std::int64_t>(0, (reached - record.meter_start).count);
    if (record.stop) {
        json["stopped"] = time(record.stop->at);
        json["meter_stop"] = record.stop->meter.count;
    }
    return json;
}

std::string described(const shared::FieldError& error) { return error.path + ' ' + error.reason; }

}  // namespace

Json Runner::answer(const Json& request) {
    const auto& what = request["do"].get_ref<const std::string&>();
    const auto refused = [](const shared::FieldError& error) { return refusal(described(error)); };
    if (what == "status") {
        const auto asked = shared::parse<Plain>(request);
        return asked ? status() : refused(asked.error());
    }
    if (what == "link") {
        const auto asked = shared::parse<LinkRequest>(request);
        if (!asked) return refused(asked.error());
        if (!central_) return refusal("there is no central system: central_system.url is empty");
        if (asked->state == LinkCommand::down) central_->down();
        if (asked->state == LinkCommand::up) central_->up();
        return {{"ok", true}, {"link", link_status()}};
    }
    if (what == "config") {
        const auto asked = shared::parse<Plain>(request);
        if (!asked) return refused(asked.error());
        return {{"ok", true}, {"keys", point_.configuration()}};
    }
    if (what == "limits") {
        const auto asked = shared::parse<Plain>(request);
        if (!asked) return refused(asked.error());
        return {{"ok", true}, {"connectors", point_.limits(now())}};
    }
    if (what == "factory_reset") {
        const auto asked = shared::parse<Plain>(request);
        if (!asked) return refused(asked.error());
        if (handle(ocpp::core::FactoryResetAsked{}) == "Accepted") return {{"ok", true}};
        return refusal("it is restarting already");
    }
    if (what == "config_set") {
        const auto asked = shared::parse<ConfigSet>(request);
        if (!asked) return refused(asked.error());
        const auto result = handle(ocpp::core::KeyWritten{asked->key.value, asked->value.value});
        if (result == "Accepted" || result == "RebootRequired")
            return {{"ok", true}, {"status", result}};
        return {{"ok", false}, {"status", result}, {"error", asked->key.value + ": " + result}};
    }
    if (what == "transactions") {
        const auto asked = shared::parse<Transactions>(request);
        if (!asked) return refused(asked.error());
        const auto limit = std::clamp<std::int64_t>(asked->limit.value_or(default_transactions), 0,
                                                    storage::max_history);
        Json list = Json::array();
        for (const auto& record : keeper_.history(static_cast<std::size_t>(limit)))
            list.push_back(json_of(record));
        return {{"ok", true}, {"transactions", std::move(list)}};
    }
    return refusal("there is no request \"" + what.substr(0, 40) + '"');
}

Json Runner::status() const {
    const auto hal = hal_.report();
    const auto up = std::chrono::duration_cast<std::chrono::seconds>(SteadyClock::now() - started_);
    Json json = point_.overview(now());
    json["ok"] = true;
    json["version"] = process::version;
    json["uptime_seconds"] = up.count();
    json["link"] = link_status();
    json["hal"] = {
        {"connected", hal.connected}, {"software", hal.software}, {"problem", hal.problem}};
    json["storage"] = {{"durable", keeper_.durable()}, {"problem", keeper_.problem()}};
    return json;
}

Json Runner::vendor_answer(std::string_view what) const {
    using Answer = Json (Runner::*)() const;
    static constexpr std::pair<std::string_view, Answer> answers[] = {
        {"networkStatus", &Runner::network}};
    for (const auto& [name, answer] : answers)
        if (name == what) return (this->*answer)();
    return Json::object();
}

Json Runner::network() const {
    const auto report = central_->report();
    auto json = network_status(report.path.address);
    json["uptime"] = report.connected_for ? Json(report.connected_for->count()) : Json();
    json["reconnects"] = report.reconnects;
    json["roundTripMs"] =
        report.path.round_trip
            ? Json(std::chrono::ceil<std::chrono::milliseconds>(*report.path.round_trip).count())
            : Json();
    json["lastCloseCode"] = report.last_close_code ? Json(*report.last_close_code) : Json();
    return json;
}

Json Runner::link_status() const {
    if (!central_) return {{"state", "none"}};
    const auto report = central_->report();
    Json json{{"state", report.state},
              {"url", process::without_password(settings_.central_system.url)},
              {"identity", point_.link().identity},
              {"problem", report.problem}};
    if (report.next_attempt) json["next_attempt_ms"] = report.next_attempt->count();
    return json;
}

}  // namespace charge_daemon
