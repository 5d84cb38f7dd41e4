// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads our own log along for the central system, as long as it wants it: a second's lines at a
// time.

#include "daemon/host/asio.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/shared/levels.hpp"
#include "ocpp/core/log_lines.hpp"

#include <functional>

namespace charge_daemon {

class LogTap {
public:
    using Sink = std::function<void(ocpp::core::LogLines)>;
    static constexpr std::chrono::seconds pace{1};
    static constexpr std::size_t max_lines = 32;  // of a second

    LogTap(asio::io_context& io, Sink sink);
    LogTap(const LogTap&) = delete;
    LogTap& operator=(const LogTap&) = delete;
    ~LogTap();

    void follow(const shared::Levels& wanted);

private:
    void hear(std::string_view component, spdlog::level::level_enum level, std::string_view text,
              const process::LogFields& fields);
    void give();

    Sink sink_;
    Timer timer_;
    shared::Levels wanted_{shared::Level::Off, {}};
    ocpp::core::LogLines heard_;
};

}  // namespace charge_daemon
