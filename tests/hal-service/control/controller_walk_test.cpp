// SPDX-License-Identifier: Apache-2.0
// A million random events at the wires of one controller, looked at by its auditor after every
// tick.

#include "tests/hal-service/control/controller_auditor.hpp"

#include <iostream>
#include <optional>
#include <random>
#include <utility>

namespace controller_walk_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

process::OutletSettings settings(unsigned seed) {
    process::OutletSettings board;
    board.ventilation = seed % 2 == 0;
    board.wake_up = {2s, seed % 3 == 0 ? process::WakeUpLevel::E : process::WakeUpLevel::F, 1s, 2s,
                     3};
    board.phase_change = {2s, 60};
    return board;
}

struct Counts {
    std::uint64_t events = 0;
    std::uint64_t ticks = 0;
    std::uint64_t restarts = 0;
};

class Walk {
public:
    Walk(ConnectorType type, unsigned seed)
        : random_(seed),
          type_(type),
          board_(settings(seed)),
          wires_(std::in_place, type, board_),
          auditor_(type, board_) {}

    void step() {
        ++counts_.events;
        event();
        const int kind = below(1000);
        const int ticks = calm_        ? 700 + below(1000)
                          : kind < 900 ? 1 + below(8)
                          : kind < 994 ? below(60)
                                       : 200 + below(1000);
        calm_ = false;
        for (int i = 0; i < ticks; ++i) {
            wires_->tick();
            ++counts_.ticks;
            auditor_.look(*wires_);
            if (!auditor_.wrong().empty())
                FAIL(auditor_.wrong() << " after " << counts_.events << " events");
        }
    }
    const Counts& counts() const { return counts_; }
    const wires::Auditor::Counts& seen() const { return auditor_.counts(); }

private:
    int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
    bool chance(int percent) { return below(100) < percent; }

