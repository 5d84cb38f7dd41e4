// SPDX-License-Identifier: Apache-2.0
#pragma once
// An auditor of one controller: whatever comes, certain things are never so. It looks at the wires
// after every tick.

#include "tests/hal-service/wires.hpp"

#include <deque>
#include <string>
#include <utility>

namespace wires {

class Auditor {
public:
    struct Counts {
        std::uint64_t closings = 0;
        std::uint64_t trips = 0;
        std::uint64_t wake_ups = 0;
        std::uint64_t phase_changes = 0;
    };

    Auditor(hal::ConnectorType type, process::OutletSettings board)
        : type_(type), board_(std::move(board)) {}

    void look(const Wires& wires);
    // The process begins anew with what was kept.
    void restarted(const hal::Registers& kept);

    const Counts& counts() const { return counts_; }
    // The first thing that was not as it must be; "" = nothing.
    const std::string& wrong() const { return wrong_; }

private:
    void follow(const Wires& wires);
    void look_at_closing(const Wires& wires);
    void look_at_faults(const Wires& wires);
    void look_at_pilot(const Wires& wires);
    void look_at_offer(const Wires& wires);
    bool has_pilot() const { return type_ != hal::ConnectorType::Schuko; }
    static std::size_t prevented(const Wires& wires);
    void must(bool holds, int line, const Wires& wires) {
        if (holds || !wrong_.empty()) return;
        wrong_ =
            "line " + std::to_string(line) + ", " + std::string(shared::name_of(wires.stage()));
    }

    hal::ConnectorType type_;
    process::OutletSettings board_;
    Counts counts_;
    std::string wrong_;
    std::deque<std::pair<hal::Moment, units::Milliamps>> limits_;
    hal::Moment looked_{0};
    hal::Moment elapsed_{0};
    hal::Moment asking_for_{0};
    hal::Moment not_asking_for_{0};
    hal::Moment fault_f_since_{-1};
    hal::Moment e_for_{0};
    hal::Moment steady_for_{0};
    hal::Moment held_for_{0};
    hal::Moment stopped_for_{0};
    int diode_samples_ = 0;
    int phases_ = 0;
    hal::Duty duty_;
    hal::Moment duty_changed_{-100'000'000};
    std::int64_t duty_plug_count_ = -1;
    std::int64_t plug_count_ = 0;
    std::int64_t wake_ups_ = 0;
    units::MilliwattHours energy_;
    bool was_tripped_ = false;
    bool was_refused_ = false;
};

inline void Auditor::look(const Wires& wires) {
    follow(wires);
    const auto& out = wires.outputs();
    if (out.k2) must(out.k1, __LINE__, wires);
    if (out.k1 && wires.before().k1) must(out.k2 == wires.before().k2, __LINE__, wires);
    if (out.k1 && !wires.before().k1) look_at_closing(wires);
    look_at_faults(wires);
    look_at_pilot(wires);
    look_at_offer(wires);
    const auto phase = wires.stage();
    must(out.k1 == (phase == hal::PilotStage::Energised || phase == hal::PilotStage::Stopping),
         __LINE__, wires);
    // Leaving C is cut off, whatever it goes to; only while stopping D is passed over.
    const auto high = wires.inputs().pilot.high.count;
    const bool passes_d = phase == hal::PilotStage::Stopping && high < 7900 && high > 1000;
    if (passes_d) not_asking_for_ = hal::Moment{0};
    if (has_pilot()) must(!out.k1 || not_asking_for_ <= 95ms, __LINE__, wires);
    must(wires.report().kept.energy >= energy_, __LINE__, wires);
    energy_ = wires.report().kept.energy;
}

// Keeps the durations up to this tick.
inline void Auditor::follow(const Wires& wires) {
    // By the level on the wire, with room for the hysteresis on both sides.
    const auto high = wires.inputs().pilot.high.count;
    const bool asks =
        has_pilot() ? high < 7900 && high > (board_.ventilation ? 1000 : 4100) : wires.plugged;
    // A gap in which nobody looked counts for nothing.
    elapsed_ = wires.now() - looked_;
    looked_ = wires.now();
    const bool gap = elapsed_ > hal::timing::tick + hal::timing::overrun;
    not_asking_for_ = asks ? hal::Moment{0} : not_asking_for_ + hal::timing::tick;
    // Two disturbed samples are nothing.
    const bool asks_still = not_asking_for_ < hal::timing::agreeing_samples * hal::timing::tick;
    asking_for_ = asks_still ? asking_for_ + (gap ? hal::Moment{0} : elapsed_) : hal::Moment{0};
    const auto& pilot = wires.inputs().pilot;
    if (wires.before().pilot != hal::PilotDrive::Oscillating)
        diode_samples_ = 0;
    else if (pilot.valid && hal::shows_diode(pilot))
        ++diode_samples_;
    const auto drive = wires.outputs().pilot;
    // A look may follow another where nobody looked in between.
    steady_for_ =
        drive == hal::PilotDrive::Steady && !gap ? steady_for_ + hal::timing::tick : hal::Moment{0};
    if (wires.before().pilot == hal::PilotDrive::Disconnected)
        e_for_ += elapsed_;
    else if (wires.before().k1)
        e_for_ = hal::Moment{0};
    if (wires.condition().plug_count != plug_count_ || !wires.condition().plugged) phases_ = 0;
    must(wires.condition().plug_count >= plug_count_, __LINE__, wires);
    plug_count_ = wires.condition().plug_count;
    if (wires.condition().wake_ups > wake_ups_) ++counts_.wake_ups;
    wake_ups_ = wires.condition().wake_ups;
}

inline void Auditor::look_at_closing(const Wires& wires) {
    ++counts_.closings;
    must(asking_for_ >= hal::timing::close_after_c && not_asking_for_ == hal::Moment{0}, __LINE__,
         wires);
    must(hal::permission(wires.wish, {}, wires.now()).power, __LINE__, wires);
    must(prevented(wires) == 0, __LINE__, wires);
    must(wires.condition().mains, __LINE__, wires);
    must(wires.report().kept.monitor_checked != 0, __LINE__, wires);
    if (has_pilot()) must(diode_samples_ >= hal::timing::agreeing_samples, __LINE__, wires);
    if (type_ == hal::ConnectorType::Type2Socket) must(wires.inputs().locked, __LINE__, wires);
    const int phases = wires.outputs().k2 ? 3 : 1;
    if (phases_ != 0 && phases_ != phases) {
        ++counts_.phase_changes;
        must(e_for_ >= board_.phase_change.pause, __LINE__, wires);
    }
    phases_ = phases;
}

inline std::size_t Auditor::prevented(const Wires& wires) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < wires.condition().fault_count; ++i)
        if (wires.condition().faults[i].prevents_charging) ++count;
    return count;
}

