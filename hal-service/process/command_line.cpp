// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/command_line.hpp"

#include "hal-service/process/version.hpp"
#include "hal-service/shared/secrets.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace process {

void add_common_options(CLI::App& app, CommonOptions& options, std::string_view version_text) {
    app.add_option("--config", options.sources.file,
                   "Read this file instead of those of the system")
        ->type_name("FILE");
    app.add_option("--set", options.sources.overrides,
                   "A value that wins over the files, written as in TOML: "
                   "--set log.level='\"debug\"'; may be given more than once")
        ->type_name("SECTION.KEY=VALUE")
        ->check([](const std::string& text) {
            const auto equals = text.find('=');
            return equals == std::string::npos || equals == 0
                       ? std::string("this is not section.key=VALUE")
                       : std::string{};
        })
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    app.add_flag("--check-config", options.check_config, "Check the configuration and end");
    app.add_flag("--print-config", options.print_config,
                 "Print every value with where it came from, and end");
    app.set_version_flag("--version", std::string(version_text), "Print the version and end");
    app.set_help_flag("-h,--help", "Print this help and end");
}

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
    try {
        app.parse(argc, argv);
        return std::nullopt;
    } catch (const CLI::CallForHelp&) {
        print_out(app.help());
        return exit_code::ok;
    } catch (const CLI::CallForVersion& asked) {
        print_out(std::string(asked.what()) + '\n');
        return exit_code::ok;
    } catch (const CLI::ParseError& error) {
        print_error(app.get_name() + ": " + error.what() + "\nTry " + app.get_name() +
                    " --help.\n");
        return exit_code::usage;
    }
}

std::variant<Settings, int> start(const CommonOptions& options, const Sections& sections,
                                  const Checker& check) {
    auto settings = load(options.sources, sections);
    if (!settings) {
        for (const auto& complaint : settings.error()) print_error(complaint + '\n');
        return exit_code::configuration;
    }
    const auto complaints = check ? check(*settings) : std::vector<Complaint>{};
    for (const auto& complaint : complaints) print_error(describe(*settings, complaint) + '\n');
    if (!complaints.empty()) return exit_code::configuration;
    if (options.print_config) print_out(print(sections, *settings));
    if (options.print_config || options.check_config) return exit_code::ok;
    return *std::move(settings);
}

std::variant<Settings, int> start(std::string_view program, std::string_view version_text,
                                  const Sections& sections, int argc, char** argv,
                                  const Checker& check, std::span<const Flag> flags) {
    CLI::App app{"", std::string(program)};
    CommonOptions options;
    add_common_options(app, options, version_text);
    for (const auto& flag : flags)
        app.add_flag(std::string(flag.name), flag.given, std::string(flag.what));
    if (const auto code = parse(app, argc, argv)) return *code;
    return start(options, sections, check);
}

std::variant<Settings, int> start(std::string_view program, const Sections& sections, int argc,
                                  char** argv, const Checker& check, std::span<const Flag> flags) {
    return start(program, std::string(program) + ' ' + std::string(version), sections, argc, argv,
                 check, flags);
}

void print_out(std::string_view text) {
    const auto shown = shared::without_secrets(text);
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fflush(stdout);
}

void print_error(std::string_view text) {
    const auto shown = shared::without_secrets(text);
    std::fwrite(shown.data(), 1, shown.size(), stderr);
}

}  // namespace process
