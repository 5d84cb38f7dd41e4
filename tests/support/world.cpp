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
constexpr std::int64_t vehicle_milliamps = 16'000;
constexpr std::int64_t schuko_milliamps = 10'000;

int phases_of(const hal::ConnectorInfo& info, const Outlet& outlet) {
    return std::min(info.phases, outlet.setpoint.phases);
}

// A vehicle keeps to its offer; what hangs on a household outlet does not know of any.
std::int64_t milliamps_of(const hal::ConnectorInfo& info, const Outlet& outlet) {
    if (info.type == hal::ConnectorType::Schuko) return schuko_milliamps;
    return std::min(vehicle_milliamps, outlet.setpoint.current_limit.count);
}

std::int64_t watts_of(const hal::ConnectorInfo& info, const Outlet& outlet) {
    return milliamps_of(info, outlet) * 230 * phases_of(info, outlet) / 1'000;
}

// What was not urgent may not be kept yet, a little longer when the disk has failed.
constexpr milliseconds unkept{90'000};

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
    if (options_.forgets_time) behind_ = now_.utc.time_since_epoch();
}

void World::create() {
    Setup setup;
    setup.vendor = "Acme";
    setup.model = "One";
    setup.serial_number = "CP0001";
    setup.firmware_version = "1.2.3";
    setup.identity = "CP0001";
    setup.connectors = options_.connectors;
    setup.factory_keys = options_.keys;
    setup.message_prefix = "run" + std::to_string(++run_);
    point_ = std::make_unique<ocpp::ChargePoint>(std::move(setup), store_->open(now_.steady));
    go_on(store_->waited());
}

World& World::start() {
    create();
    started_ = true;
    auditor_.begun(utc_ms());
    show_meters();
    take(Started{});
    hal::Hello hello;
    hello.instance.value = "hal" + std::to_string(hal_instance_);
    take(HalConnected{hello});
    for (const auto& info : options_.connectors) send_reading(info.id);
    pump();
    return *this;
}

World& World::connect() {
    return step([this] {
        if (!link_) raise_link();
    });
}

World& World::disconnect() {
    return step([this] { drop_link(); });
}

World& World::boot() {
    unless_power_goes([this] { start(); });
    connect();
    said();
    return *this;
}

World& World::plug(int connector) {
    return step([this, connector] {
        outlet(connector).plugged = outlet(connector).cable = true;
        ++outlet(connector).plug_count;
        send_reading(connector);
    });
}

World& World::unplug(int connector) {
    return step([this, connector] {
        auto& outlet = this->outlet(connector);
        if (!outlet.plugged && !outlet.cable) return;
        outlet.plugged = false;
        if (!outlet.locked) outlet.cable = false;
        operate();
        send_reading(connector);
        pump();
        if (outlet.locked || !outlet.cable) return;
        outlet.cable = false;
        send_reading(connector);
    });
}

World& World::unplug_vehicle(int connector) {
    return step([this, connector] {
        outlet(connector).plugged = false;
        operate();
        send_reading(connector);
    });
}

World& World::jam_lock(int connector, bool on) {
    return step([this, connector, on] {
        outlet(connector).jammed = on;
        operate();
        send_reading(connector);
    });
}

World& World::tag(const std::string& id_tag) {
    return step([this, &id_tag] { take(hal::TagRead{{id_tag}}); });
}

World& World::vehicle_wants(int connector, bool wants) {
    return step([this, connector, wants] { outlet(connector).wants = wants; });
}

World& World::fault(int connector, bool on) {
    return step([this, connector, on] {
        outlet(connector).faulted = on;
        operate();
        send_reading(connector);
    });
}

World& World::mains(bool on) {
    return step([this, on] {
        mains_ = on;
        operate();
        for (const auto& info : options_.connectors) send_reading(info.id);
    });
}

World& World::button(bool held) {
    return step([this, held] {
        button_ = held;
        for (const auto& info : options_.connectors) send_reading(info.id);
    });
}

World& World::factory_reset() {
    return step([this] { take(FactoryResetAsked{}); });
}

World& World::weld_check(int connector, bool detected) {
    return step([this, connector, detected] {
        hal::WeldChecked check;
        check.connector = connector;
        check.detected = detected;
        if (detected) check.relay.value = "L2";
        check.voltage[1].count = 229'100;
        check.samples = 12;
        take(check);
    });
}

bool World::store_is_whole() {
    store_->flush();
    const auto kept = store_->load();
    const auto known = point_->snapshot();
    const auto configured = [](std::vector<ConnectorRecord> records) {
        std::erase_if(records,
                      [](const ConnectorRecord& r) { return r.operative && !r.scheduled; });
        return records;
    };
    return kept.transactions == known.transactions && kept.queue == known.queue &&
           configured(kept.connectors) == configured(known.connectors) && kept.keys == known.keys &&
           kept.documents == known.documents && kept.marks == known.marks &&
           kept.tags == known.tags && kept.next_sequence <= known.next_sequence &&
           kept.next_transaction <= known.next_transaction;
}

