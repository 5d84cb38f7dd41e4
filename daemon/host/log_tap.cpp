// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/log_tap.hpp"

#include <utility>

namespace charge_daemon {

LogTap::LogTap(asio::io_context& io, Sink sink)
    : sink_(std::move(sink)), timer_(io.get_executor()) {}

LogTap::~LogTap() { process::read_log({}, nullptr); }

void LogTap::follow(const shared::Levels& wanted) {
    if (wanted == wanted_) return;
    wanted_ = wanted;
    if (!wanted.all_off())
        return process::read_log(wanted,
                                 [this](std::string_view component, spdlog::level::level_enum level,
                                        std::string_view text, const process::LogFields& fields) {
                                     hear(component, level, text, fields);
                                 });
    process::read_log({}, nullptr);
    heard_ = {};
    timer_.cancel();
}

// From within a step as well: nothing is given on before the loop's next turn.
void LogTap::hear(std::string_view component, spdlog::level::level_enum level,
                  std::string_view text, const process::LogFields& fields) {
    if (heard_.lines.empty()) {
        timer_.expires_after(pace);
        timer_.async_wait([this](ErrorCode ec) {
            if (!ec) give();
        });
    }
    if (heard_.lines.size() == max_lines) {
        ++heard_.left_out;
        return;
    }
    auto line = process::text_line(component, level, text, fields);
    line.pop_back();
    heard_.add(line, max_lines);
}

void LogTap::give() {
    if (!heard_.lines.empty()) sink_(std::exchange(heard_, {}));
}

}  // namespace charge_daemon
