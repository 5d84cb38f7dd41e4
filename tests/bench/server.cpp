// SPDX-License-Identifier: Apache-2.0
// The bench: a central system that measures its charge point, and the empty client beside it.

#include "tests/bench/child.hpp"
#include "tests/bench/peer.hpp"
#include "tests/bench/syncs.hpp"
#include "tests/bench/websocket.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using bench::answer;
using bench::Child;
using bench::Connection;
using bench::is_call;
using bench::quoted;
using bench::received;
using bench::serve_until_quiet;
using bench::write_configuration;
using std::chrono::steady_clock;

constexpr int server_core = 0;
constexpr int client_core = 1;
constexpr int boots = 20;
constexpr int calls = 2'000;
constexpr int warm_up_calls = 200;
constexpr int transactions = 5;
constexpr int quiet_ms = 2'000;
constexpr int settled_ms = 200;  // after a start whose only purpose was to be timed

struct Options {
    std::string programs, folder, preload;
    int idle_seconds = 60;
};

struct Figures {
    double boot_ms = 0, boot_first_ms = 0;
    bench::Memory memory;
    double idle_cpu_ms = 0, wakeups_per_second = 0;
    double round_trips_per_second = 0, p50_us = 0, p99_us = 0;
    double commits = 0, commit_us = 0;  // per transaction; of one commit
};

