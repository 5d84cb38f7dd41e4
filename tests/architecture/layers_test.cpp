// SPDX-License-Identifier: Apache-2.0
// The rules of ARCHITECTURE.md, as a test: who may include whom, what the pure folders may not
// mention, where foreign libraries live, how long a file may be, and that folders form no circle.

#include "tests/support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

using Folders = std::vector<std::string>;

// A folder may include itself, what is below it, and the folders on its line. Nothing else.
const std::vector<std::pair<std::string, Folders>> layers = {
    {"hal-service/shared", {}},
    {"hal-service/process", {"hal-service/shared"}},
    {"hal-service", {"hal-service/shared", "hal-service/process"}},
    {"ocpp/wire", {"hal-service/shared"}},
    {"ocpp/config", {"hal-service/shared", "ocpp/wire"}},
    {"ocpp/core", {"hal-service/shared", "ocpp/wire", "ocpp/config"}},
    {"ocpp/limits", {"hal-service/shared", "ocpp/wire", "ocpp/core"}},
    {"ocpp/features",
     {"hal-service/shared", "ocpp/wire", "ocpp/config", "ocpp/core", "ocpp/limits"}},
    {"ocpp",
     {"hal-service/shared", "ocpp/wire", "ocpp/config", "ocpp/core", "ocpp/limits",
      "ocpp/features"}},
    {"storage", {"hal-service/shared", "ocpp/core"}},
    {"daemon/ctl", {"hal-service/shared", "hal-service/process"}},
    {"daemon",
     {"hal-service/shared", "hal-service/process", "ocpp/wire", "ocpp/core", "ocpp", "storage"}},
};

// The pure folders may not see the world.
const std::vector<std::string> pure = {"hal-service/shared", "ocpp"};
const std::set<std::string> pure_files = {"hal-service/controller",
                                          "hal-service/controller_report",
                                          "hal-service/controller_tests",
                                          "hal-service/sequences",
                                          "hal-service/protection",
                                          "hal-service/protection_rules",
                                          "hal-service/pilot",
                                          "hal-service/lease",
                                          "hal-service/weld_check",
                                          "hal-service/cable",
                                          "hal-service/consumption",
                                          "hal-service/temperature",
                                          "hal-service/residual_test",
                                          "hal-service/lateness",
                                          "hal-service/offer",
                                          "hal-service/wake_up",
                                          "hal-service/phase_change",
                                          "hal-service/timing",
                                          "hal-service/board",
                                          "hal-service/report",
                                          "hal-service/histogram",
                                          "hal-service/pilot_window",
                                          "hal-service/relay_test",
                                          "hal-service/calibration",
                                          "hal-service/devices/analog",
                                          "hal-service/panel",
                                          "hal-service/devices/pn532_frame",
                                          "hal-service/devices/pulses",
                                          "hal-service/devices/lock_drive",
                                          "hal-service/devices/line_plan",
                                          "daemon/backoff"};
const std::regex impure(
    R"(_clock::now|<boost/|<sqlite3|<gpiod|<spdlog|<fstream>|<iostream>|<thread>|<mutex>|<random>|co_await|getenv|std::rand)");

// Each foreign library has one home.
const std::vector<std::pair<std::string, std::regex>> homes = {
    {"<sqlite3.h>", std::regex("^storage/sqlite\\.[ch]pp$")},
    {"<gpiod", std::regex("^hal-service/devices/gpio_line\\.cpp$")},
    {"<boost/beast/websocket", std::regex("^daemon/(connection|beast)\\.[ch]pp$")},
    {"<boost/asio", std::regex("^daemon/[^/]+$")},
    {"<toml++", std::regex("^hal-service/process/[^/]+$")},
    {"<spdlog", std::regex("^(hal-service/process|daemon)/[^/]+$")},
    {"<CLI/", std::regex("^(hal-service/process|daemon/ctl)/[^/]+$")},
    {"<systemd/", std::regex("^(hal-service/process|daemon)/[^/]+$")},
};

constexpr std::size_t max_lines = 400;

struct Source {
    std::string path;
    std::vector<std::string> lines;
};

const std::vector<Source>& sources() {
    static const std::vector<Source> all = [] {
        std::vector<Source> found;
        for (const auto* folder : {"hal-service", "ocpp", "storage", "daemon"})
            for (const auto& entry : fs::recursive_directory_iterator(folder)) {
                const auto path = entry.path().generic_string();
                if (!path.ends_with(".cpp") && !path.ends_with(".hpp")) continue;
                Source source{path, {}};
                std::ifstream in(path);
                for (std::string line; std::getline(in, line);) source.lines.push_back(line);
                found.push_back(std::move(source));
            }
        return found;
    }();
    return all;
}

