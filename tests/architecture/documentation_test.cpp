// SPDX-License-Identifier: Apache-2.0
// Documentation that lists what a table of the program says is written from that table, and what
// it names exists. WRITE_DOCUMENTATION=1 in the environment writes the generated parts anew.

#include "hal-service/control/protection.hpp"
#include "hal-service/control/sequences.hpp"
#include "hal-service/link/panel.hpp"
#include "hal-service/process/command_line.hpp"
#include "hal-service/process/keys.hpp"
#include "ocpp/config/key_table.hpp"
#include "ocpp/core/session.hpp"
#include "tests/support/catch.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace documentation_test {

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
    std::ifstream in(path);
    INFO(path);
    REQUIRE(in);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
    return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}

// What stands between <!-- name --> and <!-- /name -->, without the line ends at the markers.
struct Part {
    std::size_t begin;
    std::size_t end;
};

Part part_of(const std::string& text, const std::string& name) {
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

std::string part(const std::string& path, const std::string& name) {
    const auto text = text_of(path);
    const auto [begin, end] = part_of(text, name);
    return text.substr(begin, end - begin);
}

void compare_or_write(const std::string& path, const std::string& name, const std::string& wanted) {
    auto text = text_of(path);
    const auto [begin, end] = part_of(text, name);
    if (std::getenv("WRITE_DOCUMENTATION") != nullptr &&
        text.substr(begin, end - begin) != wanted) {
        std::ofstream(path) << text.replace(begin, end - begin, wanted);
        return;
    }
    INFO(path << " differs from the table of the program. To write it anew:\n"
              << "  WRITE_DOCUMENTATION=1 build/dev/bin/architecture_tests");
    CHECK(text.substr(begin, end - begin) == wanted);
}

std::vector<std::string> cells(const std::string& row) {
    std::vector<std::string> found;
    std::istringstream in(row);
    for (std::string cell; std::getline(in, cell, '|');) {
        const auto first = cell.find_first_not_of(' ');
        const auto last = cell.find_last_not_of(' ');
        found.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
    }
    return found;  // what is left of the first bar comes first
}

std::string_view name_of(ocpp::core::Trigger trigger) {
    using enum ocpp::core::Trigger;
    switch (trigger) {
        case PlugIn: return "PlugIn";
        case PlugOut: return "PlugOut";
        case VehicleLeft: return "VehicleLeft";
        case Authorized: return "Authorized";
        case Deauthorized: return "Deauthorized";
        case Unclaimed: return "Unclaimed";
        case Ready: return "Ready";
        case Stop: return "Stop";
        case Opened: return "Opened";
    }
    return "";
}

std::string_view name_of(ocpp::core::Effect effect) {
    using enum ocpp::core::Effect;
    switch (effect) {
        case None: return "";
        case StartTransaction: return " / StartTransaction";
        case BeginStop: return " / BeginStop";
        case StopTransaction: return " / StopTransaction";
        case DropAuthorization: return " / DropAuthorization";
    }
    return "";
}

std::string lights() {
    std::ostringstream rows;
    rows << "| what is the matter | indication | red, green, blue | pattern |\n|---|---|---|---|\n";
    for (const auto& row : hal::light_rows())
        rows << "| " << row.meaning << " | "
             << (row.indication ? shared::name_of(*row.indication) : std::string_view()) << " | "
             << int{row.colour.red} << ", " << int{row.colour.green} << ", " << int{row.colour.blue}
             << " | " << shared::name_of(row.pattern) << " |\n";
    return rows.str();
}

std::string session_diagram() {
    std::ostringstream diagram;
    diagram << "```mermaid\nstateDiagram-v2\n    [*] --> Idle\n";
    for (const auto& row : ocpp::core::rows)
        diagram << "    " << shared::name_of(row.from) << " --> " << shared::name_of(row.to)
                << " : " << name_of(row.trigger)
                << (row.guard == ocpp::core::Guard::Occupied ? " [occupied]" : "")
                << name_of(row.effect) << '\n';
    diagram << "```\n";
    return diagram.str();
}

std::string text_of(std::chrono::milliseconds time) {
    if (time.count() == 0) return "at once";
    if (time.count() % 1000 != 0) return std::to_string(time.count()) + " ms";
    return std::to_string(time.count() / 1000) + " s";
}

std::string text_of_release(const hal::ProtectionRule& rule) {
    std::string text = rule.release == hal::Release::WhenUnplugged ? "unplugged" : "";
    const std::string gone = *rule.until != '\0' ? rule.until : "gone";
    if (rule.release == hal::Release::GoneOrUnplugged) text += "unplugged or ";
    if (rule.release != hal::Release::WhenUnplugged || *rule.until != '\0')
        text += (text == "unplugged" ? " and " : "") + gone;
    if (rule.release_after.count() > 0) text += ", " + text_of(rule.release_after);
    return text;
}

// Rows that differ in their code only, as the phases do, are one row.
std::string protection_table() {
    std::ostringstream table;
    table << "| fault | when | for | reaction | pilot | until | why "
             "|\n|---|---|---|---|---|---|---|\n";
    const auto rules = hal::protection_rules();
    for (std::size_t i = 0; i < rules.size();) {
        const auto& rule = rules[i];
        std::string codes;
        for (; i < rules.size() && rules[i].condition == rule.condition; ++i)
            codes += (codes.empty() ? "" : ", ") + std::string(shared::name_of(rules[i].code));
        table << "| " << codes << " | " << rule.condition << " | " << text_of(rule.delay) << " | "
              << shared::name_of(rule.reaction) << " | "
              << (rule.prevents_charging() ? shared::name_of(rule.pilot) : "unchanged") << " | "
              << text_of_release(rule) << " | " << rule.why << " |\n";
    }
    return table.str();
}

std::string sequence_table() {
    std::ostringstream table;
    table << "| from | to | clause | when |\n|---|---|---|---|\n";
    for (const auto& row : hal::sequence_rows())
        table << "| " << shared::name_of(row.from) << " | " << shared::name_of(row.to) << " | "
              << row.clause << " | " << row.reason << " |\n";
    return table.str();
}

// The names of all test cases in C++ and of all system tests; a name that is put together at run
// time ends where its first variable begins.
std::vector<std::string> test_names() {
    std::vector<std::string> names;
    const std::regex cpp(R"re(\b(?:TEST_CASE|SCENARIO_IN_WORLD\w*)\(\s*((?:"[^"]*"\s*)+))re");
    const std::regex literal(R"re("([^"]*)")re");
    const std::regex js(R"re(\b(?:test|system_test|raw_test)\(\s*(['`])([^'`]*)\1)re");
    for (const auto& entry : fs::recursive_directory_iterator("tests")) {
        const auto path = entry.path().generic_string();
        if (path.find("node_modules") != std::string::npos) continue;
        if (path.ends_with("_test.cpp"))
            for (const auto text = text_of(path); const auto& found : matches(text, cpp)) {
                std::string name;
                const auto literals = found[1].str();
                for (const auto& one : matches(literals, literal)) name += one[1].str();
                names.push_back(name);
            }
        if (path.ends_with("_test.js"))
            for (const auto text = text_of(path); const auto& found : matches(text, js)) {
                const auto name = found[2].str();
                names.push_back(name.substr(0, name.find("${")));
            }
    }
    return names;
}

std::vector<std::string> documents() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(".")) {
        const auto path = entry.path().lexically_normal().generic_string();
        const bool ours = !path.starts_with("build") && !path.starts_with(".git/") &&
                          path.find("node_modules") == std::string::npos;
        if (ours && path.ends_with(".md")) found.push_back(path);
    }
    return found;
}

