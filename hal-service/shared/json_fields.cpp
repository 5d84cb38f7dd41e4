// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/json_fields.hpp"

#include <algorithm>
#include <cmath>

namespace shared {

namespace detail {
namespace {

std::string joined(const std::string& path, std::string_view name) {
    std::string here = path;
    if (!here.empty()) here += '.';
    return here += name;
}

Failed read_member(const Json& json, void* out, const Member& member, const std::string& path,
                   Manner manner) {
    const auto here = joined(path, member.name);
    const auto& kind = *member.kind;
    auto* const value = member.in(out);
    // Many write null for what they leave out.
    if (kind.optional && json.is_null()) return std::nullopt;
    if (!kind.optional || manner.overlooked == nullptr) return kind.read(json, value, here, manner);
    auto unreadable = kind.read(json, value, here, manner);
    if (!unreadable) return std::nullopt;
    kind.reset(value);
    manner.overlooked->push_back(*std::move(unreadable));
    return std::nullopt;
}

Failed out_of_range(std::int64_t min, std::int64_t max, const std::string& path) {
    return FieldError{Violation::Property, path,
                      "is out of range: " + std::to_string(min) + " to " + std::to_string(max)};
}

// A long list would not fit into a CALLERROR.
constexpr std::size_t most_names_told = 8;

std::string none_of(std::span<const char* const> names) {
    std::string text = "is none of its values";
    if (names.size() > most_names_told) return text;
    for (const auto& name : names)
        text += (&name == &names.front() ? ": " : ", ") + std::string(name);
    return text;
}

std::string first_unknown(const Json& json, std::span<const Member> members) {
    for (const auto& item : json.items()) {
        const std::string& name = item.key();  // Clang 14 captures no structured binding
        if (std::none_of(members.begin(), members.end(),
                         [&](const Member& member) { return member.name == name; }))
            return name;
    }
    return {};
}

}  // namespace

Failed read_object(const Json& json, void* out, std::span<const Member> members,
                   const std::string& path, Manner manner) {
    if (!json.is_object()) return FieldError{Violation::Type, path, "is not an object"};
    std::size_t known = 0;
    for (const auto& member : members) {
        const auto found = json.find(member.name);
        if (found == json.end()) {
            if (member.kind->optional) continue;
            return FieldError{Violation::Occurrence, joined(path, member.name), "is required"};
        }
        ++known;
        if (auto failed = read_member(*found, out, member, path, manner)) return failed;
    }
    if (known != json.size() && manner.unknown == Unknown::Refuse)
        return FieldError{Violation::Formation, joined(path, first_unknown(json, members)),
                          "is not known"};
    return std::nullopt;
}

Json write_object(const void* message, std::span<const Member> members) {
    Json object = Json::object();
    for (const auto& member : members)
        // The cast serves to find the member, which is not changed.
        if (auto value = member.kind->write(member.in(const_cast<void*>(message))))
            object.emplace(std::string(member.name), *std::move(value));
    return object;
}

Failed read_integer(const Json& json, std::int64_t min, std::int64_t max, std::int64_t& out,
                    const std::string& path) {
    if (!json.is_number()) return FieldError{Violation::Type, path, "is not a number"};
    if (json.is_number_float()) {
        constexpr double exact = 9007199254740992.0;  // 2^53: above it a double has no unit digit
        const double number = json.get<double>();
        if (number != std::floor(number) || std::fabs(number) > exact)
            return FieldError{Violation::Type, path, "is not a whole number"};
        out = static_cast<std::int64_t>(number);
    } else if (json.is_number_unsigned() &&
               json.get<std::uint64_t>() >
                   static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return out_of_range(min, max, path);
    } else {
        out = json.get<std::int64_t>();
    }
    if (out < min || out > max) return out_of_range(min, max, path);
    return std::nullopt;
}

Failed read_bool(const Json& json, bool& out, const std::string& path) {
    if (!json.is_boolean()) return FieldError{Violation::Type, path, "is not true or false"};
    out = json.get<bool>();
    return std::nullopt;
}

Failed read_text(const Json& json, const std::string*& out, std::size_t max_characters,
                 const std::string& path) {
    if (!json.is_string()) return FieldError{Violation::Type, path, "is not a string"};
    out = &json.get_ref<const std::string&>();
    if (max_characters > 0 && out->size() > max_characters && code_points(*out) > max_characters)
        return FieldError{Violation::Property, path,
                          "is longer than " + std::to_string(max_characters) + " characters"};
    return std::nullopt;
}

Failed read_name(const Json& json, std::span<const char* const> names, std::size_t& out,
                 const std::string& path) {
    const std::string* text = nullptr;
    if (auto failed = read_text(json, text, 0, path)) return failed;
    const auto found = std::find(names.begin(), names.end(), *text);
    if (found == names.end()) return FieldError{Violation::Property, path, none_of(names)};
    out = static_cast<std::size_t>(found - names.begin());
    return std::nullopt;
}

Failed read_number(const Json& json, double& out, const std::string& path) {
    if (!json.is_number()) return FieldError{Violation::Type, path, "is not a number"};
    out = json.get<double>();
    return std::nullopt;
}

Failed not_well_formed(const std::string& path, std::string_view form) {
    return FieldError{Violation::Property, path, "is not " + std::string(form)};
}

Failed number_refused(const std::string& path) {
    return FieldError{Violation::Property, path, "is out of range or has too many digits"};
}

Failed read_size(const Json& json, std::size_t min, std::size_t max, std::size_t& out,
                 const std::string& path) {
    if (!json.is_array()) return FieldError{Violation::Type, path, "is not an array"};
    out = json.size();
    if (out >= min && out <= max) return std::nullopt;
    const auto why = min == max  ? "has not " + std::to_string(min) + " elements"
                     : out < min ? "has fewer than " + std::to_string(min) + " elements"
                                 : "has more than " + std::to_string(max) + " elements";
    return FieldError{Violation::Occurrence, path, why};
}

Failed read_elements(const Json& json, const std::string& path, Manner manner, void* list,
                     Failed (*read)(const Json&, void* list, std::size_t index,
                                    const std::string& path, Manner manner)) {
    for (std::size_t i = 0; i < json.size(); ++i)
        if (auto failed = read(json[i], list, i, path + '[' + std::to_string(i) + ']', manner))
            return failed;
    return std::nullopt;
}

Json write_number(double number) {
    if (number == std::floor(number)) return static_cast<std::int64_t>(number);
    return number;
}

}  // namespace detail
}  // namespace shared
