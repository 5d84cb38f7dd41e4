// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/drivers/transactions.hpp"

#include "ocpp/config/keys/drivers.hpp"
#include "ocpp/core/transaction_messages.hpp"
#include "ocpp/features/reports/samples.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using wire::Reason;

namespace {

// A session without energy is stored at least every 300 s, so that a crash can date its end.
using resting_record = std::chrono::duration<std::int64_t, std::ratio<300>>;

bool reason_keeps_cable(const Context& ctx, std::string_view reason) {
    if (reason == shared::name_of(Reason::DeAuthorized)) return true;
    return reason == shared::name_of(Reason::EVDisconnected) &&
           !ctx.state.config.get(keys::unlock_connector_on_ev_side_disconnect);
}

// True when the end of the transaction was found out only afterwards.
bool cut_off(const TransactionRecord& record) {
    if (!record.stop_wish) return false;
    const auto& reason = record.stop_wish->reason;
    return reason == shared::name_of(Reason::PowerLoss) ||
           reason == shared::name_of(Reason::Reboot);
}

// True when the central system refused the tag, and the energy that is still allowed is used up.
bool used_up(const TransactionRecord& record) {
    return record.deauthorized &&
           (!record.energy_limit || record.last_energy >= *record.energy_limit);
}

}  // namespace

void Transactions::started(Context& ctx) {
    auto& state = ctx.state;
    reunion_until_ = ctx.now.steady + reunion_time;
    state.ledger.keep_mended(ctx.out);
    state.ledger.drop_strays(ctx.out);
    std::vector<std::int64_t> orphans;
    for (const auto& [id, record] : state.ledger.transactions()) {
        if (record.stop) continue;
        auto* connector = state.connector(record.connector);
        if (connector == nullptr || connector->transaction) {
            orphans.push_back(id);
            continue;
        }
        connector->resume(id, record.stop_wish.has_value(), ctx.now);
        connector->suspend(used_up(record), ctx.now);
        unseen_.insert(record.connector);
        if (record.stop_wish) found_stopping_.insert(id);
        note(ctx, Severity::Info, id, "transaction found in the store");
    }
    for (const auto id : orphans)
        end_orphan(ctx, id, Reason::Other, state.ledger.find(id)->last_energy);
}

void Transactions::seen(Context& ctx, Connector& connector, Effect effect) {
    if (unseen_.contains(connector.id()))
        reunite(ctx, connector);
    else if (effect == Effect::BeginStop)
        begin_stop(ctx, connector, Reason::EVDisconnected, {});
    if (!connector.transaction) return;

    auto* record = ctx.state.ledger.find(*connector.transaction);
    follow_hardware(ctx, connector, *record);
    const auto now = ctx.utc();
    const auto energy = connector.reading()->energy;
    // A meter that was replaced or lost its memory must not take energy back.
    if (energy < record->last_energy) return;
    const bool moved = energy > record->last_energy;
    record->last_energy = energy;
    const auto before = record->last_seen;
    // A transaction that was cut off ended when it was last seen, not when we came back to look.
    if (!cut_off(*record) && !found_stopping_.contains(record->id))
        record->last_seen = std::max(before, now);
    const bool rests = std::chrono::floor<resting_record>(before) ==
                       std::chrono::floor<resting_record>(record->last_seen);
    if (moved || !rests) ctx.state.ledger.keep(record->id, Durability::Relaxed, ctx.out);
}

// After a restart of the hardware process the session went on, and visits are counted from 0: the
// record must have the new count, by which a restart of ours knows the transaction again.
void Transactions::follow_hardware(Context& ctx, const Connector& connector,
                                   TransactionRecord& record) const {
    const auto& reading = *connector.reading();
    if (connector.stage() != Stage::Running || !reading.plugged ||
        record.hal_instance == ctx.state.hal_instance)
        return;
    record.hal_instance = ctx.state.hal_instance;
    record.plug_count = reading.plug_count;
    ctx.state.ledger.keep(record.id, Durability::Now, ctx.out);
}

// Decides whether this is still the visit for which the transaction was begun.
void Transactions::reunite(Context& ctx, Connector& connector) {
    unseen_.erase(connector.id());
    const auto* record = ctx.state.ledger.find(*connector.transaction);
    const auto& reading = *connector.reading();
    const bool same_run = record->hal_instance == ctx.state.hal_instance;
    if (connector.stage() != Stage::Running) return;
    const bool outlives = ctx.state.outlives_vehicle(connector.id()) &&
                          (connector.info().type == hal::ConnectorType::Type2Cable ||
                           (connector.has_socket() && connector.occupied()));
    if (same_run && (outlives || (reading.plugged && record->plug_count == reading.plug_count)))
        return note(ctx, Severity::Info, record->id, "transaction goes on after the restart");
    if (same_run)
        connector.found_left(ctx.now);
    else
        connector.pull(Trigger::Stop, ctx.now);
    begin_stop(ctx, connector, same_run ? Reason::EVDisconnected : interruption_reason(ctx), {});
}

