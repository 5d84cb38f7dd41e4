// SPDX-License-Identifier: Apache-2.0
#include "hal-service/control/contactor_check.hpp"

#include "hal-service/control/report.hpp"
#include "hal-service/control/weld_check.hpp"

namespace hal {

// K2 is never closed alone: it would show nothing, because the neutral is on K1.
ContactorCheck::Step ContactorCheck::commanded() const {
    constexpr std::array<Step, 4> three_phases{
        {{false, false}, {true, false}, {true, true}, {false, false}}};
    constexpr std::array<Step, 3> one_phase{{{false, false}, {true, false}, {false, false}}};
    return phases_ == 3 ? three_phases[step_] : one_phase[step_];
}

std::size_t ContactorCheck::steps() const { return phases_ == 3 ? 4 : 3; }

void ContactorCheck::begin(Moment now) {
    state_ = ProofState::Running;
    step_ = 0;
    step_begin_ = now;
    right_since_.reset();
    finding_ = {};
}

std::int64_t ContactorCheck::live_poles(const PerPhase<units::Millivolts>& voltage) {
    std::int64_t live = 0;
    for (const auto pole : {Pole::L1, Pole::L2, Pole::L3})
        if (voltage[static_cast<std::size_t>(pole)] > live_pole) live |= pole_bit(pole);
    return live;
}

void ContactorCheck::tick(const Inputs& inputs, std::int64_t supplied, bool may_run, Moment now) {
    if (!running()) return;
    if (!may_run) {
        state_ = ProofState::Interrupted;
        return;
    }
    const auto finding = seen(inputs);
    if (!as_commanded(finding, supplied))
        right_since_.reset();
    else if (!right_since_)
        right_since_ = now;
    if (now - step_begin_ < timing::contactor_check_step) return;
    if (!right_since_ || now - *right_since_ < timing::contactor_check_steady) {
        state_ = ProofState::Failed;
        finding_ = finding;
        return;
    }
    right_since_.reset();
    step_begin_ = now;
    if (++step_ == steps()) {
        step_ = 0;
        state_ = ProofState::Passed;
    }
}

RelayFinding ContactorCheck::seen(const Inputs& inputs) const {
    const auto step = commanded();
    return {step.k1, step.k2, inputs.k1_feedback, inputs.k2_feedback,
            live_poles(inputs.load_voltage)};
}

bool ContactorCheck::as_commanded(const RelayFinding& finding, std::int64_t supplied) {
    std::int64_t live = 0;
    if (finding.k1) live |= pole_bit(Pole::L1);
    if (finding.k2) live |= pole_bit(Pole::L2) | pole_bit(Pole::L3);
    return finding.k1_feedback == finding.k1 && finding.k2_feedback == finding.k2 &&
           finding.live == (live & supplied);
}

std::string describe(const RelayFinding& finding) {
    const auto on = [](bool k1, bool k2) {
        return std::string(k1 && k2 ? "K1 and K2" : k1 ? "K1" : k2 ? "K2" : "none");
    };
    std::string poles;
    for (const auto pole : {Pole::L1, Pole::L2, Pole::L3})
        if ((finding.live & pole_bit(pole)) != 0)
            poles += (poles.empty() ? "" : " ") + std::string(shared::name_of(pole));
    return "commanded " + on(finding.k1, finding.k2) + ", mirror contacts " +
           on(finding.k1_feedback, finding.k2_feedback) + ", voltage behind " +
           (poles.empty() ? "none" : poles);
}

}  // namespace hal
