// SPDX-License-Identifier: Apache-2.0
#include "ocpp/features/reports/metering.hpp"

#include "ocpp/config/keys/reports.hpp"
#include "ocpp/features/reports/samples.hpp"

#include <algorithm>

namespace ocpp::features {

using namespace core;
using std::chrono::seconds;
using wire::ReadingContext;

namespace {

std::vector<config::MeasurandChoice> choices_of(std::string_view list) {
    auto choices = config::measurands_from(list).value_or(std::vector<config::MeasurandChoice>{});
    return choices.empty() ? config::default_measurands() : choices;
}

// Empty means none here: OCPP 1.6 3.16.5.
std::vector<config::MeasurandChoice> stop_choices(std::string_view list) {
    return config::measurands_from(list).value_or(std::vector<config::MeasurandChoice>{});
}

// A value measured later than this does not belong to its moment any more, and is left out.
constexpr seconds latest{2};

// The first moment of a series that is not before `from`.
Instant first_since(Instant start, seconds interval, Instant from) {
    // Before its start a series is in time only when the clock was put back; it keeps its beat.
    if (from <= start) return from + (start - from) % interval;
    const auto steps = (from - start + interval - std::chrono::milliseconds{1}) / interval;
    return start + steps * interval;
}

}  // namespace

void Metering::advance(Context& ctx) {
    for (const auto& connector : ctx.state.connectors) sampled(ctx, connector);
    aligned(ctx);
}

void Metering::sampled(Context& ctx, const Connector& connector) {
    if (connector.stage() == Stage::Running) begin_data(ctx, connector);
    const seconds interval = ctx.state.config.get(keys::meter_value_sample_interval);
    if (connector.stage() != Stage::Running || interval == seconds{0}) {
        series_.erase(connector.id());
        return;
    }
    const auto& record = *ctx.state.ledger.find(*connector.transaction);
    const auto machine = ctx.now.of_machine();
    auto found = series_.find(connector.id());
    if (found == series_.end() || found->second.transaction != record.id ||
        found->second.interval != interval) {
        // Anchored at the start of the transaction, so that neither a restart nor a late wake-up
        // shifts the series. What fell into a restart was not measured and is not made up.
        const auto next = first_since(record.started, interval, ctx.utc());
        found = series_
                    .insert_or_assign(
                        connector.id(),
                        Series{record.id, interval, next, ctx.state.clock.steady_at(machine, next)})
                    .first;
    }
    auto& series = found->second;
    if (series.due > machine.steady) return;
    const auto due = ctx.state.clock.at(machine, series.due);
    if (std::chrono::abs(due - series.next) > Clock::tolerated / 2) series.next = due;
    if (connector.reading() && machine.steady <= series.due + latest) {
        const auto at = stamp(ctx, connector, series.next);
        send(ctx, connector, ctx.state.config.get(keys::meter_values_sampled_data),
             ReadingContext::SamplePeriodic, at);
        // At the start there are the values of Transaction.Begin.
        if (series.next != record.started)
            keep_data(ctx, connector, ctx.state.config.get(keys::stop_txn_sampled_data),
                      ReadingContext::SamplePeriodic, at);
    }
    while (series.due <= machine.steady) {
        series.next += interval;
        series.due += interval;
    }
}

void Metering::aligned(Context& ctx) {
    const auto machine = ctx.now.of_machine();
    const seconds interval = ctx.state.config.get(keys::clock_aligned_data_interval);
    const bool clock_stepped =
        aligned_due_ && std::chrono::abs(ctx.state.clock.steady_at(machine, aligned_next_) -
                                         *aligned_due_) > Clock::tolerated / 2;
    if (interval != aligned_interval_ || clock_stepped) {
        aligned_interval_ = interval;
        aligned_due_.reset();
    }
    if (interval == seconds{0}) return;
    if (aligned_due_ && *aligned_due_ <= machine.steady) {
        const bool in_time = machine.steady <= *aligned_due_ + latest;
        for (const auto& connector : ctx.state.connectors)
            if (in_time && connector.reading()) {
                const auto at = stamp(ctx, connector, aligned_next_);
                send(ctx, connector, ctx.state.config.get(keys::meter_values_aligned_data),
                     ReadingContext::SampleClock, at);
                keep_data(ctx, connector, ctx.state.config.get(keys::stop_txn_aligned_data),
                          ReadingContext::SampleClock, at);
            }
        aligned_due_.reset();
    }
    if (!aligned_due_) {
        const auto midnight = std::chrono::floor<std::chrono::days>(ctx.utc());
        aligned_next_ = first_since(midnight, interval, ctx.utc() + std::chrono::milliseconds{1});
        const auto next_midnight = midnight + std::chrono::days{1};
        if (aligned_next_ > next_midnight) aligned_next_ = next_midnight;
        aligned_due_ = ctx.state.clock.steady_at(machine, aligned_next_);
    }
}

bool Metering::triggered(Context& ctx, const Connector& connector) {
    if (!connector.reading()) return false;
    auto at = ctx.utc();
    if (connector.transaction) at = ctx.state.ledger.in_order(*connector.transaction, at);
    auto value = sample(ctx.state.config, *connector.reading(),
                        choices_of(ctx.state.config.get(keys::meter_values_sampled_data)),
                        ReadingContext::Trigger, at);
    // A connector without a sensor has no value of that kind; it always has the register.
    if (!value)
        value = sample(ctx.state.config, *connector.reading(),
                       choices_of("Energy.Active.Import.Register"), ReadingContext::Trigger, at);
    if (!value) return false;
    wire::MeterValuesRequest request{
        .connector_id = connector.id(), .transaction_id = {}, .meter_value = {*value}};
    if (connector.transaction) {
        // Behind its start, it will go out with the number that the start is answered with.
        if (ctx.state.ledger.start_waits(*connector.transaction)) {
            queue(ctx, *connector.transaction, request);
            return true;
        }
        request.transaction_id = ctx.state.ledger.transaction_id(*connector.transaction);
    }
    return ctx.state.mailbox.put_triggered(request);
}

Instant Metering::stamp(Context& ctx, const Connector& connector, Instant at) const {
    if (!connector.transaction) return at;
    auto& ledger = ctx.state.ledger;
    at = ledger.in_order(*connector.transaction, at);
    ledger.stamped(*connector.transaction, at);
    return at;
}

void Metering::queue(Context& ctx, std::int64_t transaction,
                     const wire::MeterValuesRequest& request) const {
    if (!ctx.state.ledger.meter_values(transaction, request, ctx.out))
        ctx.note(Severity::Warning, "queue",
                 "the queue is full: the oldest meter values were dropped",
                 {{"connector", request.connector_id}});
}

void Metering::send(Context& ctx, const Connector& connector, std::string_view measurands,
                    ReadingContext context, Instant at) {
    const auto value =
        sample(ctx.state.config, *connector.reading(), choices_of(measurands), context, at);
    if (!value) return;
    const wire::MeterValuesRequest request{
        .connector_id = connector.id(), .transaction_id = {}, .meter_value = {*value}};
    // Periodic and clock-aligned values are transaction-related, whether one runs or not: 3.7.
    queue(ctx, connector.transaction.value_or(Ledger::no_transaction), request);
    if (!connector.transaction) return;
    // A transaction that is cut off was alive when this was measured.
    auto& ledger = ctx.state.ledger;
    auto& record = *ledger.find(*connector.transaction);
    record.last_seen = std::max({record.last_seen, at, ctx.utc()});
    ledger.keep(*connector.transaction, Durability::Relaxed, ctx.out);
}

// The values of the begin are stored in the step in which the transaction began, together with its
// start (errata 4.0, 3.14).
void Metering::begin_data(Context& ctx, const Connector& connector) const {
    const auto& begun = ctx.facts.begun;
    if (std::find(begun.begin(), begun.end(), *connector.transaction) == begun.end()) return;
    const auto& record = *ctx.state.ledger.find(*connector.transaction);
    const auto value =
        sample(ctx.state.config, *connector.reading(), data_choices(ctx.state.config),
               ReadingContext::TransactionBegin, record.started, Carrier::StopTransaction);
    if (value) ctx.state.ledger.add_data(record.id, *value, Durability::Now, ctx.out);
}

void Metering::keep_data(Context& ctx, const Connector& connector, std::string_view measurands,
                         ReadingContext context, Instant at) {
    if (connector.stage() != Stage::Running) return;
    const auto value = sample(ctx.state.config, *connector.reading(), stop_choices(measurands),
                              context, at, Carrier::StopTransaction);
    if (value)
        ctx.state.ledger.add_data(*connector.transaction, *value, Durability::Relaxed, ctx.out);
}

Deadline Metering::wake_at(const Now& now) const {
    Deadline next = aligned_due_;
    for (const auto& [connector, series] : series_) next = earlier(next, series.due);
    if (next) *next -= now.missed;
    return next;
}

}  // namespace ocpp::features
