// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/show.hpp"

#include "daemon/ctl/values.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/shared/fields.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace charge_daemon::ctl {
namespace {

using shared::Json;

std::string duration(const Json& seconds) {
    if (!seconds.is_number_integer()) return {};
    const auto s = seconds.get<std::int64_t>();
    if (s < 120) return std::to_string(s) + " s";
    if (s < 7200) return std::to_string(s / 60) + " min";
    if (s < 172'800) return std::to_string(s / 3600) + " h";
    return std::to_string(s / 86'400) + " days";
}

std::string link_words(const Json& link) {
    const auto state = text(link, "state");
    if (state == "none") return "none: stand-alone";
    std::string words = state + ' ' + text(link, "url");
    if (const auto problem = text(link, "problem"); !problem.empty() && state != "connected")
        words += " (" + problem + ')';
    const auto& next = member(link, "next_attempt_ms");
    if (next.is_number_integer())
        words += ", next attempt in " + number(next.get<double>() / 1000, 1, " s");
    return words;
}

std::string security_words(const Json& security) {
    std::string words = "profile " + text(security, "profile");
    if (const auto& candidate = member(security, "candidate"); candidate.is_object()) {
        std::string wanted;
        const auto add = [&](const std::string& what) {
            wanted += (wanted.empty() ? "" : ", ") + what;
        };
        if (const auto profile = text(candidate, "profile"); !profile.empty())
            add("profile " + profile);
        if (is_true(candidate, "key")) add("a new key");
        if (is_true(candidate, "certificate")) add("a new certificate");
        words += "; to be proven: " + wanted;
        words += " (" + text(candidate, "failed_attempts") + " attempts failed)";
    }
    if (const auto end = text(security, "given_up"); !end.empty()) words += "; given up: " + end;
    return words;
}

std::string days_left(const Json& certificate) {
    const auto days = text(certificate, "days_left");
    return days + (days == "1" ? " day left" : " days left");
}

std::string tls_words(const Json& tls) {
    return text(tls, "version") + ", " + text(tls, "cipher") + "; certificate of " +
           text(tls, "subject") + ", issued by " + text(tls, "issuer") + ", " + days_left(tls);
}

// The charge point's own certificate, and the request for the next; "" without both.
std::string own_certificate_words(const Json& security) {
    std::string words;
    if (const auto& own = member(security, "certificate"); own.is_object())
        words = text(own, "subject") + ", issued by " + text(own, "issuer") + ", serial " +
                text(own, "serial") + ", " + days_left(own) +
                (is_true(own, "candidate") ? ", to be proven" : "");
    if (const auto& request = member(security, "certificate_request"); request.is_object())
        words += (words.empty() ? "the request for one " : "; the request for a new one ") +
                 text(request, "state");
    return words;
}

std::string faults(const Json& reading) {
    std::string out;
    for (const auto& fault : member(reading, "faults"))
        out += (out.empty() ? "" : ", ") + text(fault, "code");
    return out;
}

// "" when there is nothing to say.
std::string wifi_words(const Json& wifi) {
    auto words = text(wifi, "ssid");
    const auto add = [&](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
    if (const auto& candidate = member(wifi, "candidate"); candidate.is_object())
        add((is_true(candidate, "tried") ? "tries " : "will try ") + text(candidate, "ssid"));
    if (const auto ended = text(wifi, "given_up"); !ended.empty()) add("given up: " + ended);
    return words;
}

std::vector<std::string> connector_row(const Json& connector) {
    const auto& reading = member(connector, "reading");
    const auto& transaction = member(connector, "transaction");
    std::string session;
    if (transaction.is_object()) {
        const auto given = text(transaction, "transactionId");
        session = (given.empty() ? '#' + text(transaction, "id") : given) + ' ' +
                  text(transaction, "idTag");
    }
    auto status = text(connector, "status");
    if (const auto error = text(connector, "error"); !error.empty()) status += ' ' + error;
    if (const auto all = faults(reading); !all.empty()) status += " (" + all + ')';
    return {text(connector, "id"),
            status,
            text(connector, "type"),
            text(reading, "pilot"),
            number(reading, "offered_amps", 1, " A"),
            list(member(reading, "amps"), " A"),
            number(reading, "watts", 2, " kW", 0.001),
            number(transaction, "energy_wh", 3, " kWh", 0.001),
            session};
}

}  // namespace

std::string status_text(const Json& status) {
    const auto& hal = member(status, "hal");
    const auto& storage = member(status, "storage");
    const auto storage_problem = text(storage, "problem");
    const auto queued = text(status, "queued_messages");
    std::string out =
        line(text(status, "identity"), "chargepointd " + text(status, "version") + ", up " +
                                           duration(member(status, "uptime_seconds")) +
                                           (is_true(status, "restarting") ? ", restarting" : ""));
    out += line("Central system", link_words(member(status, "link")));
    out += line("Security", security_words(member(status, "security")));
    if (const auto own = own_certificate_words(member(status, "security")); !own.empty())
        out += line("Certificate", own);
    if (const auto& tls = member(member(status, "link"), "tls"); tls.is_object())
        out += line("TLS", tls_words(tls));
    if (const auto wifi = wifi_words(member(status, "wifi")); !wifi.empty())
        out += line("Wi-Fi", wifi);
    out += line("Registration",
                text(status, "registration") + (queued.empty() || queued == "0"
                                                    ? std::string{}
                                                    : ", " + queued + " messages to be sent"));
    out += line("Hardware", is_true(hal, "connected") ? text(hal, "software")
                                                      : "none: " + text(hal, "problem"));
    out += line("Storage", storage_problem.empty()
                               ? (is_true(storage, "durable") ? "kept on disk" : "not on disk")
                               : storage_problem);
    std::vector<std::vector<std::string>> rows{{"CONNECTOR", "STATUS", "TYPE", "PILOT", "OFFERED",
                                                "CURRENT", "POWER", "ENERGY", "TRANSACTION"}};
    for (const auto& connector : member(status, "connectors"))
        rows.push_back(connector_row(connector));
    return out + '\n' + table(rows);
}

std::string link_text(const Json& answer) { return link_words(member(answer, "link")) + '\n'; }

std::string configuration_text(const Json& keys) {
    std::vector<std::vector<std::string>> rows{{"KEY", "VALUE", ""}};
    for (const auto& key : keys)
        rows.push_back(
            {text(key, "key"), text(key, "value"), is_true(key, "readonly") ? "read-only" : ""});
    return table(rows);
}

std::string limits_text(const Json& connectors) {
    std::vector<std::vector<std::string>> rows{{"CONNECTOR", "SOURCE", "CURRENT", ""}};
    for (const auto& connector : connectors) {
        std::string prevented;
        for (const auto& reason : member(connector, "stateRestriction"))
            if (reason.is_string() && reason != "None")
                prevented += (prevented.empty() ? "" : ", ") + reason.get<std::string>();
        rows.push_back({text(connector, "connectorId"), "offered",
                        number(connector, "offered", 1, " A"), process::escaped(prevented)});
        for (const auto& bound : member(connector, "limits")) {
            const bool binds = text(bound, "source") == text(connector, "binding");
            const auto id = text(bound, "id");
            const std::string profile = id.empty() ? "" : "profile " + id + ' ';
            rows.push_back({"", text(bound, "source"), number(bound, "A", 1, " A"),
                            profile + (binds ? "binds" : "")});
        }
    }
    return table(rows);
}

std::string network_text(const Json& interfaces) {
    if (interfaces.empty()) return "No network interfaces.\n";
    std::vector<std::vector<std::string>> rows{
        {"INTERFACE", "KIND", "UP", "ADDRESSES", "NETWORK", "SIGNAL"}};
    for (const auto& one : interfaces) {
        std::string addresses;
        for (const auto& address : member(one, "addresses"))
            addresses += (addresses.empty() ? "" : " ") + text(address);
        rows.push_back({text(one, "name"), text(one, "kind"), yes_no(one, "up"), addresses,
                        text(one, "ssid"), number(one, "signal", 0, " %")});
    }
    return table(rows);
}

std::string certificates_text(const Json& certificates) {
    if (certificates.empty()) return "No certificates are installed.\n";
    std::vector<std::vector<std::string>> rows{
        {"NUMBER", "TYPE", "SUBJECT", "SERIAL", "UNTIL", "KEY", ""}};
    for (const auto& one : certificates)
        rows.push_back({text(one, "number"), text(one, "type"), text(one, "subject"),
                        text(one, "serial"), text(one, "not_after"), text(one, "key"),
                        is_true(one, "candidate") ? "to be proven"
                        : is_true(one, "in_use")  ? "in use"
                                                  : ""});
    return table(rows);
}

std::string security_log_text(const Json& events) {
    if (events.empty()) return "No security events yet.\n";
    std::vector<std::vector<std::string>> rows{{"TIME", "TYPE", "TECHINFO"}};
    for (const auto& event : events)
        rows.push_back({text(event, "time"), text(event, "type"), text(event, "techInfo")});
    return table(rows);
}

std::string transactions_text(const Json& transactions) {
    if (transactions.empty()) return "No transactions yet.\n";
    std::vector<std::vector<std::string>> rows{
        {"ID", "CONNECTOR", "TAG", "STARTED", "STOPPED", "ENERGY", "REASON", "REPORTED"}};
    for (const auto& transaction : transactions) {
        const auto given = text(transaction, "transaction_id");
        rows.push_back({given.empty() ? '#' + text(transaction, "id") : given,
                        text(transaction, "connector"), text(transaction, "id_tag"),
                        text(transaction, "started"), text(transaction, "stopped"),
                        number(transaction, "energy_wh", 3, " kWh", 0.001),
                        text(transaction, "reason"), yes_no(transaction, "finished")});
    }
    return table(rows);
}

std::string observation_text(const Json& observation) {
    std::vector<std::vector<std::string>> rows{{"CONNECTOR", "VEHICLE", "PILOT", "DUTY", "RELAYS",
                                                "LOCKED", "CURRENT", "VOLTAGE", "POWER", "ENERGY"}};
    for (const auto& connector : member(observation, "connectors")) {
        const auto& pilot = member(connector, "pilot");
        std::string closed;
        for (const auto& [name, on] : member(connector, "relays").items())
            if (on.is_boolean() && on.get<bool>()) closed += (closed.empty() ? "" : " ") + name;
        rows.push_back(
            {text(connector, "id"), text(connector, "vehicle_state"),
             number(pilot, "high_volts", 1, "") + '/' + number(pilot, "low_volts", 1, " V"),
             is_true(pilot, "pwm") ? number(pilot, "duty_percent", 1, " %") : "off",
             closed.empty() ? "open" : process::escaped(closed), yes_no(connector, "locked"),
             list(member(connector, "amps"), " A"), list(member(connector, "volts"), " V"),
             number(connector, "watts", 2, " kW", 0.001),
             number(connector, "energy_wh", 3, " kWh", 0.001)});
    }
    std::string out = table(rows);
    for (const char* name : {"leds", "switch_count"})
        if (!member(observation, name).is_null()) out += line(name, text(observation, name));
    return out;
}

}  // namespace charge_daemon::ctl