double elapsed_ms(steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

double percentile(std::vector<double> values, double part) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

// Serves until that action has come.
void serve_until(Connection& connection, const std::string& wanted) {
    for (;;) {
        const std::string text = received(connection);
        if (is_call(text) && answer(connection, text) == wanted) return;
    }
}

// --- what is measured

void measure_round_trips(Connection& connection, Figures& figures) {
    std::vector<double> times;
    steady_clock::time_point first;
    for (int i = 0; i < warm_up_calls + calls; ++i) {
        if (i == warm_up_calls) first = steady_clock::now();
        const auto start = steady_clock::now();
        bench::call(connection, "GetConfiguration", R"({"key":["HeartbeatInterval"]})");
        if (i >= warm_up_calls) times.push_back(elapsed_ms(start) * 1000);
    }
    figures.round_trips_per_second = calls / (elapsed_ms(first) / 1000);
    figures.p50_us = percentile(times, 0.5);
    figures.p99_us = percentile(times, 0.99);
}

// Serves for that long.
void serve_for(Connection& connection, int seconds) {
    const auto end = steady_clock::now() + std::chrono::seconds(seconds);
    for (auto left = end - steady_clock::now(); left > left.zero();
         left = end - steady_clock::now()) {
        const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        if (!connection.wait(static_cast<int>(milliseconds))) continue;
        if (const std::string text = received(connection); is_call(text)) answer(connection, text);
    }
}

// The memory and work of a process while nothing happens.
class Idle {
public:
    explicit Idle(const Child& child) : child_(child), before_(child.work()) {}

    void finish(int seconds, Figures& figures) const {
        const bench::Work after = child_.work();
        figures.memory = child_.memory();
        figures.idle_cpu_ms = after.cpu_ms - before_.cpu_ms;
        figures.wakeups_per_second = static_cast<double>(after.wakeups - before_.wakeups) / seconds;
    }

private:
    const Child& child_;
    bench::Work before_;
};

// One start: from exec to its BootNotification.
double boot(Child& child, const bench::Listener& listener, Connection& connection) {
    connection = listener.accept();
    connection.accept_upgrade();
    const std::string text = received(connection);
    const double time = elapsed_ms(child.started());
    if (quoted(text, 1) != "BootNotification") throw std::runtime_error("not a boot: " + text);
    answer(connection, text);
    return time;
}

void measure_boots(const std::function<std::unique_ptr<Child>()>& start,
                   const bench::Listener& listener, Figures& figures) {
    std::vector<double> times;
    for (int i = 0; i < boots; ++i) {
        auto child = start();
        Connection connection(-1, Connection::Role::Server);
        times.push_back(boot(*child, listener, connection));
        if (i == 0) figures.boot_first_ms = times[0];
        serve_until_quiet(connection, settled_ms);
        connection = Connection(-1, Connection::Role::Server);
        child->stop();
    }
    figures.boot_ms = percentile(times, 0.5);
}

// --- the charge point

void simulate(const Options& options, const std::string& request) {
    const std::string path = options.folder + "/sim.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char reply[256] = {};
    if (connect(peer, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 ||
        write(peer, (request + "\n").c_str(), request.size() + 1) < 0 ||
        read(peer, reply, sizeof reply - 1) <= 0 || !std::strstr(reply, "\"ok\":true"))
        throw std::runtime_error("simulator: " + request + " " + reply);
    close(peer);
}

void measure_transactions(const Options& options, Connection& connection, const bench::Syncs& syncs,
                          Figures& figures) {
    const std::uint64_t count = syncs.count, time = syncs.nanoseconds;
    for (int i = 0; i < transactions; ++i) {
        simulate(options, R"({"do":"plug_in","connector":1})");
        serve_until(connection, "StatusNotification");
        simulate(options, R"({"do":"present_tag","uid":"04A1B2C3"})");
        serve_until(connection, "StartTransaction");
        serve_until_quiet(connection, quiet_ms);
        simulate(options, R"({"do":"present_tag","uid":"04A1B2C3"})");
        serve_until(connection, "StopTransaction");
        serve_until_quiet(connection, quiet_ms);
        simulate(options, R"({"do":"unplug","connector":1})");
        serve_until_quiet(connection, quiet_ms);
    }
    const double commits = static_cast<double>(syncs.count - count);
    figures.commits = commits / transactions;
    if (commits > 0)
        figures.commit_us = static_cast<double>(syncs.nanoseconds - time) / 1000 / commits;
}

Figures measure_charge_point(const Options& options, Figures& hardware_figures) {
    Figures figures;
    const bench::Listener listener;
    const std::string config = write_configuration(options.folder, listener.port());
    Child hardware({options.programs + "/chargepoint-hald", "--config", config}, server_core,
                   options.folder + "/hald.log");
    while (!std::filesystem::exists(options.folder + "/hal.sock")) usleep(1'000);
    const auto start = [&](const std::vector<std::string>& environment) {
        return std::make_unique<Child>(
            std::vector<std::string>{options.programs + "/chargepointd", "--config", config},
            client_core, options.folder + "/daemon.log", environment);
    };
    measure_boots([&] { return start({}); }, listener, figures);
    Connection connection(-1, Connection::Role::Server);
    {
        const auto child = start({});
        boot(*child, listener, connection);
        serve_until_quiet(connection, quiet_ms);
        const Idle idle(*child), hardware_idle(hardware);
        serve_for(connection, options.idle_seconds);
        idle.finish(options.idle_seconds, figures);
        hardware_idle.finish(options.idle_seconds, hardware_figures);
        measure_round_trips(connection, figures);
    }
    const std::string path = options.folder + "/syncs";
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (ftruncate(file, sizeof(bench::Syncs)) < 0) throw std::runtime_error(path);
    void* memory = mmap(nullptr, sizeof(bench::Syncs), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    const auto child = start({"LD_PRELOAD=" + options.preload, "CHARGEPOINT_BENCH_SYNCS=" + path});
    boot(*child, listener, connection);
    serve_until_quiet(connection, quiet_ms);
    measure_transactions(options, connection, *static_cast<bench::Syncs*>(memory), figures);
    return figures;
}

Figures measure_floor(const Options& options, const std::string& program) {
    Figures figures;
    const bench::Listener listener;
    const auto start = [&] {
        return std::make_unique<Child>(
            std::vector<std::string>{program, std::to_string(listener.port())}, client_core,
            options.folder + "/floor.log");
    };
    measure_boots(start, listener, figures);
    Connection connection(-1, Connection::Role::Server);
    const auto child = start();
    boot(*child, listener, connection);
    figures.memory = child->memory();
    measure_round_trips(connection, figures);
    return figures;
}

void print_idle(const char* name, const Figures& figures, int seconds) {
    std::printf("%-46s %10.1f %10s ms\n",
                (std::string(name) + ", CPU in " + std::to_string(seconds) + " s idle").c_str(),
                figures.idle_cpu_ms, "-");
    std::printf("%-46s %10.1f %10s /s\n", "  wake-ups", figures.wakeups_per_second, "-");
}

void print(const Figures& charge_point, const Figures& hardware, const Figures& floor,
           int idle_seconds) {
    const auto row = [](const char* what, double ours, double least, const char* unit) {
        std::printf("%-46s %10.1f %10.1f %-5s", what, ours, least, unit);
        if (least > 0) std::printf(" %8.1f", ours / least);
        std::printf("\n");
    };
    std::printf("%-46s %10s %10s %-5s %8s\n", "", "ours", "floor", "", "ratio");
    row("exec to BootNotification, median of 20", charge_point.boot_ms, floor.boot_ms, "ms");
    row("exec to BootNotification, first", charge_point.boot_first_ms, floor.boot_first_ms, "ms");
    row("PSS after boot", static_cast<double>(charge_point.memory.pss_kb) / 1024,
        static_cast<double>(floor.memory.pss_kb) / 1024, "MiB");
    row("RSS after boot", static_cast<double>(charge_point.memory.rss_kb) / 1024,
        static_cast<double>(floor.memory.rss_kb) / 1024, "MiB");
    print_idle("chargepointd", charge_point, idle_seconds);
    print_idle("chargepoint-hald", hardware, idle_seconds);
    std::printf("%-46s %10.1f %10s MiB\n", "  PSS",
                static_cast<double>(hardware.memory.pss_kb) / 1024, "-");
    row("GetConfiguration (1 key)", charge_point.round_trips_per_second,
        floor.round_trips_per_second, "/s");
    row("  p50", charge_point.p50_us, floor.p50_us, "us");
    row("  p99", charge_point.p99_us, floor.p99_us, "us");
    std::printf("%-46s %10.1f\n", "commits (fsync) per transaction", charge_point.commits);
    std::printf("%-46s %10.1f %10s us\n", "  time of one", charge_point.commit_us, "-");
}

}  // namespace

int main(int count, char** arguments) try {
    if (count != 5) {
        std::fprintf(stderr, "usage: server PROGRAMS BENCH-PROGRAMS FOLDER IDLE-SECONDS\n");
        return 64;
    }
    const std::string own = arguments[2];
    const Options options{arguments[1], arguments[3], own + "/libsyncs.so",
                          std::atoi(arguments[4])};
    bench::pin_to(server_core);
    const Figures floor = measure_floor(options, own + "/floor");
    Figures hardware;
    const Figures charge_point = measure_charge_point(options, hardware);
    print(charge_point, hardware, floor, options.idle_seconds);
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 70;
}