// Both processes are new: power was off, or everything was restarted, on purpose or by a crash.
Reason Transactions::interruption_reason(const Context& ctx) {
    return ctx.state.power_was_lost ? Reason::PowerLoss : Reason::Reboot;
}

void Transactions::advance(Context& ctx) {
    if (reunion_until_ && *reunion_until_ <= ctx.now.steady) {
        reunion_until_.reset();
        for (const int id : std::exchange(unseen_, {})) {
            auto* connector = ctx.state.connector(id);
            connector->pull(Trigger::Stop, ctx.now);
            if (connector->stage() == Stage::Stopping &&
                !ctx.state.ledger.find(*connector->transaction)->stop_wish)
                begin_stop(ctx, *connector, interruption_reason(ctx), {});
        }
    }
    for (auto& connector : ctx.state.connectors)
        while (advance(ctx, connector)) {
        }
}

bool Transactions::advance(Context& ctx, Connector& connector) {
    if (connector.stage() == Stage::Running && !unseen_.contains(connector.id()))
        enforce_refusal(ctx, connector);
    if (connector.asked_stop()) {
        const auto asked = *connector.asked_stop();
        unseen_.erase(connector.id());
        connector.pull(Trigger::Stop, ctx.now);
        begin_stop(ctx, connector, asked.reason, asked.id_tag);
        return true;
    }
    if (connector.opened(ctx.now) && !unseen_.contains(connector.id())) {
        end(ctx, connector);
        return true;
    }
    if (connector.ready() && !ctx.state.restarting) {
        begin(ctx, connector);
        return true;
    }
    return false;
}

// OCPP 1.6 3.5.4, errata 4.0 3.17.
void Transactions::enforce_refusal(Context& ctx, Connector& connector) {
    if (!used_up(*ctx.state.ledger.find(*connector.transaction))) return;
    connector.suspend(true, ctx.now);
    if (ctx.state.config.get(keys::stop_transaction_on_invalid_id))
        connector.ask_stop(Reason::DeAuthorized);
}

void Transactions::begin(Context& ctx, Connector& connector) {
    const auto& reading = *connector.reading();
    const auto& authorization = *connector.authorization();
    TransactionRecord record;
    record.connector = connector.id();
    record.id_tag = authorization.id_tag.to_text();
    record.parent_id_tag = authorization.parent_id_tag.to_text();
    record.meter_start = units::whole_watt_hours(reading.energy);
    record.started = record.last_seen = ctx.utc();
    record.plug_count = reading.plug_count;
    record.hal_instance = ctx.state.hal_instance;
    record.last_energy = reading.energy;
    auto& reservations = ctx.state.reservations;
    if (const auto* used = reservations.used_by(connector.id(), authorization.id_tag,
                                                authorization.parent_id_tag)) {
        record.reservation_id = used->reservation_id;
        reservations.remove(*record.reservation_id, ctx.out);
    }
    connector.pull(Trigger::Ready, ctx.now);
    connector.drop_authorization();
    connector.transaction = ctx.state.ledger.start(std::move(record), ctx.out);
    ctx.facts.begun.push_back(*connector.transaction);
    note(ctx, Severity::Info, *connector.transaction, "transaction begun");
}

void Transactions::begin_stop(Context& ctx, Connector& connector, Reason reason,
                              const wire::IdToken& id_tag) {
    auto* record = ctx.state.ledger.find(*connector.transaction);
    record->stop_wish =
        StopRequest{std::string(shared::name_of(reason)), id_tag.to_text(), ctx.utc()};
    if (cut_off(*record)) record->stop_wish->at = record->last_seen;
    ctx.state.ledger.keep(record->id, Durability::Now, ctx.out);
}

// A transaction that was cut off has no known value but the register.
std::optional<wire::MeterValue> Transactions::last_values(const Context& ctx,
                                                          const Connector& connector,
                                                          const StopRecord& stop,
                                                          bool cut_off) const {
    hal::Reading reading;
    auto choices = data_choices(ctx.state.config);
    if (!cut_off && connector.reading())
        reading = *connector.reading();
    else
        std::erase_if(choices, [](const config::MeasurandChoice& choice) {
            return choice.measurand != wire::Measurand::EnergyActiveImportRegister;
        });
    reading.energy = units::MilliwattHours{stop.meter.count * 1000};
    return sample(ctx.state.config, reading, choices, wire::ReadingContext::TransactionEnd, stop.at,
                  Carrier::StopTransaction);
}

