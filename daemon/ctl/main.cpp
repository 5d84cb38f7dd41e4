// SPDX-License-Identifier: Apache-2.0
// chargepointctl: the charge point for people and scripts.

#include "daemon/ctl/commands.hpp"
#include "daemon/settings/sections.hpp"
#include "daemon/settings/settings.hpp"
#include "hal-service/process/command_line.hpp"
#include "hal-service/process/version.hpp"

#include <CLI/CLI.hpp>

namespace {

using namespace charge_daemon;
namespace exit_code = process::exit_code;

struct Words {
    process::CommonOptions common;
    bool json = false;
    bool watch = false;
    bool stats = false;
    bool all = false;
    std::string link_state;
    std::vector<std::string> keys;
    std::string key;
    std::string value;
    int limit = 20;
    std::string type;
    std::string file;
    int number = 0;
    std::vector<std::string> request;
    int profile = 0;
};

void add_config(CLI::App& app, Words& words) {
    auto* config = app.add_subcommand("config", "OCPP configuration keys");
    config->require_subcommand(1);
    config->fallthrough();
    auto* get = config->add_subcommand("get", "Show all keys, or some");
    get->add_option("KEY", words.keys, "Names of keys");
    get->fallthrough();
    auto* set = config->add_subcommand("set", "Change a key as a central system would");
    set->add_option("KEY", words.key, "Its name")->required();
    set->add_option("VALUE", words.value, "Its new value")->required();
    set->fallthrough();
}

void add_certificates(CLI::App& app, Words& words) {
    auto* certificates = app.add_subcommand("certificates", "Installed root certificates");
    certificates->require_subcommand(0, 1);
    auto* install = certificates->add_subcommand("install", "Install one as OCPP does");
    install->add_option("TYPE", words.type, "Its type, as OCPP spells it")
        ->required()
        ->check(CLI::IsMember({"CentralSystemRootCertificate", "ManufacturerRootCertificate"}));
    install->add_option("FILE", words.file, "A PEM file")->required();
    auto* remove = certificates->add_subcommand("delete", "Delete one");
    remove->add_option("NUMBER", words.number, "Its number in the list")->required();
    auto* list = certificates->add_subcommand("list", "Show them all, as without a command");
    for (auto* command : {certificates, install, remove, list}) command->fallthrough();
}

void add_security(CLI::App& app) {
    auto* security = app.add_subcommand("security", "Security events");
    security->require_subcommand(1);
    security->fallthrough();
    security->add_subcommand("log", "The newest events, oldest first")->fallthrough();
}

void add_commands(CLI::App& app, Words& words) {
    process::add_common_options(app, words.common,
                                "chargepointctl " + std::string(process::version));
    app.add_flag("--json", words.json, "Answers as JSON, one on a line");
    app.require_subcommand(0, 1);
    auto* status = app.add_subcommand("status", "Connectors, links and what is going on");
    status->add_flag("--watch", words.watch, "Follow it until interrupted");
    app.add_subcommand("events", "Every state change, message and fault as a JSON line");
    auto* limits = app.add_subcommand("limits", "Every bound of the current, and which one binds");
    auto* network = app.add_subcommand("network", "Network interfaces, addresses and Wi-Fi");
    auto* factory_reset = app.add_subcommand(
        "factory-reset",
        "Forget keys, profiles, tags and reservations; begin anew as it left the factory");
    auto* security_profile = app.add_subcommand(
        "security-profile", "Set the security profile, also to a lower one; for root only");
    security_profile->add_option("PROFILE", words.profile, "0 to 3")
        ->required()
        ->check(CLI::Range(0, 3));
    auto* link = app.add_subcommand("link", "The connection to the central system");
    link->add_option("STATE", words.link_state, "down: close and hold; up: release")
        ->check(CLI::IsMember({"down", "up"}));
    auto* transactions = app.add_subcommand("transactions", "The newest transactions");
    transactions->add_option("--limit", words.limit, "How many")->check(CLI::Range(1, 1000));
    auto* sim = app.add_subcommand(
        "sim",
        "Ask the simulator: sim plug_in connector=1, sim present_tag uid=04A1B2C3, "
        "sim vehicle connector=1 max_current=10, sim observe");
    sim->add_option("WORDS", words.request, "The command and its key=value pairs")->required();
    auto* hal = app.add_subcommand(
        "hal", "Ask the hardware: hal, hal pilot connector=1, hal faults --all, hal --stats");
    hal->add_option("WORDS", words.request, "The command and its key=value pairs");
    hal->add_flag("--watch", words.watch, "Follow it until interrupted");
    hal->add_flag("--stats", words.stats, "How punctual the control loop is");
    hal->add_flag("--all", words.all, "With faults: every rule, too");
    for (auto* command : {status, limits, network, factory_reset, security_profile, link,
                          transactions, hal, sim, app.get_subcommand("events")})
        command->fallthrough();
    add_config(app, words);
    add_security(app);
    add_certificates(app, words);
}

int certificates(const CLI::App& asked, const ctl::Destination& daemon, const Words& words) {
    if (asked.got_subcommand("install"))
        return ctl::install_certificate(daemon, words.type, words.file);
    if (asked.got_subcommand("delete")) return ctl::delete_certificate(daemon, words.number);
    return ctl::certificates(daemon);
}

int run(const CLI::App& app, const Words& words, const process::Settings& settings) {
    const ctl::Destination daemon{daemon_settings(settings).control_socket, words.json};
    if (app.got_subcommand("status")) return ctl::status(daemon, words.watch);
    if (app.got_subcommand("events")) return ctl::events(daemon);
    if (app.got_subcommand("limits")) return ctl::limits(daemon);
    if (app.got_subcommand("network")) return ctl::network(daemon);
    if (app.got_subcommand("factory-reset")) return ctl::factory_reset(daemon);
    if (app.got_subcommand("security-profile")) return ctl::security_profile(daemon, words.profile);
    if (app.got_subcommand("link")) return ctl::link(daemon, words.link_state);
    if (app.got_subcommand("security")) return ctl::security_log(daemon);
    if (app.got_subcommand("transactions")) return ctl::transactions(daemon, words.limit);
    if (app.got_subcommand("certificates"))
        return certificates(*app.get_subcommand("certificates"), daemon, words);
    if (app.got_subcommand("hal"))
        return ctl::hardware({settings.hal.service_socket_path(), words.json}, words.request,
                             {words.watch, words.stats, words.all});
    if (app.got_subcommand("sim"))
        return ctl::simulate({settings.simulator.socket, words.json}, words.request);
    const auto* config = app.get_subcommand("config");
    return config->got_subcommand("get") ? ctl::get_configuration(daemon, words.keys)
                                         : ctl::set_configuration(daemon, words.key, words.value);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Look at and handle the charge point.", "chargepointctl"};
    Words words;
    add_commands(app, words);
    if (const auto code = process::parse(app, argc, argv)) return *code;
    const auto started = process::start(words.common, sections());
    if (const auto* code = std::get_if<int>(&started)) return *code;
    if (app.get_subcommands().empty()) {
        process::print_error(app.help());
        return exit_code::usage;
    }
    return run(app, words, std::get<process::Settings>(started));
}
