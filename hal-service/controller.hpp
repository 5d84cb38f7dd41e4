// SPDX-License-Identifier: Apache-2.0
#pragma once
// One connector, pure: what the wires show and what is wished go in every tick, what the wires
// shall carry comes out. The sequences of IEC 61851-1 Annex A are one table.

#include "hal-service/board.hpp"
#include "hal-service/lease.hpp"
#include "hal-service/pilot.hpp"
#include "hal-service/protection.hpp"
#include "hal-service/report.hpp"
#include "hal-service/timing.hpp"
#include "hal-service/weld_check.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace hal {

enum class Phase {
    Waiting,    // nothing offered: X1, contactors open
    Offering,   // the pilot oscillates, contactors open
    Energised,  // contactors closed
    Stopping    // no longer offered; the vehicle is given time to lower its current
};
constexpr auto names(Phase) { return std::array{"Waiting", "Offering", "Energised", "Stopping"}; }

// What the table judges by.
struct Facts {
    bool prevented = false;  // protection, or the supply is lost
    bool permitted = false;
    bool present = false;    // plugged in
    bool may_offer = false;  // the pauses are over
    bool requests = false;   // asks for current steadily enough to close
    bool proven = false;     // diode seen, cable locked, nothing welded: may be energised
    bool left = false;       // opened S2, unplugged, or the pilot is cut off
    bool cut_off = false;    // ... of these, the pilot no longer shows a vehicle
    bool waited = false;     // long enough for a commanded stop
    bool has_pilot = true;   // without one there is nothing to wait for
};

struct SequenceRow {
    Phase from;
    bool (*when)(const Facts&);
    Phase to;
    std::string_view clause;
};

// The first row of a phase that applies wins.
std::span<const SequenceRow> sequence_rows();

class Controller {
public:
    Controller(const ConnectorInfo& wiring, const Fallback& fallback, const Kept& kept);

    // `ending`: the process stops; nothing is permitted any more.
    Outputs tick(const Inputs& inputs, const Wish& wish, bool ending, Moment now);
    // Everything off at once: what to put on the wires when no tick follows.
    static Outputs safe() { return {}; }

    const Report& report() const { return report_; }
    Phase phase() const { return phase_; }
    bool settled() const { return pilot_.settled(); }

private:
    bool has_pilot() const { return type_ != ConnectorType::Schuko; }
    bool has_socket() const { return type_ == ConnectorType::Type2Socket; }

    void read(const Inputs& inputs, Moment now);
    void read_meter(const MeterSample& meter, Moment now);
    void follow_plug(bool plugged, Moment now);
    void protect(const Inputs& inputs, Moment now);
    Permission permitted(const Inputs& inputs, const Wish& wish, bool ending, Moment now);
    Facts facts(const Inputs& inputs, const Permission& allowed, Moment now) const;
    void enter(Phase phase, Moment now);
    void offer(units::Milliamps limit, Moment now);
    bool locks(const Inputs& inputs, const Wish& wish, Moment now) const;
    void publish(const Inputs& inputs);

    const ConnectorType type_;
    const int phases_;
    const units::Milliamps max_current_;
    const Fallback fallback_;

    PilotFilter pilot_;
    WeldCheck weld_check_;
    Protection protection_;
    Report report_;
    Outputs outputs_;
    Phase phase_ = Phase::Waiting;
    Moment phase_since_{0};

    bool plugged_ = false;
    bool cable_ = false;
    Moment plugged_since_{0};
    Moment unplugged_at_{-1};
    int diode_samples_ = 0;
    Moment mains_seen_{0};
    Moment meter_seen_{0};
    bool started_ = false;
    bool mains_ = true;
    bool lock_wanted_ = false;
    Moment closed_since_{0};
    units::Milliamps temperature_limit_;
    units::Milliamps signalled_;           // by the present duty cycle, or allowed without a pilot
    units::Milliamps signalled_before_;    // by the one before
    Moment duty_changed_{-1'000'000'000};  // long ago
    Moment offer_not_before_{0};
    int closed_phases_ = 0;
    int last_phases_ = 0;
};

}  // namespace hal
