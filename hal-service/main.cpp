// SPDX-License-Identifier: Apache-2.0
// chargepoint-hald: puts the parts together and waits for their end.

#include "hal-service/process/command_line.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/service.hpp"
#include "hal-service/simulation/control.hpp"
#include "hal-service/simulation/simulator.hpp"

#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace {

constexpr std::string_view program = "chargepoint-hald";

// Signals that end the process, as a descriptor; blocked here for all threads to come.
int ending_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

template <class T>
std::optional<T> or_warn(shared::Result<T, std::string> result, std::string_view consequence) {
    if (result) return *std::move(result);
    process::log("hal")->error("{}: {}", result.error(), consequence);
    return std::nullopt;
}

simulation::World load_world(const process::Settings& settings, const std::string& path) {
    auto world = simulation::WorldFile(path).load(settings.connectors);
    if (world) return *world;
    process::log("simulator")->warn("{}: beginning with a fresh world", world.error());
    return simulation::fresh_world(settings.connectors);
}

int run(const process::Settings& settings, char** argv) {
    const int signals = ending_signals();
    std::signal(SIGPIPE, SIG_IGN);
    const int loop_signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    auto daemon_socket = hal::LineServer::listen(settings.hal.socket, hal::daemon_limits);
    if (!daemon_socket) {
        process::print_error("chargepoint-hald: hal.socket: " + daemon_socket.error() + "\n");
        return process::exit_code::unavailable;
    }
    auto simulator_socket =
        hal::LineServer::listen(settings.simulator.socket, simulation::control_limits);
    if (!simulator_socket) {
        process::print_error("chargepoint-hald: simulator.socket: " + simulator_socket.error() +
                             "\n");
        return process::exit_code::unavailable;
    }

    auto service_socket =
        or_warn(hal::LineServer::listen(settings.hal.service_socket_path(), hal::service_limits),
                "chargepointctl hal will find nobody");

    auto kept_file = or_warn(hal::KeptFile::open(settings.storage_directory),
                             "energy registers are lost when the process ends");
    if (kept_file && kept_file->damaged())
        process::log("hal")->error("both copies of the energy registers are damaged");
    auto memory = or_warn(simulation::MeterMemory::open(settings.storage_directory),
                          "the simulated meter forgets when the process ends");
    const auto world_path = simulation::WorldFile::path_for(settings.simulator.socket);
    simulation::Simulator simulator(settings.connectors, load_world(settings, world_path),
                                    memory ? *std::move(memory) : simulation::MeterMemory{},
                                    settings.simulator.speed, loop_signal);
    const auto kept = kept_file ? kept_file->load(settings.connectors) : std::vector<hal::Kept>{};
    const hal::Fallback fallback{settings.hal.fallback_current, settings.hal.fallback_time};
    hal::ControlLoop loop(simulator, settings.connectors, fallback, kept, loop_signal);
    hal::Service::End end{};
    {
        hal::Service service(
            {loop, loop_signal, signals, *std::move(daemon_socket), std::move(service_socket),
             std::move(kept_file), &simulator, *std::move(simulator_socket), world_path},
            settings.connectors, settings.hal.lease);
        loop.start();
        end = service.run();
    }
    if (end == hal::Service::End::Restart) {
        process::log("hal")->info("executing itself anew");
        execv("/proc/self/exe", argv);
        process::log("hal")->critical("cannot execute itself: {}", std::strerror(errno));
        return process::exit_code::internal;
    }
    return process::exit_code::ok;
}

}  // namespace

int main(int argc, char* argv[]) {
    try {
        const auto started = process::start(program, argc, argv);
        if (const int* code = std::get_if<int>(&started)) return *code;
        const auto& settings = std::get<process::Settings>(started);
        if (settings.hal.backend == process::Backend::Linux) {
            process::print_error(
                "chargepoint-hald: hal.backend = \"linux\": the linux backend comes with the "
                "device drivers; this build has only the simulator\n");
            return process::exit_code::configuration;
        }
        process::start_logging(settings.log, program);
        return run(settings, argv);
    } catch (const std::exception& error) {
        process::print_error("chargepoint-hald: " + std::string(error.what()) + "\n");
        return process::exit_code::internal;
    }
}
