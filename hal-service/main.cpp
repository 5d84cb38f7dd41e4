// SPDX-License-Identifier: Apache-2.0
// chargepoint-hald: puts the parts together and waits for their end.

#include "daemon/settings/sections.hpp"
#include "hal-service/devices/open_board.hpp"
#include "hal-service/event_loop.hpp"
#include "hal-service/loop/real_time.hpp"
#include "hal-service/process/board_file.hpp"
#include "hal-service/process/command_line.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/sensor_ranges.hpp"
#include "hal-service/simulation/control.hpp"
#include "hal-service/simulation/simulator.hpp"

#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace {

using namespace std::chrono_literals;

constexpr std::string_view program = "chargepoint-hald";
// IEC 61851-1 Table A.5: F lasts at least 300 ms.
constexpr auto shown_f = 310ms;

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

int fail(const std::string& problem) {
    process::print_error(std::string(program) + ": " + problem + "\n");
    return process::exit_code::unavailable;
}

simulation::World load_world(const process::Settings& settings, const process::BoardSettings& board,
                             const std::string& path) {
    const auto line_frequency = board.outlet(settings.connectors.front().id).line_frequency;
    auto world = simulation::WorldFile(path).load(settings.connectors, line_frequency);
    if (world) return *world;
    process::log("simulator")->warn("{}: beginning with a fresh world", world.error());
    return simulation::fresh_world(settings.connectors, line_frequency);
}

std::unique_ptr<simulation::Simulator> simulator(const process::Settings& settings,
                                                 const process::BoardSettings& board,
                                                 const std::string& world_path, int loop_signal) {
    auto memory = or_warn(simulation::MeterMemory::open(settings.storage_directory),
                          "the simulated meter forgets when the process ends");
    return std::make_unique<simulation::Simulator>(
        settings.connectors, load_world(settings, board, world_path),
        memory ? *std::move(memory) : simulation::MeterMemory{}, settings.simulator.speed,
        loop_signal);
}

void prepare_for_real_time(bool real_board) {
    const auto refused = hal::lock_memory();
    if (!refused) return;
    process::log("hal")->log(real_board ? spdlog::level::warn : spdlog::level::info,
                             "memory is not locked, a tick may wait for a page: {}", *refused);
}

// Leaves the pilots at -12 V, or as long there as a vehicle needs to see it.
shared::Result<devices::OpenBoard, std::string> open_safely(
    const process::BoardSettings& wiring, const std::vector<hal::ConnectorInfo>& connectors,
    std::span<const hal::Registers> kept) {
    auto board = devices::open_board(wiring, connectors, kept);
    if (board && board->offered_before) {
        process::log("hal")->warn("a vehicle was still offered current: it is shown state F");
        hal::sleep_until(hal::monotonic_now() + shown_f);
    }
    return board;
}

// Returns only when it can't be done.
int execute_anew(char** argv) {
    process::log("hal")->info("executing itself anew");
    execv("/proc/self/exe", argv);
    process::log("hal")->critical("cannot execute itself: {}", std::strerror(errno));
    return process::exit_code::internal;
}

int run(const process::Settings& settings, const process::BoardSettings& wiring, char** argv) {
    const int signals = ending_signals();
    std::signal(SIGPIPE, SIG_IGN);
    const int loop_signal = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    const bool real_board = settings.hal.backend == process::BoardKind::Linux;
    prepare_for_real_time(real_board);

    // The sockets come before the board: a start that fails at them, because another process has
    // them or the folder can't be written, has touched no device and armed no watchdog.
    auto daemon_socket = hal::LineServer::listen(settings.hal.socket, hal::daemon_limits);
    if (!daemon_socket) return fail("hal.socket: " + daemon_socket.error());
    auto service_socket =
        or_warn(hal::LineServer::listen(settings.hal.service_socket_path(), hal::service_limits),
                "chargepointctl hal will find nobody");
    std::optional<hal::LineServer> simulator_socket;
    if (!real_board) {
        auto socket =
            hal::LineServer::listen(settings.simulator.socket, simulation::control_limits);
        if (!socket) return fail("simulator.socket: " + socket.error());
        simulator_socket.emplace(*std::move(socket));
    }

    auto kept_file = or_warn(hal::KeptFile::open(settings.storage_directory),
                             "energy registers are lost when the process ends");
    if (kept_file && kept_file->damaged())
        process::log("hal")->error("both copies of the energy registers are damaged");
    const auto kept =
        kept_file ? kept_file->load(settings.connectors) : std::vector<hal::Registers>{};

    devices::OpenBoard board;
    if (real_board) {
        auto open = open_safely(wiring, settings.connectors, kept);
        if (!open) return fail(open.error());
        board = *std::move(open);
    }
    std::unique_ptr<simulation::Simulator> model;
    const auto world_path = simulation::WorldFile::path_for(settings.simulator.socket);
    if (!real_board) model = simulator(settings, wiring, world_path, loop_signal);

    const hal::Fallback fallback{settings.hal.fallback_current, settings.hal.fallback_time};
    hal::Backend& backend = real_board ? static_cast<hal::Backend&>(*board.board) : *model;
    hal::ControlLoop loop(backend, settings.connectors, fallback, kept, loop_signal, wiring);
    hal::EventLoop::End end{};
    {
        hal::EventLoop service({loop, loop_signal, signals, *std::move(daemon_socket),
                                std::move(service_socket), std::move(kept_file), model.get(),
                                std::move(simulator_socket), world_path, board.slow.get(), wiring},
                               settings.connectors, settings.hal.lease);
        if (real_board) {
            board.metering->start();
            board.slow->start();
        }
        loop.start();
        end = service.run();
    }
    if (end != hal::EventLoop::End::Restart) return process::exit_code::ok;
    if (board.slow) board.slow->stop();  // the next start may fail: disarms the watchdog
    return execute_anew(argv);
}

int make_safe(const process::Settings& settings, const process::BoardSettings& board) {
    if (settings.hal.backend != process::BoardKind::Linux) return process::exit_code::ok;
    int code = process::exit_code::ok;
    for (const auto& problem : devices::make_safe(board, settings.connectors)) code = fail(problem);
    return code;
}

}  // namespace

int main(int argc, char* argv[]) {
    try {
        process::BoardSettings board;
        bool safe_state = false;
        const std::array flags{process::Flag{
            "--safe-state", "Open the contactors, put the pilots to state F, and end", safe_state}};
        const auto judge = [&board](const process::Settings& settings) {
            std::vector<process::Complaint> complaints;
            // Without a board file only the settings of the connectors can be wrong.
            const char* const key =
                settings.hal.board.empty() && settings.hal.backend == process::BoardKind::Simulator
                    ? "connector"
                    : "hal.board";
            auto loaded = process::load_board(settings, hal::check_sensor_ranges);
            if (loaded)
                board = *std::move(loaded);
            else
                for (const auto& wrong : loaded.error()) complaints.push_back({key, wrong});
            return complaints;
        };
        const auto started =
            process::start(program, charge_daemon::sections(), argc, argv, judge, flags);
        if (const int* code = std::get_if<int>(&started)) return *code;
        const auto& settings = std::get<process::Settings>(started);
        if (safe_state) return make_safe(settings, board);
        process::start_logging(settings.log, program);
        return run(settings, board, argv);
    } catch (const std::exception& error) {
        process::print_error("chargepoint-hald: " + std::string(error.what()) + "\n");
        return process::exit_code::internal;
    }
}
