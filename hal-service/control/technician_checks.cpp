// SPDX-License-Identifier: Apache-2.0
// The part of the controller that a technician's tests go through.

#include "hal-service/control/controller.hpp"

namespace hal {

// Returns the reason why the contactors must not be closed for a test, or nullptr.
const char* Controller::busy() const {
    if (!known_) return "nothing is known of the outlet yet";
    if (plugged_) return "a vehicle is plugged in";
    if (has_socket() && proximity_.present()) return "a cable is plugged in";
    if (!mains_) return "the supply is lost";
    if (!belief_.complete()) return "an input can't be read";
    if (stage_ == PilotStage::Tripped || protection_.trips() || protection_.stops())
        return "a fault prevents it";
    if (stage_ != PilotStage::Waiting) return "the outlet is busy";
    if (monitor_check_.may_show()) return "the residual current monitor is being tested";
    return nullptr;
}

const char* Controller::begin_contactor_check(Moment now) {
    if (const char* reason = busy()) return reason;
    if (!open_since_) return "the contactors are not proven open";
    closed_phases_ = 0;  // the rules for sessions do not judge a test
    contactor_check_.begin(now);
    return nullptr;
}

void Controller::test_relays(const Inputs& inputs, bool ending, Moment now) {
    if (!contactor_check_.running()) return;
    // A phase that the installation doesn't have can't show behind a pole.
    const auto supplied = ContactorCheck::live_poles(consumption_.last().voltage) |
                          ((std::int64_t{1} << used_phases()) - 1);
    contactor_check_.tick(inputs, supplied, !ending && busy() == nullptr, now);
    outputs_.k1 = contactor_check_.k1();
    outputs_.k2 = contactor_check_.k2();
}

const char* Controller::begin_self_test() {
    if (!settings_.residual_monitor) return "the outlet has no residual current monitor";
    if (!mains_) return "the supply is lost";
    if (contactor_check_.running()) return "the relays are being tested";
    if (!open_since_) return "the contactors are not open";
    const bool idle = stage_ == PilotStage::Waiting || stage_ == PilotStage::Tripped;
    if (!idle) return "a vehicle is being served";
    monitor_check_.demand();
    return nullptr;
}

ProofState Controller::self_test() const {
    if (monitor_check_.pending()) return ProofState::Running;
    if (monitor_check_.failed()) return ProofState::Failed;
    return monitor_check_.passed() ? ProofState::Passed : ProofState::Interrupted;
}

}  // namespace hal
