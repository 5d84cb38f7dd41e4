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

namespace layers_test {

namespace fs = std::filesystem;

namespace {

using Folders = std::vector<std::string>;

enum class World {
    Pure,    // mentions no clock, thread, file, environment, chance or library that does
    Visible  // may do all of that
};

// The files of a folder may assume this. They may include their own folder, those below it, and
// what `includes` names: folders, or single headers.
struct Layer {
    std::string folder;
    World world;
    Folders includes;
};

const std::vector<Layer> layers = {
    {"hal-service/shared", World::Pure, {}},
    {"hal-service/process", World::Visible, {"hal-service/shared"}},
    {"hal-service/control",
     World::Pure,
     {"hal-service/shared", "hal-service/process/board_settings.hpp"}},
    {"hal-service/loop",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "hal-service/control"}},
    {"hal-service/link",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "hal-service/control", "hal-service/loop"}},
    {"hal-service/technician",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "hal-service/control", "hal-service/loop",
      "hal-service/link"}},
    {"hal-service/devices",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "hal-service/control", "hal-service/loop",
      "hal-service/link"}},
    {"hal-service/simulation",
     World::Visible,
     {"hal-service/shared", "hal-service/control", "hal-service/loop", "hal-service/link"}},
    {"hal-service", World::Visible, {"daemon/settings/sections.hpp"}},

    {"ocpp/wire", World::Pure, {"hal-service/shared"}},
    {"ocpp/config/keys", World::Pure, {"hal-service/shared", "ocpp/wire"}},
    {"ocpp/config", World::Pure, {"hal-service/shared", "ocpp/wire"}},
    {"ocpp/core", World::Pure, {"hal-service/shared", "ocpp/wire", "ocpp/config"}},
    {"ocpp/current", World::Pure, {"hal-service/shared", "ocpp/wire", "ocpp/core"}},
    {"ocpp/security", World::Pure, {"hal-service/shared", "ocpp/wire"}},
    {"ocpp/features",
     World::Pure,
     {"hal-service/shared", "ocpp/wire", "ocpp/config", "ocpp/core", "ocpp/current",
      "ocpp/security"}},
    {"ocpp", World::Pure, {"hal-service/shared"}},

    {"storage", World::Visible, {"hal-service/shared", "ocpp/core"}},

    {"daemon/settings", World::Visible, {"hal-service/shared", "hal-service/process"}},
    {"daemon/ctl",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "daemon/settings"}},
    {"daemon/host",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "ocpp/core", "ocpp/wire", "storage"}},
    {"daemon/keys",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "ocpp/security", "daemon/host",
      "daemon/settings"}},
    {"daemon/link",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "ocpp/core", "ocpp/wire", "ocpp/security",
      "daemon/host", "daemon/keys", "daemon/settings"}},
    {"daemon/network", World::Visible, {"hal-service/shared", "ocpp/core", "daemon/host"}},
    {"daemon/control", World::Visible, {"hal-service/shared", "daemon/host"}},
    {"daemon",
     World::Visible,
     {"hal-service/shared", "hal-service/process", "ocpp/wire", "ocpp/core", "ocpp"}},
};

const std::regex impure(
    R"(_clock::now|<boost/|<sqlite3|<gpiod|<spdlog|<fstream>|<iostream>|<thread>|<mutex>|<random>|co_await|getenv|std::rand)");

// Reading Asio takes seconds; whoever only waits for something uses event_loop.hpp.
const std::regex asio_home(
    R"(daemon/(host/(asio\.[ch]pp|event_loop\.cpp)|control/control_socket\.cpp)"
    R"(|link/(dial\.[ch]pp|web_socket\.hpp|tls_stream\.cpp|local_stream\.cpp)))");

// Each foreign library has one home, as has the header of ours that brings one along.
const std::vector<std::pair<std::string, std::regex>> homes = {
    {"<sqlite3.h>", std::regex("^storage/sqlite\\.[ch]pp$")},
    {"<gpiod", std::regex("^hal-service/devices/gpio_line\\.cpp$")},
    {"<nlohmann/json.hpp>", std::regex("^hal-service/shared/json\\.hpp$")},
    {"<openssl/", std::regex("^(ocpp/security/x509[a-z_]*|daemon/link/tls_[a-z]+"
                             "|daemon/keys/(private_key|signing_request))\\.[ch]pp$")},
    {"<boost/beast/", std::regex("^daemon/link/(web_socket\\.hpp|beast\\.cpp|tls_stream\\.cpp)$")},
    {"<boost/asio", asio_home},
    {"\"daemon/host/asio.hpp\"", asio_home},
    {"\"daemon/link/dial.hpp\"", std::regex("^daemon/link/(dial\\.cpp|web_socket\\.hpp)$")},
    {"\"daemon/link/web_socket.hpp\"", std::regex("^daemon/link/(plain|tls)_stream\\.cpp$")},
    {"<toml++", std::regex("^hal-service/process/[^/]+$")},
    {"<spdlog", std::regex("^(hal-service/process|daemon/host)/[^/]+$")},
    {"<CLI/", std::regex("^(hal-service/process|daemon/ctl)/[^/]+$")},
    {"<systemd/", std::regex("^(hal-service/process|daemon/host)/[^/]+$")},
    {"<systemd/sd-bus.h>", std::regex("^daemon/host/bus_library\\.hpp$")},
    {"<dlfcn.h>", std::regex("^daemon/host/bus_library\\.cpp$")},
};