bool is_source(const std::string& path) { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

// Without its extension, so that a pair of files is one line.
std::string stem_of(const std::string& path) { return path.substr(0, path.rfind('.')); }

// The tree between the markers: two blanks of indentation for each folder, the name, and what it
// is.
std::vector<std::string> tree_of(const std::string& text) {
    std::vector<std::string> paths, folders;
    for (const auto& line : lines_of(text)) {
        const auto indent = line.find_first_not_of(' ');
        if (line.starts_with("```") || indent == std::string::npos) continue;
        const auto name = line.substr(indent, line.find(' ', indent) - indent);
        INFO(line);
        REQUIRE(indent % 2 == 0);
        REQUIRE(indent / 2 <= folders.size());
        folders.resize(indent / 2);
        std::string path;
        for (const auto& folder : folders) path += folder;
        paths.push_back(path + name);
        if (name.ends_with('/')) folders.push_back(name);
        CHECK(line.find("  ", indent) != std::string::npos);  // it says what it is
    }
    return paths;
}

}  // namespace

TEST_CASE("the table of lights is the program's") {
    compare_or_write("hal-service/README.md", "lights", lights());
}

TEST_CASE("the documented OCPP keys are those of the program") {
    compare_or_write("config/README.md", "keys", ocpp::config::key_table());
}