    void event() {
        switch (below(40)) {
            case 0: wires_->plugged = chance(70); break;
            case 1:
            case 2: wires_->asks = chance(80); break;
            case 3: wires_->stubborn = chance(30); break;
            case 4: wires_->ventilation = chance(20); break;
            case 5: wires_->diode = chance(90); break;
            case 6: wires_->milliamps = chance(90) ? below(6000) : below(70'000); break;
            case 7: level(); break;
            case 8:
            case 9: fault(); break;
            case 10:
            case 11:
            case 12: odd(); break;
            case 13:
            case 14:
            case 15:
            case 16: calm(); break;
            case 17:
            case 18:
            case 19:
            case 20: wish(); break;
            default: wires_->disturb = nullptr; break;
        }
    }
    // As it should be, and for a while.
    void calm() {
        wires_->disturb = nullptr;
        wires_->shows.reset();
        wires_->plugged = wires_->asks = wires_->diode = true;
        wires_->passes_test = true;
        wires_->jammed = wires_->stubborn = wires_->ventilation = false;
        wires_->proximity_ohms = 220;
        wires_->milliamps = below(6000);
        wires_->permit(6000 + below(30'000), chance(70) ? 3 : 1, chance(50));
        calm_ = chance(3);
    }
    // A wire does what it likes.
    void level() {
        wires_->shows.reset();
        if (chance(20)) wires_->shows = static_cast<PilotState>(below(6));
    }
    void wish() {
        const auto limit = chance(15) ? 0 : 4000 + below(40'000);
        wires_->permit(limit, chance(80) ? 3 : 1, chance(50));
        if (chance(30))
            wires_->wish.expires = wires_->now() + std::chrono::milliseconds(below(9000));
        wires_->wish.lock_cable = chance(50);
    }
    void odd() {
        switch (below(12)) {
            case 0: restart(); break;
            case 1:
            case 6: wires_->miss(std::chrono::milliseconds(below(100'000))); break;
            case 2: wires_->lateness = std::chrono::milliseconds(below(70)); break;
            case 3: wires_->passes_test = chance(80); break;
            case 4: wires_->jammed = chance(20); break;
            case 5: wires_->proximity_ohms = chance(80) ? 220 : below(5000); break;
            default: break;
        }
    }
    void fault() {
        const auto phase = static_cast<std::size_t>(below(3));
        const std::int64_t value = below(300'000);
        switch (below(chance(90) ? 12 : 15)) {
            case 0: wires_->disturb = [](Inputs& in) { in.protective_earth = false; }; break;
            case 1: wires_->disturb = [](Inputs& in) { in.power_good = false; }; break;
            case 2: wires_->disturb = [](Inputs& in) { in.pilot.valid = false; }; break;
            case 3: wires_->disturb = [](Inputs& in) { in.meter.valid = false; }; break;
            case 4: wires_->disturb = [=](Inputs& in) { in.meter.voltage[phase] = {value}; }; break;
            case 5:
                wires_->disturb = [=](Inputs& in) { in.outlet_temperature = {{value / 2}}; };
                break;
            case 6: wires_->disturb = [](Inputs& in) { in.lost_temperature = true; }; break;
            case 7: wires_->disturb = [](Inputs& in) { in.relay_supply = false; }; break;
            case 8:
                wires_->disturb = [=](Inputs& in) { in.pilot.high = {value / 10 - 12'000}; };
                break;
            case 9: wires_->disturb = [](Inputs& in) { in.meter.frequency = {45'000}; }; break;
            case 10: wires_->disturb = [](Inputs& in) { in.pilot.plus_rail = {9000}; }; break;
            case 11: wires_->disturb = [](Inputs& in) { in.reader = false; }; break;
            case 12:
                wires_->disturb = [=](Inputs& in) { in.load_voltage[phase] = {230'000}; };
                break;
            case 13: wires_->disturb = [](Inputs& in) { in.residual.dc = true; }; break;
            default: wires_->disturb = [=](Inputs& in) { in.load_voltage[phase] = {0}; }; break;
        }
    }
    // The process is killed; what it has kept is all the next one knows.
    void restart() {
        ++counts_.restarts;
        const auto kept = wires_->report().kept;
        const auto plugged = wires_->plugged;
        const auto now = wires_->now();
        wires_.emplace(type_, board_, kept);
        wires_->miss(now);
        wires_->plugged = plugged;
        auditor_.restarted(kept);
    }

    std::mt19937 random_;
    ConnectorType type_;
    process::OutletSettings board_;
    std::optional<Wires> wires_;
    wires::Auditor auditor_;
    Counts counts_;
    bool calm_ = false;
};

}  // namespace

TEST_CASE("in a million random events nothing unsafe ever happens", "[one-thread]") {
    const struct {
        ConnectorType type;
        unsigned seed;
        int events;
    } walks[] = {{ConnectorType::Type2Cable, 1, 200'000},  {ConnectorType::Type2Cable, 2, 200'000},
                 {ConnectorType::Type2Cable, 3, 100'000},  {ConnectorType::Type2Socket, 4, 200'000},
                 {ConnectorType::Type2Socket, 5, 200'000}, {ConnectorType::Schuko, 6, 100'000}};
    Counts all;
    std::uint64_t wake_ups = 0, phase_changes = 0;
    for (const auto& [type, seed, events] : walks) {
        INFO(shared::name_of(type) << ", seed " << seed);
        Walk walk(type, seed);
        for (int i = 0; i < events; ++i) walk.step();
        const auto& counts = walk.counts();
        const auto& seen = walk.seen();
        std::cout << shared::name_of(type) << ", seed " << seed << ": " << counts.events
                  << " events, " << counts.ticks << " ticks, " << seen.closings << " closings, "
                  << seen.trips << " trips, " << seen.wake_ups << " wake-ups, "
                  << seen.phase_changes << " phase changes, " << counts.restarts << " restarts\n";
        CHECK(seen.closings > 100);
        CHECK(seen.trips > 100);
        all.events += counts.events;
        wake_ups += seen.wake_ups;
        phase_changes += seen.phase_changes;
    }
    CHECK(all.events == 1'000'000);
    CHECK(wake_ups > 50);
    CHECK(phase_changes > 100);
}

}  // namespace controller_walk_test
