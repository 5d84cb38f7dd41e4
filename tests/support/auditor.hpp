// SPDX-License-Identifier: Apache-2.0
#pragma once
// One who judges a charge point from outside, by the words of OCPP 1.6 and OCPP-J 1.6. It sees the
// wire, what the meters really counted and the configuration, and shares no code with the product.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace test {

// The transactions that the auditor has heard of. A copy points into itself.
class Books {
public:
    using Json = nlohmann::json;
    using Time = std::int64_t;  // ms since 1970, UTC

    Books() = default;
    Books(const Books& other)
        : transactions_(other.transactions_),
          head_(twin_of(other.head_, other)),
          sample_head_(twin_of(other.sample_head_, other)),
          open_(other.open_) {
        if (open_) open_->message = twin_of(other.open_->message, other);
    }
    Books& operator=(const Books&) = delete;

protected:
    struct Message {
        std::string action;
        Json payload;  // without transactionId
        int failures = 0;
        bool refused = false;  // the last time; or else there was no answer
        int forgotten = 0;     // failures that the program may have forgotten when it was killed
        Time heard_at = 0;
        std::optional<Time> waits_since;  // the failure after which the next try has to wait
        std::optional<Time> answered_at;
        std::set<std::string> ids;
    };
    struct Transaction {
        int connector = 0;
        Message start;
        std::list<Message> values;
        std::optional<Message> stop;
        std::optional<std::int64_t> id;
        bool finished = false;  // judged; samples that were passed by its stop may still come
    };
    struct Call {
        std::string id, action;
        Json payload;
        Time at = 0;
        Message* message = nullptr;
    };

    std::list<Transaction> transactions_;
    Message* head_ = nullptr;         // heard last of all starts and stops
    Message* sample_head_ = nullptr;  // heard last of all meter values of transactions
    std::optional<Call> open_;

private:
    Message* twin_of(const Message* message, const Books& other) {
        auto mine = transactions_.begin();
        for (const auto& his : other.transactions_) {
            if (message == &his.start) return &mine->start;
            if (his.stop && message == &*his.stop) return &*mine->stop;
            auto value = mine->values.begin();
            for (const auto& one : his.values) {
                if (message == &one) return &*value;
                ++value;
            }
            ++mine;
        }
        return nullptr;
    }
};

class Auditor : private Books {
public:
    using Books::Json;
    using Books::Time;
    using Keys = std::map<std::string, std::string>;

    // Charging and SuspendedEV are held against contactors and offers.
    static constexpr bool interruptions_are_judged = true;

    // `reading_period`, ms: how old the meter register that the charge point knows may be.
    Auditor(Keys keys, Time reading_period);

    void begun(Time now);              // the program starts, for the first time or anew
    void killed() { killed_ = true; }  // and only the program, just before it begins anew
    // The disk keeps it waiting: it can't measure meanwhile.
    void held_up(Time from, Time to);
    void connected(Time now);
    void disconnected();
    // The connection breaks under a program that goes on; `too_long`: because of its last message.
    void broke(Time now, bool too_long);
    void heard(const std::string& frame, Time now);  // from the charge point
    void told(const std::string& frame, Time now);   // to it, and what follows from it is kept
    void gave_up() { ++reported_; }  // it reports that a transaction message was given up
    void metered(int connector, std::int64_t milliwatt_seconds, Time now);
    // Contactors, and whether the vehicle is offered current, as they really are from now on.
    void switched(int connector, bool closed, bool offered, Time now);

    // Power was cut and the time with it: stamps may lie beside the truth by as much more.
    void time_lost(Time by_at_most) { unsure_ += by_at_most; }
    // It is called by another name from now on, and is unknown there.
    void renamed();

    // Nothing more is to come.
    void close();

