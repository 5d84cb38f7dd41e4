// SPDX-License-Identifier: Apache-2.0
// Every row of the table of faults, in virtual time and to the tick: when it trips, what it does
// with contactors and pilot, and when it lets go.

#include "hal-service/control/protection.hpp"

#include "tests/hal-service/control/protection_rows.hpp"
#include "tests/hal-service/wires.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace protection_rows_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

const ProtectionRule& rule_of(const Row& row) {
    for (const auto& rule : protection_rules())
        if (rule.code == row.code && rule.condition == row.condition) return rule;
    FAIL(shared::name_of(row.code) << ": " << row.condition);
    return protection_rules()[0];
}

void prepare(const Row& row, Wires& w) {
    if (row.prepare)
        row.prepare(w);
    else
        w.charge();
}

// Records the pilot from now on, as pairs of drive and time.
std::vector<std::pair<PilotDrive, Moment>> pilot_over(Wires& w, Moment time) {
    std::vector<std::pair<PilotDrive, Moment>> seen{{w.outputs().pilot, timing::tick}};
    for (const auto end = w.now() + time; w.now() < end;) {
        w.tick();
        if (seen.back().first != w.outputs().pilot) seen.emplace_back(w.outputs().pilot, 0ms);
        seen.back().second += timing::tick;
    }
    return seen;
}

bool active(const Wires& w, const ProtectionRule& rule) {
    const auto* fault = w.fault(rule.code);
    return fault != nullptr && fault->prevents_charging == rule.prevents_charging();
}

}  // namespace

TEST_CASE("every row of the table of faults has its case") {
    std::set<std::pair<FaultCode, std::string>> cases;
    for (const auto& row : rows) {
        rule_of(row);
        CHECK(cases.emplace(row.code, row.condition).second);
    }
    CHECK(cases.size() == protection_rules().size());
}

TEST_CASE("each fault is found after its time, to the tick, and reacted to in that tick") {
    for (const auto& row : rows) {
        const auto& rule = rule_of(row);
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        const bool closed = w.outputs().k1;
        REQUIRE_FALSE(active(w, rule));
        const auto began = w.now();
        row.begin(w);
        w.until([&] { return active(w, rule); });
        const auto took = w.now() - began - timing::tick;  // since the first tick that shows it
        CHECK(took.count() == (rule.delay + row.more).count());
        switch (rule.reaction) {
            case Reaction::Open:
                CHECK_FALSE(w.outputs().k1);
                CHECK(w.stage() == PilotStage::Tripped);
                break;
            case Reaction::Stop:
                CHECK(w.outputs().k1 == closed);
                if (closed) CHECK(w.stage() == PilotStage::Stopping);
                w.stubborn = true;
                w.run(timing::stop_wait + timing::tick);
                CHECK_FALSE(w.outputs().k1);
                break;
            case Reaction::Derate:
            case Reaction::Warn: CHECK(w.outputs().k1); break;
        }
        if (rule.prevents_charging()) CHECK(w.outputs().pilot != PilotDrive::Oscillating);
    }
}

TEST_CASE("each fault claims the pilot as its row says") {
    for (const auto& row : rows) {
        const auto& rule = rule_of(row);
        if (rule.reaction != Reaction::Open) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        row.begin(w);
        w.until([&] { return active(w, rule); });
        const auto period = timing::look_every + timing::look_lasts;
        const auto seen = pilot_over(w, period + 100ms);
        switch (rule.pilot) {
            case PilotAtFault::Unchanged:
                REQUIRE(seen.size() == 1);
                CHECK(seen[0].first == PilotDrive::Steady);
                break;
            case PilotAtFault::MinusOnce:
                REQUIRE(seen.size() == 2);
                CHECK(seen[0] ==
                      std::pair<PilotDrive, Moment>{PilotDrive::Minus, timing::least_minus});
                CHECK(seen[1].first == PilotDrive::Steady);
                break;
            case PilotAtFault::MinusHeld:
                REQUIRE(seen.size() == 3);
                CHECK(seen[0] ==
                      std::pair<PilotDrive, Moment>{PilotDrive::Minus, timing::look_every});
                CHECK(seen[1] ==
                      std::pair<PilotDrive, Moment>{PilotDrive::Steady, timing::look_lasts});
                CHECK(seen[2].first == PilotDrive::Minus);
                break;
        }
    }
}

TEST_CASE("each fault that goes away by itself is let go after its time, and 30 s pass") {
    for (const auto& row : rows) {
        const auto& rule = rule_of(row);
        if (rule.release == Release::WhenUnplugged) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        row.begin(w);
        w.until([&] { return active(w, rule); });
        const bool late = row.code == FaultCode::LoopOverrun;
        if (!row.ends_by_itself) {
            w.run(20s);
            CHECK(active(w, rule));
        }
        w.disturb = nullptr;
        w.shows = std::nullopt;
        w.proximity_ohms = 220;
        w.jammed = w.ventilation = false;
        const auto gone = w.now();
        w.until([&] { return !active(w, rule); }, 100s);
        const auto took = w.now() - gone;
        // Filters take up to three samples, a minute's window of lateness a minute.
        const bool noise = row.condition.starts_with("six jumps");
        const Moment window = late && rule.reaction == Reaction::Warn ? timing::late_within
                              : noise                                 ? timing::noise_over
                                                                      : 0ms;
        CHECK(took >= rule.release_after);
        CHECK(took <= window + rule.release_after + 5 * timing::tick);
        if (!rule.prevents_charging()) continue;
        w.plugged = true;
        w.permit();
        w.until([&] { return w.outputs().pilot == PilotDrive::Oscillating; }, 100s);
        CHECK(w.now() - gone >= (row.prepare ? 0ms : timing::pause_after_fault));
        w.until([&] { return w.outputs().k1; }, 5s);
    }
}

TEST_CASE("each fault that waits for the vehicle to leave lets the next one charge") {
    for (const auto& row : rows) {
        const auto& rule = rule_of(row);
        if (rule.release != Release::WhenUnplugged || row.code == FaultCode::RelayWelded) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        row.begin(w);
        w.until([&] { return active(w, rule); });
        w.disturb = nullptr;
        w.diode = true;
        w.run(120s);
        CHECK(active(w, rule));
        CHECK_FALSE(w.outputs().k1);
        w.plugged = false;
        w.run(timing::look_every + timing::look_lasts + 6s);
        CHECK(w.condition().fault_count == 0);
        w.charge();
        CHECK(w.outputs().k1);
    }
}

TEST_CASE("what comes and goes within a row's time is nothing") {
    for (const auto& row : rows) {
        const auto& rule = rule_of(row);
        if (rule.delay <= timing::tick || row.prepare) continue;
        INFO(shared::name_of(row.code) << ": " << row.condition);
        Wires w(row.type);
        prepare(row, w);
        for (int i = 0; i < 3; ++i) {
            row.begin(w);
            w.run(rule.delay + row.more);  // one tick less than it takes
            w.disturb = nullptr;
            w.diode = true;
            w.tick();
        }
        CHECK_FALSE(active(w, rule));
        CHECK(w.outputs().k1);
    }
}

}  // namespace protection_rows_test
