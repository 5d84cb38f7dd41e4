// SPDX-License-Identifier: Apache-2.0
#pragma once
// A connection to the system's bus in the daemon's loop. Nothing in it waits: each call is answered
// later, at the latest by an error when its time is up.

#include "daemon/host/bus_library.hpp"
#include "daemon/host/event_loop.hpp"
#include "hal-service/shared/result.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>

namespace charge_daemon {

class Bus {
public:
    struct CloseMessage {
        void operator()(sd_bus_message* message) const;
    };
    using Message = std::unique_ptr<sd_bus_message, CloseMessage>;

    struct Error {
        std::string name;  // "org.freedesktop.DBus.Error.ServiceUnknown"
        std::string text;
    };
    // The answer is valid until the call returns.
    using Answered = std::function<void(shared::Result<sd_bus_message*, Error>)>;

    // Connects in the background. `gone` is called once, with the reason, when there is no
    // connection any more; whoever is called may end this object later, not at once.
    static shared::Result<std::unique_ptr<Bus>, std::string> open(
        EventLoop& loop, std::function<void(std::string why)> gone);
    Bus(const Bus&) = delete;
    Bus& operator=(const Bus&) = delete;
    ~Bus();

    const BusLibrary& functions() const { return functions_; }
    // A call of a method; null when there is no memory for it.
    Message call_of(const char* service, const char* path, const char* interface,
                    const char* method) const;
    // Sends the call. A service that does not run is not started for it.
    void ask(Message call, Answered answered);
    // Calls back for each signal that fits the match rule.
    void listen(const std::string& rule, std::function<void(sd_bus_message*)> heard);

private:
    Bus(EventLoop& loop, const BusLibrary& functions, sd_bus* bus,
        std::function<void(std::string why)> gone);

    struct Pending {
        Bus* bus = nullptr;
        Answered answered;
        std::list<Pending>::iterator self;
    };
    struct Listener {
        std::function<void(sd_bus_message*)> heard;
    };

    static int take_answer(sd_bus_message* message, void* pending, sd_bus_error*);
    static int take_signal(sd_bus_message* message, void* listener, sd_bus_error*);
    void fail(int error);
    void pump();
    void arm();

    EventLoop& loop_;
    const BusLibrary& functions_;
    sd_bus* bus_;
    std::function<void(std::string)> gone_;
    std::unique_ptr<Watch> watch_;
    Alarm alarm_;
    Alarm again_;
    std::list<Pending> pending_;
    std::list<Listener> listeners_;
    bool pumping_ = false;
};

}  // namespace charge_daemon
