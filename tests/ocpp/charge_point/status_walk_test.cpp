// SPDX-License-Identifier: Apache-2.0
// Random walks through everything that changes a status, quickly and with slow answers: the auditor
// knows the table of OCPP 1.6 4.9.

#include "tests/support/life.hpp"
#include "tests/support/world.hpp"

#include <iostream>
#include <random>

namespace status_walk_test {

using shared::Json;
using test::seconds;
using test::World;

namespace {

constexpr int deeds_in_a_walk = 60;

class Walk {
public:
    Walk(World& w, unsigned seed) : w_(w), random_(seed) {}

    void begin() {
        w_.boot();
        if (pick(2) == 0) w_.set_key("MinimumStatusDuration", std::to_string(pick(40)));
        w_.set_key("ConnectionTimeOut", "20")
            .set_key("FreeCharging", pick(4) == 0 ? "1.true" : "1.false");
    }
    void step() {
        deed(1 + pick(2));
        // Often several things happen before anything is said.
        if (pick(3) > 0) w_.wait(seconds{pick(2) == 0 ? pick(5) : pick(60)});
    }

private:
    int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

    void deed(int connector) {
        const std::string tag = pick(2) == 0 ? "A" : "B";
        switch (pick(16)) {
            case 0:
            case 1:
                if (!w_.outlet(connector).plugged) w_.plug(connector);
                return;
            case 2: w_.unplug(connector); return;
            case 3:
            case 4: w_.tag(tag); return;
            case 5:
                w_.call("RemoteStartTransaction", {{"connectorId", connector}, {"idTag", tag}});
                return;
            case 6:
                w_.call("RemoteStopTransaction", {{"transactionId", w_.last_transaction()}});
                return;
            case 7: return change("Inoperative");
            case 8: return change("Operative");
            case 9: return reserve(tag);
            case 10: w_.call("CancelReservation", {{"reservationId", 1}}); return;
            case 11: w_.fault(connector, !w_.outlet(connector).faulted); return;
            case 12: w_.vehicle_wants(connector, pick(2) == 0); return;
            case 13:
                w_.call("TriggerMessage", {{"requestedMessage", "StatusNotification"}});
                return;
            case 14: return trouble();
            default: return limit(connector);
        }
    }
    void change(const char* type) {
        w_.call("ChangeAvailability", {{"connectorId", pick(3)}, {"type", type}});
    }
    void reserve(const std::string& tag) {
        w_.call("ReserveNow", {{"reservationId", 1},
                               {"connectorId", pick(3)},
                               {"idTag", tag},
                               {"expiryDate", "2026-03-28T22:40:00Z"}});
    }
    void limit(int connector) {
        w_.call("ChangeConfiguration",
                {{"key", "UserCurrentLimit"},
                 {"value", std::to_string(connector) + (pick(2) == 0 ? ".0" : ".10")}});
    }
    void trouble() {
        switch (pick(5)) {
            case 0: w_.disconnect().wait(seconds{pick(90)}).connect(); return;
            case 1: w_.restart(); return;
            case 2: w_.silent = {"Heartbeat"}; break;
            case 3: w_.silent = {"StatusNotification"}; break;
            default: w_.call_errors = {{"StatusNotification", "InternalError"}};
        }
        // While one call waits for its answer, the others wait for it.
        w_.call("TriggerMessage", {{"requestedMessage", "Heartbeat"}});
        for (int n = pick(6); n > 0; --n) deed(1 + pick(2));
        w_.wait(seconds{pick(60)});
        w_.silent.clear();
        w_.call_errors.clear();
    }

    World& w_;
    std::mt19937 random_;
};

}  // namespace

TEST_CASE("a random walk tells no change of a status that OCPP 1.6 4.9 does not have") {
    const auto seed =
        static_cast<unsigned>(test::Life::from_environment("CHARGEPOINT_WALK_SEED", 1));
    const int walks = test::Life::from_environment("CHARGEPOINT_WALKS", 200);
    int changes = 0;
    for (int n = 0; n < walks; ++n) {
        const auto own = seed + static_cast<unsigned>(n);
        INFO("CHARGEPOINT_WALKS=1 CHARGEPOINT_WALK_SEED=" << own);
        auto options = World::Options{};
        options.disturbance = test::Disturbance::LinkCut;  // says nothing about single lines
        World w{options};
        Walk walk(w, own);
        walk.begin();
        for (int deed = 0; deed < deeds_in_a_walk; ++deed) walk.step();
        for (int connector = 1; connector <= 2; ++connector)
            w.call("ChangeAvailability", {{"connectorId", connector}, {"type", "Operative"}});
        w.settle().check_books();
        changes += w.auditor().counts().changes;
    }
    std::cout << "walk: seed " << seed << ", " << walks << " walks, " << changes
              << " changes of status\n";
    CHECK(changes > 10 * walks);
}

}  // namespace status_walk_test
