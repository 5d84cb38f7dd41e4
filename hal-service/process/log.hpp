// SPDX-License-Identifier: Apache-2.0
#pragma once
// Log lines go to the journal with structured fields, or as text to standard error. A line may hold
// text from outside: control characters are escaped, so that such text can't forge a line.

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

// The settings have been checked: their level is well-formed.
void start_logging(const LogSettings& settings, std::string_view program);

// Returns the same logger for the same component at each call. Any thread may use it.
std::shared_ptr<spdlog::logger> log(std::string_view component);

// Hands each line to `reader` as well, by levels of its own; with every level off to nobody. All
// lines of the program must come from one thread, and the reader must not log.
using LogReader = std::function<void(std::string_view component, spdlog::level::level_enum level,
                                     std::string_view text, const LogFields& fields)>;
void read_log(shared::Levels levels, LogReader reader);

enum class LogTo { All, LogOnly };  // LogOnly: not to the reader

// Writes a line with fields of its own, if the component's level permits it.
void log(std::string_view component, spdlog::level::level_enum level, std::string_view text,
         const LogFields& fields, LogTo to = LogTo::All);
// The log or the reader wants lines of this level.
bool would_log(std::string_view component, spdlog::level::level_enum level);

// Writes control characters as \xNN, and cuts longer text.
std::string escaped(std::string_view text);

// Formats one line for standard error, with its end.
std::string text_line(std::string_view component, spdlog::level::level_enum level,
                      std::string_view text, const LogFields& fields);

// True when $JOURNAL_STREAM names what standard error is connected to.
bool stderr_is_journal();

}  // namespace process
