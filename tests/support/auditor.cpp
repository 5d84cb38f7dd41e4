// SPDX-License-Identifier: Apache-2.0
#include "tests/support/auditor.hpp"

#include "tests/support/auditor_words.hpp"

#include <algorithm>
#include <charconv>

namespace test {

using namespace words;

namespace {

constexpr std::size_t most_violations = 20;
constexpr std::size_t longest_id = 36;  // OCPP-J 4.1.4
constexpr Time late_sample = 2'000;  // measured later than this, it is not the value of its moment
constexpr std::int64_t unknown_id = -1;  // errata 4.0, 3.18

// True for messages that must not be lost. Values that were asked for are worth nothing later.
bool must_arrive(const std::string& action, const Json& payload) {
    if (action != "MeterValues") return action == "StartTransaction" || action == "StopTransaction";
    return payload.contains("transactionId") &&
           word(payload["meterValue"][0]["sampledValue"][0], "context") != "Trigger";
}

// True for an answer that says that a message was processed: a start needs its number.
bool readable(const std::string& action, const Json& answer) {
    return action != "StartTransaction" ||
           (answer.is_object() && answer.contains("transactionId") &&
            answer["transactionId"].is_number_integer());
}

}  // namespace

Auditor::Auditor(Keys keys, Time reading_period)
    : keys_(std::move(keys)), reading_period_(reading_period) {}

void Auditor::begun(Time now) {
    open_.reset();
    connected_ = triggered_ = false;
    registration_.clear();
    statuses_.clear();
    followed_.clear();
    asked_.clear();
    begun_.push_back(now);
    if (head_ != nullptr) {
        head_->forgotten = head_->failures;
        head_->waits_since.reset();
    }
}

void Auditor::renamed() {
    registration_.clear();
    statuses_.clear();
    followed_.clear();
}

void Auditor::held_up(Time from, Time to) {
    if (to - from > late_sample) held_up_.emplace_back(from, to);
}

void Auditor::connected(Time now) {
    connected_ = true;
    connected_at_ = now;
    ids_.clear();
    // Only silence may have been the old connection's.
    if (head_ != nullptr && !head_->refused) head_->waits_since.reset();
}

void Auditor::disconnected() {
    connected_ = false;
    open_.reset();
    asked_.clear();
    followed_.clear();
}

void Auditor::heard(const std::string& text, Time now) {
    if (!connected_) complain("spoke without a connection: " + text);
    const auto frame = Json::parse(text, nullptr, false);
    if (!frame.is_array() || frame.size() < 3 || !frame[0].is_number_integer() ||
        !frame[1].is_string())
        return complain("no frame: " + text);
    if (frame[0] == 2 && frame.size() == 4 && frame[2].is_string() && frame[3].is_object())
        return called(frame, now);
    if ((frame[0] == 3 && frame.size() == 3 && frame[2].is_object()) ||
        (frame[0] == 4 && frame.size() == 5))
        return answered(frame);
    complain("no frame: " + text);
}

void Auditor::called(const Json& frame, Time now) {
    const std::string id = frame[1], action = frame[2];
    const auto& payload = frame[3];
    if (id.size() > longest_id || !ids_.insert(id).second)
        complain("a message id that is too long or was used before: " + id);
    time_out(now);
    if (open_) complain(action + " while " + open_->action + " waits for its answer");
    judge_permission(action);
    if (action == "StatusNotification") judge_status(payload);
    open_ = Call{id, action, payload, now, nullptr};
    if (!must_arrive(action, payload)) return;
    if ((open_->message = booked(action, payload)) != nullptr)
        transmitted(*open_->message, id, now);
}

// OCPP 1.6 4.2.
void Auditor::judge_permission(const std::string& action) {
    if (action == "BootNotification" || registration_ == "Accepted") return;
    if (registration_ == "Pending" && triggered_) return;
    complain(action + " before the central system has accepted");
}

void Auditor::answered(const Json& frame) {
    const auto asked = asked_.find(frame[1].get<std::string>());
    if (asked == asked_.end()) return complain("answers what nobody asked: " + frame.dump());
    const auto call = asked->second;
    asked_.erase(asked);
    if (frame[0] != 3 || word(frame[2], "status") != "Accepted") return;
    if (call[2] == "ChangeConfiguration") keys_[word(call[3], "key")] = word(call[3], "value");
    if (call[2] == "TriggerMessage") triggered_ = true;
}

void Auditor::told(const std::string& text, Time now) {
    time_out(now);
    const auto frame = Json::parse(text, nullptr, false);
    if (!frame.is_array() || frame.size() < 3 || !frame[1].is_string()) return;
    const std::string id = frame[1];
    // A call that breaks the frame is answered as well, whatever its id.
    if (frame[0] == 2) {
        asked_[id] = frame.size() == 4 ? frame : Json::array({2, id, "", Json::object()});
        return;
    }
    Message* message = nullptr;
    if (open_ && open_->id == id) {
        message = open_->message;
        // Once it is accepted, a boot that was triggered changes nothing.
        if (open_->action == "BootNotification" && registration_ != "Accepted" && frame[0] == 3 &&
            frame[2].is_object() && !word(frame[2], "status").empty())
            registration_ = word(frame[2], "status");
        if (open_->action == "StatusNotification" && frame[0] == 3 && !is_history(open_->payload))
            statuses_[open_->payload.value("connectorId", -1)] = without_time(open_->payload);
        open_.reset();
    } else if (head_ != nullptr && open(*head_) && head_->ids.contains(id)) {
        message = head_;
        if (open_ && open_->message == head_) open_.reset();
    }
    if (message == nullptr) return told_late(frame);
    if (frame[0] == 3 && readable(message->action, frame[2]))
        succeed(*message, frame[2], now);
    else
        fail(*message, true, now);
}

// A start that was given up has its number all the same.
void Auditor::told_late(const Json& frame) {
    for (auto& transaction : transactions_)
        if (frame[0] == 3 && transaction.start.ids.contains(frame[1].get<std::string>()) &&
            !transaction.id && readable(transaction.start.action, frame[2]))
            transaction.id = frame[2]["transactionId"].get<std::int64_t>();
}

void Auditor::time_out(Time now) {
    const auto patience = key("MessageTimeout", 30) * 1'000;
    if (!open_ || now - open_->at < patience) return;
    if (open_->message != nullptr) fail(*open_->message, false, open_->at + patience);
    if (open_->action == "StatusNotification")
        followed_.erase(open_->payload.value("connectorId", -1));
    open_.reset();
}

void Auditor::fail(Message& message, bool refused, Time now) {
    ++message.failures;
    message.refused = refused;
    message.waits_since = now;
    finish_ended();
}

void Auditor::succeed(Message& message, const Json& answer, Time now) {
    message.answered_at = now;
    if (message.action == "StartTransaction")
        for (auto& transaction : transactions_)
            if (&transaction.start == &message) {
                const auto id = answer["transactionId"].get<std::int64_t>();
                transaction.id = id == 0 ? unknown_id : id;
            }
    finish_ended();
}

bool Auditor::gave_up_on(const Message& message) const {
    return message.failures >= key("TransactionMessageAttempts", 3);
}

// --- whose message it is

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
            if (transaction.stop->payload == without_id) return &transaction;
            if (id == unknown_id) continue;
        }
        if (action == "MeterValues" && payload.value("connectorId", 0) != transaction.connector)
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
        else if (transaction.stop->payload != payload)
            complain("another end of the same transaction: " + payload.dump());
        return &*transaction.stop;
    }
    for (auto& message : transaction.values)
        if (message.payload == payload) return &message;
    if (transaction.stop) complain("MeterValues after StopTransaction: " + payload.dump());
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
        !(sample && begun_within(*message.answered_at, *message.answered_at + kept_within)))
        complain(message.action + " again, though it was answered: " + message.payload.dump());
    if (message.failures - message.forgotten >= key("TransactionMessageAttempts", 3))
        complain(message.action + " again, though it is given up: " + message.payload.dump());
    if (message.waits_since &&
        now - *message.waits_since < key("TransactionMessageRetryInterval", 60) * 1'000 *
                                         (message.failures - message.forgotten))
        complain(message.action + " again, too early: " + message.payload.dump());
    // A sample that was not on disk yet is lost with a kill; one that was not crossed out there
    // comes again, with what came after it.
    const bool again = sample && message.answered_at && begun_within(*message.answered_at, now);
    if (head_ != nullptr && head_ != &message && open(*head_) && !again &&
        !(head_->action == "MeterValues" && begun_within(head_->heard_at, now)))
        complain(message.action + " before " + head_->action + " was processed");
    head_ = &message;
    message.heard_at = now;
    message.answered_at.reset();
    message.waits_since.reset();
    message.ids.insert(id);
}

