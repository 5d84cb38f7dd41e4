// SPDX-License-Identifier: Apache-2.0
// The queue lives: whatever a central system answers, drops, delays or says at each message, for
// ever or for a while, every start and stop leaves within a bound, and nothing is lost but what was
// refused.
//   CHARGEPOINT_QUEUE_LIVES=3000 CHARGEPOINT_QUEUE_SEED=7 build/dev/bin/ocpp_tests "the queue
//   lives*"

#include "ocpp/core/mailbox.hpp"
#include "tests/support/life.hpp"

#include <iostream>
#include <random>

namespace queue_lives_test {

namespace {

using ocpp::core::QueuedKind;
using shared::Json;
using test::seconds;
using test::World;
using Manner = World::Manner;
using Kind = Manner::Kind;

constexpr int usual_lives = 15;
constexpr seconds message_timeout{30};
constexpr seconds look{30};  // so often the test looks into the queue
const std::vector<std::string> disturbed_actions{"StartTransaction", "StopTransaction",
                                                 "MeterValues",      "StatusNotification",
                                                 "Heartbeat",        "DataTransfer"};

// The behaviour of a central system towards one action.
struct Temper {
    Manner manner;
    int one_in = 1;                                // calls that get it; the others are answered
    seconds until = std::chrono::hours{24 * 365};  // since the world began
};

class Life {
public:
    explicit Life(unsigned seed) : chance_(seed), w_(options()) {
        for (const auto& action : disturbed_actions)
            if (pick(2) == 0) tempers_[action] = temper(action);
        w_.reconnects = seconds{1 + pick(20)};
    }