World& World::hal_restart() {
    return step([this] {
        ++hal_instance_;
        for (auto& outlet : outlets_) outlet.plug_count = outlet.plugged ? 1 : 0;
        take(HalDisconnected{"test"});
        hal::Hello hello;
        hello.instance.value = "hal" + std::to_string(hal_instance_);
        take(HalConnected{hello});
        for (const auto& info : options_.connectors) send_reading(info.id);
    });
}

World& World::log(const Lines& lines) {
    return step([this, &lines] {
        if (point_->log_wanted().all_off()) return;
        LogLines log;
        for (const auto& line : lines) log.add(line, lines.size());
        take(LogHeard{std::move(log)});
    });
}

World& World::wait(seconds time) {
    return step([this, time] { move_to(now_.steady + time); });
}

World& World::restart() {
    return step([this] { reboot(false); });
}

World& World::power_cut(seconds dark) {
    return step([this, dark] { reboot(true, dark); });
}

World& World::set_key(const std::string& key, const std::string& value) {
    const auto result = call("ChangeConfiguration", {{"key", key}, {"value", value}});
    if (!disturbed()) CHECK(result == Json{{"status", "Accepted"}});
    return *this;
}

Json World::call(const std::string& action, const Json& payload) {
    Json result;
    step([&] {
        if (!link_) return;
        const std::string id = "cs" + std::to_string(next_call_++);
        take(FrameReceived{Json::array({2, id, action, payload}).dump()});
        pump();
        result = results_[id];
    });
    return result;
}

World& World::raw(const std::string& text) {
    return step([&] { take(FrameReceived{text}); });
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
    return *this;
}

void World::disturb(Disturbance what, bool was_up) {
    if (what == Disturbance::LinkCut) drop_link();
    if (what == Disturbance::Restart || what == Disturbance::PowerCut)
        reboot(what == Disturbance::PowerCut);
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
        reboot(true);
    }
}

void World::raise_link() {
    link_ = true;
    auditor_.connected();
    take(Connected{});
}

void World::drop_link() {
    if (!link_) return;
    link_ = false;
    to_central_system_.clear();
    auditor_.disconnected();
    take(Disconnected{"test"});
}

void World::reboot(bool hardware_too, seconds dark) {
    const bool was_up = std::exchange(link_, false);
    started_ = false;
    to_central_system_.clear();
    auditor_.disconnected();
    if (hardware_too) {
        ++hal_instance_;
        if (options_.forgets_time) {
            behind_ = now_.utc.time_since_epoch();
            auditor_.time_lost(unkept.count());
        }
        for (auto& outlet : outlets_) {
            outlet.setpoint = {};
            outlet.plug_count = outlet.plugged ? 1 : 0;
        }
        operate();
        pass(dark);
    }
    // What never reached a disk that fails to the end, nobody could know afterwards.
    store_->fail(false);
    store_->end(hardware_too ? End::PowerCut : End::Killed);
    try {
        start();
        if (!was_up) return;
        raise_link();
        pump();
    } catch (const PowerGone&) {
        link_ = link_ || was_up;
        reboot(true);
    }
}

void World::take(const Event& event) {
    auto out = point_->step(event, machine());
    store_->keep(out.changes, now_.steady);
    go_on(store_->waited());
    if (const auto* frame = std::get_if<FrameReceived>(&event))
        auditor_.told(frame->text, utc_ms());
    for (const auto& note : out.notes)
        if (note.kind == "queue" && note.severity == Severity::Error) auditor_.gave_up();
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
    if (out.restart_network) ++network_restarts_;
    if (std::exchange(identity_, point_->link().identity) != point_->link().identity)
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
        if (std::exchange(reconnect_due_, false) && link_) {
            drop_link();
            raise_link();
            busy = true;
        }
        busy = operate() || busy;
        // What is due at this very moment.
        while (wake_at_ && *wake_at_ <= machine().steady) {
            take(Woken{});
            busy = true;
            if (++wakes > 1'000) FAIL("it wants to be woken again and again at the same moment");
        }
    }
    if (std::exchange(restart_due_, false)) reboot(true);
}