// --- what was sold

void Auditor::finish_ended() {
    for (auto it = transactions_.begin(); it != transactions_.end();) {
        const bool over = it->stop && !open(*it->stop);
        if (!over) {
            ++it;
            continue;
        }
        finish(*it);
        if (head_ == &*it->stop) head_ = nullptr;
        it = transactions_.erase(it);
    }
}

void Auditor::close() {
    for (const auto& transaction : transactions_)
        complain((transaction.stop ? "its end was not processed: " : "never ended: ") +
                 transaction.start.payload.dump());
    if (transactions_.empty()) judge_energy();
    // The program's own counts are lost with it.
    if (begun_.size() <= 1 && counts_.given_up != reported_)
        complain("gave up " + std::to_string(counts_.given_up) + " and reported " +
                 std::to_string(reported_));
}

std::vector<std::int32_t> Auditor::unfinished() const {
    std::vector<std::int32_t> ids;
    for (const auto& transaction : transactions_)
        if (!transaction.stop && transaction.id)
            ids.push_back(static_cast<std::int32_t>(*transaction.id));
    return ids;
}

bool Auditor::measured_nothing_within(Time from, Time to) const {
    return begun_within(from, to + kept_within) ||
           std::any_of(held_up_.begin(), held_up_.end(), [from, to](const auto& wait) {
               return wait.first <= to && wait.second >= from;
           });
}

bool Auditor::begun_within(Time from, Time to) const {
    return std::any_of(begun_.begin(), begun_.end(),
                       [from, to](Time at) { return from <= at && at <= to; });
}

std::int64_t Auditor::key(const std::string& name, std::int64_t fallback) const {
    const auto found = keys_.find(name);
    if (found == keys_.end()) return fallback;
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), fallback);
    return fallback;
}

void Auditor::complain(std::string what) {
    if (violations_.size() < most_violations) violations_.push_back(std::move(what));
}

}  // namespace test
