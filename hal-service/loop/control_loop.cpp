// SPDX-License-Identifier: Apache-2.0
#include "hal-service/loop/control_loop.hpp"

#include "hal-service/loop/real_time.hpp"

#include <unistd.h>

#include <algorithm>

namespace hal {
namespace {

// The kernel's threaded interrupt handlers, which serve the buses, have this priority, too.
constexpr int loop_priority = 50;

}  // namespace

ControlLoop::ControlLoop(Backend& backend, const std::vector<ConnectorInfo>& connectors,
                         const Fallback& fallback, std::span<const Registers> kept, int signal,
                         const process::BoardSettings& board)
    : backend_(backend), signal_(signal) {
    controllers_.reserve(connectors.size());
    for (std::size_t i = 0; i < connectors.size() && i < max_connectors; ++i)
        controllers_.emplace_back(connectors[i], board.outlet(connectors[i].id), fallback,
                                  i < kept.size() ? kept[i] : Registers{});
}

ControlLoop::~ControlLoop() { stop(); }

void ControlLoop::start() {
    stopping_.store(false, std::memory_order_relaxed);
    thread_ = std::thread([this] { run(); });
}

void ControlLoop::stop() {
    if (!thread_.joinable()) return;
    stopping_.store(true, std::memory_order_relaxed);
    thread_.join();
}

Moment ControlLoop::now() { return monotonic_now(); }

void ControlLoop::run() {
    real_time_.store(begin_real_time("control", loop_priority), std::memory_order_relaxed);
    auto due = now();
    while (!stopping_.load(std::memory_order_relaxed)) {
        const auto begin = now();
        state_.lateness.add(begin - due);
        tick(begin);
        state_.duration.add(now() - begin);
        due += timing::tick;
        // The periods missed in a long gap are counted, not caught up with.
        if (const auto behind = now() - due; behind > timing::tick) {
            const auto missed = behind / Moment{timing::tick};
            state_.overruns += static_cast<std::uint64_t>(missed);
            due += missed * Moment{timing::tick};
        }
        sleep_until(due);
    }
    outputs_.fill(Controller::safe());
    backend_.apply(now(), outputs_);
}

void ControlLoop::tick(Moment now) {
    const auto lateness = ticked_ < Moment{0} ? Moment{0} : now - ticked_ - timing::tick;
    ticked_ = now;
    backend_.sample(now, inputs_);
    begin_test(now);
    const auto& wishes = wishes_.read();
    bool changed = false;
    bool settled = true;
    for (std::size_t i = 0; i < controllers_.size(); ++i) {
        auto& controller = controllers_[i];
        if (backend_.copper()) controller.late(lateness, now);
        outputs_[i] = controller.tick(inputs_[i], wishes.connectors[i], wishes.ending, now);
        settled = settled && controller.settled();
        auto& published = state_.connectors[i];
        changed = changed || published.condition != controller.report().condition;
        published = controller.report();
        pilot_windows_[i].add(inputs_[i], now);
        state_.pilots[i] = pilot_windows_[i].view();
    }
    backend_.apply(now, outputs_);
    changed = follow_test() || changed || settled != state_.settled;
    state_.settled = settled;
    ++state_.ticks;
    if (changed) ++state_.changes;
    published_.write(state_);
    if (changed) announce();
}

void ControlLoop::begin_test(Moment now) {
    auto& proof = state_.proof;
    Demand demand;
    if (proof.state == ProofState::Running || !demands_.pop(demand)) return;
    proof = {};
    proof.demand = demand;
    proof.state = ProofState::Running;
    if (demand.index >= controllers_.size()) return;
    auto& controller = controllers_[demand.index];
    proof.refusal = demand.test == Test::Monitor ? controller.begin_self_test()
                                                 : controller.begin_contactor_check(now);
}

// True: it has ended.
bool ControlLoop::follow_test() {
    auto& proof = state_.proof;
    if (proof.state != ProofState::Running) return false;
    if (proof.refusal != nullptr || proof.demand.index >= controllers_.size()) {
        proof.state = ProofState::Interrupted;
        return true;
    }
    const auto& controller = controllers_[proof.demand.index];
    proof.state = proof.demand.test == Test::Monitor ? controller.self_test()
                                                     : controller.contactor_check().state();
    proof.finding = controller.contactor_check().finding();
    return proof.state != ProofState::Running;
}

// Never blocks: the eventfd is non-blocking, and a counter that is full has been signalled.
void ControlLoop::announce() const {
    if (signal_ < 0) return;
    const std::uint64_t one = 1;
    if (write(signal_, &one, sizeof one) < 0) return;
}

}  // namespace hal