TEST_CASE("the documented settings are those of the program, each with a meaning") {
    std::map<std::string, std::string> meanings;
    for (const auto& line : lines_of(part("config/README.md", "settings")))
        if (const auto row = cells(line); row.size() > 3) meanings[row[1]] = row[3];
    std::string table = "| key | default | meaning |\n|---|---|---|\n";
    const auto add = [&](const std::string& key, const std::string& value) {
        INFO(key << " needs a meaning in the third column of config/README.md");
        CHECK_FALSE(meanings[key].empty());
        table += "| " + key + " | " + value + " | " + meanings[key] + " |\n";
    };
    const process::Settings defaults;
    for (const auto& key : process::keys())
        add(std::string(key.section) + '.' + std::string(key.name), '`' + key.show(defaults) + '`');
    for (const auto& key : process::connector_keys())
        add("connector." + std::string(key.name), '`' + key.show(defaults.connectors.at(0)) +
                                                      "`, `" + key.show(defaults.connectors.at(1)) +
                                                      '`');
    compare_or_write("config/README.md", "settings", table);
}

TEST_CASE("the shipped configuration file has every setting with its default") {
    const process::Settings defaults;
    std::map<std::string, std::string> expected;
    for (const auto& key : process::keys())
        expected[std::string(key.section) + '.' + std::string(key.name)] = key.show(defaults);
    for (const auto& connector : defaults.connectors)
        for (const auto& key : process::connector_keys())
            expected["connector" + std::to_string(connector.id) + '.' + std::string(key.name)] =
                key.show(connector);

    const auto ocpp_keys = ocpp::config::key_table();
    const std::regex header(R"re(^#?\[+(\w+)\]+$)re"), value(R"re(^#?(\w+) = (.*?)(?:\s+#.*)?$)re");
    std::string section;
    int connectors = 0;
    for (const auto& line : lines_of(text_of("config/chargepoint.toml"))) {
        std::smatch found;
        INFO(line);
        if (std::regex_match(line, found, header)) {
            section = found[1];
            if (section == "connector") section += std::to_string(++connectors);
        } else if (std::regex_match(line, found, value)) {
            const auto name = found[1].str();
            if (section == "ocpp") {
                CHECK(ocpp_keys.find("\n| " + name + " |") != std::string::npos);
                continue;
            }
            const auto setting = expected.extract(section + '.' + name);
            CHECK(setting);  // is there, once
            if (setting) CHECK(setting.mapped() == found[2].str());
        }
    }
    for (const auto& [missing, shown] : expected) {
        INFO(missing << " is not in config/chargepoint.toml");
        CHECK(shown.empty());
    }
}

TEST_CASE("the session diagram is the session table") {
    compare_or_write("ocpp/README.md", "session", session_diagram());
}