// Files of one folder, a header and its .cpp counted once.
constexpr std::size_t max_sources_in_a_folder = 25;
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

// The most particular row of the table.
const Layer* layer_of(const std::string& path) {
    const Layer* best = nullptr;
    for (const auto& layer : layers)
        if (below(path, layer.folder) && (!best || layer.folder.size() > best->folder.size()))
            best = &layer;
    return best;
}

std::string included(const std::string& line) {
    static const std::regex include(R"re(^\s*#include "([^"]+)")re");
    std::smatch match;
    return std::regex_search(line, match, include) ? match[1].str() : std::string();
}

bool may_include(const Layer& layer, const std::string& target) {
    const auto* home = layer_of(target);
    if (home == nullptr) return false;
    if (home == &layer || below(home->folder, layer.folder)) return true;
    return std::any_of(layer.includes.begin(), layer.includes.end(), [&](const auto& allowed) {
        return allowed == target || home->folder == allowed || below(home->folder, allowed);
    });
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

// Every folder reachable from `folder` by includes, by way of at least one of them.
void reach(const std::map<std::string, std::set<std::string>>& arrows, const std::string& folder,
           std::set<std::string>& reached) {
    const auto found = arrows.find(folder);
    if (found == arrows.end()) return;
    for (const auto& next : found->second)
        if (reached.insert(next).second) reach(arrows, next, reached);
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
    // A piece of a feature may be a file of its own, for the features that are named with it.
    const std::set<std::pair<std::string, std::string>> pieces = {
        {"ocpp/features/reports/samples.hpp", "ocpp/features/reports/metering"},
        {"ocpp/features/reports/samples.hpp", "ocpp/features/drivers/transactions"},
        {"ocpp/features/reports/fault_codes.hpp", "ocpp/features/reports/status_notification"},
        {"ocpp/features/reports/status_changes.hpp", "ocpp/features/reports/status_notification"},
        {"ocpp/features/security/certificate_facts.hpp", "ocpp/features/security/certificates"},
        {"ocpp/features/security/certificate_facts.hpp", "ocpp/features/security/own_certificate"},
        {"ocpp/features/current/power_up.hpp", "ocpp/features/current/mains"},
        {"ocpp/features/current/turns.hpp", "ocpp/features/current/current_limit"},
        {"ocpp/features/current/vehicle_response.hpp", "ocpp/features/current/current_limit"}};
    for (const auto& source : sources()) {
        if (!below(source.path, "ocpp/features")) continue;
        const auto stem = source.path.substr(0, source.path.rfind('.'));
        for (const auto& line : source.lines) {
            const auto target = included(line);
            if (!below(target, "ocpp/features") || pieces.contains({target, stem})) continue;
            INFO(source.path << ": " << line);
            // A class may have a second half: x_more.cpp of x.hpp.
            const auto own = target.substr(0, target.rfind('.'));
            CHECK((stem == own || stem.starts_with(own + '_')));
        }
    }
}

TEST_CASE("pure code does not see the world") {
    // Single files of other folders that hold arithmetic only.
    const std::set<std::string> pure_files = {"hal-service/loop/histogram",
                                              "hal-service/loop/pilot_window",
                                              "hal-service/technician/calibration",
                                              "hal-service/link/panel",
                                              "hal-service/devices/analog",
                                              "hal-service/devices/pn532_frame",
                                              "hal-service/devices/pulses",
                                              "hal-service/devices/lock_drive",
                                              "hal-service/devices/line_plan",
                                              "daemon/link/backoff",
                                              "daemon/link/link_machine",
                                              "daemon/link/hal_machine",
                                              "daemon/link/tls_words"};
    for (const auto& source : sources()) {
        const auto stem = source.path.substr(0, source.path.rfind('.'));
        if (layer_of(source.path)->world != World::Pure && !pure_files.contains(stem)) continue;
        for (const auto& line : source.lines) {
            INFO(source.path << ": " << line);
            CHECK_FALSE(std::regex_search(line, impure));
        }
    }
}

TEST_CASE("folders form no circle") {
    std::map<std::string, std::set<std::string>> arrows;
    for (const auto& source : sources())
        for (const auto& line : source.lines)
            if (const auto target = included(line);
                !target.empty() && folder_of(target) != folder_of(source.path))
                arrows[folder_of(source.path)].insert(folder_of(target));
    REQUIRE(arrows.size() > 15);
    for (const auto& [folder, targets] : arrows) {
        std::set<std::string> reached;
        reach(arrows, folder, reached);
        INFO(folder);
        CHECK_FALSE(reached.contains(folder));
    }
}

TEST_CASE("no folder holds more sources than a person can survey") {
    std::map<std::string, std::set<std::string>> folders;
    for (const auto& source : sources())
        folders[folder_of(source.path)].insert(source.path.substr(0, source.path.rfind('.')));
    for (const auto& [folder, stems] : folders) {
        INFO(folder);
        CHECK(stems.size() <= max_sources_in_a_folder);
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

}  // namespace layers_test
