// SPDX-License-Identifier: Apache-2.0
#include "hal-service/event_loop.hpp"

#include "hal-service/link/transitions.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/process/systemd.hpp"
#include "hal-service/process/version.hpp"

#include <poll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace hal {
namespace {

using namespace std::chrono_literals;

constexpr Moment first_states_within = 1s;
constexpr Moment end_within = 4s;  // all of SIGTERM may take 5 s
// After a dip the daemon has this long to get its records on disk and to order the restart.
constexpr Moment restart_awaited = 5s;
// At most this is lost with the power when the supply gives no warning.
constexpr Moment disk_save_interval = 60s;
constexpr units::MilliwattHours disk_save_energy{100'000};
constexpr Moment battery_save_interval = 10s;

std::string new_instance() {
    std::array<unsigned char, 8> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return "?";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Hello hello_from(const std::vector<ConnectorInfo>& connectors) {
    Hello hello;
    hello.software.value = "chargepoint-hald " + std::string(process::version);
    hello.instance.value = new_instance();
    hello.connectors.assign(connectors.begin(), connectors.end());
    return hello;
}

void drain(int descriptor) {
    std::uint64_t count = 0;
    while (read(descriptor, &count, sizeof count) > 0) {
    }
}

}  // namespace

EventLoop::EventLoop(Edges parts, std::vector<ConnectorInfo> connectors, std::chrono::seconds lease)
    : loop_(parts.loop),
      loop_signal_(parts.loop_signal),
      signals_(parts.signals),
      connectors_(std::move(connectors)),
      lease_(lease),
      server_(std::move(parts.daemon_socket), hello_from(connectors_),
              {.setpoint = [this](const Setpoint& setpoint) { wish(setpoint); },
               .panel = [this](const Panel& panel) { wished_.panel = panel; },
               .restart = [this] { end(End::Restart); },
               .arrived =
                   [this](std::string_view software) {
                       process::log("hal")->info("connected: {}", software);
                       arrived_ = true;
                   },
               .left = [] { process::log("hal")->warn("the daemon's connection has ended"); },
               .refused =
                   [](std::string_view reason) {
                       process::log("hal")->warn("connection refused: {}", reason);
                   }}),
      front_(parts.front),
      lease_live_(connectors_.size(), false),
      told_(connectors_.size()) {
    if (parts.kept_file) kept_writer_.emplace(*std::move(parts.kept_file), connectors_);
    if (parts.service_socket)
        service_socket_.emplace(*std::move(parts.service_socket), loop_, connectors_,
                                std::move(parts.board));
    if (parts.simulator != nullptr && parts.simulator_socket)
        simulator_.emplace(
            *std::move(parts.simulator_socket), parts.simulator->hatch(), connectors_,
            simulation::WorldFile(parts.world_path),
            simulation::Control::Events{.tag = [this](const std::string& id_tag) { tag(id_tag); },
                                        .trouble =
                                            [](std::string_view problem) {
                                                process::log("simulator")->error("{}", problem);
                                            }});
}

EventLoop::End EventLoop::run() {
    wait_for_first_states();
    follow_loop();
    if (simulator_) simulator_->save(true);
    process::notify_ready();
    process::log("hal")->info("ready: {} connectors, control loop {}", connectors_.size(),
                              loop_.real_time() ? "in real time" : "without real-time priority");
    if (front_ != nullptr && !loop_.real_time())
        process::log("hal")->warn(
            "SCHED_FIFO is not permitted (RLIMIT_RTPRIO): ticks come late on a busy machine");
    next_second_ = ControlLoop::now();
    for (;;) {
        if (ControlLoop::now() >= next_second_) every_second();
        if (end_ && (ControlLoop::now() >= end_by_ ||
                     std::none_of(told_.begin(), told_.end(),
                                  [](const auto& told) { return told.contactor_closed; })))
            break;
        wait(end_ ? std::min(next_second_, end_by_) : next_second_);
        follow_loop();
        show();
    }
    stop_energy();
    return *end_;
}

// Sleeps until then, or until something has happened; serves what it was.
bool EventLoop::wait(Moment until) {
    std::array<pollfd, 6> polled{{{loop_signal_, POLLIN, 0},
                                  {signals_, POLLIN, 0},
                                  {server_.descriptor(), POLLIN, 0},
                                  {service_socket_ ? service_socket_->descriptor() : -1, POLLIN, 0},
                                  {simulator_ ? simulator_->descriptor() : -1, POLLIN, 0},
                                  {front_ != nullptr ? front_->signal() : -1, POLLIN, 0}}};
    const auto left = std::max(Moment{0}, until - ControlLoop::now());
    const timespec timeout{std::chrono::duration_cast<std::chrono::seconds>(left).count(),
                           std::chrono::nanoseconds(left % std::chrono::seconds(1)).count()};
    if (ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return false;
    if (polled[0].revents != 0) drain(loop_signal_);
    if (polled[1].revents != 0) take_signal();
    if (polled[2].revents != 0) server_.serve();
    if (service_socket_ && polled[3].revents != 0) service_socket_->serve(ControlLoop::now());
    if (service_socket_) service_socket_->advance(ControlLoop::now());
    if (simulator_ && polled[4].revents != 0) simulator_->serve();
    if (front_ != nullptr && polled[5].revents != 0) read_tags();
    return true;
}

// A first reading has to be true, so nobody is served before the pilot filters have settled.
void EventLoop::wait_for_first_states() {
    const auto until = ControlLoop::now() + first_states_within;
    while (!loop_.state().read().settled && ControlLoop::now() < until) {
        pollfd polled{loop_signal_, POLLIN, 0};
        poll(&polled, 1, 10);
        drain(loop_signal_);
    }
}

void EventLoop::take_signal() {
    signalfd_siginfo info{};
    if (read(signals_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return;
    process::log("hal")->info("asked to stop by signal {}", info.ssi_signo);
    end(End::Stopped);
}

void EventLoop::end(End how) {
    if (end_) return;
    process::notify_stopping();
    end_ = how;
    end_by_ = ControlLoop::now() + end_within;
    wishes_.ending = true;
    loop_.wishes().write(wishes_);
}

void EventLoop::follow_loop() {
    const auto& state = loop_.state().read();
    if (simulator_) simulator_->advance();
    if (state.changes == changes_ && !arrived_) return;
    changes_ = state.changes;
    std::vector<Reading> readings;
    bool opened = false;
    bool urgent = false;
    std::vector<WeldChecked> checks;
    bool dark = false;  // the supply is failing: what is not on disk now may never be
    bool visited = false;
    for (std::size_t i = 0; i < connectors_.size(); ++i) {
        const auto& report = state.connectors[i];
        const auto& condition = report.condition;
        if (!arrived_ && condition == told_[i]) continue;
        readings.push_back(to_reading(connectors_[i].id, report));
        log_transition(connectors_[i].id, told_[i], condition);
        if (told_[i].weld_checks != condition.weld_checks)
            checks.push_back(to_weld_checked(connectors_[i].id, report));
        // A weld and a trip by heat must not be forgotten by a power cut.
        urgent =
            urgent || (i < kept_.size() && (kept_[i].welded != report.kept.welded ||
                                            kept_[i].heat_withheld != report.kept.heat_withheld));
        opened = opened || (told_[i].contactor_closed && !condition.contactor_closed);
        dark = dark || (told_[i].mains && !condition.mains);
        visited = visited || told_[i].plug_count != condition.plug_count ||
                  told_[i].plugged != condition.plugged;
        told_[i] = condition;
    }
    arrived_ = false;
    if (dark) restart_by_ = ControlLoop::now() + restart_awaited;
    // The daemon has more to save than we have: it hears of a failing supply first.
    if (dark) server_.send(readings);
    if (opened || dark || urgent)
        keep(Outlives::Power);
    else if (visited)
        keep(Outlives::Process);
    if (simulator_) simulator_->save(false);
    if (!dark) server_.send(readings);
    for (const auto& check : checks) {
        process::log("hal")->debug("connector {}: weld check: {}", check.connector,
                                   check.detected ? check.relay.value : "clean");
        server_.send(check);
    }
}

// A fault that prevents charging is shown, whatever the daemon wants to show.
void EventLoop::show() {
    auto shown = wished_;
    shown.daemon = server_.daemon_present();
    for (std::size_t i = 0; i < connectors_.size(); ++i) {
        if (told_[i].prevents_charging()) shown.indications[i] = Indication::Faulted;
    }
    if (shown_ == shown) return;
    shown_ = shown;
    if (front_ != nullptr) front_->show(shown);
    if (simulator_) simulator_->show(shown);
}

void EventLoop::read_tags() {
    while (const auto next = front_->next_tag()) tag(*next);
}

void EventLoop::tag(const std::string& id_tag) {
    if (!server_.send(TagRead{{id_tag}}))
        process::log("reader")->warn("nobody to tell of tag {}", id_tag);
}

void EventLoop::every_second() {
    const auto now = ControlLoop::now();
    next_second_ += 1s;
    if (next_second_ <= now) next_second_ = now + 1s;
    const auto& state = loop_.state().read();
    // A control loop that stands still must not look alive.
    if (state.ticks != fed_at_ticks_) process::feed_watchdog();
    fed_at_ticks_ = state.ticks;
    if (state.overruns != logged_overruns_) log_overruns(state);
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < connectors_.size(); ++i)
        readings.push_back(to_reading(connectors_[i].id, state.connectors[i]));
    server_.send(readings);
    if (service_socket_) service_socket_->advance(now);
    check_leases();
    begin_anew_after_dip(now);
    if (now >= next_disk_save_ || much_metered()) {
        next_disk_save_ = now + disk_save_interval;
        keep(Outlives::Power);
    } else {
        keep(Outlives::Process);
    }
    if (simulator_ && now.count() / battery_save_interval.count() !=
                          (now - 1s).count() / battery_save_interval.count())
        simulator_->save(true);
}

void EventLoop::log_overruns(const LoopState& state) {
    const auto missed = state.overruns - logged_overruns_;
    logged_overruns_ = state.overruns;
    process::log("hal", spdlog::level::warn,
                 "control loop: " + std::to_string(missed) + " periods missed, " +
                     std::to_string(state.lateness.worst().count()) + " us late at worst",
                 {{"OVERRUNS", std::to_string(state.overruns)},
                  {"MISSED", std::to_string(missed)},
                  {"WORST_LATENESS_US", std::to_string(state.lateness.worst().count())}});
}

// The daemon orders it; one that is gone or stuck doesn't keep it from happening.
void EventLoop::begin_anew_after_dip(Moment now) {
    if (!restart_by_ || end_) return;
    if (std::any_of(told_.begin(), told_.end(), [](const auto& told) { return !told.mains; })) {
        restart_by_ = now + restart_awaited;
    } else if (now >= *restart_by_) {
        process::log("hal")->warn(
            "the supply was lost and nobody ordered a restart: beginning anew");
        end(End::Restart);
    }
}

void EventLoop::check_leases() {
    const auto now = ControlLoop::now();
    for (std::size_t i = 0; i < connectors_.size(); ++i) {
        const auto& wish = wishes_.connectors[i];
        const bool live = now < wish.expires;
        if (lease_live_[i] && !live && wish.power_allowed)
            process::log("hal")->warn("connector {}: setpoints stay away, falling back",
                                      connectors_[i].id);
        lease_live_[i] = live;
    }
}

void EventLoop::wish(const Setpoint& setpoint) {
    for (std::size_t i = 0; i < connectors_.size(); ++i)
        if (connectors_[i].id == setpoint.connector) {
            wishes_.connectors[i] = leased(setpoint, ControlLoop::now(), lease_);
            wished_.indications[i] = setpoint.indication;
        }
    loop_.wishes().write(wishes_);
}

void EventLoop::keep(Outlives outlives) {
    if (!kept_writer_) return;
    const auto& state = loop_.state().read();
    std::vector<Registers> now;
    for (std::size_t i = 0; i < connectors_.size(); ++i) now.push_back(state.connectors[i].kept);
    const auto& written = outlives == Outlives::Power ? on_disk_ : kept_;
    if (now == written && !kept_writer_->failed()) return;
    kept_writer_->put(now, outlives);
    kept_ = now;
    if (outlives == Outlives::Power) on_disk_ = std::move(now);
}

bool EventLoop::much_metered() const {
    const auto& state = loop_.state().read();
    for (std::size_t i = 0; i < on_disk_.size(); ++i)
        if (state.connectors[i].kept.energy - on_disk_[i].energy >= disk_save_energy) return true;
    return false;
}

// The thread ends with everything off; what was metered until then is kept.
void EventLoop::stop_energy() {
    loop_.stop();
    keep(Outlives::Power);
    kept_writer_.reset();
    if (simulator_) simulator_->save(true);
}

}  // namespace hal
