// SPDX-License-Identifier: Apache-2.0
// What a technician may have tested, and why not now.

#include "hal-service/controller.hpp"

namespace hal {

// Whatever speaks against closing the contactors of an outlet that nobody uses.
const char* Controller::busy() const {
    if (!known_) return "nothing is known of the outlet yet";
    if (plugged_) return "a vehicle is plugged in";
    if (has_socket() && proximity_.present()) return "a cable is plugged in";
    if (!mains_) return "the supply is lost";
    if (phase_ == Phase::Tripped || protection_.trips() || protection_.stops())
        return "a fault prevents it";
    if (phase_ != Phase::Waiting) return "the outlet is busy";
    if (residual_test_.running()) return "the residual current monitor is being tested";
    return nullptr;
}

const char* Controller::begin_relay_test(Moment now) {
    if (const char* reason = busy()) return reason;
    if (open_since_ < Moment{0}) return "the contactors are not proven open";
    closed_phases_ = 0;  // no session's: the rules for those don't judge it
    relay_test_.begin(now);
    return nullptr;
}

void Controller::test_relays(const Inputs& inputs, bool ending, Moment now) {
    if (!relay_test_.running()) return;
    relay_test_.tick(inputs, !ending && busy() == nullptr, now);
    outputs_.k1 = relay_test_.k1();
    outputs_.k2 = relay_test_.k2();
}

const char* Controller::begin_self_test() {
    if (!settings_.residual_monitor) return "the outlet has no residual current monitor";
    if (!mains_) return "the supply is lost";
    if (relay_test_.running()) return "the relays are being tested";
    if (open_since_ < Moment{0}) return "the contactors are not open";
    const bool idle = phase_ == Phase::Waiting || phase_ == Phase::Tripped;
    if (!idle) return "a vehicle is being served";
    residual_test_.demand();
    return nullptr;
}

ProofState Controller::self_test() const {
    if (residual_test_.pending()) return ProofState::Running;
    if (residual_test_.failed()) return ProofState::Failed;
    return residual_test_.passed() ? ProofState::Passed : ProofState::Interrupted;
}

}  // namespace hal
