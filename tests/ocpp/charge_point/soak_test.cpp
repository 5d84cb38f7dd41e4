// SPDX-License-Identifier: Apache-2.0
// A long life in virtual time: 20 sessions a day on two outlets, while link, central system, disk,
// program and power fail at random. Judged by the auditor, which shares no code with the product.
//   CHARGEPOINT_SOAK_DAYS=365 CHARGEPOINT_SOAK_SEED=7 build/dev/bin/ocpp_tests "a long life*"

#include "tests/support/world.hpp"

#include <malloc.h>

#include <cstdlib>
#include <iostream>
#include <random>

namespace {

using shared::Json;
using test::seconds;
using test::World;

constexpr int usual_days = 7;
constexpr int sessions_a_day = 20;
constexpr seconds day{86'400};
constexpr std::size_t tolerated_growth = 1024 * 1024;

int from_environment(const char* name, int usual) {
    const char* text = std::getenv(name);
    return text == nullptr ? usual : std::max(1, std::atoi(text));
}

// What people, the network and the grid do to a charge point.
class Life {
public:
    Life(World& world, unsigned seed) : w_(world), random_(seed) {}

    // One of the day's sessions, on the outlet whose turn it is, with the pause around it.
    void session(int outlet) {
        const auto share = day / sessions_a_day;
        const std::string tag = "TAG" + std::to_string(pick(8));
        pass(seconds{60 + pick(600)});
        w_.plug(outlet).tag(tag);
        const seconds charging{pick(static_cast<int>(share.count()))};
        pass(charging);
        if (chance(4)) w_.vehicle_wants(outlet, false);
        pass(seconds{pick(900)});
        if (chance(2)) w_.tag(tag);
        w_.unplug(outlet).vehicle_wants(outlet, true);
        // The rest of the time belongs to the other outlet, whose session may go on into it.
        if (charging < share) pass((share - charging) / 2);
    }

    // A profile for all, as a load balancer has them, and then none.
    void limit() {
        Json profile{{"chargingProfileId", 1},
                     {"stackLevel", 0},
                     {"chargingProfilePurpose", "ChargePointMaxProfile"},
                     {"chargingProfileKind", "Absolute"},
                     {"chargingSchedule",
                      {{"chargingRateUnit", "A"},
                       {"chargingSchedulePeriod", {{{"startPeriod", 0}, {"limit", 0}}}}}}};
        const int amps = pick(33);
        profile["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"] = amps;
        const auto answer =
            w_.call("SetChargingProfile", {{"connectorId", 0}, {"csChargingProfiles", profile}});
        if (answer.is_object() && answer["status"] == "Accepted")
            w_.supply = units::Milliamps{amps * 1'000};
    }

    int troubles() const { return troubles_; }

private:
    // Time goes by, and now and then something fails in it.
    void pass(seconds time) {
        if (!chance(3) || time < seconds{60}) {
            w_.wait(time);
            return;
        }
        ++troubles_;
        w_.wait(time / 2);
        const seconds rest = time - time / 2;
        switch (pick(6)) {
            case 0: w_.disconnect().wait(rest).connect(); return;
            case 1: w_.restart().wait(rest); return;
            case 2: w_.power_cut().wait(rest); return;
            case 3:
                w_.silent = {"StartTransaction", "MeterValues", "StopTransaction"};
                w_.wait(std::min(rest, seconds{90}));
                break;
            case 4:
                w_.store().fail(true);
                w_.wait(rest);
                w_.store().fail(false);
                return;
            default:
                w_.call_errors = {{"StartTransaction", "InternalError"},
                                  {"StopTransaction", "GenericError"}};
                w_.wait(std::min(rest, seconds{90}));
        }
        w_.silent.clear();
        w_.call_errors.clear();
        w_.wait(std::max(seconds{0}, rest - seconds{90}));
    }
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
    bool chance(int one_in) { return pick(one_in) == 0; }

    World& w_;
    std::mt19937 random_;
    int troubles_ = 0;
};

}  // namespace

TEST_CASE("a long life: each transaction once, true and in order, and nothing grows") {
    const int days = from_environment("CHARGEPOINT_SOAK_DAYS", usual_days);
    const auto seed = static_cast<unsigned>(from_environment("CHARGEPOINT_SOAK_SEED", 7));
    World w{{.keys = {{"MeterValueSampleInterval", "300"}, {"HeartbeatInterval", "86400"}},
             .reading_period = seconds{4}}};
    w.boot();
    w.set_key("LocalPreAuthorize", "true").set_key("AllowOfflineTxForUnknownId", "true");
    Life life(w, seed);
    std::size_t early = 0, late = 0, longest_queue = 0;
    for (int d = 0; d < days; ++d) {
        for (int n = 0; n < sessions_a_day; ++n) life.session(1 + n % 2);
        life.limit();
        w.connect().forget();
        const auto kept = w.store().load();
        longest_queue = std::max(longest_queue, kept.queue.size());
        const std::size_t used = mallinfo2().uordblks;
        (d < days / 2 ? early : late) = std::max(d < days / 2 ? early : late, used);
        INFO("seed " << seed << ", day " << d);
        REQUIRE(w.auditor().violations() == std::vector<std::string>{});
    }
    w.settle().check_books();
    CHECK(w.store().load().queue.empty());
    CHECK(late <= early + tolerated_growth);
    const auto& counts = w.auditor().counts();
    CHECK(counts.transactions > days * sessions_a_day / 2);
    std::cout << "soak: seed " << seed << ", " << days << " days, " << counts.transactions
              << " transactions, " << counts.messages << " messages, " << counts.repeated
              << " repeated, " << counts.given_up << " given up, " << life.troubles()
              << " troubles, longest queue " << longest_queue << ", heap " << early / 1024
              << " and " << late / 1024 << " KiB\n";
}
