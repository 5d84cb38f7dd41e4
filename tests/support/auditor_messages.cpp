// SPDX-License-Identifier: Apache-2.0
// The auditor's judgement of transaction messages: whose each is, how often it may come, and when.

#include "tests/support/auditor.hpp"

#include "tests/support/auditor_words.hpp"

#include <algorithm>

namespace test {

using namespace words;

namespace {

bool has_data(const Json& payload) { return payload.contains("transactionData"); }

Json without_data(Json payload) {
    payload.erase("transactionData");
    return payload;
}

}  // namespace

void Auditor::give_up(Message& message) {
    message.failures = std::max(message.failures, attempts_for(message));
    finish_ended();
}

// A StopTransaction with values is told without them, before it is given up.
int Auditor::attempts_for(const Message& message) const {
    const auto attempts = static_cast<int>(key("TransactionMessageAttempts", 3));
    return has_data(message.payload) ? std::max(attempts, 2) : attempts;
}

bool Auditor::gave_up_on(const Message& message) const {
    return message.failures >= attempts_for(message);
}

bool Auditor::goes_without_data(const Message& stop, const Json& payload) const {
    return stop.failures + 1 >= attempts_for(stop) && without_data(stop.payload) == payload;
}

bool Auditor::lies_within(const Transaction& transaction, const Json& payload) const {
    const auto at = word(payload["meterValue"][0], "timestamp");
    return at >= word(transaction.start.payload, "timestamp") &&
           at <= word(transaction.stop->payload, "timestamp");
}

Auditor::Message* Auditor::booked(const std::string& action, const Json& payload) {
    if (action == "StartTransaction") return booked_start(payload);
    auto without_id = payload;
    without_id.erase("transactionId");
    auto* transaction = owner_of(action, payload, without_id);
    if (transaction == nullptr) {
        complain(action + " of no transaction: " + payload.dump());
        return nullptr;
    }
    return booked_of(*transaction, action, without_id);
}

// Equal words are no second transaction: OCPP 1.6 has no key to tell.
Auditor::Message* Auditor::booked_start(const Json& payload) {
    for (auto& transaction : transactions_)
        if (transaction.start.payload == payload) return &transaction.start;
    const auto at = word(payload, "timestamp");
    const int connector = payload.value("connectorId", 0);
    if (at < last_start_ || at < last_stop_[connector])
        complain("begins before what was before: " + payload.dump());
    last_start_ = at;
    auto& transaction = transactions_.emplace_back();
    transaction.connector = connector;
    transaction.start = Message{"StartTransaction", payload, 0, false, 0, 0, {}, {}, {}};
    judge_register(connector, payload.value("meterStart", std::int64_t{-1}), time_of(at),
                   time_of(at));
    return &transaction.start;
}

Auditor::Transaction* Auditor::owner_of(const std::string& action, const Json& payload,
                                        const Json& without_id) {
    const auto id = payload["transactionId"].get<std::int64_t>();
    Transaction* found = nullptr;
    for (auto& transaction : transactions_) {
        const bool nameless =
            transaction.id == unknown_id || (!transaction.id && gave_up_on(transaction.start));
        if (id != unknown_id ? transaction.id != id : !nameless) continue;
        if (action == "StopTransaction" && transaction.stop) {
            if (without_data(transaction.stop->payload) == without_data(without_id))
                return &transaction;
            if (id == unknown_id || transaction.finished) continue;
        }
        if (action == "MeterValues" &&
            (payload.value("connectorId", 0) != transaction.connector ||
             (transaction.finished && !lies_within(transaction, payload))))
            continue;
        if (word(payload, "timestamp") < word(transaction.start.payload, "timestamp") &&
            action == "StopTransaction")
            continue;
        if (found == nullptr) found = &transaction;
    }
    unnamed_ = unnamed_ || id == unknown_id;
    return found;
}

Auditor::Message* Auditor::booked_of(Transaction& transaction, const std::string& action,
                                     const Json& payload) {
    if (action == "StopTransaction") {
        if (!transaction.stop)
            transaction.stop = Message{action, payload, 0, false, 0, 0, {}, {}, {}};
        else if (transaction.stop->payload != payload &&
                 !goes_without_data(*transaction.stop, payload))
            complain("another end of the same transaction: " + payload.dump());
        return &*transaction.stop;
    }
    for (auto& message : transaction.values)
        if (message.payload == payload) return &message;
    // Its stop may pass samples. The program waits with those that come later in any case.
    if (transaction.stop && time_of(word(payload["meterValue"][0], "timestamp")) >
                                time_of(word(transaction.stop->payload, "timestamp")))
        complain("MeterValues after StopTransaction: " + payload.dump());
    transaction.values.push_back(Message{action, payload, 0, false, 0, 0, {}, {}, {}});
    return &transaction.values.back();
}

// OCPP 1.6 3.7: in the order of the events, each until it is processed or given up.
void Auditor::transmitted(Message& message, const std::string& id, Time now) {
    const bool sample = message.action == "MeterValues";
    if (message.heard_at == 0)
        ++counts_.messages;
    else
        ++counts_.repeated;
    if (message.answered_at &&
        !(sample && cut_within(*message.answered_at, *message.answered_at + kept_within)))
        complain(message.action + " again, though it was answered: " + message.payload.dump());
    if (message.failures - message.forgotten >= attempts_for(message))
        complain(message.action + " again, though it is given up: " + message.payload.dump());
    if (message.waits_since &&
        now - *message.waits_since < key("TransactionMessageRetryInterval", 60) * 1'000 *
                                         (message.failures - message.forgotten))
        complain(message.action + " again, too early: " + message.payload.dump());
    judge_order(message, now);
    (sample ? sample_head_ : head_) = &message;
    message.heard_at = now;
    message.answered_at.reset();
    message.waits_since.reset();
    message.ids.insert(id);
}

// Starts and stops may pass samples, and wait for nothing else than those before them. A sample
// waits for everything before it.
void Auditor::judge_order(const Message& message, Time now) {
    const bool sample = message.action == "MeterValues";
    // A sample that was not on disk yet is lost with a kill; one that was not crossed out there
    // comes again after a cut, with what came after it.
    if (sample && message.answered_at && cut_within(*message.answered_at, now)) return;
    const auto said_at = [](const Message& m) {
        return m.action == "MeterValues" ? word(m.payload["meterValue"][0], "timestamp")
                                         : word(m.payload, "timestamp");
    };
    if (head_ != nullptr && head_ != &message && open(*head_) &&
        (!sample || said_at(message) > said_at(*head_)))
        complain(message.action + " before " + head_->action + " was processed");
    if (sample && sample_head_ != nullptr && sample_head_ != &message && open(*sample_head_) &&
        !begun_within(sample_head_->heard_at, now))
        complain(message.action + " before the one before it was processed");
}

}  // namespace test
