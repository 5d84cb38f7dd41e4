// SPDX-License-Identifier: Apache-2.0
// Reads the repository's files as text, for the tests that hold them against the house's rules.
#pragma once

#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace text {

namespace fs = std::filesystem;

inline std::string of(const fs::path& path) {
    std::ifstream in(path);
    INFO(path);
    REQUIRE(in);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

inline std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
    return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

// The text between <!-- name --> and <!-- /name -->, without the line ends at the markers.
struct Part {
    std::size_t begin;
    std::size_t end;
};

inline Part part_of(const std::string& text, const std::string& name) {
    const auto opening = "<!-- " + name + " -->\n";
    const auto closing = "<!-- /" + name + " -->";
    const auto begin = text.find(opening);
    const auto end = text.find(closing);
    INFO("markers " << opening << closing);
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    REQUIRE(begin < end);
    return {begin + opening.size(), end};
}

inline std::string part(const std::string& path, const std::string& name) {
    const auto text = of(path);
    const auto [begin, end] = part_of(text, name);
    return text.substr(begin, end - begin);
}

// The cells of a row of a Markdown table; the text before the first bar is number 0.
inline std::vector<std::string> cells(const std::string& row) {
    std::vector<std::string> found;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, '|');) {
        const auto first = cell.find_first_not_of(' ');
        const auto last = cell.find_last_not_of(' ');
        found.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
    return found;
}

// All files that people wrote, without those that a tool made or brought.
inline std::vector<std::string> files() {
    std::vector<std::string> found;
    for (auto entry = fs::recursive_directory_iterator("."); entry != fs::end(entry); ++entry) {
        const auto path = entry->path().lexically_normal().generic_string();
        if (path == "build" || path == ".git" || path.ends_with("node_modules")) {
            entry.disable_recursion_pending();
            continue;
        }
        if (entry->is_regular_file()) found.push_back(path);
    }
    return found;
}

inline std::vector<std::string> documents() {
    std::vector<std::string> found;
    for (const auto& path : files())
        if (path.ends_with(".md")) found.push_back(path);
    return found;
}

}  // namespace text