bool below(const std::string& path, const std::string& folder) {
    return path.starts_with(folder + '/');
}

// The most particular line of the table.
const std::pair<std::string, Folders>* layer_of(const std::string& path) {
    const std::pair<std::string, Folders>* best = nullptr;
    for (const auto& layer : layers)
        if (below(path, layer.first) && (!best || layer.first.size() > best->first.size()))
            best = &layer;
    return best;
}

std::string included(const std::string& line) {
    static const std::regex include(R"re(^\s*#include "([^"]+)")re");
    std::smatch match;
    return std::regex_search(line, match, include) ? match[1].str() : std::string();
}

bool may_include(const std::pair<std::string, Folders>& layer, const std::string& target) {
    const auto* home = layer_of(target);
    if (home == nullptr) return false;
    if (home == &layer || below(home->first, layer.first)) return true;
    return std::any_of(layer.second.begin(), layer.second.end(),
                       [&](const std::string& allowed) { return home->first == allowed; });
}

}  // namespace

TEST_CASE("every file keeps to its layer") {
    REQUIRE(sources().size() > 50);
    for (const auto& source : sources()) {
        const auto* layer = layer_of(source.path);
        INFO(source.path);
        REQUIRE(layer);
        for (const auto& line : source.lines) {
            const auto target = included(line);
            INFO(line);
            if (!target.empty()) CHECK(may_include(*layer, target));
        }
    }
}

TEST_CASE("a feature never includes another feature") {
    // Pure arithmetic that serves one feature may be a file of its own.
    const std::set<std::string> arithmetic = {"ocpp/features/samples.hpp",
                                              "ocpp/features/fault_codes.hpp"};
    for (const auto& source : sources()) {
        if (!below(source.path, "ocpp/features")) continue;
        const auto stem = source.path.substr(0, source.path.rfind('.'));
        for (const auto& line : source.lines) {
            const auto target = included(line);
            if (!below(target, "ocpp/features") || arithmetic.contains(target)) continue;
            INFO(source.path << ": " << line);
            // The second half of a class: limits_told.cpp of limits.hpp.
            const auto own = target.substr(0, target.rfind('.'));
            CHECK((stem == own || stem.starts_with(own + '_')));
        }
    }
}

TEST_CASE("pure code does not see the world") {
    for (const auto& source : sources()) {
        const auto stem = source.path.substr(0, source.path.rfind('.'));
        const bool is_pure = pure_files.contains(stem) ||
                             std::any_of(pure.begin(), pure.end(),
                                         [&](const auto& f) { return below(source.path, f); });
        if (!is_pure) continue;
        for (const auto& line : source.lines) {
            INFO(source.path << ": " << line);
            CHECK_FALSE(std::regex_search(line, impure));
        }
    }
}

TEST_CASE("each foreign library has one home") {
    for (const auto& source : sources())
        for (const auto& line : source.lines)
            for (const auto& [library, home] : homes) {
                if (line.find("#include " + library) == std::string::npos) continue;
                INFO(source.path << ": " << line);
                CHECK(std::regex_match(source.path, home));
            }
}

TEST_CASE("no file is longer than a person can hold, and none calls a shell") {
    const std::regex shell(R"((^|[^\w:.>])(system|popen|wordexp)\s*\()");
    for (const auto& source : sources()) {
        INFO(source.path);
        CHECK(source.lines.size() <= max_lines);
        for (const auto& line : source.lines) {
            INFO(line);
            CHECK_FALSE(std::regex_search(line, shell));
        }
    }
}

TEST_CASE("no header is part of a circle") {
    std::map<std::string, std::vector<std::string>> includes;
    for (const auto& source : sources())
        for (const auto& line : source.lines)
            if (auto target = included(line); !target.empty() && source.path.ends_with(".hpp"))
                includes[source.path].push_back(target);
    std::set<std::string> done, open;
    std::function<void(const std::string&)> visit = [&](const std::string& path) {
        if (done.contains(path)) return;
        INFO(path);
        REQUIRE_FALSE(open.contains(path));
        open.insert(path);
        for (const auto& target : includes[path]) visit(target);
        open.erase(path);
        done.insert(path);
    };
    for (const auto& source : sources()) visit(source.path);
}

TEST_CASE("tests wait for conditions, never for time") {
    for (const auto& entry : fs::recursive_directory_iterator("tests")) {
        const auto path = entry.path().generic_string();
        if (!path.ends_with("_test.cpp") || path.find("layers_test") != std::string::npos) continue;
        std::ifstream in(path);
        for (std::string line; std::getline(in, line);) {
            INFO(path << ": " << line);
            CHECK(line.find("sleep_for") == std::string::npos);
            CHECK(line.find("usleep(") == std::string::npos);
        }
    }
}
