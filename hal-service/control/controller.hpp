// SPDX-License-Identifier: Apache-2.0
#pragma once
// Controls one connector, pure: each tick takes the inputs of the board and the wish, and returns
// the outputs.
//
// A tick has five steps, always in this order. read() filters the inputs, of which Belief has told
// those apart that can't be believed. test_residual() and
// protect() run the monitor's test and the table of protection. permitted() and signals() compute
// what the table of sequences.hpp judges by. advance() takes at most one row of that table and
// switches the contactors. At last the offer, the drive of the pilot and the lock follow the stage,
// and publish() writes the report. The theory of the stages is in sequences.hpp.
//
// A controller is constructed from the registers of the process before: plug count, phases and a
// remembered weld go on, the stage does not. The first tick starts all clocks.

#include "hal-service/control/belief.hpp"
#include "hal-service/control/board.hpp"
#include "hal-service/control/cable.hpp"
#include "hal-service/control/chatter.hpp"
#include "hal-service/control/consumption.hpp"
#include "hal-service/control/contactor_check.hpp"
#include "hal-service/control/lateness.hpp"
#include "hal-service/control/lease.hpp"
#include "hal-service/control/monitor_check.hpp"
#include "hal-service/control/offer.hpp"
#include "hal-service/control/phase_change.hpp"
#include "hal-service/control/pilot.hpp"
#include "hal-service/control/pilot_noise.hpp"
#include "hal-service/control/protection.hpp"
#include "hal-service/control/report.hpp"
#include "hal-service/control/sequences.hpp"
#include "hal-service/control/temperature.hpp"
#include "hal-service/control/timing.hpp"
#include "hal-service/control/wake_up.hpp"
#include "hal-service/control/weld_check.hpp"
#include "hal-service/process/board_settings.hpp"

#include <cstdint>
#include <optional>

namespace hal {

class Controller {
public:
    Controller(const ConnectorInfo& wiring, const process::OutletSettings& settings,
               const Fallback& fallback, const Registers& kept);

    // `lateness` is that of the tick to come, as the loop has measured it.
    void late(Moment lateness, Moment now) { lateness_.add(lateness, now); }
    // With `ending` the process stops, and nothing is permitted any more.
    Outputs tick(const Inputs& sampled, const LeasedSetpoint& wish, bool ending, Moment now);
    // These outputs are to be applied when no tick follows.
    static Outputs safe() { return {}; }

    const Report& report() const { return report_; }
    PilotStage stage() const { return stage_; }
    // Both return the reason why the test can't begin now, or nullptr when it has begun.
    const char* begin_contactor_check(Moment now);
    const char* begin_self_test();
    const ContactorCheck& contactor_check() const { return contactor_check_; }
    ProofState self_test() const;
    const Protection& protection() const { return protection_; }
    bool settled() const { return known_; }

private:
    bool has_pilot() const { return type_ != ConnectorType::Schuko; }
    bool has_socket() const { return type_ == ConnectorType::Type2Socket; }
    bool plug_unseen() const;
    bool bounces(Moment now) const;

    void start(Moment now);
    void read(const Inputs& inputs, Moment now);
    void read_pilot(const PilotSample& sample, Moment now);
    void watch_contactors(const Inputs& inputs, Moment now);
    void follow_plug(bool plugged, Moment now);
    void test_residual(const Inputs& inputs, Moment now);
    void protect(const Inputs& inputs, Moment now);
    void remember_weld();
    bool weld_disproved() const;
    bool heat_stops() const;
    bool believed() const;
    int used_phases() const;
    bool offers() const {
        return stage_ == PilotStage::Offering || stage_ == PilotStage::Energised;
    }
    Permission permitted(const LeasedSetpoint& wish, bool ending, Moment now) const;
    Signals signals(const Inputs& inputs, const LeasedSetpoint& wish, const Permission& allowed,
                    Moment now) const;
    void look_at_vehicle(Signals& signals, const Inputs& inputs, Moment now) const;
    bool lasted(Moment now) const;
    const char* busy() const;
    void test_relays(const Inputs& inputs, bool ending, Moment now);
    void advance(const Signals& signals, const Permission& allowed, Moment now);
    void enter(PilotStage stage, const Permission& allowed, Moment now);
    void open_contactors(PilotStage from, Moment now);
    PilotDrive drive(Moment now) const;
    bool minus_owed(Moment now) const;
    bool locks(const Inputs& inputs, const LeasedSetpoint& wish, Moment now) const;
    void publish(const Inputs& inputs, const Signals& signals);
    void publish_pilot(const Inputs& inputs);
    void publish_meter(const Inputs& inputs);

    const ConnectorType type_;
    const int phases_;
    const units::Milliamps max_current_;
    const process::OutletSettings settings_;
    const Fallback fallback_;

    Belief belief_;
    Heat heat_;
    PilotFilter pilot_;
    PilotNoise noise_;
    ProximityFilter proximity_;
    ToggleCount toggles_;
    Consumption consumption_;
    WeldCheck weld_check_;
    MonitorCheck monitor_check_;
    ContactorCheck contactor_check_;
    Lateness lateness_;
    Protection protection_;
    Offer offer_;
    WakeUp wake_up_;
    PhaseChange phase_change_;
    Lock lock_;
    Report report_;
    Outputs outputs_;
    PilotStage stage_ = PilotStage::Starting;
    Moment stage_since_{0};

    bool started_ = false;
    Moment ticked_{0};
    bool known_ = false;  // pilot and plug have shown a first state
    bool readable_ = false;
    PilotSample levels_;
    Moment pilot_seen_{0};
    Moment readable_since_{0};
    Moment minus_since_{0};
    int diode_samples_ = 0;
    bool plugged_ = false;
    Moment plugged_since_{0};
    Moment unplugged_at_{-1};
    Moment dark_for_{0};
    Moment closed_at_{0};
    bool mains_ = true;
    bool weld_from_before_ = false;
    bool lock_wanted_ = false;
    bool energised_ = false;            // in this session
    std::optional<Moment> open_since_;  // the contactors are proven open
    Moment offer_not_before_{0};
    Chatter chatter_;
    int closed_phases_ = 0;
    int wished_phases_ = 1;
};

}  // namespace hal
