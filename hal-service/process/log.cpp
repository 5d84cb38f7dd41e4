// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/log.hpp"

#include "hal-service/shared/secrets.hpp"

#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>

namespace process {
namespace {

using spdlog::level::level_enum;

// syslog(3), which the journal uses.
int priority_of(level_enum level) {
    switch (level) {
        case level_enum::critical: return 2;
        case level_enum::err: return 3;
        case level_enum::warn: return 4;
        case level_enum::info: return 6;
        default: return 7;
    }
}

std::string_view name_of(level_enum level) {
    switch (level) {
        case level_enum::critical: return "crit ";
        case level_enum::err: return "error";
        case level_enum::warn: return "warn ";
        case level_enum::info: return "info ";
        case level_enum::debug: return "debug";
        default: return "trace";
    }
}

void send_to_journal(std::string_view program, std::string_view component, level_enum level,
                     std::string_view text, const LogFields& fields) {
    std::vector<std::string> entries{
        "MESSAGE=" + escaped(text), "PRIORITY=" + std::to_string(priority_of(level)),
        "COMPONENT=" + std::string(component), "SYSLOG_IDENTIFIER=" + std::string(program)};
    for (const auto& [name, value] : fields)
        entries.push_back(std::string(name) + '=' + escaped(value));
    std::vector<iovec> parts;
    parts.reserve(entries.size());
    for (auto& entry : entries) parts.push_back({entry.data(), entry.size()});
    sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
}

void send_to_stderr(std::string_view line) {
    // A single write keeps lines of several threads and processes whole. A reader that has gone is
    // no reason to stop charging.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

// The state of the whole process; start_logging() fills it before there are threads.
struct Logging {
    std::string program = "chargepoint";
    shared::Levels levels;
    shared::Levels reader_levels{shared::Level::Off, {}};
    LogReader reader;
    bool journal = false;
    std::mutex mutex;  // guards the loggers only
    std::map<std::string, std::shared_ptr<spdlog::logger>, std::less<>> loggers;
};

Logging& logging() {
    static Logging the_logging;
    return the_logging;
}

level_enum level_of(shared::Level level) {
    switch (level) {
        case shared::Level::Trace: return level_enum::trace;
        case shared::Level::Debug: return level_enum::debug;
        case shared::Level::Info: return level_enum::info;
        case shared::Level::Warn: return level_enum::warn;
        case shared::Level::Error: return level_enum::err;
        case shared::Level::Off: return level_enum::off;
    }
    return level_enum::info;
}

// The lower of both levels: a line is made if the log or the reader wants it.
level_enum least_of(const Logging& logging, std::string_view component) {
    return level_of(std::min(logging.levels.of(component), logging.reader_levels.of(component)));
}

void set_levels(Logging& logging) {
    for (const auto& [component, logger] : logging.loggers)
        logger->set_level(least_of(logging, component));
}

// Nothing is logged that has not gone through here.
void write(std::string_view component, level_enum level, std::string_view given,
           const LogFields& given_fields, LogTo to) {
    const auto& all = logging();
    const auto text = shared::without_secrets(given);
    std::vector<std::string> values;  // keeps what the fields point to
    values.reserve(given_fields.size());
    LogFields fields;
    for (const auto& [name, value] : given_fields)
        fields.emplace_back(name, values.emplace_back(shared::without_secrets(value)));
    if (level >= level_of(all.levels.of(component))) {
        if (all.journal)
            send_to_journal(all.program, component, level, text, fields);
        else
            send_to_stderr(text_line(component, level, text, fields));
    }
    if (to == LogTo::All && level >= level_of(all.reader_levels.of(component)))
        all.reader(component, level, text, fields);
}

class Sink : public spdlog::sinks::sink {
public:
    void log(const spdlog::details::log_msg& message) override {
        write({message.logger_name.data(), message.logger_name.size()}, message.level,
              {message.payload.data(), message.payload.size()}, {}, LogTo::All);
    }
    void flush() override {}
    void set_pattern(const std::string& /*pattern*/) override {}
    void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}
};

// "2026-11-22T08:40:36.123Z": milliseconds are worked out by hand, the rest once a second.
void append_time(std::string& line) {
    using namespace std::chrono;
    const auto since = system_clock::now().time_since_epoch();
    const auto seconds = duration_cast<std::chrono::seconds>(since);
    thread_local std::chrono::seconds known{-1};
    thread_local std::array<char, 24> text{};
    if (seconds != known) {
        const std::time_t time = seconds.count();
        std::tm parts{};
        ::gmtime_r(&time, &parts);
        std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
        known = seconds;
    }
    const auto milliseconds = duration_cast<std::chrono::milliseconds>(since - seconds).count();
    line += text.data();
    line += '.';
    line += static_cast<char>('0' + milliseconds / 100);
    line += static_cast<char>('0' + milliseconds / 10 % 10);
    line += static_cast<char>('0' + milliseconds % 10);
    line += 'Z';
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    const bool cut = text.size() > max_log_text_bytes;
    text = text.substr(0, max_log_text_bytes);
    unsigned char previous = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        // U+0080 to U+009F, in UTF-8 C2 80 to C2 9F, drive a terminal just as ESC does.
        const bool c1 = previous == 0xC2 && byte >= 0x80 && byte <= 0x9F;
        if (byte < ' ' || byte == 127 || c1) {
            out += "\\x";
            out += hex[byte / 16];
            out += hex[byte % 16];
        } else {
            out += c;
        }
        previous = byte;
    }
    if (cut) out += "...";
}

}  // namespace