void Transactions::end(Context& ctx, Connector& connector) {
    const auto id = *connector.transaction;
    auto* record = ctx.state.ledger.find(id);
    const auto& reason = record->stop_wish->reason;
    const bool found = found_stopping_.erase(id) > 0;
    const bool cut = found || cut_off(*record);
    auto last_seen = record->last_seen;
    if (found) last_seen = std::max(last_seen, record->stop_wish->at);
    auto energy = record->last_energy;
    if (connector.reading() && connector.reading()->energy > energy)
        energy = connector.reading()->energy;
    connector.last_id_tag = wire::IdToken::kept(record->id_tag);
    connector.last_parent_id_tag = wire::IdToken::kept(record->parent_id_tag);
    connector.pull(Trigger::Opened, ctx.now);
    // Errata 4.0, 3.5, and OCPP 1.6 9.1.25: the cable waits for its owner.
    if (connector.has_socket() && reason_keeps_cable(ctx, reason)) connector.hold_cable();
    connector.transaction.reset();
    const auto at =
        ctx.state.ledger.in_order(id, cut ? last_seen : std::max(record->started, ctx.utc()));
    const StopRecord stop{units::whole_watt_hours(energy), at};
    ctx.state.ledger.stop(id, stop, last_values(ctx, connector, stop, cut), ctx.out);
    note(ctx, Severity::Info, id, "transaction ended");
}

void Transactions::end_orphan(Context& ctx, std::int64_t transaction, Reason reason,
                              units::MilliwattHours energy) {
    auto* record = ctx.state.ledger.find(transaction);
    if (!record->stop_wish)
        record->stop_wish = StopRequest{std::string(shared::name_of(reason)), "", ctx.utc()};
    ctx.state.ledger.stop(
        transaction,
        {units::whole_watt_hours(energy), std::max(record->started, record->last_seen)}, {},
        ctx.out);
    note(ctx, Severity::Warning, transaction,
         "transaction ended: its connector is not configured any more");
}

void Transactions::answered(Context& ctx, const wire::StartTransactionAnswer& answer) {
    auto& ledger = ctx.state.ledger;
    if (auto* record = ledger.find(ledger.head()->transaction)) judged(ctx, *record, answer);
}

void Transactions::answered_late(Context& ctx, std::int64_t transaction,
                                 const wire::StartTransactionAnswer& answer) {
    auto* record = ctx.state.ledger.find(transaction);
    if (record == nullptr) return;  // its end was told with -1
    record->start_given_up = false;
    judged(ctx, *record, answer);
    note(ctx, Severity::Warning, transaction, "its start was answered after it was given up");
}

void Transactions::judged(Context& ctx, TransactionRecord& record,
                          const wire::StartTransactionAnswer& answer) {
    // 0 is no transaction to any central system that we know; -1 says so in what follows.
    record.server_id =
        answer.transaction_id.value_or(0) == 0 ? unknown_transaction_id : *answer.transaction_id;
    if (!answer.id_tag_info) {
        note(ctx, Severity::Warning, record.id,
             "the central system says nothing about the tag; the session goes on");
    } else {
        const auto& info = *answer.id_tag_info;
        if (info.parent_id_tag) record.parent_id_tag = info.parent_id_tag->to_text();
        if (info.status != wire::AuthorizationStatus::Accepted) {
            note(
                ctx, Severity::Warning, record.id,
                "the central system refuses the tag: " + std::string(shared::name_of(info.status)));
            record.deauthorized = true;
            if (const int allowed = ctx.state.config.get(keys::max_energy_on_invalid_id);
                allowed > 0)
                record.energy_limit =
                    units::MilliwattHours{record.last_energy.count + std::int64_t{allowed} * 1000};
        }
    }
    ctx.state.ledger.keep(record.id, Durability::Now, ctx.out);
}

void Transactions::keep_all(Context& ctx) {
    for (const auto& [id, record] : ctx.state.ledger.transactions())
        if (!record.stop) ctx.state.ledger.keep(id, Durability::Now, ctx.out);
}

Deadline Transactions::wake_at() const { return unseen_.empty() ? std::nullopt : reunion_until_; }

void Transactions::note(Context& ctx, Severity severity, std::int64_t transaction,
                        std::string text) const {
    const auto* record = ctx.state.ledger.find(transaction);
    NoteFields fields{{"transaction", transaction}};
    if (record != nullptr) {
        fields.emplace_back("connector", record->connector);
        fields.emplace_back("idTag", record->id_tag);
        if (record->server_id) fields.emplace_back("transactionId", *record->server_id);
        if (record->stop) {
            fields.emplace_back("reason", record->stop_wish->reason);
            fields.emplace_back("meterStop", record->stop->meter.count);
        }
    }
    ctx.note(severity, "transaction", std::move(text), std::move(fields));
}

}  // namespace ocpp::features
