// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/hal_link.hpp"

#include <utility>

namespace charge_daemon {

HalLink::HalLink(EventLoop& loop, std::string path, std::vector<hal::ConnectorInfo> connectors,
                 hal::Hello hello, HalTimes times, Sinks sinks)
    : sinks_(std::move(sinks)),
      socket_(
          loop, std::move(path),
          {[this] { take(HalTrigger::Opened); }, [this](std::string_view bytes) { read(bytes); },
           [this](const std::string& problem) {
               driver_.carry_out(driver_.machine().lost(problem, SteadyClock::now()));
           }}),
      driver_(loop, HalMachine(std::move(connectors), std::move(hello), times),
              [this](HalMachine::Action& action) { perform(action); }) {}

void HalLink::perform(HalMachine::Action& action) {
    using Machine = HalMachine;
    if (std::holds_alternative<Machine::Dial>(action)) {
        socket_.dial();
    } else if (auto* write = std::get_if<Machine::Write>(&action)) {
        socket_.write(std::move(write->text));
    } else if (const auto* last = std::get_if<Machine::WriteLast>(&action)) {
        if (!socket_.writing()) socket_.write_now(last->text);
    } else if (std::holds_alternative<Machine::Close>(action)) {
        socket_.close();
    } else if (auto* tell = std::get_if<Machine::Tell>(&action)) {
        sinks_.event(std::move(tell->event));
    } else if (auto* note = std::get_if<ocpp::core::Note>(&action)) {
        sinks_.note(std::move(*note));
    }
}

void HalLink::take(HalTrigger trigger) {
    driver_.carry_out(driver_.machine().take(trigger, SteadyClock::now()));
}

void HalLink::read(std::string_view bytes) {
    auto& machine = driver_.machine();
    driver_.carry_out(machine.feed(bytes, SteadyClock::now()));
    while (auto actions = machine.next_line(SteadyClock::now()))
        driver_.carry_out(*std::move(actions));
}

bool HalLink::send(const std::vector<hal::Setpoint>& setpoints) {
    setpoints_.clear();
    for (const auto& setpoint : setpoints) setpoints_ += hal::encode(hal::ToHardware{setpoint});
    return repeat();
}

void HalLink::show(const hal::Panel& panel) {
    panel_ = hal::encode(hal::ToHardware{panel});
    repeat();
}

bool HalLink::repeat() {
    if (!ready() || setpoints_.empty()) return false;
    socket_.write(setpoints_ + panel_);
    return true;
}

// A hardware process that does not read this ends with its lease.
void HalLink::send_restart() {
    if (driver_.machine().greeted())
        socket_.write_now(hal::encode(hal::ToHardware{hal::Restart{}}));
}

}  // namespace charge_daemon
