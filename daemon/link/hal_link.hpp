// SPDX-License-Identifier: Apache-2.0
#pragma once
// The link to chargepoint-hald: a machine that decides, and the Unix socket. Readings become
// events; wishes go down.

#include "daemon/host/event_loop.hpp"
#include "daemon/link/driver.hpp"
#include "daemon/link/hal_machine.hpp"
#include "daemon/link/local_stream.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace charge_daemon {

class HalLink {
public:
    struct Sinks {
        std::function<void(ocpp::core::Event)> event;
        std::function<void(ocpp::core::Note)> note;
    };

    HalLink(EventLoop& loop, std::string path, std::vector<hal::ConnectorInfo> connectors,
            hal::Hello hello, HalTimes times, Sinks sinks);
    HalLink(const HalLink&) = delete;
    HalLink& operator=(const HalLink&) = delete;

    void start() { take(HalTrigger::Due); }
    void stop() { take(HalTrigger::Stop); }
    bool ready() const { return driver_.machine().ready(); }
    // The wishes for all connectors, with one write; they are kept for repeat(). False when they
    // could not be sent now. Neither calls a sink.
    bool send(const std::vector<hal::Setpoint>& setpoints);
    bool repeat();
    // The wishes for the panel; sent at once, and with each repetition.
    void show(const hal::Panel& panel);
    void send_restart();
    HalReport report() const { return driver_.machine().report(); }

private:
    void take(HalTrigger trigger);
    void read(std::string_view bytes);
    void perform(HalMachine::Action& action);

    Sinks sinks_;
    LocalStream socket_;
    std::string setpoints_;  // the newest, as lines
    std::string panel_;      // the newest, as a line
    Driver<HalMachine> driver_;
};

}  // namespace charge_daemon
