// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/scenarios/hardware.hpp"

#include <algorithm>
#include <utility>

namespace rig {
namespace {

using namespace std::chrono_literals;

constexpr auto renewal = 1s;
constexpr std::chrono::milliseconds lease{5000};

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::string story_of(const hal::Reading& reading) {
    std::string words(shared::name_of(reading.pilot));
    if (reading.pwm) words += " offers " + std::to_string(reading.offered.count) + " mA";
    if (reading.contactor_closed) words += " closed";
    if (!reading.plugged) words += " unplugged";
    for (const auto& fault : reading.faults)
        words += " " + std::string(shared::name_of(fault.code));
    return words;
}

}  // namespace

Hardware::Hardware(const std::string& socket) : connection_(socket) {
    hal::Hello hello;
    hello.software = {"rig-scenarios"};
    connection_.send(hal::encode(hal::ToHardware{hello}));
    await(
        "the hardware process says hello", [&] { return !instance_.empty(); }, 10s);
    await(
        "readings of both connectors", [&] { return readings_.size() >= 2; }, 15s);
}

void Hardware::wish(const hal::Setpoint& setpoint) {
    wishes_[setpoint.connector] = setpoint;
    renewed_ = Duration{0};
    pump(Duration{0});
}

void Hardware::allow(units::Milliamps limit, int phases, int connector) {
    hal::Setpoint setpoint;
    setpoint.connector = connector;
    setpoint.power_allowed = true;
    setpoint.current_limit = limit;
    setpoint.phases = phases;
    setpoint.valid_for = lease;
    wish(setpoint);
}

void Hardware::forbid(int connector) {
    hal::Setpoint setpoint;
    setpoint.connector = connector;
    setpoint.valid_for = lease;
    wish(setpoint);
}

void Hardware::order_restart() { connection_.send(hal::encode(hal::ToHardware{hal::Restart{}})); }

bool Hardware::wait(const std::function<bool()>& condition, Duration patience) {
    const auto until = now() + patience;
    while (!condition()) {
        const auto left = until - now();
        if (left <= Duration{0}) return false;
        pump(std::min<Duration>(left, 100ms));
    }
    return true;
}

void Hardware::await(const std::string& what, const std::function<bool()>& condition,
                     Duration patience) {
    must(wait(condition, patience), what + "; it is: " + describe());
}

void Hardware::pass(Duration time) {
    wait([] { return false; }, time);
}

bool Hardware::ends(Duration patience) {
    const auto until = now() + patience;
    while (!connection_.ended() && now() < until) connection_.line(100ms);
    return connection_.ended();
}

void Hardware::pump(Duration patience) {
    renew();
    const auto line = connection_.line(patience);
    if (line) take(*line);
    must(!connection_.ended(), "the hardware process stays; last: " + describe());
}

void Hardware::take(const std::string& line) {
    auto message = hal::decode_from_hardware(line);
    must(static_cast<bool>(message), "a line that can be understood, not " + line);
    std::visit(Overloaded{[&](const hal::Hello& hello) { instance_ = hello.instance.value; },
                          [&](const hal::Refusal& refusal) { throw Failed{refusal.reason.value}; },
                          [&](const hal::Reading& reading) {
                              readings_[reading.connector] = reading;
                              if (reading.connector != 1) return;
                              auto words = story_of(reading);
                              if (story_.empty() || story_.back() != words)
                                  story_.push_back(std::move(words));
                          },
                          [&](const hal::TagRead& tag) { tags_.push_back(tag.id_tag.value); },
                          [](const auto&) {}},
               *message);
}

void Hardware::renew() {
    if (silent_ || now() - renewed_ < renewal) return;
    renewed_ = now();
    for (const auto& [connector, setpoint] : wishes_)
        connection_.send(hal::encode(hal::ToHardware{setpoint}));
}

const hal::Reading& Hardware::reading(int connector) { return readings_[connector]; }

bool Hardware::has(hal::FaultCode code, int connector) {
    const auto& faults = reading(connector).faults;
    return std::any_of(faults.begin(), faults.end(),
                       [&](const auto& fault) { return fault.code == code; });
}

bool Hardware::charging(int connector) {
    const auto& is = reading(connector);
    return is.contactor_closed && is.pwm && is.current[0].count > 1000;
}

std::string Hardware::describe(int connector) {
    const auto found = readings_.find(connector);
    return found == readings_.end() ? "nothing yet" : story_of(found->second);
}

}  // namespace rig
