// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where log lines go: the journal with structured fields, or text on standard error. What comes
// from outside may stand in a line; control characters are escaped, so that it can't forge one.

#include "hal-service/process/settings.hpp"
#include "hal-service/shared/levels.hpp"

#include <spdlog/logger.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace process {

inline constexpr std::size_t max_log_text_bytes = 8 * 1024;

// "CONNECTOR" and its value: capital letters, digits and underscores, as the journal wants them.
using LogField = std::pair<std::string_view, std::string>;
using LogFields = std::vector<LogField>;

// Settings have been checked: the level is well-formed.
void start_logging(const LogSettings& settings, std::string_view program);

// Always the same logger for the same component; usable from every thread.
std::shared_ptr<spdlog::logger> log(std::string_view component);

// Somebody who reads along, beside the log and with levels of its own. For a program whose lines
// all come from one thread. It must not log. With every level off there is none.
using LogReader = std::function<void(std::string_view component, spdlog::level::level_enum level,
                                     std::string_view text, const LogFields& fields)>;
void read_log(shared::Levels levels, LogReader reader);

enum class LogTo { All, LogOnly };  // LogOnly: whoever reads along must not hear of it

// A line with fields of its own; says nothing when the component's levels forbid it.
void log(std::string_view component, spdlog::level::level_enum level, std::string_view text,
         const LogFields& fields, LogTo to = LogTo::All);
// To the log or to whoever reads along.
bool would_log(std::string_view component, spdlog::level::level_enum level);

// Control characters as \xNN; longer text is cut.
std::string escaped(std::string_view text);

// One line for standard error, with its end.
std::string text_line(std::string_view component, spdlog::level::level_enum level,
                      std::string_view text, const LogFields& fields);

// True when $JOURNAL_STREAM names what standard error is connected to.
bool stderr_is_journal();

}  // namespace process
