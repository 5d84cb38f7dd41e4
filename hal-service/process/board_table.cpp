// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/board_table.hpp"

#include "hal-service/process/keys.hpp"

#include <algorithm>
#include <limits>

namespace process {

void BoardNotes::complain(std::uint32_t line, const std::string& key, const std::string& text) {
    complaints.emplace_back(
        line, file + (line == 0 ? "" : ':' + std::to_string(line)) + ": " + key + ": " + text);
}

void BoardNotes::complain(const std::string& key, const std::string& text) {
    const auto it = lines.find(key);
    complain(it == lines.end() ? 0 : it->second, key, text);
}

BoardTable::BoardTable(BoardNotes& notes, const toml::table& table, std::string path)
    : notes_(notes), table_(table), path_(std::move(path)) {
    if (!path_.empty()) notes_.lines[path_] = table.source().begin.line;
}

std::string BoardTable::path_of(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + '.' + std::string(name);
}

void BoardTable::wrong(std::string_view name, const std::string& text) {
    const auto* node = table_.get(name);
    notes_.complain((node ? node->source() : table_.source()).begin.line, path_of(name), text);
}

const toml::node* BoardTable::find(std::string_view name, Need need) {
    known_.emplace(name);
    const auto* node = table_.get(name);
    if (node)
        notes_.lines[path_of(name)] = node->source().begin.line;
    else if (need == Need::Needed)
        wrong(name, "is needed");
    return node;
}

std::optional<std::int64_t> BoardTable::whole(std::string_view name, std::int64_t min,
                                              std::int64_t max, Need need) {
    const auto* node = find(name, need);
    if (!node) return std::nullopt;
    const auto* number = node->as_integer();
    if (!number) {
        wrong(name, "must be a whole number");
        return std::nullopt;
    }
    if (number->get() < min || number->get() > max) {
        wrong(name, "must be between " + std::to_string(min) + " and " + std::to_string(max));
        return std::nullopt;
    }
    return number->get();
}

std::optional<std::string> BoardTable::string(std::string_view name, Need need) {
    const auto* node = find(name, need);
    if (!node) return std::nullopt;
    const auto* text = node->as_string();
    if (!text || text->get().empty()) {
        wrong(name, "must be text in quotes");
        return std::nullopt;
    }
    if (text->get().size() > max_text_characters ||
        std::ranges::any_of(text->get(), [](char c) { return c >= 0 && (c < ' ' || c == 127); })) {
        wrong(name, "must be at most " + std::to_string(max_text_characters) +
                        " bytes without control characters");
        return std::nullopt;
    }
    return text->get();
}

void BoardTable::one_of(std::string_view name, std::span<const int> choices, int& out) {
    using Limits = std::numeric_limits<std::int64_t>;
    const auto value = whole(name, Limits::min(), Limits::max(), Need::Optional);
    if (!value) return;
    if (const auto found = std::ranges::find(choices, *value); found != choices.end()) {
        out = *found;
        return;
    }
    std::string all;
    for (const int choice : choices) all += (all.empty() ? "" : " or ") + std::to_string(choice);
    wrong(name, "must be " + all);
}

void BoardTable::flag(std::string_view name, bool& out) {
    const auto* node = find(name, Need::Optional);
    if (!node) return;
    if (const auto* value = node->as_boolean())
        out = value->get();
    else
        wrong(name, "must be true or false");
}

void BoardTable::text(std::string_view name, std::string& out, Need need) {
    if (auto value = string(name, need)) out = *std::move(value);
}

// 12, or { line = 12, active_low = true }.
std::optional<Line> BoardTable::line_of(std::string_view name, const toml::node& node) {
    Line line;
    if (const auto* number = node.as_integer();
        number && number->get() >= 0 && number->get() <= max_line_number) {
        line.number = static_cast<int>(number->get());
        return line;
    }
    const auto* table = node.as_table();
    if (!table) {
        wrong(name, "must be a line's number, 0 to " + std::to_string(max_line_number) +
                        ", or { line = 0, active_low = true }");
        return std::nullopt;
    }
    BoardTable inner(notes_, *table, path_of(name));
    inner.integer("line", 0, max_line_number, line.number, Need::Needed);
    inner.flag("active_low", line.active_low);
    inner.end();
    return line;
}

void BoardTable::line(std::string_view name, std::optional<Line>& out, Need need) {
    if (const auto* node = find(name, need)) out = line_of(name, *node);
}

const toml::array* BoardTable::list(std::string_view name, std::size_t max) {
    const auto* node = find(name, Need::Optional);
    if (!node) return nullptr;
    const auto* array = node->as_array();
    if (!array || array->size() > max) {
        wrong(name, "must be a list of at most " + std::to_string(max));
        return nullptr;
    }
    return array;
}

void BoardTable::lines(std::string_view name, std::size_t max, std::vector<Line>& out) {
    const auto* array = list(name, max);
    if (!array) return;
    for (const auto& node : *array)
        if (const auto line = line_of(name, node)) out.push_back(*line);
}

void BoardTable::words(std::string_view name, MeterWords& out) {
    const auto* array = list(name, out.size());
    if (!array) return;
    if (array->size() != out.size()) return wrong(name, "must have three values: A, B, C");
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto* number = (*array)[i].as_integer();
        if (!number || number->get() < -32768 || number->get() > 65535)
            return wrong(name, "must be whole numbers between -32768 and 65535");
        out[i] = static_cast<std::uint16_t>(number->get() & 0xFFFF);
    }
}

void BoardTable::connectors(std::string_view name, std::vector<hal::ConnectorId>& out) {
    const auto* array = list(name, hal::max_connectors);
    if (!array) return;
    for (const auto& node : *array) {
        const auto* number = node.as_integer();
        if (!number || number->get() < 1 ||
            number->get() > static_cast<std::int64_t>(hal::max_connectors))
            return wrong(name, "must be connectors' ids");
        out.push_back(static_cast<hal::ConnectorId>(number->get()));
    }
}

void BoardTable::channels(std::string_view name, std::vector<int>& out) {
    const auto* array = list(name, 3);
    if (!array) return;
    for (const auto& node : *array) {
        const auto* text = node.as_string();
        if (!text || text->get().size() != 1 || text->get()[0] < 'A' || text->get()[0] > 'C')
            return wrong(name, R"(must be of "A", "B", "C")");
        out.push_back(text->get()[0] - 'A');
    }
}

bool BoardTable::table(std::string_view name, const std::function<void(BoardTable&)>& read) {
    const auto* node = find(name, Need::Optional);
    if (!node) return false;
    const auto* inner = node->as_table();
    if (!inner) {
        wrong(name, "must be a section: [" + path_of(name) + ']');
        return false;
    }
    BoardTable below(notes_, *inner, path_of(name));
    read(below);
    below.end();
    return true;
}

void BoardTable::tables(std::string_view name, std::size_t max,
                        const std::function<void(BoardTable&, std::size_t)>& read) {
    const auto* array = list(name, max);
    if (!array) return;
    for (std::size_t i = 0; i < array->size(); ++i) {
        const auto* inner = (*array)[i].as_table();
        if (!inner) return wrong(name, "must be sections: [[" + path_of(name) + "]]");
        BoardTable below(notes_, *inner, path_of(name) + '[' + std::to_string(i + 1) + ']');
        read(below, i);
        below.end();
    }
}

void BoardTable::end() {
    for (const auto& [name, node] : table_)
        if (!known_.contains(name.str()))
            notes_.complain(name.source().begin.line, path_of(name.str()), "is not known");
}

}  // namespace process
