// SPDX-License-Identifier: Apache-2.0
// The rules of form of CONTRIBUTING.md, as a test: how long a file and a function may be, and with
// which words no comment begins.

#include "tests/architecture/text.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <optional>

namespace form_test {

namespace {

constexpr std::size_t max_file_lines = 400;
constexpr std::size_t max_function_lines = 60;

// The oracle stays as it is, to the byte.
const std::vector<std::string> left_as_they_are = {"tests/ocpp/current/oracle.hpp"};

struct Source {
    std::string path;
    std::string comment_mark;  // // or #
    std::vector<std::string> lines;
};

bool below(const std::string& path, const std::string& folder) {
    return path.starts_with(folder + '/');
}

std::optional<std::string> comment_mark_of(const std::string& path) {
    const auto ends_with_one_of = [&](std::initializer_list<const char*> endings) {
        return std::any_of(endings.begin(), endings.end(),
                           [&](const char* ending) { return path.ends_with(ending); });
    };
    if (ends_with_one_of({".cpp", ".hpp", ".js", ".mjs"})) return "//";
    if (ends_with_one_of({".toml", ".cmake", "CMakeLists.txt", ".service"})) return "#";
    const auto text = text::fs::path(path).has_extension() ? std::string() : text::of(path);
    return text.starts_with("#!") ? std::optional<std::string>("#") : std::nullopt;
}

const std::vector<Source>& sources() {
    static const std::vector<Source> all = [] {
        std::vector<Source> found;
        for (const auto& path : text::files())
            if (const auto mark = comment_mark_of(path); mark && path.find("/seeds/") == path.npos)
                found.push_back({path, *mark, text::lines_of(text::of(path))});
        return found;
    }();
    return all;
}

std::size_t indent_of(const std::string& line) {
    const auto indent = line.find_first_not_of(' ');
    return indent == std::string::npos ? line.size() : indent;
}

// Blank lines, labels of access and preprocessor lines stand at an indentation of their own.
bool out_of_line(const std::string& line) {
    static const std::regex label(R"(^\s*((public|private|protected):|#.*)?$)");
    return std::regex_match(line, label);
}

// The first line of the block that line `last`, a closing brace, ends: formatted code has its like
// at no other indentation.
std::size_t opening_of(const std::vector<std::string>& lines, std::size_t last) {
    const auto indent = indent_of(lines[last]);
    auto line = last;
    while (line > 0) {
        --line;
        if (!out_of_line(lines[line]) && indent_of(lines[line]) <= indent) break;
    }
    return line;
}

// Neither a type, a namespace, a statement, a value nor a group of tests.
bool begins_function(const std::string& line) {
    static const std::regex other(
        R"(^\s*(\}|(if|for|while|switch|else|do|try|catch|case|default|namespace|struct|class|enum|union|extern|describe|export (default )?class)\b).*)");
    if (std::regex_match(line, other)) return false;
    const auto parenthesis = line.find('(');
    const auto equals = line.find('=');
    const bool is_value = equals < parenthesis && line.find("operator") == std::string::npos &&
                          line.find("=>") != equals;
    return parenthesis != std::string::npos && !is_value;
}

// The comments of a source: where each begins, and its first line.
std::vector<std::pair<std::size_t, std::string>> comments_of(const Source& source) {
    std::vector<std::pair<std::size_t, std::string>> found;
    const std::regex comment("(?:^|\\s)" + source.comment_mark + "+ (.*)");
    bool within = false;
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
        const auto& line = source.lines[i];
        const bool alone =
            line.compare(indent_of(line), source.comment_mark.size(), source.comment_mark) == 0;
        std::smatch match;
        const bool is_comment = std::regex_search(line, match, comment);
        // Behind a declaration "of ..." goes on from its name.
        const bool continues = !alone && match[1].str().starts_with("of ");
        if (is_comment && !continues && !(alone && within))
            found.emplace_back(i + 1, match[1].str());
        within = alone;
    }
    return found;
}

bool lacks_subject(const std::string& sentence) {
    static const std::regex words(
        "^(what|whatever|who|whoever|whom|whose|of|the same|one that|those)\\b.*",
        std::regex::icase);
    return std::regex_match(sentence, words);
}

}  // namespace

TEST_CASE("no file is longer than 400 lines, tests and scripts included") {
    REQUIRE(sources().size() > 400);
    for (const auto& source : sources()) {
        INFO(source.path);
        CHECK(source.lines.size() <= max_file_lines);
    }
}

TEST_CASE("no function is longer than 60 lines, tests and scripts included") {
    std::size_t functions = 0;
    for (const auto& source : sources())
        for (std::size_t last = 0; last < source.lines.size(); ++last) {
            if (!source.lines[last].substr(indent_of(source.lines[last])).starts_with('}'))
                continue;
            const auto first = opening_of(source.lines, last);
            if (!begins_function(source.lines[first])) continue;
            ++functions;
            INFO(source.path << ':' << first + 1 << ": " << source.lines[first]);
            CHECK(last - first + 1 <= max_function_lines);
        }
    CHECK(functions > 3000);
}

TEST_CASE("a comment begins with its subject or its verb") {
    for (const auto& source : sources()) {
        if (std::any_of(left_as_they_are.begin(), left_as_they_are.end(), [&](const auto& folder) {
                return source.path == folder || below(source.path, folder);
            }))
            continue;
        for (const auto& [line, sentence] : comments_of(source)) {
            INFO(source.path << ':' << line << ": " << sentence);
            CHECK_FALSE(lacks_subject(sentence));
        }
    }
}

TEST_CASE("a caption of the tree begins with its subject or its verb") {
    for (const auto& line : text::lines_of(text::part("ARCHITECTURE.md", "tree"))) {
        const auto gap = line.find("  ", indent_of(line));
        if (gap == std::string::npos) continue;
        INFO(line);
        CHECK_FALSE(lacks_subject(line.substr(gap + 2)));
    }
}

TEST_CASE("the form tests find what they look for") {
    CHECK(lacks_subject("What is left"));
    CHECK(lacks_subject("the same again"));
    CHECK_FALSE(lacks_subject("Offers what is left"));
    CHECK(begins_function("int sum(int a, int b) {"));
    CHECK(begins_function("  async ({ cs, cp }) => {"));
    CHECK(begins_function("bool operator==(const Row& other) const {"));
    CHECK_FALSE(begins_function("const std::array rows = std::to_array<Row>({"));
    CHECK_FALSE(begins_function("    if (closed()) {"));
    const std::vector<std::string> lines{
        "void f(int a,", "       int b) {", "    if (a) {", "    }", "", "#endif", "}"};
    CHECK(opening_of(lines, 6) == 0);
    CHECK(opening_of(lines, 3) == 2);
    const Source source{"x.cpp", "//", {"// One.", "// Two.", "int a;  // Three.", "int b;"}};
    CHECK(comments_of(source).size() == 2);
}

}  // namespace form_test
