// SPDX-License-Identifier: Apache-2.0
#pragma once
// One connector, pure: what the wires show and what is wished go in every tick, what the wires
// shall carry comes out. The sequences of IEC 61851-1 Annex A are one table.

#include "hal-service/board.hpp"
#include "hal-service/cable.hpp"
#include "hal-service/chatter.hpp"
#include "hal-service/consumption.hpp"
#include "hal-service/lateness.hpp"
#include "hal-service/lease.hpp"
#include "hal-service/offer.hpp"
#include "hal-service/phase_change.hpp"
#include "hal-service/pilot.hpp"
#include "hal-service/pilot_noise.hpp"
#include "hal-service/process/board_settings.hpp"
#include "hal-service/protection.hpp"
#include "hal-service/relay_test.hpp"
#include "hal-service/report.hpp"
#include "hal-service/residual_test.hpp"
#include "hal-service/sequences.hpp"
#include "hal-service/timing.hpp"
#include "hal-service/wake_up.hpp"
#include "hal-service/weld_check.hpp"

#include <cstdint>

namespace hal {

class Controller {
public:
    Controller(const ConnectorInfo& wiring, const process::OutletSettings& settings,
               const Fallback& fallback, const Kept& kept);

    // How late the tick to come is, by the loop's own account.
    void late(Moment lateness, Moment now) { lateness_.add(lateness, now); }
    // `ending`: the process stops; nothing is permitted any more.
    Outputs tick(const Inputs& inputs, const Wish& wish, bool ending, Moment now);
    // Everything off at once: what to put on the wires when no tick follows.
    static Outputs safe() { return {}; }

    const Report& report() const { return report_; }
    Phase phase() const { return phase_; }
    // For a technician: why it can't be begun now, or nothing when it has begun.
    const char* begin_relay_test(Moment now);
    const char* begin_self_test();
    const RelayTest& relay_test() const { return relay_test_; }
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
    Permission permitted(const Wish& wish, bool ending, Moment now) const;
    Facts facts(const Inputs& inputs, const Wish& wish, const Permission& allowed,
                Moment now) const;
    void look_at_vehicle(Facts& facts, const Inputs& inputs, Moment now) const;
    bool lasted(Moment now) const;
    const char* busy() const;
    void test_relays(const Inputs& inputs, bool ending, Moment now);
    void advance(const Facts& facts, const Permission& allowed, Moment now);
    void enter(Phase phase, const Permission& allowed, Moment now);
    void open_contactors(Phase from, Moment now);
    PilotDrive drive(Moment now) const;
    bool minus_owed(Moment now) const;
    bool locks(const Inputs& inputs, const Wish& wish, Moment now) const;
    void publish(const Inputs& inputs, const Facts& facts);
    void publish_pilot(const Inputs& inputs);
    void publish_meter(const Inputs& inputs);

    const ConnectorType type_;
    const int phases_;
    const units::Milliamps max_current_;
    const process::OutletSettings settings_;
    const Fallback fallback_;

    PilotFilter pilot_;
    PilotNoise noise_;
    ProximityFilter proximity_;
    ToggleCount toggles_;
    Consumption consumption_;
    WeldCheck weld_check_;
    ResidualTest residual_test_;
    RelayTest relay_test_;
    Lateness lateness_;
    Protection protection_;
    Offer offer_;
    WakeUp wake_up_;
    PhaseChange phase_change_;
    Lock lock_;
    Report report_;
    Outputs outputs_;
    Phase phase_ = Phase::Starting;
    Moment phase_since_{0};

    bool started_ = false;
    Moment ticked_{0};
    bool known_ = false;  // a first state, of the pilot and of the plug
    bool readable_ = false;
    PilotSample levels_;
    Moment pilot_seen_{0};
    Moment readable_since_{0};
    Moment minus_since_{0};
    int diode_samples_ = 0;
    bool plugged_ = false;
    Moment plugged_since_{0};
    Moment unplugged_at_{-1};
    Moment mains_seen_{0};
    bool mains_ = true;
    bool weld_from_before_ = false;
    bool lock_wanted_ = false;
    bool energised_ = false;  // in this session
    Moment open_since_{-1};   // proven; negative: they are not
    Moment offer_not_before_{0};
    Chatter chatter_;
    units::Milliamps temperature_limit_;
    int closed_phases_ = 0;
};

}  // namespace hal