TEST_CASE("the documented sequences and faults are those of the program") {
    compare_or_write("hal-service/README.md", "sequences", sequence_table());
    compare_or_write("hal-service/README.md", "protection", protection_table());
}

TEST_CASE("every requirement names tests that exist") {
    const auto names = test_names();
    REQUIRE(names.size() > 100);
    const std::regex quoted("`([^`]+)`");
    std::size_t named = 0;
    const auto table = part("ocpp/README.md", "requirements");
    for (const auto& line : lines_of(table)) {
        const auto row = cells(line);
        if (row.size() < 3 || row[1] == "requirement" || row[1].starts_with("---")) continue;
        const auto proofs = matches(row[2], quoted);
        INFO(line);
        CHECK_FALSE(proofs.empty());
        for (const auto& proof : proofs) {
            const auto name = proof[1].str();
            INFO(name);
            ++named;
            CHECK(name.size() > 8);
            CHECK(std::any_of(names.begin(), names.end(),
                              [&](const std::string& test) { return test.starts_with(name); }));
        }
    }
    CHECK(named > 50);
}

TEST_CASE("every path that a document names exists") {
    const std::regex path(
        R"re(`((?:\.ci|cmake|config|daemon|docs|hal-service|ocpp|scripts|storage|systemd|tests)/[\w./-]*|[A-Z]\w+\.(?:md|txt|json)|LICENSE)[^`\n]*`)re");
    const std::regex link(R"re(\]\(([^):#]+)\))re");
    REQUIRE(documents().size() > 5);
    for (const auto& document : documents()) {
        const auto text = text_of(document);
        for (const auto& found : matches(text, path)) {
            auto named = found[1].str();
            INFO(document << ": " << named);
            const bool pair = fs::exists(named + ".cpp") || fs::exists(named + ".hpp");
            const bool here = fs::exists(fs::path(document).parent_path() / named);
            CHECK((fs::exists(named) || pair || here));
        }
        for (const auto& found : matches(text, link)) {
            INFO(document << ": " << found[1].str());
            CHECK(fs::exists(fs::path(document).parent_path() / found[1].str()));
        }
    }
}

TEST_CASE("the tree in ARCHITECTURE.md is the tree") {
    const auto paths = tree_of(part("ARCHITECTURE.md", "tree"));
    const std::set<std::string> named(paths.begin(), paths.end());
    for (const auto& path : named) {
        INFO(path << " is in ARCHITECTURE.md");
        CHECK((fs::exists(path) || fs::exists(path + ".cpp") || fs::exists(path + ".hpp")));
    }
    for (const auto* folder : {"hal-service", "ocpp", "storage", "daemon"})
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            const auto path = entry.path().generic_string();
            if (!is_source(path)) continue;
            INFO(path << " needs a line in ARCHITECTURE.md");
            CHECK((named.contains(path) || named.contains(stem_of(path))));
        }
}

TEST_CASE("the manual pages know every option and every command") {
    CLI::App app;
    process::CommonOptions common;
    process::add_common_options(app, common, "");
    const std::vector<std::string> pages{"docs/man/chargepoint-hald.8", "docs/man/chargepointd.8",
                                         "docs/man/chargepointctl.1"};
    for (const auto& page : pages) {
        const auto text = text_of(page);
        for (const auto* option : app.get_options()) {
            INFO(page << ": --" << option->get_lnames().at(0));
            CHECK(text.find("Fl -" + option->get_lnames().at(0)) != std::string::npos);
        }
    }
    const auto text = text_of(pages[2]);
    const auto source = text_of("daemon/ctl/main.cpp");
    const auto commands = matches(source, std::regex(R"re(add_subcommand\(\s*"(\w+)")re"));
    CHECK(commands.size() >= 7);
    for (const auto& command : commands) {
        INFO("chargepointctl " << command[1].str());
        CHECK(text.find(".Cm " + command[1].str()) != std::string::npos);
    }
}

}  // namespace documentation_test
