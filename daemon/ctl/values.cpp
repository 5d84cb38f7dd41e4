// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/values.hpp"

#include "hal-service/process/log.hpp"
#include "hal-service/shared/fields.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace charge_daemon::ctl {

using shared::Json;

const Json& member(const Json& json, const char* name) {
    static const Json none;
    if (!json.is_object()) return none;
    const auto it = json.find(name);
    return it == json.end() ? none : *it;
}

std::string text(const Json& json) {
    if (json.is_null()) return {};
    if (json.is_string()) return process::escaped(json.get_ref<const std::string&>());
    return process::escaped(shared::dump(json));
}

std::string text(const Json& json, const char* name) { return text(member(json, name)); }

std::string yes_no(const Json& json, const char* name) {
    const auto& flag = member(json, name);
    return flag.is_boolean() ? (flag.get<bool>() ? "yes" : "no") : "";
}

bool is_true(const Json& json, const char* name) {
    const auto& flag = member(json, name);
    return flag.is_boolean() && flag.get<bool>();
}

std::string number(double value, int decimals, const char* unit) {
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%.*f%s", decimals, value, unit);
    return out.data();
}

std::string number(const Json& json, const char* name, int decimals, const char* unit,
                   double scale) {
    const auto& value = member(json, name);
    return value.is_number() ? number(value.get<double>() * scale, decimals, unit) : "";
}

std::string list(const Json& values, const char* unit) {
    std::string out;
    for (const auto& value : values)
        if (value.is_number()) out += (out.empty() ? "" : " ") + number(value.get<double>(), 1, "");
    return out.empty() ? out : out + unit;
}

std::string line(const std::string& name, const std::string& value) {
    constexpr std::size_t width = 16;
    return name + std::string(width - std::min(width, name.size()), ' ') + value + '\n';
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    constexpr std::size_t gap = 2;
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], shared::code_points(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string text_of_row;
        for (std::size_t i = 0; i < row.size(); ++i) {
            text_of_row += row[i];
            text_of_row.append(widths[i] - shared::code_points(row[i]) + gap, ' ');
        }
        text_of_row.erase(text_of_row.find_last_not_of(' ') + 1);
        out += text_of_row + '\n';
    }
    return out;
}

}  // namespace charge_daemon::ctl