void World::move_to(steady_clock::time_point end) {
    while (now_.steady < end) {
        auto next = std::min(end, last_readings_ + options_.reading_period);
        if (wake_at_) {
            const auto awake = lived_.of_machine(*wake_at_) + options_.oversleeps;
            if (awake > now_.steady) next = std::min(next, awake);
        }
        pass(next - now_.steady);
        store_->tick(now_.steady);
        go_on(store_->waited());
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

void World::pass(steady_clock::duration time) {
    if (time <= steady_clock::duration::zero()) return;
    const auto ms = std::chrono::duration_cast<milliseconds>(time).count();
    std::int64_t drawn = 0;  // of the first phase, on which everything is
    for (const auto& info : options_.connectors) {
        if (!outlet(info.id).closed) continue;
        outlet(info.id).milliwatt_seconds += watts_of(info, outlet(info.id)) * ms;
        drawn += milliamps_of(info, outlet(info.id));
    }
    if (drawn > supply.count)
        problems_.push_back("draws " + std::to_string(drawn) + " mA of a smaller supply");
    now_.utc += std::chrono::duration_cast<std::chrono::system_clock::duration>(time);
    now_.steady += time;
    show_meters();
}

void World::go_on(steady_clock::duration waited) {
    const auto from = now_.steady;
    auditor_.held_up(utc_ms(), utc_ms() + std::chrono::ceil<milliseconds>(waited).count());
    pass(waited);
    lived_.go_on(from, now_.steady);
}

// The hardware's part: contactors follow the setpoint and the vehicle.
bool World::operate() {
    bool changed = false;
    for (const auto& info : options_.connectors) {
        auto& outlet = this->outlet(info.id);
        const bool socket = info.type == hal::ConnectorType::Type2Socket;
        const bool lock = socket && outlet.cable && (outlet.setpoint.lock_cable || outlet.closed);
        if (lock != outlet.locked && !outlet.jammed) {
            outlet.locked = lock;
            changed = true;
            if (started_) send_reading(info.id);
        }
        // What can't be told a limit is off below what it is for.
        const auto least =
            info.type == hal::ConnectorType::Schuko ? info.max_current : units::Milliamps{6'000};
        const bool offered = outlet.plugged && outlet.setpoint.power_allowed && !outlet.faulted &&
                             mains_ && outlet.locked == socket &&
                             outlet.setpoint.current_limit >= least;
        const bool closed = offered && outlet.wants;
        if (closed == outlet.closed) continue;
        outlet.closed = closed;
        changed = true;
        if (started_) send_reading(info.id);
    }
    return changed;
}

void World::send_reading(int connector) {
    const auto& info = options_.connectors[static_cast<std::size_t>(connector) - 1];
    const auto& outlet = this->outlet(connector);
    hal::Reading reading;
    reading.connector = connector;
    reading.plugged = outlet.plugged;
    const bool socket = info.type == hal::ConnectorType::Type2Socket;
    reading.cable = outlet.cable || !socket;
    reading.locked = outlet.locked;
    reading.mains = mains_;
    reading.button = button_;
    reading.plug_count = outlet.plug_count;
    reading.contactor_closed = outlet.closed;
    reading.ev_requests = outlet.closed;
    reading.phases = outlet.closed ? phases_of(info, outlet) : info.phases;
    reading.energy.count = outlet.milliwatt_seconds / 3'600;
    reading.frequency.count = 50'000;
    reading.cable_limit = reading.temperature_limit = info.max_current;
    reading.offered =
        outlet.setpoint.power_allowed ? outlet.setpoint.current_limit : units::Milliamps{};
    const auto poles = static_cast<std::size_t>(info.phases);
    for (std::size_t i = 0; i < poles; ++i) {
        reading.voltage[i].count = 230'000;
        if (!outlet.closed || static_cast<int>(i) >= reading.phases) continue;
        reading.current[i].count = milliamps_of(info, outlet);
        reading.power[i].count = watts_of(info, outlet) / reading.phases;
    }
    if (outlet.faulted)
        reading.faults.push_back({hal::FaultCode::ResidualCurrentDC, {"8 mA"}, true});
    const bool lock = socket && outlet.cable && (outlet.setpoint.lock_cable || outlet.closed);
    if (outlet.jammed && lock != outlet.locked)
        reading.faults.push_back({hal::FaultCode::ConnectorLock, {}, true});
    take(reading);
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

World& World::settle() {
    options_.at_step = -1;
    if (started_ && !mains_) mains(true);
    silent.clear();
    call_errors.clear();
    garbage = nullptr;
    mishap_ = Disturbance::None;
    registration = "Accepted";
    if (!started_) start();
    for (const auto& info : options_.connectors) {
        fault(info.id, false);
        unplug(info.id);
    }
    connect();
    wait(seconds{600});
    if (options_.outlives_vehicle)
        for (const auto id : auditor_.unfinished())
            call("RemoteStopTransaction", {{"transactionId", id}});
    return *this;
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
