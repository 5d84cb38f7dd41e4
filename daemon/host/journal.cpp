// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/journal.hpp"

#include "hal-service/process/log.hpp"
#include "hal-service/shared/ascii.hpp"
#include "hal-service/shared/json.hpp"
#include "hal-service/shared/secrets.hpp"
#include "ocpp/wire/input_bounds.hpp"
#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <array>

namespace charge_daemon {
namespace {

using ocpp::core::Severity;
using shared::Json;
using spdlog::level::level_enum;

level_enum level_of(Severity severity) {
    switch (severity) {
        case Severity::Debug: return level_enum::debug;
        case Severity::Info: return level_enum::info;
        case Severity::Warning: return level_enum::warn;
        case Severity::Error: return level_enum::err;
    }
    return level_enum::info;
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::Debug: return "debug";
        case Severity::Info: return "info";
        case Severity::Warning: return "warning";
        case Severity::Error: return "error";
    }
    return "info";
}

// The edges have components of their own; what the charge point itself says is "ocpp".
std::string_view component_of(std::string_view kind) {
    constexpr std::array<std::string_view, 4> own{"link", "hal", "storage", "control"};
    return std::ranges::find(own, kind) == own.end() ? "ocpp" : kind;
}

std::string field_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (letter)
            out += static_cast<char>(c & ~0x20);
        else
            out += digit ? c : '_';
    }
    return out;
}

std::string now_text() {
    using namespace std::chrono;
    return ocpp::wire::DateTime{time_point_cast<milliseconds>(system_clock::now())}.to_text();
}

// A message that carries the log to the central system is not logged: that would never end.
process::LogTo readers_of(bool about_log) {
    return about_log ? process::LogTo::LogOnly : process::LogTo::All;
}

// Returns a text like "received Heartbeat, sent StatusNotification", either of the messages that
// carry the log or of the others.
std::string summary(bool received, const ocpp::core::Outcome& outcome, bool about_log) {
    std::string text;
    if (received && outcome.about_log == about_log)
        text = "received " + (outcome.received.empty() ? "a frame" : outcome.received);
    for (const auto& frame : outcome.frames)
        if (frame.about_log == about_log)
            text += (text.empty() ? "sent " : ", sent ") + frame.about;
    return text;
}

// Hides the value of each member that is named like a secret, the value beside each key that is
// one, and texts that carry one, wherever they stand.
void hide_secrets(Json& json) {
    if (json.is_string()) {
        const auto& text = json.get_ref<const std::string&>();
        json = shared::carries_secret(text) ? "***" : shared::without_secrets(text);
    }
    if (json.is_object()) {
        bool beside = false;
        for (const auto& [name, value] : json.items())
            beside = beside || (shared::ascii_lower(name) == "key" && value.is_string() &&
                                shared::names_secret(value.get_ref<const std::string&>()));
        for (auto& [name, value] : json.items())
            if (shared::names_secret(name) || (beside && shared::ascii_lower(name) == "value"))
                value = "***";
    }
    if (json.is_structured())
        for (auto& part : json) hide_secrets(part);
}

std::string text_of(const ocpp::core::NoteValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value.get()))
        return std::to_string(*number);
    if (const auto* json = std::get_if<ocpp::core::JsonText>(&value.get())) return json->text;
    return std::get<std::string>(value.get());
}

Json json_of(const ocpp::core::NoteFields& fields) {
    auto object = Json::object();
    for (const auto& [name, value] : fields) {
        if (const auto* number = std::get_if<std::int64_t>(&value.get()))
            object[name] = *number;
        else if (const auto* json = std::get_if<ocpp::core::JsonText>(&value.get()))
            object[name] = Json::parse(json->text, nullptr, false);
        else
            object[name] = std::get<std::string>(value.get());
    }
    return object;
}

}  // namespace

std::string shown(const std::string& frame) {
    // Only a frame with such a word or a URL in it, however it is escaped, can hold a secret.
    const bool escapes =
        frame.find("\\u") != std::string::npos || frame.find("\\/") != std::string::npos;
    const bool url = frame.find("://") != std::string::npos;
    if (!escapes && !url && !shared::names_secret(frame)) return frame;
    auto json = shared::parse_json(frame, ocpp::wire::frame_bounds);
    if (!json) return "a broken frame that may hold a secret";
    const auto before = *json;
    hide_secrets(*json);
    return *json == before ? frame : shared::dump(*json);
}

Journal::Journal(Listeners listeners)
    : listeners_(std::move(listeners)), log_(process::log("ocpp")) {}

void Journal::note(const ocpp::core::Note& note) const {
    const auto component = component_of(note.kind);
    const auto level = level_of(note.severity);
    if (process::would_log(component, level)) {
        process::LogFields fields;
        std::vector<std::string> names;  // keeps what the fields point to
        names.reserve(note.fields.size());
        for (const auto& [name, value] : note.fields) {
            names.push_back(field_name(name));
            fields.emplace_back(names.back(), text_of(value));
        }
        process::log(component, level, note.text, fields);
    }
    if (!listeners_.any()) return;
    auto fields = json_of(note.fields);
    hide_secrets(fields);
    listeners_.tell(shared::dump(Json{{"at", now_text()},
                                      {"kind", note.kind},
                                      {"severity", name_of(note.severity)},
                                      {"text", shared::without_secrets(note.text)},
                                      {"fields", std::move(fields)}}));
}

void Journal::messages(const std::string* received, const ocpp::core::Outcome& outcome) const {
    if (!received && outcome.frames.empty()) return;
    if (log_->should_log(level_enum::info)) {
        for (const bool about_log : {false, true})
            if (const auto text = summary(received != nullptr, outcome, about_log); !text.empty())
                process::log("ocpp", level_enum::info, text, {}, readers_of(about_log));
    }
    if (log_->should_log(level_enum::debug)) {
        if (received)
            process::log("ocpp", level_enum::debug, "<- " + shown(*received), {},
                         readers_of(outcome.about_log));
        for (const auto& frame : outcome.frames)
            process::log("ocpp", level_enum::debug, "-> " + shown(frame.text), {},
                         readers_of(frame.about_log));
    }
    if (!listeners_.any()) return;
    if (received) message_event("in", outcome.received, *received);
    for (const auto& frame : outcome.frames) message_event("out", frame.about, frame.text);
}

void Journal::message_event(std::string_view direction, std::string_view action,
                            const std::string& frame) const {
    listeners_.tell(shared::dump(Json{{"at", now_text()},
                                      {"kind", "message"},
                                      {"direction", direction},
                                      {"action", action},
                                      {"frame", shown(frame)}}));
}

}  // namespace charge_daemon
