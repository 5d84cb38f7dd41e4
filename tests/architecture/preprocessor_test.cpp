// SPDX-License-Identifier: Apache-2.0
// The compiler's own list of the headers that a folder reads, however they come in. A heavy header
// in a file that everybody includes costs each build minutes, and the safety kernel is to be
// audited without a parser.

#include "tests/architecture/text.hpp"
#include "tests/support/catch.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace preprocessor_test {

namespace {

std::vector<std::string> sources_below(const std::string& folder) {
    std::vector<std::string> found;
    for (const auto& path : text::files())
        if (path.starts_with(folder + '/') && (path.ends_with(".cpp") || path.ends_with(".hpp")))
            found.push_back(path);
    return found;
}

std::string all_of(int file) {
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t length; (length = read(file, buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(length));
    return text;
}

// The output of `c++ -M` for a source that includes these files.
std::string headers_read_by(const std::vector<std::string>& files) {
    const auto source = text::fs::temp_directory_path() /
                        ("chargepoint-includes-" + std::to_string(getpid()) + ".cpp");
    {
        std::ofstream out(source);
        for (const auto& file : files) out << "#include \"" << file << "\"\n";
    }
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(CHARGEPOINT_COMPILER, CHARGEPOINT_COMPILER, "-std=c++20", "-I.", "-M", source.c_str(),
              nullptr);
        _exit(127);
    }
    close(ends[1]);
    auto text = all_of(ends[0]);
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    text::fs::remove(source);
    CHECK(status == 0);
    return text;
}

// One run of the compiler shows that nobody reads `header`; only otherwise each file is asked.
std::vector<std::string> readers(const std::vector<std::string>& files, const std::string& header) {
    std::vector<std::string> found;
    if (headers_read_by(files).find(header) == std::string::npos) return found;
    for (const auto& file : files)
        if (headers_read_by({file}).find(header) != std::string::npos) found.push_back(file);
    return found;
}

}  // namespace

TEST_CASE("no file of hal-service/control reads the JSON library") {
    const auto files = sources_below("hal-service/control");
    REQUIRE(files.size() > 20);
    CHECK(readers(files, "nlohmann/json.hpp") == std::vector<std::string>());
}

TEST_CASE("no feature reads the table of all keys") {
    const auto files = sources_below("ocpp/features");
    REQUIRE(files.size() > 40);
    CHECK(readers(files, "ocpp/config/key_table.hpp") == std::vector<std::string>());
}

TEST_CASE("the compiler's list knows an indirect reader") {
    CHECK(readers({"hal-service/shared/json_fields.hpp"}, "nlohmann/json.hpp").size() == 1);
}

}  // namespace preprocessor_test