void start_logging(const LogSettings& settings, std::string_view program) {
    auto& to = logging();
    const std::scoped_lock lock(to.mutex);
    to.program = std::string(program);
    if (const auto levels = shared::parse_levels(settings.level)) to.levels = *levels;
    to.journal = settings.format == LogFormat::Journald ||
                 (settings.format == LogFormat::Auto && stderr_is_journal());
    set_levels(to);
}

void read_log(shared::Levels levels, LogReader reader) {
    auto& to = logging();
    const std::scoped_lock lock(to.mutex);
    to.reader_levels = reader ? std::move(levels) : shared::Levels{shared::Level::Off, {}};
    to.reader = std::move(reader);
    set_levels(to);
}

std::shared_ptr<spdlog::logger> log(std::string_view component) {
    auto& to = logging();
    const std::scoped_lock lock(to.mutex);
    const auto it = to.loggers.find(component);
    if (it != to.loggers.end()) return it->second;
    auto logger =
        std::make_shared<spdlog::logger>(std::string(component), std::make_shared<Sink>());
    logger->set_level(least_of(to, component));
    return to.loggers.emplace(std::string(component), std::move(logger)).first->second;
}

bool would_log(std::string_view component, level_enum level) {
    return level >= least_of(logging(), component);
}

void log(std::string_view component, level_enum level, std::string_view text,
         const LogFields& fields, LogTo to) {
    if (would_log(component, level)) write(component, level, text, fields, to);
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_escaped(out, text);
    return out;
}

std::string text_line(std::string_view component, level_enum level, std::string_view text,
                      const LogFields& fields) {
    std::string line;
    line.reserve(64 + text.size());
    append_time(line);
    line += ' ';
    line += name_of(level);
    line += ' ';
    line += component;
    line += ": ";
    append_escaped(line, text);
    for (const auto& [name, value] : fields) {
        line += ' ';
        line += name;
        line += '=';
        append_escaped(line, value);
    }
    line += '\n';
    return line;
}

bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): at start
    if (!stream) return false;
    struct stat status {};
    if (::fstat(STDERR_FILENO, &status) != 0) return false;
    return std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino) == stream;
}

}  // namespace process
