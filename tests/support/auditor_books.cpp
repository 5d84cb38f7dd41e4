// SPDX-License-Identifier: Apache-2.0
// The auditor's judgement of a transaction that is over: its meter values, its registers, and the
// energy that all of them sold.

#include "tests/support/auditor.hpp"

#include "tests/support/auditor_words.hpp"

#include <algorithm>

namespace test {

using namespace words;

namespace {

constexpr Time opening = 10'000;  // from the wish to stop until the contactors are open
const char* const energy = "Energy.Active.Import.Register";

// True for a transaction that was cut off: it ended when it was last seen.
bool cut_off(const Json& stop) {
    return word(stop, "reason") == "PowerLoss" || word(stop, "reason") == "Reboot";
}

}  // namespace

void Auditor::finish(const Transaction& transaction) {
    const auto& start = transaction.start.payload;
    const auto& stop = transaction.stop->payload;
    const auto from = word(start, "timestamp"), to = word(stop, "timestamp");
    const auto meter_start = start.value("meterStart", std::int64_t{0});
    const auto meter_stop = stop.value("meterStop", std::int64_t{-1});
    if (meter_stop < meter_start || to < from) complain("ends before it began: " + stop.dump());
    const auto latest = cut_off(stop) ? transaction.stop->heard_at : time_of(to);
    if (!unnamed_) judge_register(transaction.connector, meter_stop, time_of(to), latest);
    last_stop_[transaction.connector] = std::max(last_stop_[transaction.connector], to);
    sold_[transaction.connector] += meter_stop - meter_start;
    ++sales_[transaction.connector];
    ++counts_.transactions;
}

// Nothing more of it is to come.
void Auditor::conclude(const Transaction& transaction) {
    judge_values(transaction);
    for (const auto& message : transaction.values)
        if (!message.answered_at && gave_up_on(message)) ++counts_.given_up;
    for (const auto* message : {&transaction.start, &*transaction.stop})
        if (!message->answered_at && gave_up_on(*message)) ++counts_.given_up;
    // The truth is asked for again only by what is still open.
    auto& meter = meters_[transaction.connector];
    const auto needed = time_of(word(transaction.start.payload, "timestamp")) - reading_period_;
    const auto old = std::find_if(meter.begin(), meter.end(),
                                  [needed](const Point& p) { return p.at >= needed; });
    if (old - meter.begin() > 1) meter.erase(meter.begin(), old - 1);
    while (begun_.size() > 1 && begun_[1] < needed) begun_.erase(begun_.begin());
}

void Auditor::judge_values(const Transaction& transaction) {
    const auto from = time_of(word(transaction.start.payload, "timestamp"));
    const auto to = time_of(word(transaction.stop->payload, "timestamp"));
    const auto interval = key("MeterValueSampleInterval", 60) * 1'000;
    Time last = from - 1, last_sample = from;
    for (const auto& message : transaction.values)
        for (const auto& value : message.payload["meterValue"]) {
            const auto at = time_of(word(value, "timestamp"));
            const auto context = word(value["sampledValue"][0], "context");
            // It was sent, but not on disk when the transaction was cut off.
            const bool unkept = begun_within(at, at + kept_within);
            if (at < from || (at > to && !unkept) || at < last)
                complain("a sample at its wrong time: " + value.dump() + " of what ended with " +
                         transaction.stop->payload.dump());
            last = at;
            for (const auto& sampled : value["sampledValue"])
                if (sampled.value("measurand", energy) == energy && !sampled.contains("phase"))
                    judge_register(transaction.connector,
                                   std::stoll(sampled["value"].get<std::string>()), at, at);
            if (context != "Sample.Periodic" || interval == 0) continue;
            // OCPP 1.6 9.1.14: exactly one interval apart, from the start on.
            if ((at - last_sample) % interval != 0 ||
                (at - last_sample > interval && !measured_nothing_within(last_sample, at)))
                complain("no sample for too long before " + message.payload.dump());
            last_sample = at;
        }
    if (interval > 0 && to - last_sample > interval + opening &&
        !measured_nothing_within(last_sample, to))
        complain("no sample at the end of " + transaction.start.payload.dump());
}

// --- what the meter says

// W; what draws is made of whole watts.
std::int64_t Auditor::rate(const Point& from, const Point& to) {
    return (to.milliwatt_seconds - from.milliwatt_seconds) / (to.at - from.at);
}

void Auditor::metered(int connector, std::int64_t milliwatt_seconds, Time now) {
    auto& meter = meters_[connector];
    const Point next{now, milliwatt_seconds};
    if (const auto n = meter.size(); n >= 2) {
        // In a straight line the point in the middle says nothing.
        const auto &a = meter[n - 2], &b = meter[n - 1];
        if (b.at > a.at && next.at > b.at && rate(a, b) == rate(b, next)) {
            meter.back() = next;
            return;
        }
    }
    meter.push_back(next);
}

std::int64_t Auditor::true_watt_hours(int connector, Time at) const {
    const auto found = meters_.find(connector);
    if (found == meters_.end() || found->second.empty()) return 0;
    const auto& meter = found->second;
    const auto after = std::upper_bound(meter.begin(), meter.end(), at,
                                        [](Time t, const Point& p) { return t < p.at; });
    if (after == meter.begin()) return meter.front().milliwatt_seconds / 3'600'000;
    auto total = std::prev(after)->milliwatt_seconds;
    if (after != meter.end() && after->at > std::prev(after)->at) {
        total += rate(*std::prev(after), *after) * (at - std::prev(after)->at);
    }
    return total / 3'600'000;
}

void Auditor::judge_register(int connector, std::int64_t watt_hours, Time at, Time latest) {
    if (watt_hours >= true_watt_hours(connector, at - reading_period_ - unsure_) &&
        watt_hours <= true_watt_hours(connector, latest + unsure_))
        return;
    complain("connector " + std::to_string(connector) + " says " + std::to_string(watt_hours) +
             " Wh at " + std::to_string(at) + ", its meter said " +
             std::to_string(true_watt_hours(connector, at)));
}

// No energy flows outside a transaction, none is sold twice; registers are whole Wh.
void Auditor::judge_energy() {
    std::int64_t sold = 0, true_total = 0;
    int sales = 0;
    const auto judge = [this](std::int64_t said, int count, std::int64_t truth) {
        if (said > truth || said + count < truth)
            complain("sold " + std::to_string(said) + " Wh of " + std::to_string(truth));
    };
    for (const auto& [connector, meter] : meters_) {
        const auto truth = meter.back().milliwatt_seconds / 3'600'000;
        if (!unnamed_) judge(sold_[connector], sales_[connector], truth);
        sold += sold_[connector];
        sales += sales_[connector];
        true_total += truth;
    }
    judge(sold, sales + static_cast<int>(meters_.size()), true_total);
}

}  // namespace test
