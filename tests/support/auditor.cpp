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
constexpr std::ptrdiff_t remembered_ends = 16;  // transactions whose samples may still come

// True for messages that must not be lost. Values that were asked for are worth nothing later.
bool must_arrive(const std::string& action, const Json& payload) {
    if (action != "MeterValues") return action == "StartTransaction" || action == "StopTransaction";
    return payload.contains("transactionId") &&
           word(payload["meterValue"][0]["sampledValue"][0], "context") != "Trigger";
}

// True for an answer that says that a message was processed: a start needs its number.
bool readable(const std::string& action, const Json& answer) {
    if (action != "StartTransaction") return true;
    if (!answer.is_object()) return false;
    return (answer.contains("transactionId") && answer["transactionId"].is_number_integer()) ||
           (answer.contains("idTagInfo") && !word(answer["idTagInfo"], "status").empty());
}

// The number in the answer to a start, as it is told from then on.
std::int64_t number_in(const Json& answer) {
    const auto found = answer.find("transactionId");
    if (found == answer.end() || !found->is_number_integer() || *found == 0) return unknown_id;
    return found->get<std::int64_t>();
}

// OCPP-J 4.2.3: refused like that, a sample would be refused again.
bool for_good(const Json& frame) {
    const auto code = frame[2].is_string() ? frame[2].get<std::string>() : "";
    return code.starts_with("Not") || code.find("Violation") != std::string::npos;
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
    ++starts_;
    const auto forget = [](Message& message) {
        message.forgotten = message.failures;
        message.waits_since.reset();
    };
    for (auto* head : {head_, sample_head_})
        if (head != nullptr) forget(*head);
    if (std::exchange(killed_, false)) return;
    cuts_.push_back(now);
    // How often meter values were refused is on disk within a minute, as that they were answered.
    for (auto& transaction : transactions_)
        for (auto& values : transaction.values)
            if (now - values.heard_at <= kept_within) forget(values);
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
    for (auto* head : {head_, sample_head_})
        if (head != nullptr && !head->refused) head->waits_since.reset();
}

void Auditor::disconnected() {
    connected_ = proven_ = false;
    open_.reset();
    asked_.clear();
    followed_.clear();
}

// Over a connection that was good for something else, that is a failure. The first may be chance,
// after which nothing has to wait.
void Auditor::broke(Time now, bool too_long) {
    if (open_ && open_->message != nullptr && (proven_ || too_long)) {
        auto& message = *open_->message;
        fail(message, true, now);
        if (message.failures - message.forgotten == 1) message.waits_since.reset();
        finish_ended();
    }
    disconnected();
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
    if (call[2] == "TriggerMessage" || call[2] == "ExtendedTriggerMessage") triggered_ = true;
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
        proven_ = true;
        message = open_->message;
        // Once it is accepted, a boot that was triggered changes nothing.
        if (open_->action == "BootNotification" && registration_ != "Accepted" && frame[0] == 3 &&
            frame[2].is_object() && !word(frame[2], "status").empty())
            registration_ = word(frame[2], "status");
        if (open_->action == "StatusNotification" && frame[0] == 3 && !is_history(open_->payload))
            statuses_[open_->payload.value("connectorId", -1)] = without_time(open_->payload);
        open_.reset();
    } else {
        for (auto* head : {head_, sample_head_})
            if (head != nullptr && open(*head) && head->ids.contains(id)) message = head;
        // The silence before a late refusal has counted already.
        if (message != nullptr && (frame[0] != 3 || !readable(message->action, frame[2]))) return;
        if (message != nullptr && open_ && open_->message == message) open_.reset();
    }
    if (message == nullptr) return told_late(frame);
    if (frame[0] == 3 && readable(message->action, frame[2]))
        succeed(*message, frame[2], now);
    else if (message->action == "MeterValues" && for_good(frame))
        give_up(*message);
    else
        fail(*message, true, now);
}

// A start that was given up has its number all the same.
void Auditor::told_late(const Json& frame) {
    for (auto& transaction : transactions_)
        if (frame[0] == 3 && transaction.start.ids.contains(frame[1].get<std::string>()) &&
            !transaction.id && readable(transaction.start.action, frame[2]))
            transaction.id = number_in(frame[2]);
}

void Auditor::time_out(Time now) {
    const auto patience = key("MessageTimeout", 30) * 1'000;
    if (!open_ || now - open_->at < patience) return;
    // A connection that does not break at a Heartbeat is one.
    if (open_->action == "Heartbeat") proven_ = true;
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
            if (&transaction.start == &message) transaction.id = number_in(answer);
    finish_ended();
}

// --- what was sold

void Auditor::finish_ended() {
    for (auto& transaction : transactions_) {
        if (transaction.finished || !transaction.stop || open(*transaction.stop)) continue;
        transaction.finished = true;
        finish(transaction);
        if (head_ == &*transaction.stop) head_ = nullptr;
    }
    auto over = std::count_if(transactions_.begin(), transactions_.end(),
                              [](const Transaction& t) { return t.finished; });
    for (auto it = transactions_.begin(); over > remembered_ends;) {
        const auto is = [](const Message* known) {
            return [known](const Message& value) { return &value == known; };
        };
        const auto has = [&](const Message* known) {
            return std::any_of(it->values.begin(), it->values.end(), is(known));
        };
        // Its sample is on its way.
        if (!it->finished || (open_ && has(open_->message))) {
            if (++it == transactions_.end()) return;
            continue;
        }
        if (has(sample_head_)) sample_head_ = nullptr;
        conclude(*it);
        it = transactions_.erase(it);
        --over;
    }
}

void Auditor::close() {
    for (const auto& transaction : transactions_)
        if (!transaction.finished)
            complain((transaction.stop ? "its end was not processed: " : "never ended: ") +
                     transaction.start.payload.dump());
    for (const auto& transaction : transactions_)
        if (transaction.finished) conclude(transaction);
    const bool all = std::all_of(transactions_.begin(), transactions_.end(),
                                 [](const Transaction& t) { return t.finished; });
    if (all) judge_energy();
    // The program's own counts are lost with it.
    if (starts_ <= 1 && counts_.given_up != reported_)
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

bool Auditor::cut_within(Time from, Time to) const {
    return std::any_of(cuts_.begin(), cuts_.end(),
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