    // The longest that a start or stop was in the queue, as a share of its bound.
    double run() {
        w_.boot();
        began_ = w_.now().steady;
        w_.manner = [this](const Json& call) { return manner(call); };
        for (int visit = 0, visits = 1 + pick(3); visit < visits; ++visit) {
            const int connector = 1 + pick(2);
            const std::string tag = "TAG" + std::to_string(pick(4));
            w_.plug(connector).tag(tag);
            pass(length());
            if (pick(8) == 0) w_.restart();
            if (pick(2) == 0) w_.tag(tag);
            w_.unplug(connector);
            pass(seconds{60 + pick(600)});
        }
        // Until all of them have left.
        for (int rounds = 0; !queue().empty() && rounds < 100'000; ++rounds) pass(look);
        w_.settle().check_books();
        return worst_;
    }

    const test::Auditor& auditor() const { return w_.auditor(); }

private:
    int pick(int n) { return static_cast<int>(chance_() % static_cast<unsigned>(n)); }

    World::Options options() {
        attempts_ = 1 + pick(4);
        interval_ = seconds{pick(2) == 0 ? 60 : pick(10)};
        World::Options made;
        made.keys = {{"MeterValueSampleInterval", "60"},
                     {"HeartbeatInterval", pick(2) == 0 ? "30" : "86400"},
                     {"ClockAlignedDataInterval", pick(3) == 0 ? "20" : "0"},
                     {"LocalPreAuthorize", "true"},
                     {"AllowOfflineTxForUnknownId", "true"},
                     {"TransactionMessageAttempts", std::to_string(attempts_)},
                     {"TransactionMessageRetryInterval", std::to_string(interval_.count())}};
        if (pick(2) == 0) made.keys["StopTxnSampledData"] = "Energy.Active.Import.Register,Voltage";
        made.reading_period = seconds{20};
        return made;
    }

    Temper temper(const std::string& action) {
        constexpr std::array kinds{Kind::Answers, Kind::Refuses, Kind::Babbles, Kind::IsSilent,
                                   Kind::Breaks};
        constexpr std::array codes{"InternalError", "GenericError", "NotImplemented",
                                   "TypeConstraintViolation"};
        constexpr std::array delays{0, 0, 1, 20, 29, 45};
        Temper made;
        made.manner.kind = kinds[static_cast<std::size_t>(pick(kinds.size()))];
        made.manner.code = codes[static_cast<std::size_t>(pick(codes.size()))];
        made.manner.after = seconds{delays[static_cast<std::size_t>(pick(delays.size()))]};
        made.manner.close_code = pick(2) == 0 ? 1009 : 1011;
        if (pick(3) == 0) made.one_in = 1 + pick(4);
        if (pick(3) == 0) made.until = seconds{pick(4 * 3600)};
        // A central system that breaks connections at a Heartbeat is like one that is not there.
        if (action == "Heartbeat" && made.manner.kind == Kind::Breaks)
            made.manner.kind = Kind::IsSilent;
        return made;
    }

    seconds length() {
        constexpr std::array lengths{300, 1'800, 2 * 3'600};
        return seconds{lengths[static_cast<std::size_t>(pick(lengths.size()))]};
    }

    Manner manner(const Json& call) {
        const auto found = tempers_.find(call[2].get<std::string>());
        if (found == tempers_.end() || w_.now().steady - began_ > found->second.until ||
            pick(found->second.one_in) != 0)
            return {};
        return found->second.manner;
    }

    // ocpp/README.md explains each part. The one more is the attempt without values, or the
    // transmission that breaks a connection of which nobody knows anything yet.
    seconds bound() const {
        const auto transmission =
            ocpp::core::Mailbox::patience + 3 * message_timeout + 2 * w_.reconnects + look;
        return (attempts_ + 2) * transmission + interval_ * (attempts_ + 1) * (attempts_ + 2) / 2;
    }

    std::vector<ocpp::core::QueuedMessage> queue() {
        std::vector<ocpp::core::QueuedMessage> found;
        for (const auto& message : w_.point().snapshot().queue)
            if (message.kind == QueuedKind::StartTransaction ||
                message.kind == QueuedKind::StopTransaction)
                found.push_back(message);
        return found;
    }

    void pass(seconds time) {
        for (seconds gone{0}; gone < time; gone += look) {
            w_.wait(look);
            const auto waiting = queue();
            if (waiting.empty()) continue;
            // Only the first can be on its way, so that each has the bound for itself.
            if (waiting.front().sequence != first_) {
                first_ = waiting.front().sequence;
                first_since_ = w_.now().steady;
            }
            const std::chrono::duration<double> waited = w_.now().steady - first_since_;
            worst_ = std::max(worst_, waited / bound());
            INFO("the first of " << waiting.size() << " has waited " << waited.count() << " s of "
                                 << bound().count() << ", attempt " << waiting.front().attempts);
            REQUIRE(waited <= bound());
        }
        w_.forget();
    }

    std::mt19937 chance_;
    int attempts_ = 0;
    seconds interval_{};
    World w_;
    std::map<std::string, Temper> tempers_;
    std::chrono::steady_clock::time_point began_;
    std::int64_t first_ = 0;
    std::chrono::steady_clock::time_point first_since_;
    double worst_ = 0;
};

}  // namespace

TEST_CASE("the queue lives: every start and stop leaves, whatever a central system does") {
    const int lives = test::Life::from_environment("CHARGEPOINT_QUEUE_LIVES", usual_lives);
    const auto seed =
        static_cast<unsigned>(test::Life::from_environment("CHARGEPOINT_QUEUE_SEED", 1));
    double worst = 0;
    int transactions = 0, messages = 0, given_up = 0;
    for (int n = 0; n < lives; ++n) {
        INFO("seed " << seed + static_cast<unsigned>(n));
        Life life(seed + static_cast<unsigned>(n));
        worst = std::max(worst, life.run());
        transactions += life.auditor().counts().transactions;
        messages += life.auditor().counts().messages;
        given_up += life.auditor().counts().given_up;
    }
    CHECK(transactions >= lives / 2);
    CHECK((lives < usual_lives || given_up > 0));
    std::cout << "the queue lives: seed " << seed << ", " << lives << " lives, " << transactions
              << " transactions, " << messages << " messages, " << given_up
              << " given up, the longest wait " << static_cast<int>(worst * 100)
              << " % of its bound\n";
}

}  // namespace queue_lives_test