inline void Auditor::look_at_faults(const Wires& wires) {
    const auto& protection = wires.controller().protection();
    const auto& out = wires.outputs();
    const bool tripped = protection.trips();
    if (tripped && !was_tripped_) ++counts_.trips;
    was_tripped_ = tripped;
    stopped_for_ = prevented(wires) > 0 ? stopped_for_ + hal::timing::tick : hal::Moment{0};
    if (prevented(wires) > 0) must(out.pilot != hal::PilotDrive::Oscillating, __LINE__, wires);
    if (stopped_for_ > hal::timing::stop_wait + 2 * hal::timing::tick)
        must(!out.k1, __LINE__, wires);
    if (!tripped) return;
    must(!out.k1, __LINE__, wires);
    must(wires.stage() == hal::PilotStage::Tripped, __LINE__, wires);
    must(out.pilot == hal::PilotDrive::Steady || out.pilot == hal::PilotDrive::Minus, __LINE__,
         wires);
    // A fault owns the pilot until its rule releases it.
    if (has_pilot() && protection.minus_held())
        must(out.pilot == hal::PilotDrive::Minus || held_for_ == 0ms ||
                 steady_for_ <= hal::timing::look_lasts,
             __LINE__, wires);
    held_for_ = protection.minus_held() ? held_for_ + hal::timing::tick : hal::Moment{0};
}

inline void Auditor::look_at_pilot(const Wires& wires) {
    const auto drive = wires.outputs().pilot;
    if (!has_pilot()) must(drive == hal::PilotDrive::Steady, __LINE__, wires);
    const bool offers =
        wires.stage() == hal::PilotStage::Offering || wires.stage() == hal::PilotStage::Energised;
    must((drive == hal::PilotDrive::Oscillating) == (offers && has_pilot()), __LINE__, wires);
    // F that a fault has begun is shown for 300 ms.
    const bool f = drive == hal::PilotDrive::Minus;
    const bool was_f = wires.before().pilot == hal::PilotDrive::Minus;
    if (was_f && !f && fault_f_since_ >= hal::Moment{0})
        must(looked_ - fault_f_since_ >= hal::timing::least_minus, __LINE__, wires);
    if (f && !was_f && wires.stage() == hal::PilotStage::Tripped) fault_f_since_ = looked_;
    if (!f) fault_f_since_ = hal::Moment{-1};
}

inline void Auditor::look_at_offer(const Wires& wires) {
    const auto now = wires.now();
    const auto& report = wires.report();
    const auto offered = report.condition.offered;
    const auto allowed = hal::permission(wires.wish, {}, now);
    auto limit = std::min({allowed.limit, report.temperature_limit, report.cable_limit});
    if (!allowed.power) limit = {0};
    while (!limits_.empty() && limits_.back().second <= limit) limits_.pop_back();
    limits_.emplace_back(now, limit);
    while (now - limits_.front().first > hal::timing::duty_interval + hal::timing::tick)
        limits_.pop_front();
    must(offered <= limits_.front().second, __LINE__, wires);
    // One row a tick: what else is to be done comes with the next.
    const bool refused = !allowed.power || limit < units::least_offer;
    if (refused && was_refused_) must(offered.count == 0, __LINE__, wires);
    was_refused_ = refused;
    if (wires.outputs().pilot != hal::PilotDrive::Oscillating) return;
    const auto duty = wires.outputs().duty;
    if (duty == duty_) return;
    if (plug_count_ == duty_plug_count_) must(now - duty_changed_ >= 5s, __LINE__, wires);
    duty_ = duty;
    duty_changed_ = now;
    duty_plug_count_ = plug_count_;
}

inline void Auditor::restarted(const hal::Registers& kept) {
    limits_.clear();
    asking_for_ = hal::Moment{0};
    diode_samples_ = 0;
    fault_f_since_ = hal::Moment{-1};
    steady_for_ = held_for_ = stopped_for_ = hal::Moment{0};
    duty_ = hal::Duty{};
    duty_changed_ = hal::Moment{-100'000'000};
    wake_ups_ = 0;
    energy_ = kept.energy;
}

}  // namespace wires
