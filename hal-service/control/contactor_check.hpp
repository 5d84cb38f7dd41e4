// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tests the contactors of an outlet without a vehicle, for a technician: each closes for a moment
// and opens again; mirror contacts and the voltage behind the poles have to follow. Pure.

#include "hal-service/control/board.hpp"
#include "hal-service/control/timing.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hal {

enum class ProofState { None, Running, Passed, Failed, Interrupted };
constexpr auto names(ProofState) {
    return std::array{"none", "running", "passed", "failed", "interrupted"};
}

// The commands and measurements of the step in which a test has failed.
struct RelayFinding {
    bool k1 = false;  // commanded
    bool k2 = false;
    bool k1_feedback = false;  // seen
    bool k2_feedback = false;
    std::int64_t live = 0;  // poles with voltage behind them, as pole_bit()s
    bool operator==(const RelayFinding&) const = default;
};
std::string describe(const RelayFinding& finding);

class ContactorCheck {
public:
    // `phases` is the number of wired phases; with one there is no K2.
    explicit ContactorCheck(int phases) : phases_(phases) {}

    void begin(Moment now);
    // With `may_run` nothing is plugged in, there is no fault, and the mains are there. `supplied`
    // are the poles that have a voltage before them or should have, as pole_bit()s.
    void tick(const Inputs& inputs, std::int64_t supplied, bool may_run, Moment now);

    ProofState state() const { return state_; }
    bool running() const { return state_ == ProofState::Running; }
    static std::int64_t live_poles(const PerPhase<units::Millivolts>& voltage);
    bool k1() const { return running() && commanded().k1; }
    bool k2() const { return running() && commanded().k2; }
    const RelayFinding& finding() const { return finding_; }  // with ProofState::Failed

private:
    struct Step {
        bool k1;
        bool k2;
    };
    Step commanded() const;
    std::size_t steps() const;
    RelayFinding seen(const Inputs& inputs) const;
    static bool as_commanded(const RelayFinding& finding, std::int64_t supplied);

    int phases_;
    ProofState state_ = ProofState::None;
    std::size_t step_ = 0;
    Moment step_begin_{0};
    std::optional<Moment> right_since_;
    RelayFinding finding_;
};

}  // namespace hal
