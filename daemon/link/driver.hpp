// SPDX-License-Identifier: Apache-2.0
#pragma once
// Drives a pure machine: carries out its actions in their order, and calls it when it is due.

#include "daemon/host/event_loop.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <utility>

namespace charge_daemon {

template <class Machine>
class Driver {
public:
    using Action = typename Machine::Action;
    using Actions = typename Machine::Actions;

    Driver(EventLoop& loop, Machine machine, std::function<void(Action&)> perform)
        : machine_(std::move(machine)), perform_(std::move(perform)), alarm_(loop) {}

    Machine& machine() { return machine_; }
    const Machine& machine() const { return machine_; }

    // Actions that arise while one is carried out wait for those before them.
    void carry_out(Actions actions) {
        for (auto& action : actions) waiting_.push_back(std::move(action));
        if (std::exchange(busy_, true)) return;
        while (!waiting_.empty()) {
            auto action = std::move(waiting_.front());
            waiting_.pop_front();
            perform_(action);
        }
        busy_ = false;
        arm();
    }

private:
    void arm() {
        const auto next = machine_.wake_at();
        if (next == armed_for_) return;
        armed_for_ = next;
        if (!next) return alarm_.cancel();
        alarm_.set(*next, [this] {
            armed_for_.reset();
            carry_out(machine_.tick(SteadyClock::now()));
        });
    }

    Machine machine_;
    std::function<void(Action&)> perform_;
    Alarm alarm_;
    std::optional<SteadyClock::time_point> armed_for_;
    std::deque<Action> waiting_;
    bool busy_ = false;
};

}  // namespace charge_daemon
