// SPDX-License-Identifier: Apache-2.0
// Shows a person the charge point at a glance, its limits, keys and security log.

#include "hal-service/shared/json.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/parts.hpp"
#include "ocpp/wire/security.hpp"

#include <algorithm>

namespace ocpp {

using namespace core;

namespace {

shared::Json transaction_of(const TransactionRecord& record) {
    shared::Json json{
        {"id", record.id},
        {"idTag", record.id_tag},
        {"meterStart", record.meter_start.count},
        {"started", wire::DateTime{record.started}.to_text()},
        {"energy_wh", (record.last_energy.count - record.meter_start.count * 1000) / 1000}};
    if (record.server_id) json["transactionId"] = *record.server_id;
    if (record.stop_wish) json["stopping"] = record.stop_wish->reason;
    return json;
}

shared::Json reading_of(const hal::Reading& reading) {
    std::int64_t watts = 0;
    for (const auto phase : reading.power) watts += phase.count;
    shared::Json amps = shared::Json::array();
    for (const auto phase : reading.current) amps.push_back(shared::decimal(phase.count));
    shared::Json faults = shared::Json::array();
    for (const auto& fault : reading.faults) faults.push_back(shared::to_json(fault));
    return {{"plugged", reading.plugged},
            {"pilot", shared::name_of(reading.pilot)},
            {"offered_amps", shared::decimal(reading.offered.count)},
            {"contactor_closed", reading.contactor_closed},
            {"amps", std::move(amps)},
            {"watts", watts},
            {"register_wh", units::whole_watt_hours(reading.energy).count},
            {"faults", std::move(faults)}};
}

shared::Json connector_of(const State& state, const Connector& connector, const Now& now) {
    shared::Json json{
        {"id", connector.id()},
        {"type", shared::name_of(connector.info().type)},
        {"status", connector.hal_lost() ? "Faulted" : shared::name_of(connector.status(now))},
        {"operative", connector.record.operative},
        {"max_amps", shared::decimal(connector.info().max_current.count)}};
    if (connector.hal_lost()) json["error"] = "HalLost";
    if (connector.record.scheduled)
        json["scheduled"] = *connector.record.scheduled ? "Operative" : "Inoperative";
    if (connector.authorization()) json["authorized"] = connector.authorization()->id_tag.to_text();
    if (connector.transaction)
        json["transaction"] = transaction_of(*state.ledger.find(*connector.transaction));
    if (connector.reading()) json["reading"] = reading_of(*connector.reading());
    return json;
}

shared::Json door_of(const features::ManagementInterface::Door& door, const Clock& clock,
                     const Now& now) {
    shared::Json json{{"open", door.open}};
    if (door.until) json["until"] = wire::DateTime{clock.at(now, *door.until)}.to_text();
    return json;
}

// Nothing for an entry that a disk has damaged.
std::optional<shared::Json> logged_event(const std::string& text) {
    const auto event =
        shared::parse_text<wire::SecurityEventNotificationRequest>(text, stored_bounds);
    if (!event) return std::nullopt;
    shared::Json json{{"time", event->timestamp.to_text()}, {"type", event->type.value}};
    if (event->tech_info) json["techInfo"] = event->tech_info->value;
    return json;
}

}  // namespace

shared::Json ChargePoint::overview(const Now& now) const {
    const auto& state = parts_->core;
    shared::Json connectors = shared::Json::array();
    for (const auto& connector : state.connectors)
        connectors.push_back(connector_of(state, connector, now));
    auto security = parts_->candidate.describe(state);
    for (auto& own : parts_->own_certificate.describe(parts_->candidate.certificate()))
        if (own["in_use"]) security["certificate"] = std::move(own);
    if (const auto days =
            parts_->own_certificate.days_left(state.clock.at(now), parts_->candidate.certificate()))
        security["certificate"]["days_left"] = *days;
    if (auto request = parts_->signing_request.describe())
        security["certificate_request"] = *std::move(request);
    return {
        {"identity", state.config.get(keys::charge_point_id)},
        {"firmware", state.setup.firmware_version},
        {"time", wire::DateTime{state.clock.at(now)}.to_text()},
        {"connected", state.connected},
        {"registration", state.registration ? shared::name_of(*state.registration) : "none"},
        {"security", std::move(security)},
        {"management_interface", door_of(parts_->management_interface.door(), state.clock, now)},
        {"wifi", parts_->wifi.describe()},
        {"hal_instance", state.hal_instance},
        {"operative", state.whole.operative},
        {"restarting", state.restarting},
        {"queued_messages", state.ledger.length()},
        {"connectors", std::move(connectors)}};
}

shared::Json ChargePoint::limits(const core::Now& now) const {
    return parts_->current_limit.describe(parts_->core, now);
}

shared::Json ChargePoint::certificates() const {
    auto list = parts_->certificates.describe();
    for (auto& own : parts_->own_certificate.describe(parts_->candidate.certificate()))
        list.push_back(std::move(own));
    return list;
}

KnownTime ChargePoint::known_time(const Now& now) const {
    return parts_->core.clock.known(now, parts_->core.time_floor);
}

shared::Json ChargePoint::security_log() const {
    auto list = shared::Json::array();
    for (const auto& [name, text] : parts_->kept[Kind::SecurityEvent])
        if (auto entry = logged_event(text)) list.push_back(*std::move(entry));
    return list;
}

}  // namespace ocpp
