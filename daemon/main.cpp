// SPDX-License-Identifier: Apache-2.0
// Runs chargepointd, the OCPP daemon.

#include "daemon/client_files.hpp"
#include "daemon/host/restart.hpp"
#include "daemon/root_files.hpp"
#include "daemon/runner.hpp"
#include "daemon/settings/authorization_key.hpp"
#include "daemon/settings/sections.hpp"
#include "hal-service/process/command_line.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/process/version.hpp"

#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace {

using namespace charge_daemon;

constexpr std::string_view program = "chargepointd";

// Checks [ocpp] and the key file, which only this program can judge.
std::vector<process::Complaint> check(const process::Settings& settings) {
    std::map<std::string, std::string> keys;
    std::vector<process::Complaint> complaints;
    for (const auto& [key, value] : settings.ocpp) {
        const auto type = ocpp::factory_type(key);
        if (type && *type != value.type)
            complaints.push_back({"ocpp." + key, "must be " + std::string(shared::name_of(*type))});
        else
            keys[key] = value.value;
    }
    for (const auto& text :
         ocpp::check_factory_keys(keys, settings.connectors,
                                  daemon_settings(settings).central_system.security_profile)) {
        const auto colon = text.find(": ");
        complaints.push_back({"ocpp." + text.substr(0, colon),
                              colon == std::string::npos ? text : text.substr(colon + 2)});
    }
    if (const auto key = authorization_key(settings); !key) complaints.push_back(key.error());
    if (const auto roots = root_files(settings); !roots) complaints.push_back(roots.error());
    if (const auto own = client_files(settings); !own) complaints.push_back(own.error());
    return complaints;
}

// Returns the exit code of the process.
int restart(Runner& runner, RestartMode mode, char** argv) {
    const auto log = process::log("daemon");
    if (mode == RestartMode::Reexec) {
        log->info("executing itself anew");
        log->error("can't execute itself anew: {}", execute_anew(argv));
        return process::exit_code::internal;
    }
    if (runner.ending() == Ending::HardRestart) {
        log->info("asking for a reboot");
        const auto problem = tried(runner.reset_retries(), reboot_machine);
        if (!problem.empty()) runner.reset_failed(problem);
    }
    // The service manager starts it again: Restart=always.
    return process::exit_code::ok;
}

int run(const process::Settings& settings, char** argv) {
    const auto& own = daemon_settings(settings);
    EventLoop loop;
    // Signals are caught before the first line of the log, because a reader of that line may send
    // one.
    loop.catch_signals();
    process::start_logging(settings.log, program);
    const auto log = process::log("daemon");
    if (ControlSocket::taken(own.control_socket)) {
        log->error("another chargepointd answers at {}", own.control_socket);
        return process::exit_code::internal;
    }
    log->info("chargepointd {} starts as {}", process::version, own.identity());
    auto key = authorization_key(settings);
    if (!key) {
        log->error("{}: {}", key.error().key, key.error().text);
        return process::exit_code::configuration;
    }
    auto client = client_files(settings);
    if (!client) {
        log->error("{}: {}", client.error().key, client.error().text);
        return process::exit_code::configuration;
    }
    Runner runner(loop, settings, *std::move(key), *std::move(client));
    loop.on_signal([&](int signal) {
        log->info("asked to stop by signal {}", signal);
        runner.stop();
    });
    runner.start();
    // Running needs less memory than starting.
    ::malloc_trim(0);
    loop.run();
    if (runner.ending() != Ending::Stopped) return restart(runner, own.restart_mode, argv);
    log->info("stopped");
    // A thread that looks up a name can take longer than anybody waits for this to end.
    if (runner.resolving()) ::_exit(process::exit_code::ok);
    return process::exit_code::ok;
}

}  // namespace

int main(int argc, char** argv) {
    // One thread allocates, so that one arena is enough.
    ::mallopt(M_ARENA_MAX, 1);
    // When a reader of the log or of a socket has gone, writing fails instead of ending the
    // process.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const auto started =
            process::start(program, "chargepointd " + std::string(process::version), sections(),
                           argc, argv, check);
        if (const auto* code = std::get_if<int>(&started)) return *code;
        return run(std::get<process::Settings>(started), argv);
    } catch (const std::exception& error) {
        process::print_error("chargepointd: " + process::escaped(error.what()) + '\n');
        return process::exit_code::internal;
    }
}
