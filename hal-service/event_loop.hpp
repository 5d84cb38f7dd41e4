// SPDX-License-Identifier: Apache-2.0
#pragma once
// The service thread: everything of chargepoint-hald that may wait, allocate and talk. It sleeps
// until the control loop, a socket or a signal has something, and once a second.

#include "hal-service/link/daemon_server.hpp"
#include "hal-service/link/front.hpp"
#include "hal-service/link/kept_writer.hpp"
#include "hal-service/loop/control_loop.hpp"
#include "hal-service/simulation/control.hpp"
#include "hal-service/simulation/simulator.hpp"
#include "hal-service/technician/technician_socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hal {

class EventLoop {
public:
    enum class End { Stopped, Restart };

    struct Edges {
        ControlLoop& loop;
        int loop_signal;  // the eventfd that the loop writes
        int signals;      // a signalfd for the signals that end the process
        LineServer daemon_socket;
        std::optional<LineServer> service_socket;
        std::optional<KeptFile> kept_file;
        simulation::Simulator* simulator = nullptr;
        std::optional<LineServer> simulator_socket;
        std::string world_path;
        Front* front = nullptr;  // a real board has one
        process::BoardSettings board{};
    };

    EventLoop(Edges parts, std::vector<ConnectorInfo> connectors, std::chrono::seconds lease);
    End run();

private:
    bool wait(Moment until);
    void wait_for_first_states();
    void take_signal();
    void follow_loop();
    void every_second();
    void end(End how);
    void stop_energy();
    void wish(const Setpoint& setpoint);
    void show();
    void read_tags();
    void tag(const std::string& id_tag);
    void log_overruns(const LoopState& state);
    void keep(Outlives outlives);
    bool much_metered() const;
    void check_leases();
    void begin_anew_after_dip(Moment now);

    ControlLoop& loop_;
    const int loop_signal_;
    const int signals_;
    const std::vector<ConnectorInfo> connectors_;
    const std::chrono::seconds lease_;
    std::optional<KeptWriter> kept_writer_;
    DaemonServer server_;
    std::optional<TechnicianSocket> service_socket_;
    std::optional<simulation::Control> simulator_;

    Front* const front_;
    PanelState wished_;  // as the daemon has it
    std::optional<PanelState> shown_;

    Setpoints wishes_;
    std::vector<bool> lease_live_;
    std::vector<Condition> told_;  // the conditions that the daemon knows
    bool arrived_ = false;         // a daemon that has been told nothing yet
    std::vector<Registers> kept_;
    std::vector<Registers> on_disk_;
    std::uint64_t changes_ = 0;
    std::uint64_t fed_at_ticks_ = 0;
    std::uint64_t logged_overruns_ = 0;
    std::optional<Moment> restart_by_;  // since the supply was lost
    Moment next_second_{0};
    Moment next_disk_save_{0};
    std::optional<End> end_;
    Moment end_by_{0};
};

}  // namespace hal
