// SPDX-License-Identifier: Apache-2.0
// A million random events at the wires of one controller. Whatever comes, certain things are never
// so; they are looked at after every tick.

#include "tests/hal-service/wires.hpp"

#include <deque>
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
    std::uint64_t closings = 0;
    std::uint64_t trips = 0;
    std::uint64_t wake_ups = 0;
    std::uint64_t phase_changes = 0;
    std::uint64_t restarts = 0;
};

class Walk {
public:
    Walk(ConnectorType type, unsigned seed)
        : random_(seed), type_(type), board_(settings(seed)), wires_(std::in_place, type, board_) {}

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
            look();
        }
    }
    const Counts& counts() const { return counts_; }

private:
    bool has_pilot() const { return type_ != ConnectorType::Schuko; }
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
        limits_.clear();
        asking_for_ = Moment{0};
        diode_samples_ = 0;
        fault_f_since_ = Moment{-1};
        steady_for_ = held_for_ = stopped_for_ = Moment{0};
        duty_ = Duty{};
        duty_changed_ = Moment{-100'000'000};
        wake_ups_ = 0;
        energy_ = kept.energy;
    }

    void look() {
        follow();
        const auto& out = wires_->outputs();
        if (out.k2) must(out.k1, __LINE__);
        if (out.k1 && wires_->before().k1) must(out.k2 == wires_->before().k2, __LINE__);
        if (out.k1 && !wires_->before().k1) look_at_closing();
        look_at_faults();
        look_at_pilot();
        look_at_offer();
        const auto phase = wires_->stage();
        must(out.k1 == (phase == PilotStage::Energised || phase == PilotStage::Stopping), __LINE__);
        // Leaving C is cut off, whatever it goes to; only while stopping D is passed over.
        const auto high = wires_->inputs().pilot.high.count;
        const bool passes_d = phase == PilotStage::Stopping && high < 7900 && high > 1000;
        if (passes_d) not_asking_for_ = Moment{0};
        if (has_pilot()) must(!out.k1 || not_asking_for_ <= 95ms, __LINE__);
        must(wires_->report().kept.energy >= energy_, __LINE__);
        energy_ = wires_->report().kept.energy;
    }

    // Keeps the durations up to this tick.
    void follow() {
        // By the level on the wire, with room for the hysteresis on both sides.
        const auto high = wires_->inputs().pilot.high.count;
        const bool asks = has_pilot() ? high < 7900 && high > (board_.ventilation ? 1000 : 4100)
                                      : wires_->plugged;
        // A gap in which nobody looked counts for nothing.
        elapsed_ = wires_->now() - looked_;
        looked_ = wires_->now();
        const bool gap = elapsed_ > timing::tick + timing::overrun;
        not_asking_for_ = asks ? Moment{0} : not_asking_for_ + timing::tick;
        // Two disturbed samples are nothing.
        const bool asks_still = not_asking_for_ < timing::agreeing_samples * timing::tick;
        asking_for_ = asks_still ? asking_for_ + (gap ? Moment{0} : elapsed_) : Moment{0};
        const auto& pilot = wires_->inputs().pilot;
        if (wires_->before().pilot != PilotDrive::Oscillating)
            diode_samples_ = 0;
        else if (pilot.valid && shows_diode(pilot))
            ++diode_samples_;
        const auto drive = wires_->outputs().pilot;
        // A look may follow another where nobody looked in between.
        steady_for_ = drive == PilotDrive::Steady && !gap ? steady_for_ + timing::tick : Moment{0};
        if (wires_->before().pilot == PilotDrive::Disconnected)
            e_for_ += elapsed_;
        else if (wires_->before().k1)
            e_for_ = Moment{0};
        if (wires_->condition().plug_count != plug_count_ || !wires_->condition().plugged)
            phases_ = 0;
        must(wires_->condition().plug_count >= plug_count_, __LINE__);
        plug_count_ = wires_->condition().plug_count;
        if (wires_->condition().wake_ups > wake_ups_) ++counts_.wake_ups;
        wake_ups_ = wires_->condition().wake_ups;
    }

    void look_at_closing() {
        ++counts_.closings;
        must(asking_for_ >= timing::close_after_c && not_asking_for_ == Moment{0}, __LINE__);
        must(permission(wires_->wish, {}, wires_->now()).power, __LINE__);
        must(prevented() == 0, __LINE__);
        must(wires_->condition().mains, __LINE__);
        must(wires_->report().kept.monitor_checked != 0, __LINE__);
        if (has_pilot()) must(diode_samples_ >= timing::agreeing_samples, __LINE__);
        if (type_ == ConnectorType::Type2Socket) must(wires_->inputs().locked, __LINE__);
        const int phases = wires_->outputs().k2 ? 3 : 1;
        if (phases_ != 0 && phases_ != phases) {
            ++counts_.phase_changes;
            must(e_for_ >= board_.phase_change.pause, __LINE__);
        }
        phases_ = phases;
    }

    std::size_t prevented() const {
        std::size_t count = 0;
        for (std::size_t i = 0; i < wires_->condition().fault_count; ++i)
            if (wires_->condition().faults[i].prevents_charging) ++count;
        return count;
    }

    void look_at_faults() {
        const auto& protection = wires_->controller().protection();
        const auto& out = wires_->outputs();
        const bool tripped = protection.trips();
        if (tripped && !was_tripped_) ++counts_.trips;
        was_tripped_ = tripped;
        stopped_for_ = prevented() > 0 ? stopped_for_ + timing::tick : Moment{0};
        if (prevented() > 0) must(out.pilot != PilotDrive::Oscillating, __LINE__);
        if (stopped_for_ > timing::stop_wait + 2 * timing::tick) must(!out.k1, __LINE__);
        if (!tripped) return;
        must(!out.k1, __LINE__);
        must(wires_->stage() == PilotStage::Tripped, __LINE__);
        must(out.pilot == PilotDrive::Steady || out.pilot == PilotDrive::Minus, __LINE__);
        // A fault owns the pilot until its rule releases it.
        if (has_pilot() && protection.minus_held())
            must(out.pilot == PilotDrive::Minus || held_for_ == 0ms ||
                     steady_for_ <= timing::look_lasts,
                 __LINE__);
        held_for_ = protection.minus_held() ? held_for_ + timing::tick : Moment{0};
    }

    void look_at_pilot() {
        const auto drive = wires_->outputs().pilot;
        if (!has_pilot()) must(drive == PilotDrive::Steady, __LINE__);
        const bool offers =
            wires_->stage() == PilotStage::Offering || wires_->stage() == PilotStage::Energised;
        must((drive == PilotDrive::Oscillating) == (offers && has_pilot()), __LINE__);
        // F that a fault has begun is shown for 300 ms.
        const bool f = drive == PilotDrive::Minus;
        const bool was_f = wires_->before().pilot == PilotDrive::Minus;
        if (was_f && !f && fault_f_since_ >= Moment{0})
            must(looked_ - fault_f_since_ >= timing::least_minus, __LINE__);
        if (f && !was_f && wires_->stage() == PilotStage::Tripped) fault_f_since_ = looked_;
        if (!f) fault_f_since_ = Moment{-1};
    }

    void look_at_offer() {
        const auto now = wires_->now();
        const auto& report = wires_->report();
        const auto offered = report.condition.offered;
        const auto allowed = permission(wires_->wish, {}, now);
        auto limit = std::min({allowed.limit, report.temperature_limit, report.cable_limit});
        if (!allowed.power) limit = {0};
        while (!limits_.empty() && limits_.back().second <= limit) limits_.pop_back();
        limits_.emplace_back(now, limit);
        while (now - limits_.front().first > timing::duty_interval + timing::tick)
            limits_.pop_front();
        must(offered <= limits_.front().second, __LINE__);
        // One row a tick: what else is to be done comes with the next.
        const bool refused = !allowed.power || limit < least_offer;
        if (refused && was_refused_) must(offered.count == 0, __LINE__);
        was_refused_ = refused;
        if (wires_->outputs().pilot != PilotDrive::Oscillating) return;
        const auto duty = wires_->outputs().duty;
        if (duty == duty_) return;
        if (plug_count_ == duty_plug_count_) must(now - duty_changed_ >= 5s, __LINE__);
        duty_ = duty;
        duty_changed_ = now;
        duty_plug_count_ = plug_count_;
    }

    // Catch's own checks cost too much this often.
    void must(bool holds, int line) const {
        if (!holds)
            FAIL("line " << line << " after " << counts_.events << " events, "
                         << shared::name_of(wires_->stage()));
    }

    std::mt19937 random_;
    ConnectorType type_;
    process::OutletSettings board_;
    std::optional<Wires> wires_;
    Counts counts_;
    std::deque<std::pair<Moment, units::Milliamps>> limits_;
    Moment looked_{0};
    Moment elapsed_{0};
    Moment asking_for_{0};
    Moment not_asking_for_{0};
    Moment fault_f_since_{-1};
    Moment e_for_{0};
    Moment steady_for_{0};
    Moment held_for_{0};
    Moment stopped_for_{0};
    int diode_samples_ = 0;
    int phases_ = 0;
    Duty duty_;
    Moment duty_changed_{-100'000'000};
    std::int64_t duty_plug_count_ = -1;
    std::int64_t plug_count_ = 0;
    std::int64_t wake_ups_ = 0;
    units::MilliwattHours energy_;
    bool was_tripped_ = false;
    bool calm_ = false;
    bool was_refused_ = false;
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
    for (const auto& [type, seed, events] : walks) {
        INFO(shared::name_of(type) << ", seed " << seed);
        Walk walk(type, seed);
        for (int i = 0; i < events; ++i) walk.step();
        const auto& counts = walk.counts();
        std::cout << shared::name_of(type) << ", seed " << seed << ": " << counts.events
                  << " events, " << counts.ticks << " ticks, " << counts.closings << " closings, "
                  << counts.trips << " trips, " << counts.wake_ups << " wake-ups, "
                  << counts.phase_changes << " phase changes, " << counts.restarts << " restarts\n";
        CHECK(counts.closings > 100);
        CHECK(counts.trips > 100);
        all.events += counts.events;
        all.wake_ups += counts.wake_ups;
        all.phase_changes += counts.phase_changes;
    }
    CHECK(all.events == 1'000'000);
    CHECK(all.wake_ups > 50);
    CHECK(all.phase_changes > 100);
}

}  // namespace controller_walk_test
