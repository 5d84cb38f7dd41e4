// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options that all programs have in common, and what a program does before it does anything.

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

// What only one program can judge, such as the keys under [ocpp].
using Checker = std::function<std::vector<Complaint>(const Settings&)>;

struct CommonOptions {
    Sources sources;
    bool check_config = false;
    bool print_config = false;
};
void add_common_options(CLI::App& app, CommonOptions& options, std::string_view version_text);

// The settings; or the exit code, after having printed what was asked for or what is wrong.
std::variant<Settings, int> start(const CommonOptions& options, const Checker& check = {});
// An option of one program, set when it is given.
struct Flag {
    std::string_view name;  // "--safe-state"
    std::string_view what;
    bool& given;
};
std::variant<Settings, int> start(std::string_view program, std::string_view version_text, int argc,
                                  char** argv, const Checker& check = {},
                                  std::span<const Flag> flags = {});
std::variant<Settings, int> start(std::string_view program, int argc, char** argv,
                                  const Checker& check = {}, std::span<const Flag> flags = {});

// Runs the parser; an exit code when the program is to end, after having printed why.
std::optional<int> parse(CLI::App& app, int argc, char** argv);

// Whole text to standard output or error.
void print_out(std::string_view text);
void print_error(std::string_view text);

}  // namespace process
