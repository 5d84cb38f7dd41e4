// SPDX-License-Identifier: Apache-2.0
#include "daemon/runner.hpp"

#include "daemon/host/random.hpp"
#include "daemon/host/restart.hpp"
#include "daemon/host/room.hpp"
#include "daemon/root_files.hpp"
#include "hal-service/process/file.hpp"
#include "hal-service/process/log.hpp"
#include "hal-service/process/systemd.hpp"
#include "hal-service/process/version.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace charge_daemon {
namespace {

using namespace std::chrono_literals;
using ocpp::core::Severity;

// The wishes are repeated this often; readings come once a second, and the repetition goes with
// them, so that an idle daemon wakes up once.
constexpr auto renew_after = 950ms;
constexpr auto renew_at_latest = 1200ms;
// A later moment is not worth setting the timer anew for, unless it is this much later.
constexpr auto slack = 500ms;

// Longer than any id of a boot.
constexpr std::size_t max_boot_id_bytes = 256;

// "" when there is none: nobody can tell then whether the machine was off.
std::string boot_id_from(const std::string& path) {
    if (path.empty()) return "";
    const auto text = process::read_file(path, max_boot_id_bytes);
    return text ? text->substr(0, text->find_first_of(" \t\r\n")) : "";
}

// As OCPP 1.6 and the security white paper write them: upper case, with commas.
std::string wire_list(const std::vector<TransferProtocol>& protocols) {
    std::string text;
    for (const auto protocol : protocols)
        text += (text.empty() ? "" : ",") + std::string(shared::name_of(protocol));
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

ocpp::core::Setup setup_from(const process::Settings& settings, std::string authorization_key,
                             const ClientFiles& own_files) {
    const auto& configured = daemon_settings(settings);
    const auto& own = configured.charge_point;
    ocpp::core::Setup setup;
    setup.vendor = own.vendor;
    setup.model = own.model;
    setup.serial_number = own.serial_number;
    setup.charge_box_serial_number = own.charge_box_serial_number;
    setup.firmware_version = std::string(process::version);
    setup.hardware_version = own.hardware_version;
    setup.iccid = own.iccid;
    setup.imsi = own.imsi;
    setup.meter_type = own.meter_type;
    setup.meter_serial_number = own.meter_serial_number;
    setup.identity = configured.identity();
    setup.security_profile = configured.central_system.security_profile;
    setup.authorization_key = std::move(authorization_key);
    setup.transfer_protocols = wire_list(configured.transfer.protocols);
    setup.trust_system_roots = configured.central_system.trust_system_roots;
    auto roots = root_files(settings);
    if (!roots) {
        process::log("daemon")->error("{}: {}", roots.error().key, roots.error().text);
    } else {
        setup.central_system_roots = std::move(roots->central_system);
        setup.manufacturer_roots = std::move(roots->manufacturer);
    }
    setup.client_certificate = own_files.chain;
    if (!own_files.expired.empty())
        process::log("daemon")->error("central_system.client_certificate: {}", own_files.expired);
    setup.supervised = !configured.central_system.url.empty();
    setup.connectors = settings.connectors;
    for (const auto& [key, value] : settings.ocpp) setup.factory_keys[key] = value.value;
    setup.boot_id = boot_id_from(settings.boot_id_file);
    if (setup.boot_id.empty() && !settings.boot_id_file.empty())
        process::log("daemon")->warn(
            "storage.boot_id_file: nothing can be read in {}: each crash counts as a loss of power",
            settings.boot_id_file);
    setup.lease = settings.hal.lease;
    setup.message_prefix = random_hex();
    return setup;
}

hal::Hello hello() {
    hal::Hello hello;
    hello.software.value = "chargepointd " + std::string(process::version);
    hello.instance.value = random_hex();
    return hello;
}

// Two answers about the time differ by some milliseconds of rounding. To judge a chain of
// certificates anew is not worth that.
bool about_the_same(const ocpp::core::KnownTime& a, const ocpp::core::KnownTime& b) {
    if (a.floor != b.floor || a.offset.has_value() != b.offset.has_value()) return false;
    return !a.offset || std::chrono::abs(*a.offset - *b.offset) < 1s;
}

}  // namespace

Runner::Runner(EventLoop& loop, const process::Settings& settings, std::string authorization_key,
               ClientFiles own)
    : loop_(loop),
      settings_(daemon_settings(settings)),
      storage_directory_(settings.storage_directory),
      control_(loop.io(), settings_.control_socket,
               [this](const shared::Asked& asked, shared::Access granted) {
                   return answer(asked, granted);
               }),
      journal_({[this] { return control_.has_listeners(); },
                [this](const std::string& line) { control_.tell(line); }}),
      keeper_(storage::Store::open(settings.storage_directory), SteadyClock::now(),
              [this](const ocpp::core::Note& note) { journal_.note(note); }),
      point_(setup_from(settings, std::move(authorization_key), own), keeper_.load()),
      hal_(loop, settings.hal.socket, settings.connectors, hello(), HalTimes{},
           {[this](const ocpp::core::Event& event) { handle(event); },
            [this](const ocpp::core::Note& note) { journal_.note(note); }}),
      network_manager_(loop, {[this](const ocpp::core::Event& event) { handle(event); },
                              [this](const ocpp::core::Note& note) { journal_.note(note); }}),
      keys_(settings.storage_directory + "/keys"),
      key_maker_(loop, keys_, settings_.central_system.client_key_type,
                 [this](KeyMaking made) { key_made(std::move(made)); }),
      given_key_(std::move(own.key)),
      alarm_(loop),
      log_tap_(loop,
               [this](ocpp::core::LogLines log) { handle(ocpp::core::LogHeard{std::move(log)}); }),
      started_(SteadyClock::now()),
      watchdog_(process::watchdog_interval()) {
    if (settings_.central_system.url.empty()) return;
    const auto url = parse_url(settings_.central_system.url);
    central_.emplace(
        loop, CentralSystem{*url, "chargepointd/" + std::string(process::version)}, point_.link(),
        LinkTimes{},
        CentralLink::Sinks{[this](const ocpp::core::Event& event) { handle(event); },
                           [this](const ocpp::core::Note& note) { journal_.note(note); }},
        [this](const std::string& id) { return keys_.load(id); });
    if (settings_.central_system.trust_system_roots) {
        auto roots = machine_roots();
        if (roots)
            machine_roots_ = *std::move(roots);
        else
            process::log("link")->error("central_system.trust_system_roots: {}", roots.error());
    }
    follow_roots();
}

void Runner::follow_roots() {
    trust_.anchors = point_.anchors();
    trust_.anchors.insert(trust_.anchors.end(), machine_roots_.begin(), machine_roots_.end());
    central_->trust(trust_);
}

void Runner::follow_time() {
    const auto at = now();
    auto time = point_.known_time(at);
    if (time.floor < build_time()) {
        time.floor = build_time();
        // Nanoseconds would not hold the years that the central system may tell.
        const auto utc = std::chrono::time_point_cast<std::chrono::milliseconds>(at.utc);
        if (time.offset && utc + *time.offset < time.floor) time.offset.reset();
    }
    // Somebody may have set the machine's clock.
    const auto machine = at.utc.time_since_epoch() - at.of_machine().steady.time_since_epoch();
    const bool stepped = std::chrono::abs(machine - machine_) > 1s;
    if (about_the_same(time, trust_.time) && !stepped) return;
    machine_ = machine;
    trust_.time = time;
    central_->trust(trust_);
}

void Runner::start() {
    handle(ocpp::core::Started{});
    import_key();
    if (central_) central_->start();
    hal_.start();
    network_manager_.start();
    if (const auto problem = control_.start(); !problem.empty())
        journal_.note(
            {Severity::Error, "control", "chargepointctl can't be served: " + problem, {}});
    process::notify_ready();
}

void Runner::stop() {
    if (std::exchange(stopping_, true)) {
        ending_ = Ending::Stopped;  // also when a reset was under way
        return finish();            // asked twice: at once
    }
    process::notify_stopping();
    handle(ocpp::core::StopAsked{});
    if (central_)
        central_->stop([this] { finish(); });
    else
        finish();
}

void Runner::finish() {
    if (std::exchange(finished_, true)) return;
    keeper_.flush();
    if (ending_ != Ending::Stopped && settings_.restart_mode == RestartMode::Reexec)
        hal_.send_restart();
    hal_.stop();
    key_maker_.stop();
    control_.stop();
    alarm_.cancel();
    loop_.stop();
}

void Runner::reset_failed(const std::string& why) {
    const auto outcome = point_.step(ocpp::core::ResetFailed{why}, now());
    keeper_.keep(outcome.changes, SteadyClock::now());
    keeper_.flush();
    for (const auto& note : outcome.notes) journal_.note(note);
}

ocpp::core::Now Runner::now() const {
    return lived_.now(SteadyClock::now(), std::chrono::system_clock::now());
}

void Runner::go_on(SteadyClock::time_point due) {
    const auto late = lived_.go_on(due, SteadyClock::now());
    if (late.count() == 0) return;
    const auto ms = std::chrono::round<std::chrono::milliseconds>(late).count();
    journal_.note(
        {Severity::Warning,
         "waiting",
         "the disk or the machine kept the charge point waiting for " + std::to_string(ms) + " ms",
         {{"ms", ms}}});
}

std::string Runner::handle(const ocpp::core::Event& event) {
    if (finished_) return {};
    assert(!stepping_ && "an edge called back while the charge point was stepping");
    stepping_ = true;
    go_on(armed_for_);
    const auto at = SteadyClock::now();
    const auto outcome = point_.step(event, now());
    keeper_.keep(outcome.changes, at);
    if (keeper_.lacks_state()) keeper_.rebuild(point_.snapshot());
    go_on(at);
    stepping_ = false;
    act(outcome, at);
    const auto* frame = std::get_if<ocpp::core::FrameReceived>(&event);
    journal_.messages(frame ? &frame->text : nullptr, outcome);
    for (const auto& note : outcome.notes) journal_.note(note);
    // Hardware that has just connected hears the wishes as soon as all its connectors are known.
    if (std::holds_alternative<ocpp::core::HalConnected>(event)) renewed_ = {};
    renew(at);
    arm(at);
    return outcome.answer;
}

void Runner::act(const ocpp::core::Outcome& outcome, SteadyClock::time_point now) {
    if (outcome.panel) hal_.show(*outcome.panel);
    if (!outcome.setpoints.empty() && hal_.send(outcome.setpoints)) renewed_ = now;
    wake_at_ = outcome.wake_at;
    // This comes before the step is logged, so that the log begins with what has switched it on.
    log_tap_.follow(point_.log_wanted());
    if (outcome.ask)
        loop_.post([this, ask = *outcome.ask] {
            handle(ocpp::core::Answered{ask.call, shared::dump(vendor_answer(ask.what))});
        });
    if (outcome.make_key) make_key(*outcome.make_key);
    remove_keys(outcome);
    if (outcome.restart_network) restart_network();
    if (outcome.wifi) network_manager_.follow(*outcome.wifi);
    if (central_) {
        central_->send(outcome.frames);
        central_->follow(point_.link());
        follow_time();
        if (outcome.roots_changed) follow_roots();
        if (outcome.reconnect) central_->reconnect();
    }
    if (outcome.restart && !stopping_) {
        ending_ = *outcome.restart == ocpp::core::RestartKind::Soft ? Ending::SoftRestart
                                                                    : Ending::HardRestart;
        stopping_ = true;
        process::notify_stopping();
        if (central_)
            central_->stop([this] { finish(); });
        else
            loop_.post([this] { finish(); });
    }
}

void Runner::restart_network() const {
    const auto& unit = settings_.central_system.network_unit;
    if (unit.empty() || settings_.restart_mode != RestartMode::System) return;
    const auto log = process::log("network");
    const auto why = restart_unit(unit);
    if (why.empty())
        log->warn("{} is restarted", unit);
    else
        log->error("can't restart {}: {}", unit, why);
}

// Called only after a step has returned: a charge point that is stuck loses its lease and its
// watchdog.
void Runner::renew(SteadyClock::time_point now) {
    if (now - renewed_ >= renew_after && hal_.repeat()) renewed_ = now;
    if (watchdog_.count() > 0 && now - fed_ >= watchdog_ / 4) {
        process::feed_watchdog();
        fed_ = now;
    }
}

void Runner::arm(SteadyClock::time_point now) {
    auto next = std::min(keeper_.due(), std::max(room_due_, now));
    if (wake_at_) next = std::min(next, lived_.of_machine(*wake_at_));
    if (hal_.ready()) next = std::min(next, renewed_ + renew_at_latest);
    if (watchdog_.count() > 0) next = std::min(next, fed_ + watchdog_ / 2);
    if (armed_for_ > now && next >= armed_for_ && next - armed_for_ < slack) return;
    armed_for_ = next;
    alarm_.set(next, [this] { woken(); });
}

void Runner::woken() {
    go_on(std::exchange(armed_for_, {}));
    const auto at = SteadyClock::now();
    if (at >= keeper_.due()) keeper_.tick(at);
    go_on(at);
    if (at >= room_due_) judge_room(at);
    handle(ocpp::core::Woken{});
}

void Runner::judge_room(SteadyClock::time_point now) {
    room_due_ = now + room_judged_every;
    auto words = exhausted(room_of(storage_directory_), room_was_exhausted_.value_or(false));
    const bool low = !words.empty();
    // The first time says that a cause of the run before has ended.
    if (std::exchange(room_was_exhausted_, low) != low)
        handle(ocpp::core::RoomJudged{std::move(words)});
}

}  // namespace charge_daemon
