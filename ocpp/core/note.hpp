// SPDX-License-Identifier: Apache-2.0
#pragma once
// Something worth telling a person: one line of the journal and one event of `chargepointctl
// events`.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ocpp::core {

enum class Severity { Debug, Info, Warning, Error };

struct JsonText {
    std::string text;
    bool operator==(const JsonText&) const = default;
};

// A particular of a note: text, a whole number, or a JSON value as text.
class NoteValue {
public:
    NoteValue(std::string text) : value_(std::move(text)) {}
    NoteValue(std::string_view text) : value_(std::string(text)) {}
    NoteValue(const char* text) : value_(std::string(text)) {}
    NoteValue(bool value) : value_(JsonText{value ? "true" : "false"}) {}
    template <std::integral T>
    requires(!std::same_as<T, bool>) NoteValue(T number)
        : value_(static_cast<std::int64_t>(number)) {}

    NoteValue(JsonText json) : value_(std::move(json)) {}

    const std::variant<std::string, std::int64_t, JsonText>& get() const { return value_; }
    bool operator==(const NoteValue&) const = default;

private:
    std::variant<std::string, std::int64_t, JsonText> value_;
};

using NoteFields = std::vector<std::pair<std::string, NoteValue>>;

struct Note {
    Severity severity = Severity::Info;
    std::string kind;  // "status", "transaction", "fault", "authorization", "registration", ...
    std::string text;
    NoteFields fields;
};

}  // namespace ocpp::core
