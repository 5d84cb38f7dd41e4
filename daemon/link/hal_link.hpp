// SPDX-License-Identifier: Apache-2.0
#pragma once
// Links the charge point to chargepoint-hald: carries out what HalMachine decides, on a Unix
// socket. Readings become events, and the wishes of the charge point go down.

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
    // Sends the wishes for all connectors with one write, and keeps them for repeat(). Both return
    // false when nothing could be sent now, and call no sink.
    bool send(const std::vector<hal::Setpoint>& setpoints);
    bool repeat();
    // Sends the wishes for the panel at once, and again with each repetition.
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
