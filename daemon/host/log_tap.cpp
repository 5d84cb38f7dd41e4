// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/log_tap.hpp"

#include "hal-service/process/log.hpp"

#include <utility>

namespace charge_daemon {

LogTap::LogTap(EventLoop& loop, Sink sink) : sink_(std::move(sink)), alarm_(loop) {}

LogTap::~LogTap() { process::read_log({}, nullptr); }

void LogTap::follow(const shared::Levels& wanted) {
    if (wanted == wanted_) return;
    wanted_ = wanted;
    if (!wanted.all_off())
        return process::read_log(wanted,
                                 [this](std::string_view component, spdlog::level::level_enum level,
                                        std::string_view text, const process::LogFields& fields) {
                                     if (!has_room()) return;
                                     auto line = process::text_line(component, level, text, fields);
                                     line.pop_back();
                                     heard_.add(line, max_lines);
                                 });
    process::read_log({}, nullptr);
    heard_ = {};
    alarm_.cancel();
}

// Called from within a step as well: nothing is given on before the loop's next turn.
bool LogTap::has_room() {
    if (heard_.lines.empty()) alarm_.set(SteadyClock::now() + pace, [this] { give(); });
    if (heard_.lines.size() < max_lines) return true;
    ++heard_.left_out;
    return false;
}

void LogTap::give() {
    if (!heard_.lines.empty()) sink_(std::exchange(heard_, {}));
}

}  // namespace charge_daemon
