// SPDX-License-Identifier: Apache-2.0
// Answers requests of chargepointctl by a table of verbs.

#include "daemon/host/network.hpp"
#include "daemon/runner.hpp"
#include "hal-service/process/version.hpp"
#include "hal-service/shared/json_fields.hpp"
#include "hal-service/shared/requests.hpp"
#include "ocpp/wire/security.hpp"
#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace charge_daemon {
namespace {

using shared::Failure;
using shared::Field;
using shared::Json;
using shared::NoFields;

constexpr std::int64_t default_transactions = 20;
// Text may stand around the certificate.
constexpr std::size_t max_pem_characters = 32'768;

enum class LinkCommand { down, up };
constexpr auto names(LinkCommand) { return std::array{"down", "up"}; }

struct LinkRequest {
    std::optional<LinkCommand> state;  // none: only asks
    static constexpr auto fields(auto of) { return of(Field{"state", &LinkRequest::state}); }
};

struct ConfigSet {
    shared::Text<50> key;  // ChangeConfiguration, OCPP 1.6 6.7
    shared::Text<500> value;
    static constexpr auto fields(auto of) {
        return of(Field{"key", &ConfigSet::key}, Field{"value", &ConfigSet::value});
    }
};

struct SecurityProfile {
    std::int32_t profile = 0;
    static constexpr auto fields(auto of) {
        return of(Field{"profile", &SecurityProfile::profile});
    }
};

struct Transactions {
    std::optional<std::int32_t> limit;
    static constexpr auto fields(auto of) { return of(Field{"limit", &Transactions::limit}); }
};

struct CertificateInstall {
    ocpp::wire::CertificateUse type{};
    shared::Text<max_pem_characters> certificate;
    static constexpr auto fields(auto of) {
        return of(Field{"type", &CertificateInstall::type},
                  Field{"certificate", &CertificateInstall::certificate});
    }
};

struct CertificateDelete {
    std::int64_t number = 0;
    static constexpr auto fields(auto of) {
        return of(Field{"number", &CertificateDelete::number});
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

std::string dialled_url(const std::string& configured, int security_profile) {
    const auto url = parse_url(configured);
    const auto dialled = for_profile(*url, security_profile);
    return dialled.secure == url->secure ? without_password(configured) : shown(dialled);
}

Json tls_status(const TlsReport& tls, ocpp::core::Instant now) {
    return {{"version", tls.version},
            {"cipher", tls.cipher},
            {"subject", tls.subject},
            {"issuer", tls.issuer},
            {"ends", ocpp::wire::DateTime{tls.ends}.to_text()},
            {"days_left", std::chrono::floor<std::chrono::days>(tls.ends - now).count()},
            {"resumed", tls.resumed}};
}

}  // namespace

struct Runner::Requests {
    using Answered = shared::Result<Json, std::string>;

    static Answered status(Runner& runner, const NoFields&) { return runner.status(); }

    static Answered link(Runner& runner, const LinkRequest& asked) {
        if (!runner.central_)
            return Failure<std::string>{"there is no central system: central_system.url is empty"};
        if (asked.state == LinkCommand::down) runner.central_->down();
        if (asked.state == LinkCommand::up) runner.central_->up();
        return Json{{"ok", true}, {"link", runner.link_status()}};
    }

    static Answered network(Runner& runner, const NoFields&) {
        return Json{{"ok", true},
                    {"interfaces", network_interfaces(runner.network_manager_.interfaces())}};
    }

    static Answered config(Runner& runner, const NoFields&) {
        return Json{{"ok", true}, {"keys", runner.point_.configuration()}};
    }

    static Answered limits(Runner& runner, const NoFields&) {
        return Json{{"ok", true}, {"connectors", runner.point_.limits(runner.now())}};
    }

    static Answered security_log(Runner& runner, const NoFields&) {
        return Json{{"ok", true}, {"events", runner.point_.security_log()}};
    }

    static Answered factory_reset(Runner& runner, const NoFields&) {
        if (runner.handle(ocpp::core::FactoryResetAsked{}) == "Accepted") return Json{{"ok", true}};
        return Failure<std::string>{"it is restarting already"};
    }

