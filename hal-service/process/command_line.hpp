// SPDX-License-Identifier: Apache-2.0
#pragma once
// Options that all programs have in common, and the first steps of each: parse, load, check, print.

#include "hal-service/process/load.hpp"

#include <functional>
#include <span>
#include <string_view>
#include <variant>

namespace CLI {
class App;
}

namespace process {

namespace exit_code {  // as in sysexits.h
inline constexpr int ok = 0;
inline constexpr int usage = 64;
inline constexpr int unavailable = 69;
inline constexpr int internal = 70;
inline constexpr int configuration = 78;
}  // namespace exit_code

// Judges settings that only one program can judge, for example the keys under [ocpp].
using Checker = std::function<std::vector<Complaint>(const Settings&)>;

struct CommonOptions {
    Sources sources;
    bool check_config = false;
    bool print_config = false;
};
void add_common_options(CLI::App& app, CommonOptions& options, std::string_view version_text);

// Returns the settings; or the exit code, after it has printed what was asked for or what is wrong.
std::variant<Settings, int> start(const CommonOptions& options, const Sections& sections,
                                  const Checker& check = {});
// An option of one program, set when it is given.
struct Flag {
    std::string_view name;  // "--safe-state"
    std::string_view what;
    bool& given;
};
std::variant<Settings, int> start(std::string_view program, std::string_view version_text,
                                  const Sections& sections, int argc, char** argv,
                                  const Checker& check = {}, std::span<const Flag> flags = {});
std::variant<Settings, int> start(std::string_view program, const Sections& sections, int argc,
                                  char** argv, const Checker& check = {},
                                  std::span<const Flag> flags = {});

// Runs the parser. Returns an exit code if the program must end, after it has printed why.
std::optional<int> parse(CLI::App& app, int argc, char** argv);

// These write the whole text to standard output or error.
void print_out(std::string_view text);
void print_error(std::string_view text);

}  // namespace process
