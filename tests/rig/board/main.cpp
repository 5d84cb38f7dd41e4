// SPDX-License-Identifier: Apache-2.0
// rig-board: RB1 behind the kernel module. One thread at a higher priority than any program under
// test answers the kernel; another one, at none, serves the sockets.

#include "hal-service/simulation/control.hpp"
#include "tests/rig/board/device.hpp"
#include "tests/rig/board/mishaps.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <string>
#include <thread>

namespace {

constexpr int priority = 60;  // above chargepoint-hald
constexpr long input_period_ns = 5'000'000;
const std::string folder = "/run/chargepoint/";

void say(const std::string& text) { std::fprintf(stderr, "rig-board: %s\n", text.c_str()); }

rig::Moment now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds(time.tv_sec) + rig::Moment(time.tv_nsec / 1000);
}

// Ticks that fall on the edges of the mains' wave.
int input_timer() {
    const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    itimerspec period{};
    period.it_interval.tv_nsec = input_period_ns;
    period.it_value.tv_sec = now().count() / 1'000'000 + 1;
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &period, nullptr);
    return timer;
}

[[noreturn]] void serve_kernel(rig::Device& device, rig::Rb1& board) {
    const int timer = input_timer();
    device.show(board.inputs());
    for (;;) {
        pollfd waiting[] = {{device.descriptor(), POLLIN, 0}, {timer, POLLIN, 0}};
        if (poll(waiting, 2, -1) < 0) continue;
        device.serve(board);
        std::uint64_t ticks = 0;
        if (read(timer, &ticks, sizeof ticks) == sizeof ticks) {
            board.advance(now());
            device.show(board.inputs());
        }
    }
}

[[noreturn]] void serve_sockets(hal::LineServer simulator_lines, hal::LineServer mishap_lines,
                                rig::Rb1& board, int done) {
    rig::Mishaps mishaps(std::move(mishap_lines), board);
    simulation::Control control(std::move(simulator_lines), board.hatch(), rig::connectors(),
                                simulation::WorldFile(folder + "simulator.sock.world"),
                                {[&](const std::string& tag) { mishaps.present(tag); },
                                 [](std::string_view problem) { say(std::string(problem)); }});
    for (;;) {
        pollfd waiting[] = {{control.descriptor(), POLLIN, 0},
                            {mishaps.descriptor(), POLLIN, 0},
                            {done, POLLIN, 0}};
        if (poll(waiting, 3, -1) < 0) continue;
        std::uint64_t count = 0;
        if (waiting[2].revents != 0 && read(done, &count, sizeof count) > 0) control.advance();
        if (waiting[0].revents != 0) control.serve();
        if (waiting[1].revents != 0) mishaps.serve();
    }
}

}  // namespace

int main() {
    auto device = rig::Device::open("/dev/rig");
    auto simulator_lines =
        hal::LineServer::listen(folder + "simulator.sock", simulation::control_limits);
    auto mishap_lines = hal::LineServer::listen(folder + "rig.sock", rig::mishap_limits);
    if (!device) return say(device.error()), 1;
    if (!simulator_lines) return say(simulator_lines.error()), 1;
    if (!mishap_lines) return say(mishap_lines.error()), 1;

    const int done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    rig::Rb1 board(done);
    std::thread([&] {
        serve_sockets(*std::move(simulator_lines), *std::move(mishap_lines), board, done);
    }).detach();

    mlockall(MCL_CURRENT | MCL_FUTURE);
    sched_param parameters{};
    parameters.sched_priority = priority;
    if (sched_setscheduler(0, SCHED_FIFO, &parameters) != 0) say("no real-time scheduling");
    serve_kernel(*device, board);
}