    struct Counts {
        int transactions = 0;  // over and done with
        int messages = 0;      // transaction messages without repetitions
        int repeated = 0;
        int given_up = 0;
        int changes = 0;  // of a status
    };
    const Counts& counts() const { return counts_; }
    // As the central system heard it last; "" = never.
    std::string status(int connector) const {
        const auto found = last_statuses_.find(connector);
        return found == last_statuses_.end() ? "" : found->second;
    }
    // The ids of transactions that began and did not end.
    std::vector<std::int32_t> unfinished() const;
    const std::vector<std::string>& violations() const { return violations_; }

private:
    struct Point {
        Time at;
        std::int64_t milliwatt_seconds;
    };
    using Meter = std::vector<Point>;

    struct Switched {
        Time at;
        bool closed, offered;
    };

    static std::int64_t rate(const Point& from, const Point& to);
    void called(const Json& frame, Time now);
    void answered(const Json& frame);
    void judge_permission(const std::string& action);
    void judge_status(const Json& payload);
    bool is_history(const Json& status) const;
    void judge_change(int connector, const std::string& status);
    void judge_truth(int connector, const std::string& status, const Json& payload);
    Message* booked(const std::string& action, const Json& payload);
    Message* booked_start(const Json& payload);
    Message* booked_of(Transaction& transaction, const std::string& action, const Json& payload);
    Transaction* owner_of(const std::string& action, const Json& payload, const Json& without_id);
    void transmitted(Message& message, const std::string& id, Time now);
    void time_out(Time now);
    void fail(Message& message, bool refused, Time now);
    void told_late(const Json& frame);
    void succeed(Message& message, const Json& answer, Time now);
    void give_up(Message& message);
    bool goes_without_data(const Message& stop, const Json& payload) const;
    bool lies_within(const Transaction& transaction, const Json& payload) const;
    void conclude(const Transaction& transaction);
    void finish_ended();
    void finish(const Transaction& transaction);
    void judge_values(const Transaction& transaction);
    void judge_register(int connector, std::int64_t watt_hours, Time at, Time latest);
    void judge_energy();
    std::int64_t true_watt_hours(int connector, Time at) const;
    bool gave_up_on(const Message& message) const;
    bool open(const Message& message) const { return !message.answered_at && !gave_up_on(message); }
    bool begun_within(Time from, Time to) const;
    bool cut_within(Time from, Time to) const;
    int attempts_for(const Message& message) const;
    void judge_order(const Message& message, Time now);
    // Some of that time it could not measure.
    bool measured_nothing_within(Time from, Time to) const;
    std::int64_t key(const std::string& name, std::int64_t fallback) const;
    void complain(std::string what);

    Keys keys_;
    Time reading_period_;
    Time unsure_ = 0;
    std::map<std::string, Json> asked_;  // calls of the central system, by id
    std::set<std::string> ids_;          // on this connection
    std::string registration_;
    bool connected_ = false;
    bool proven_ = false;  // something was answered over this connection
    bool triggered_ = false;
    bool killed_ = false;
    std::vector<Time> begun_;
    int starts_ = 0;          // all of them; those that nothing depends on any more leave begun_
    std::vector<Time> cuts_;  // of the power, as opposed to kills of the program
    std::vector<std::pair<Time, Time>> held_up_;
    std::map<int, Json> statuses_;  // answered last, by connector, without their time
    // Heard last, by connector, while nothing was lost since and it was no history.
    std::map<int, std::string> followed_;
    std::map<int, std::deque<Switched>> switched_;
    Time connected_at_ = 0;
    std::map<int, std::string> last_statuses_;
    std::map<int, Meter> meters_;
    std::map<int, std::int64_t> sold_;  // Wh
    std::map<int, int> sales_;
    std::map<int, std::string> last_stop_;
    std::string last_start_;
    bool unnamed_ = false;  // a transaction had the id -1: its connector may not be known
    int reported_ = 0;
    Counts counts_;
    std::vector<std::string> violations_;
};

}  // namespace test
