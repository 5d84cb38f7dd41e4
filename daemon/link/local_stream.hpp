// SPDX-License-Identifier: Apache-2.0
#pragma once
// Connects a Unix socket to the same path again and again, and carries bytes both ways.

#include "daemon/host/event_loop.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace charge_daemon {

class LocalStream {
public:
    // After close() none of them is called until the next dial().
    struct Sinks {
        std::function<void()> opened;
        std::function<void(std::string_view bytes)> bytes;
        // The socket could not be connected, or the other end has closed it.
        std::function<void(const std::string& problem)> lost;
    };

    LocalStream(EventLoop& loop, std::string path, Sinks sinks);
    LocalStream(const LocalStream&) = delete;
    LocalStream& operator=(const LocalStream&) = delete;
    ~LocalStream();

    void dial();
    // Writes in the background. A text that still waits for its turn gives way to a newer one.
    void write(std::string text);
    // Writes as much as goes without waiting.
    void write_now(const std::string& text);
    bool writing() const;
    void close();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace charge_daemon
