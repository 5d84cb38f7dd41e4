// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the daemon's own log along for the central system, as long as it wants it, and gives the
// lines of a second at a time.

#include "daemon/host/event_loop.hpp"
#include "hal-service/shared/levels.hpp"
#include "ocpp/core/log_lines.hpp"

#include <functional>

namespace charge_daemon {

class LogTap {
public:
    using Sink = std::function<void(ocpp::core::LogLines)>;
    static constexpr std::chrono::seconds pace{1};
    static constexpr std::size_t max_lines = 32;  // in a second

    LogTap(EventLoop& loop, Sink sink);
    LogTap(const LogTap&) = delete;
    LogTap& operator=(const LogTap&) = delete;
    ~LogTap();

    void follow(const shared::Levels& wanted);

private:
    bool has_room();
    void give();

    Sink sink_;
    Alarm alarm_;
    shared::Levels wanted_{shared::Level::Off, {}};
    ocpp::core::LogLines heard_;
};

}  // namespace charge_daemon
