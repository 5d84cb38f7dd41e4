// SPDX-License-Identifier: Apache-2.0
// Documents name tests, files, functions, options and words; each of them exists.

#include "hal-service/process/command_line.hpp"
#include "tests/architecture/text.hpp"
#include "tests/support/catch.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <set>

namespace names_test {

namespace fs = std::filesystem;
using text::cells;
using text::documents;
using text::lines_of;
using text::matches;
using text::part;

namespace {

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
            for (const auto text = text::of(path); const auto& found : matches(text, cpp)) {
                std::string name;
                const auto literals = found[1].str();
                for (const auto& one : matches(literals, literal)) name += one[1].str();
                names.push_back(name);
            }
        if (path.ends_with("_test.js"))
            for (const auto text = text::of(path); const auto& found : matches(text, js)) {
                const auto name = found[2].str();
                names.push_back(name.substr(0, name.find("${")));
            }
    }
    return names;
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

// A function is there when its name is followed by a parenthesis, a method also without its class.
bool mentions_function(const std::string& text, const std::string& name) {
    const auto last = name.substr(name.rfind(':') + 1);
    return std::regex_search(text, std::regex("\\b" + last + "\\s*\\("));
}

// A file by its path, or by its name alone where only one file has that name.
std::string file_called(const std::string& name) {
    if (fs::exists(name)) return name;
    std::string found;
    for (const auto& path : text::files())
        if (path.ends_with('/' + name)) found = found.empty() ? path : "several files";
    return found;
}

}  // namespace

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
        const auto text = text::of(document);
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
        const auto text = text::of(page);
        for (const auto* option : app.get_options()) {
            INFO(page << ": --" << option->get_lnames().at(0));
            CHECK(text.find("Fl -" + option->get_lnames().at(0)) != std::string::npos);
        }
    }
    const auto text = text::of(pages[2]);
    const auto source = text::of("daemon/ctl/main.cpp");
    const auto commands = matches(source, std::regex(R"re(add_subcommand\(\s*"(\w+)")re"));
    CHECK(commands.size() >= 7);
    for (const auto& command : commands) {
        INFO("chargepointctl " << command[1].str());
        CHECK(text.find(".Cm " + command[1].str()) != std::string::npos);
    }
}

TEST_CASE("every file:function that a document names exists") {
    const std::regex function(R"re(`([\w./-]+\.(?:cpp|hpp|js|mjs)):([A-Za-z_][\w:]*)(?:\(\))?`)re");
    std::size_t named = 0;
    for (const auto& document : documents()) {
        const auto content = text::of(document);
        for (const auto& found : matches(content, function)) {
            INFO(document << ": " << found[0].str());
            const auto file = file_called(found[1].str());
            REQUIRE(fs::exists(file));
            CHECK(mentions_function(text::of(file), found[2].str()));
            ++named;
        }
    }
    CHECK(named > 20);
}

TEST_CASE("each word of docs/words.md has one plain sentence and a file that exists") {
    std::set<std::string> words;
    for (const auto& line : lines_of(text::of("docs/words.md"))) {
        const auto row = cells(line);
        if (row.size() < 4 || row[1] == "word" || row[1].starts_with("---")) continue;
        INFO(line);
        CHECK(words.insert(row[1]).second);
        CHECK(row[2].ends_with('.'));
        const auto files = matches(row[3], std::regex("`([^`]+)`"));
        REQUIRE(files.size() == 1);
        CHECK(fs::is_regular_file(files[0][1].str()));
    }
    CHECK(words.size() > 60);
}

TEST_CASE("every README leads to the words") {
    for (const auto& document : documents())
        if (document.ends_with("README.md") && document.find("/fixtures/") == document.npos) {
            INFO(document);
            CHECK(text::of(document).find("docs/words.md)") != std::string::npos);
        }
}

}  // namespace names_test
