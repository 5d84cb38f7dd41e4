// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs the daemon's only thread as a loop, with alarms and descriptors in it. Asio stays behind
// both, so that files that only wait for something do not read it.

#include "daemon/host/steady_clock.hpp"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace charge_daemon {

class EventLoop {
public:
    EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    ~EventLoop();

    // Returns after stop(), or when nothing is left to wait for.
    void run();
    void stop();
    // Calls `what` in a later turn of the loop.
    void post(std::function<void()> what);
    // From now on SIGTERM and SIGINT wait for on_signal().
    void catch_signals();
    // Calls `heard` with the number of each caught signal.
    void on_signal(std::function<void(int signal)> heard);

    // Only those who open sockets need this.
    boost::asio::io_context& io();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

// Calls back when a descriptor of somebody else is ready, who closes it after the end of this.
class Watch {
public:
    Watch(EventLoop& loop, int descriptor);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

    int descriptor() const;
    // Calls once when it can be read, or written. Replaces what was waited for before.
    void wait(bool to_read, bool to_write, std::function<void()> ready);

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

class Alarm {
public:
    explicit Alarm(EventLoop& loop);
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;
    ~Alarm();

    // Rings once; replaces what it was set to before.
    void set(SteadyClock::time_point at, std::function<void()> ring);
    void cancel();

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace charge_daemon
