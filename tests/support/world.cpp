// SPDX-License-Identifier: Apache-2.0
#include "tests/support/world.hpp"

#include "tests/support/memory_store.hpp"

#include <algorithm>

namespace test {

using namespace ocpp::core;
using shared::Json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr seconds outage{20};

// Relaxed changes may not be kept yet, for a little longer when the disk has failed.
constexpr milliseconds unkept{90'000};

// Values of an idle connector are given up as well, and belong to no transaction.
bool of_a_transaction(const Note& note) {
    return std::any_of(note.fields.begin(), note.fields.end(), [&note](const auto& field) {
        const auto* payload = std::get_if<JsonText>(&field.second.get());
        return payload != nullptr && (payload->text.find("transactionId") != std::string::npos ||
                                      note.text.starts_with("StartTransaction"));
    });
}

}  // namespace

std::map<std::string, std::pair<World::Options, Scenario>>& scenarios() {
    static std::map<std::string, std::pair<World::Options, Scenario>> all;
    return all;
}

World::World(Options options)
    : options_(std::move(options)),
      store_(options_.archive ? options_.archive() : std::make_unique<MemoryStore>()),
      auditor_(options_.keys, milliseconds{options_.reading_period}.count()),
      outlets_(options_.connectors.size()) {
    // An odd fraction, so that nothing depends on whole seconds.
    now_.utc = std::chrono::sys_days{std::chrono::year{2026} / 3 / 28} + std::chrono::hours{22} +
               milliseconds{123};
    last_readings_ = now_.steady;
    if (options_.forgets_time) set_behind({});
}

void World::set_behind(Instant clock) {
    behind_ = std::chrono::floor<milliseconds>(now_.utc) - clock;
}

Now World::machine() const {
    const auto whole = std::chrono::floor<milliseconds>(now_.utc);
    const std::chrono::system_clock::time_point clock = whole - behind_;
    return lived_.now(now_.steady, clock + (now_.utc - whole));
}

void World::create() {
    Setup setup;
    setup.vendor = "Acme";
    setup.model = "One";
    setup.serial_number = options_.serial_number;
    setup.firmware_version = "1.2.3";
    setup.identity = "CP0001";
    setup.security_profile = options_.security_profile;
    setup.boot_id = "boot" + std::to_string(boot_);
    setup.connectors = options_.connectors;
    setup.factory_keys = options_.keys;
    setup.authorization_key = options_.authorization_key;
    setup.trust_system_roots = options_.trust_system_roots;
    setup.central_system_roots = options_.central_system_roots;
    setup.manufacturer_roots = options_.manufacturer_roots;
    for (auto& wrong :
         ocpp::check_factory_keys(setup.factory_keys, setup.connectors, setup.security_profile))
        problems_.push_back("a factory key: " + std::move(wrong));
    setup.client_certificate = options_.client_certificate;
    if (const auto chain = ocpp::security::Certificate::from_pem(options_.client_certificate))
        private_keys.insert(chain->front().key_id());
    setup.message_prefix = "run" + std::to_string(++run_);
    point_ = std::make_unique<ocpp::ChargePoint>(std::move(setup), store_->open(now_.steady));
    go_on(store_->waited());
}

World& World::step(const std::function<void()>& action) {
    const bool here = step_++ == options_.at_step && started_;
    const auto what = here ? options_.disturbance : Disturbance::None;
    const bool was_up = link_;
    if (what == Disturbance::StepOffline) drop_link();
    lose_next_answer_ = what == Disturbance::AnswerLost;
    if (what >= Disturbance::CallError) mishap_ = what;
    if (what == Disturbance::DiskFails) store_->fail(true);
    unless_power_goes([&] {
        action();
        pump();
    });
    lose_next_answer_ = false;
    if (mishap_ < Disturbance::CallErrors) mishap_ = Disturbance::None;
    if (what != Disturbance::None) unless_power_goes([&] { disturb(what, was_up); });
    if (options_.after_step && !std::exchange(between_steps_, true)) {
        options_.after_step(*this);
        between_steps_ = false;
    }
    return *this;
}

void World::disturb(Disturbance what, bool was_up) {
    if (what == Disturbance::LinkCut) drop_link();
    if (what == Disturbance::Restart) reboot({});
    if (what == Disturbance::PowerCut) reboot(power_gone);
    if (what == Disturbance::DiskFails) {
        move_to(now_.steady + outage);
        store_->fail(false);
    }
    if (!was_up || link_) return;
    move_to(now_.steady + outage);
    raise_link();
    pump();
}

void World::unless_power_goes(const std::function<void()>& action) {
    try {
        action();
    } catch (const PowerGone&) {
        reboot(power_gone);
    }
}

void World::raise_link() {
    reconnect_at_.reset();
    if (link_) return;
    if (const auto failure = door ? door(point_->link()) : std::nullopt) {
        reconnect_at_ = now_.steady + reconnects;
        return take(*failure);
    }
    link_ = true;
    auditor_.connected(utc_ms());
    take(Connected{anchor, proven_until});
}

void World::drop_link(int close_code) {
    if (!link_) return;
    link_ = false;
    later_.clear();
    to_central_system_.clear();
    auditor_.broke(utc_ms(), close_code == 1009);
    take(Disconnected{"test", close_code});
}

void World::reboot(Ending ending, seconds dark) {
    if (ending.asked) take(StopAsked{});
    const bool was_up = std::exchange(link_, false);
    later_.clear();
    started_ = false;
    to_central_system_.clear();
    key_wanted_ = false;
    auditor_.disconnected();
    if (ending.power_gone) ++boot_;
    if (ending.hardware_too) {
        ++hal_instance_;
        if (ending.power_gone && options_.forgets_time) {
            set_behind({});
            auditor_.time_lost(unkept.count());
        }
        for (auto& outlet : outlets_) {
            outlet.setpoint = {};
            outlet.plug_count = outlet.plugged ? 1 : 0;
        }
        operate();
        pass(dark);
    }
    // Nobody could know afterwards what never reached the disk.
    store_->fail(false);
    store_->end(ending.power_gone ? End::PowerCut : End::Killed);
    if (!ending.power_gone) auditor_.killed();
    try {
        start();
        if (!was_up) return;
        raise_link();
        pump();
    } catch (const PowerGone&) {
        link_ = link_ || was_up;
        reboot(power_gone);
    }
}

void World::take(const Event& event) {
    auto out = point_->step(event, machine());
    answer_ = out.answer;
    store_->keep(out.changes, now_.steady);
    go_on(store_->waited());
    if (const auto* frame = std::get_if<FrameReceived>(&event))
        auditor_.told(frame->text, utc_ms());
    if (const auto* seen = std::get_if<WifiSeen>(&event)) wifi_seen_ = *seen;
    for (const auto& note : out.notes)
        if (note.kind == "queue" && note.severity == Severity::Error && of_a_transaction(note))
            auditor_.gave_up();
    for (const auto& setpoint : out.setpoints) outlet(setpoint.connector).setpoint = setpoint;
    std::int64_t offered = 0;
    for (const auto& outlet : outlets_) {
        if (!outlet.plugged) continue;
        const auto limit = outlet.setpoint.current_limit;
        offered += limit.count;
        for (const auto& [who, bound] : outlet.bounds)
            if (limit > bound)
                problems_.push_back("offers " + std::to_string(limit.count) + " mA, " + who +
                                    " says " + std::to_string(bound.count));
    }
    if (offered > supply.count)
        problems_.push_back("offers " + std::to_string(offered) + " mA of a smaller supply");
    if (out.panel) panel = *out.panel;
    for (auto& frame : out.frames) to_central_system_.push_back(std::move(frame.text));
    wake_at_ = out.wake_at;
    reconnect_due_ = reconnect_due_ || out.reconnect;
    if (out.make_key && std::exchange(key_wanted_, true))
        problems_.push_back("two keys are wanted at once");
    look_after_keys(std::holds_alternative<Started>(event));
    if (out.restart_network) ++network_restarts_;
    if (out.wifi) wifi = *out.wifi;
    if (std::exchange(identity_, point_->link().identity) != point_->link().identity)
        auditor_.renamed();
    // A profile is proven, and left again, by a new registration.
    if (std::exchange(profile_, point_->link().security_profile) != point_->link().security_profile)
        auditor_.renamed();
    if (out.restart) {
        restart_ = out.restart;
        restart_due_ = true;
    }
}

void World::pump() {
    int wakes = 0;
    for (bool busy = true; busy;) {
        busy = false;
        while (!to_central_system_.empty() && link_) {
            const auto text = std::move(to_central_system_.front());
            to_central_system_.pop_front();
            hear(text);
            busy = true;
        }
        if (!closes_slowly && std::exchange(reconnect_due_, false) && (link_ || reconnect_at_)) {
            drop_link();
            raise_link();
            busy = true;
        }
        busy = make_key() || busy;
        busy = operate() || busy;
        // The charge point wakes for all that is due at this very moment.
        while (wake_at_ && *wake_at_ <= machine().steady) {
            take(Woken{});
            ++wakes_;
            busy = true;
            if (++wakes > 1'000) FAIL("it wants to be woken again and again at the same moment");
        }
    }
    if (std::exchange(restart_due_, false)) reboot({.hardware_too = true, .asked = true});
}

// When something is due, or a reading, or the end.
steady_clock::time_point World::next_moment(steady_clock::time_point end) const {
    auto next = std::min(end, last_readings_ + options_.reading_period);
    if (wake_at_) {
        const auto awake = lived_.of_machine(*wake_at_) + options_.oversleeps;
        if (awake > now_.steady) next = std::min(next, awake);
    }
    if (reconnect_at_) next = std::min(next, *reconnect_at_);
    for (const auto& later : later_) next = std::min(next, later.at);
    return std::max(next, now_.steady);
}

void World::move_to(steady_clock::time_point end, std::uint64_t wakes) {
    while (now_.steady < end && wakes_ <= wakes) {
        pass(next_moment(end) - now_.steady);
        store_->tick(now_.steady);
        go_on(store_->waited());
        catch_up();
        if (now_.steady >= last_readings_ + options_.reading_period) {
            last_readings_ = now_.steady;
            for (const auto& info : options_.connectors) send_reading(info.id);
        }
        pump();
    }
}

void World::show_meters() {
    for (const auto& info : options_.connectors)
        auditor_.metered(info.id, outlet(info.id).milliwatt_seconds, utc_ms());
}

Auditor::Time World::utc_ms() const {
    return std::chrono::floor<milliseconds>(now_.utc).time_since_epoch().count();
}

void World::go_on(steady_clock::duration waited) {
    const auto from = now_.steady;
    auditor_.held_up(utc_ms(), utc_ms() + std::chrono::ceil<milliseconds>(waited).count());
    pass(waited);
    lived_.go_on(from, now_.steady);
}

bool World::answers_well() const {
    return silent.empty() && call_errors.empty() && !garbage && !manner &&
           registration == "Accepted";
}

void World::forget() {
    raw_frames_.clear();
    calls_.clear();
    lines_.clear();
    results_.clear();
}

Lines World::said() { return std::exchange(lines_, {}); }

World& World::says(const Lines& expected) {
    const auto lines = said();
    if (!disturbed()) CHECK(lines == expected);
    return *this;
}

World& World::power(int connector, bool expected) {
    if (!disturbed()) CHECK(outlet(connector).closed == expected);
    return *this;
}

World& World::offers(int connector, std::int64_t milliamps) {
    if (!disturbed()) CHECK(outlet(connector).setpoint.current_limit.count == milliamps);
    return *this;
}

World& World::settle(seconds time) {
    options_.at_step = -1;
    if (started_ && !mains_) mains(true);
    silent.clear();
    call_errors.clear();
    garbage = nullptr;
    manner = nullptr;
    mishap_ = Disturbance::None;
    registration = "Accepted";
    if (!started_) start();
    for (const auto& info : options_.connectors) {
        fault(info.id, false);
        unplug(info.id);
    }
    connect();
    wait(time);
    if (options_.outlives_vehicle)
        for (const auto id : auditor_.unfinished())
            call("RemoteStopTransaction", {{"transactionId", id}});
    return *this;
}

Lines World::complaints() const {
    auto all = auditor_.violations();
    all.insert(all.end(), problems_.begin(), problems_.end());
    return all;
}

void World::check_books() {
    auditor_.close();
    CHECK(auditor_.violations() == std::vector<std::string>{});
    CHECK(problems_ == std::vector<std::string>{});
    for (const auto& outlet : outlets_) CHECK_FALSE(outlet.closed);
    // Without acceptance nothing could be told.
    if (auditor_.status(0).empty()) return;
    const auto shown = overview();
    for (const auto& connector : shown["connectors"])
        CHECK(auditor_.status(connector["id"]) == connector["status"]);
}

}  // namespace test