    static Answered security_profile(Runner& runner, const SecurityProfile& asked) {
        if (asked.profile < 0 || asked.profile > 3)
            return Failure<std::string>{"profile is not within 0 and 3"};
        const auto result = runner.handle(ocpp::core::SecurityProfileSet{asked.profile});
        if (result == "Accepted") return Json{{"ok", true}, {"status", result}};
        return Failure<std::string>{"SecurityProfile: " + result + "; the log says why"};
    }

    static Answered config_set(Runner& runner, const ConfigSet& asked) {
        const auto result =
            runner.handle(ocpp::core::KeyWritten{asked.key.value, asked.value.value});
        if (result == "Accepted" || result == "RebootRequired")
            return Json{{"ok", true}, {"status", result}};
        return Json{{"ok", false}, {"status", result}, {"error", asked.key.value + ": " + result}};
    }

    static Answered certificates(Runner& runner, const NoFields&) {
        return Json{{"ok", true}, {"certificates", runner.point_.certificates()}};
    }

    static Answered done(const std::string& answer) {
        if (answer == "Accepted") return Json{{"ok", true}};
        return Failure<std::string>{answer};
    }

    static Answered certificate_install(Runner& runner, const CertificateInstall& asked) {
        return done(runner.handle(ocpp::core::CertificateGiven{
            std::string(shared::name_of(asked.type)), asked.certificate.value}));
    }

    static Answered certificate_delete(Runner& runner, const CertificateDelete& asked) {
        return done(runner.handle(ocpp::core::CertificateDropped{asked.number}));
    }

    static Answered transactions(Runner& runner, const Transactions& asked) {
        constexpr std::int64_t most = storage::max_history;
        const std::int64_t limit = asked.limit.value_or(default_transactions);
        if (limit < 0 || limit > most)
            return Json{{"ok", false},
                        {"error", "limit is not within 0 and " + std::to_string(most)}};
        Json list = Json::array();
        for (const auto& record : runner.keeper_.history(static_cast<std::size_t>(limit)))
            list.push_back(json_of(record));
        return Json{{"ok", true}, {"transactions", std::move(list)}};
    }
};

Json Runner::answer(const shared::Asked& asked, shared::Access granted) {
    using R = Requests;
    using Row = shared::Request<Runner, Json>;
    using enum shared::Access;
    static constexpr std::array table{
        Row{"status", Look, shared::with_fields<&R::status>},
        Row{"config", Look, shared::with_fields<&R::config>},
        Row{"limits", Look, shared::with_fields<&R::limits>},
        Row{"network", Look, shared::with_fields<&R::network>},
        Row{"security_log", Look, shared::with_fields<&R::security_log>},
        Row{"transactions", Look, shared::with_fields<&R::transactions>},
        Row{"certificates", Look, shared::with_fields<&R::certificates>},
        Row{"certificate_install", Act, shared::with_fields<&R::certificate_install>},
        Row{"certificate_delete", Act, shared::with_fields<&R::certificate_delete>},
        Row{"link", Act, shared::with_fields<&R::link>},
        Row{"config_set", Act, shared::with_fields<&R::config_set>},
        Row{"security_profile", Govern, shared::with_fields<&R::security_profile>},
        Row{"factory_reset", Act, shared::with_fields<&R::factory_reset>},
    };
    auto answered = shared::serve(table, *this, asked, control_words, granted);
    return answered ? *std::move(answered) : refusal(answered.error());
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
    auto json = network_status(report.path.address, network_manager_.interfaces());
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
    const auto link = point_.link();
    Json json{{"state", report.state},
              {"url", dialled_url(settings_.central_system.url, link.security_profile)},
              {"identity", link.identity},
              {"problem", report.problem}};
    if (report.tls) json["tls"] = tls_status(*report.tls, judged_at(trust_.time, now().utc).at);
    if (report.next_attempt) json["next_attempt_ms"] = report.next_attempt->count();
    return json;
}

}  // namespace charge_daemon
