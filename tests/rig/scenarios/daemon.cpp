// SPDX-License-Identifier: Apache-2.0
// Both processes and a central system: what a session does when one of them dies or stands still.

#include "tests/rig/scenarios/central_system.hpp"
#include "tests/rig/scenarios/script.hpp"

#include <csignal>
#include <thread>

namespace rig {
namespace {

using namespace std::chrono_literals;

// As in guest/rig.toml: a lease of 2 s, then 6 A for 3 s.
constexpr auto lease = 2s;
constexpr auto fallback = 3s;
constexpr double sixteen_amps = 26.6;  // percent
constexpr double six_amps = 10.0;

// A vehicle that charges under a transaction.
class Station {
public:
    Station() {
        world({{"do", "reset"}});
        board_.ask({{"do", "i2c_hang"}, {"on", false}});
        start();
        must(central().called("BootNotification", 30s).has_value(), "it boots");
        world({{"do", "plug_in"}, {"connector", 1}});
        must(central().called("StartTransaction", 30s).has_value(), "a transaction begins");
        await(
            "it charges", [&] { return amps() > 15; }, 30s);
    }

    void start() {
        if (!hald_ || !hald_->running()) hald_ = start_hald({storage_});
        if (!daemon_ || !daemon_->running())
            daemon_ =
                start_daemon({storage_, "central_system.url=\"" + CentralSystem::url() + '"'});
    }
    Json world(const Json& request) { return world_.ask(request); }
    Json outlet() { return world({{"do", "observe"}})["connectors"][0]; }
    double amps() { return outlet()["amps"][0].get<double>(); }
    double duty() {
        const auto pilot = outlet()["pilot"];
        return pilot["pwm"].get<bool>() ? pilot["duty_percent"].get<double>() : 0.0;
    }
    bool open() { return outlet()["relays"]["L1"] == false; }
    CentralSystem& central() { return central_; }
    Process& hald() { return *hald_; }
    Process& daemon() { return *daemon_; }

    // How long it took.
    Duration await(const std::string& what, const std::function<bool()>& condition,
                   Duration patience) {
        const auto begin = now();
        while (!condition()) {
            must(now() - begin < patience, what + "; it is: " + outlet().dump());
            std::this_thread::sleep_for(20ms);
        }
        return now() - begin;
    }

private:
    const std::string storage_ = fresh_storage();
    CentralSystem central_;
    Connection world_{run_folder + "simulator.sock"};
    Connection board_{run_folder + "rig.sock"};
    std::unique_ptr<Process> hald_;
    std::unique_ptr<Process> daemon_;
};

bool about(double value, double expected) { return std::abs(value - expected) < 0.5; }

// Lease, fall-back current, off: in that order, at those times.
void must_lose_its_lease(Station& station, int signal) {
    must(station.duty() > sixteen_amps - 0.5, "more than the fall-back is offered");
    station.daemon().signal(signal);
    const auto fell = station.await(
        "the offer falls back", [&] { return about(station.duty(), six_amps); }, lease + 6s);
    must(fell > lease - 1500ms, "not before the lease is over");
    must(!station.open(), "it still charges");
    const auto ended = station.await(
        "the offer ends", [&] { return station.duty() == 0.0; }, fallback + 2s);
    must(ended > fallback - 2s, "not before the fall-back is over");
    station.await(
        "the contactors open", [&] { return station.open(); }, 8s);
    note("fell back after " + std::to_string(fell.count() / 1000) + " ms, ended " +
         std::to_string(ended.count() / 1000) + " ms later");
}

void must_go_on(Station& station) {
    station.await(
        "the transaction goes on", [&] { return station.amps() > 15; }, 30s);
    must(!station.central().called("StopTransaction", 0s), "nobody has stopped it");
}

void daemon_killed() {
    Station station;
    must_lose_its_lease(station, SIGKILL);
    station.daemon().wait(2s);
    station.start();
    station.await(
        "the transaction goes on", [&] { return station.amps() > 15; }, 40s);
    must(!station.central().called("StopTransaction", 0s), "nobody has stopped it");
}

void daemon_killed_shortly() {
    Station station;
    station.daemon().signal(SIGKILL);
    station.daemon().wait(2s);
    station.start();
    const auto until = now() + 8s;
    while (now() < until) {
        must(station.amps() > 15, "the vehicle notices nothing");
        std::this_thread::sleep_for(100ms);
    }
}

void daemon_stands_still() {
    Station station;
    must_lose_its_lease(station, SIGSTOP);
    station.daemon().signal(SIGCONT);
    station.await(
        "the transaction goes on", [&] { return station.amps() > 15; }, 40s);
}

void hald_killed() {
    Station station;
    station.hald().signal(SIGKILL);
    station.await(
        "the contactors open", [&] { return station.open(); }, 300ms);
    station.hald().wait(2s);
    station.start();
    must_go_on(station);
}

void the_mains_dip() {
    Station station;
    station.central().forget();
    station.world({{"do", "mains"}, {"interrupt_ms", 60}});
    station.await(
        "the contactors open", [&] { return station.open(); }, 300ms);
    const auto stopped = station.central().called("StopTransaction", 30s);
    must(stopped.has_value(), "the transaction ends");
    must((*stopped)["reason"] == "PowerLoss", "it tells why: " + stopped->dump());
    must(station.central().called("BootNotification", 30s).has_value(), "all begins anew");
}

}  // namespace

std::vector<Scenario> daemon_scenarios() {
    return {{"a killed daemon: lease, fall-back, off; restarted, the transaction goes on",
             daemon_killed},
            {"a daemon that is back within its lease is not missed", daemon_killed_shortly},
            {"a daemon that stands still: lease, fall-back, off", daemon_stands_still},
            {"a killed hardware process: open, and the transaction goes on", hald_killed},
            {"a dip of 60 ms: open, the transaction ends with PowerLoss, all begins anew",
             the_mains_dip}};
}

}  // namespace rig
