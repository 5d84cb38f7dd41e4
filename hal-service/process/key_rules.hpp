// SPDX-License-Identifier: Apache-2.0
#pragma once
// Rules for the values of keys: each is the function of a row for one member of a struct of
// settings, for example set_text<20, &Settings::charge_point, &ChargePointSettings::vendor>. The
// struct is process::Settings, or the one that Settings::others holds.

#include "hal-service/process/keys.hpp"
#include "hal-service/shared/text.hpp"

#include <algorithm>
#include <any>
#include <cstdint>
#include <string>
#include <type_traits>

namespace process {

template <class C, class Member>
C class_of(Member C::*);

template <auto First, auto... Rest>
auto& at(auto& settings) {
    using Home = decltype(class_of(First));
    const auto inner = [](auto& home) -> auto& { return ((home.*First).*....*Rest); };
    if constexpr (std::is_same_v<Home, Settings>)
        return inner(settings);
    else
        return inner(*std::any_cast<Home>(&settings.others));
}

inline bool printable(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c >= 0 && (c < ' ' || c == 127); });
}

inline Objection not_text() { return "must be text in quotes"; }

template <std::size_t Max, auto... Path>
Objection set_text(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    if (shared::code_points(*text) > Max)
        return "is longer than " + std::to_string(Max) + " characters";
    if (!printable(*text)) return "must not contain control characters";
    at<Path...>(settings) = *text;
    return std::nullopt;
}

template <auto... Path>
Objection set_needed_text(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->empty()) return "must not be empty";
    return set_text<max_text_characters, Path...>(settings, value);
}

template <auto... Path>
Objection set_socket(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text && text->size() > max_socket_path)
        return "is longer than " + std::to_string(max_socket_path) + " bytes";
    return set_needed_text<Path...>(settings, value);
}

template <auto... Path>
std::string show_text(const Settings& settings) {
    return toml_text(at<Path...>(settings));
}

inline Objection read_integer(const Value& value, std::int64_t min, std::int64_t max,
                              std::int64_t& out) {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number) return "must be a whole number";
    if (*number < min || *number > max)
        return "must be between " + std::to_string(min) + " and " + std::to_string(max);
    out = *number;
    return std::nullopt;
}

template <int Min, int Max, auto... Path>
Objection set_integer(Settings& settings, const Value& value) {
    std::int64_t number = 0;
    if (auto wrong = read_integer(value, Min, Max, number)) return wrong;
    auto& member = at<Path...>(settings);
    member = std::remove_cvref_t<decltype(member)>(static_cast<int>(number));
    return std::nullopt;
}

template <auto... Path>
std::string show_integer(const Settings& settings) {
    const auto& member = at<Path...>(settings);
    if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(member)>>)
        return std::to_string(member);
    else
        return std::to_string(member.count());
}

template <auto... Path>
Objection set_flag(Settings& settings, const Value& value) {
    const auto* flag = std::get_if<bool>(&value);
    if (!flag) return "must be true or false";
    at<Path...>(settings) = *flag;
    return std::nullopt;
}

template <auto... Path>
std::string show_flag(const Settings& settings) {
    return at<Path...>(settings) ? "true" : "false";
}

template <auto... Path>
Objection set_choice(Settings& settings, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) return not_text();
    auto& member = at<Path...>(settings);
    using Choice = std::remove_cvref_t<decltype(member)>;
    const auto choice = shared::enum_from<Choice>(*text);
    if (choice) {
        member = *choice;
        return std::nullopt;
    }
    std::string all;
    for (const auto* name : names(Choice{})) all += (all.empty() ? "" : ", ") + toml_text(name);
    return "must be one of " + all;
}

template <auto... Path>
std::string show_choice(const Settings& settings) {
    return toml_text(shared::name_of(at<Path...>(settings)));
}

}  // namespace process
