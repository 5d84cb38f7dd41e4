// SPDX-License-Identifier: Apache-2.0
#pragma once
// A Unix socket that is connected again and again to the same path.

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
        // Not connected, or closed by the other end.
        std::function<void(const std::string& problem)> lost;
    };

    LocalStream(EventLoop& loop, std::string path, Sinks sinks);
    LocalStream(const LocalStream&) = delete;
    LocalStream& operator=(const LocalStream&) = delete;
    ~LocalStream();

    void dial();
    // A text that waits behind one that is being written gives way to a newer one.
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
