// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/command_line.hpp"

#include "daemon/settings/sections.hpp"
#include "tests/support/catch.hpp"

#include <stdlib.h>
#include <unistd.h>

namespace command_line_test {

namespace {

// The exit code, or -1 when the program would go on.
int code(std::vector<std::string> words, const process::Checker& check = {}) {
    words.insert(words.begin(), "test");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const auto started = process::start("test", "test 1.2.3", charge_daemon::sections(),
                                        static_cast<int>(words.size()), argv.data(), check);
    const auto* ended = std::get_if<int>(&started);
    return ended ? *ended : -1;
}

const std::string no_file = "--config=/dev/null";

}  // namespace

TEST_CASE("without complaints the program goes on") { CHECK(code({no_file}) == -1); }

TEST_CASE("questions end with 0") {
    for (const char* question : {"--help", "-h", "--version", "--check-config", "--print-config"})
        CHECK(code({no_file, question}) == 0);
}

TEST_CASE("wrong usage is 64") {
    CHECK(code({no_file, "--nonsense"}) == 64);
    CHECK(code({no_file, "extra"}) == 64);
    CHECK(code({no_file, "--set"}) == 64);
    CHECK(code({no_file, "--set", "nothing"}) == 64);
    CHECK(code({"--config"}) == 64);
}

TEST_CASE("a wrong configuration is 78, also when it is only to be shown") {
    CHECK(code({no_file, "--set", "hal.colour=1"}) == 78);
    CHECK(code({no_file, "--set", "hal.colour=1", "--print-config"}) == 78);
    CHECK(code({no_file, "--set", "hal.lease_seconds=soon", "--check-config"}) == 78);
    CHECK(code({"--config", "/nonexistent"}) == 78);
}

TEST_CASE("--set may be given more than once, and takes one word each time") {
    CHECK(code({no_file, "--set", "hal.lease_seconds=5", "--set=hal.fallback_seconds=9"}) == -1);
    CHECK(code({no_file, "--set", "hal.lease_seconds=5", "hal.fallback_seconds=9"}) == 64);
}

TEST_CASE("what only the program can judge is judged before it starts") {
    const process::Checker check = [](const process::Settings& settings) {
        return settings.ocpp.empty()
                   ? std::vector<process::Complaint>{}
                   : std::vector<process::Complaint>{{"ocpp.Nonsense", "is not known"}};
    };
    CHECK(code({no_file}, check) == -1);
    CHECK(code({no_file, "--set", "ocpp.Nonsense=1"}, check) == 78);
    CHECK(code({no_file, "--set", "ocpp.Nonsense=1", "--check-config"}, check) == 78);
}

}  // namespace command_line_test
