// SPDX-License-Identifier: Apache-2.0
#include "tests/support/world.hpp"

#include "ocpp/wire/frame.hpp"
#include "ocpp/wire/time.hpp"

#include <algorithm>

namespace test {

using namespace ocpp::core;
using shared::Json;
using std::chrono::steady_clock;

namespace {

constexpr seconds reading_period{2};
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

std::string text_of(const Json& payload, const char* member) {
    const auto found = payload.find(member);
    if (found == payload.end()) return "";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string line_of(const std::string& action, const Json& payload) {
    std::string line = action;
    const auto add = [&](const char* member) {
        if (payload.contains(member)) line += ' ' + text_of(payload, member);
    };
    if (action == "StatusNotification") {
        add("connectorId");
        add("status");
        if (text_of(payload, "errorCode") != "NoError") add("errorCode");
        add("vendorErrorCode");
        if (text_of(payload, "info") == "EV side disconnected") line += " left";
    } else if (action == "StopTransaction") {
        add("reason");
        add("idTag");
    } else if (action == "MeterValues") {
        add("connectorId");
        add("transactionId");
    } else if (action == "StartTransaction") {
        add("connectorId");
        add("idTag");
        add("reservationId");
    } else {
        add("messageId");
        add("idTag");
        add("status");
    }
    return line;
}

}  // namespace

std::map<std::string, std::pair<World::Options, Scenario>>& scenarios() {
    static std::map<std::string, std::pair<World::Options, Scenario>> all;
    return all;
}

World::World(Options options) : options_(std::move(options)), outlets_(options_.connectors.size()) {
    now_.steady = steady_clock::time_point{seconds{1'000}};
    // An odd fraction, so that nothing depends on whole seconds.
    now_.utc = std::chrono::sys_days{std::chrono::year{2026} / 3 / 28} + std::chrono::hours{22} +
               std::chrono::milliseconds{123};
    last_readings_ = now_.steady;
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
    point_ = std::make_unique<ocpp::ChargePoint>(std::move(setup), store_.load());
}

World& World::start() {
    create();
    started_ = true;
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
        if (link_) return;
        link_ = true;
        take(Connected{});
    });
}

World& World::disconnect() {
    return step([this] {
        if (!link_) return;
        link_ = false;
        to_central_system_.clear();
        take(Disconnected{"test"});
    });
}

World& World::boot() {
    start();
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
    store_.flush();
    const auto kept = store_.load();
    const auto known = point_->snapshot();
    const auto configured = [](std::vector<ConnectorRecord> records) {
        std::erase_if(records,
                      [](const ConnectorRecord& r) { return r.operative && !r.scheduled; });
        return records;
    };
    return kept.transactions == known.transactions && kept.queue == known.queue &&
           configured(kept.connectors) == configured(known.connectors) && kept.keys == known.keys &&
           kept.documents == known.documents && kept.facts == known.facts &&
           kept.tags == known.tags && kept.next_sequence <= known.next_sequence &&
           kept.next_transaction <= known.next_transaction;
}

World& World::wait(seconds time) {
    return step([this, time] { move_to(now_.steady + time); });
}

World& World::restart() {
    return step([this] { reboot(false); });
}

World& World::power_cut() {
    return step([this] { reboot(true); });
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
    if (what == Disturbance::StepOffline && was_up) {
        link_ = false;
        to_central_system_.clear();
        take(Disconnected{"test"});
    }
    lose_next_answer_ = what == Disturbance::AnswerLost;
    action();
    pump();
    lose_next_answer_ = false;
    if (what == Disturbance::LinkCut && link_) {
        link_ = false;
        take(Disconnected{"test"});
    }
    if (what == Disturbance::Restart || what == Disturbance::PowerCut)
        reboot(what == Disturbance::PowerCut);
    if (what != Disturbance::None && was_up && !link_) {
        move_to(now_.steady + outage);
        link_ = true;
        take(Connected{});
        pump();
    }
    return *this;
}

void World::reboot(bool hardware_too) {
    const bool was_up = link_;
    link_ = started_ = false;
    to_central_system_.clear();
    if (hardware_too) {
        ++hal_instance_;
        for (auto& outlet : outlets_) {
            outlet.setpoint = {};
            outlet.plug_count = outlet.plugged ? 1 : 0;
        }
        operate();
    }
    store_.lose_relaxed();
    start();
    if (!was_up) return;
    link_ = true;
    take(Connected{});
    pump();
}

void World::take(const Event& event) {
    auto out = point_->step(event, now_);
    store_.commit(out.changes);
    for (const auto& setpoint : out.setpoints) outlet(setpoint.connector).setpoint = setpoint;
    std::int64_t offered = 0;
    for (const auto& outlet : outlets_)
        if (outlet.plugged) offered += outlet.setpoint.current_limit.count;
    if (offered > supply.count)
        problems_.push_back("offers " + std::to_string(offered) + " mA of a smaller supply");
    if (out.panel) panel = *out.panel;
    for (auto& frame : out.frames) {
        if (!link_) problems_.push_back("spoke without a connection: " + frame.text);
        to_central_system_.push_back(std::move(frame.text));
    }
    wake_at_ = out.wake_at;
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
        busy = operate() || busy;
        // What is due at this very moment.
        while (wake_at_ && *wake_at_ <= now_.steady) {
            take(Woken{});
            busy = true;
            if (++wakes > 1'000) FAIL("it wants to be woken again and again at the same moment");
        }
    }
    if (std::exchange(restart_due_, false)) reboot(true);
}

void World::move_to(steady_clock::time_point end) {
    while (now_.steady < end) {
        auto next = std::min(end, last_readings_ + reading_period);
        if (wake_at_ && *wake_at_ > now_.steady) next = std::min(next, *wake_at_);
        flow(next - now_.steady);
        now_.utc +=
            std::chrono::duration_cast<std::chrono::system_clock::duration>(next - now_.steady);
        now_.steady = next;
        if (now_.steady >= last_readings_ + reading_period) {
            last_readings_ = now_.steady;
            for (const auto& info : options_.connectors) send_reading(info.id);
        }
        pump();
    }
}

void World::flow(steady_clock::duration time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    for (const auto& info : options_.connectors)
        if (outlet(info.id).closed)
            outlet(info.id).milliwatt_seconds += watts_of(info, outlet(info.id)) * ms;
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
        const bool offered = outlet.plugged && outlet.setpoint.power_allowed && !outlet.faulted &&
                             mains_ && outlet.locked == socket &&
                             outlet.setpoint.current_limit >= units::Milliamps{6'000};
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

void World::hear(const std::string& text) {
    raw_frames_.push_back(text);
    const auto frame = Json::parse(text);
    if (frame[0] == 3) {
        results_[frame[1]] = frame[2];
        return;
    }
    if (frame[0] == 4) {
        results_[frame[1]] = frame[2];
        return;
    }
    const std::string action = frame[2];
    calls_.push_back(frame);
    lines_.push_back(line_of(action, frame[3]));
    if (silent.contains(action)) return;
    Json reply;
    if (const auto error = call_errors.find(action); error != call_errors.end()) {
        reply = Json::array({4, frame[1], error->second, "test", Json::object()});
    } else if (garbage && !garbage(action).empty()) {
        reply = Json::array({3, frame[1], Json::parse(garbage(action))});
    } else {
        reply = Json::array({3, frame[1], answer(action, frame[3])});
    }
    if (std::exchange(lose_next_answer_, false)) {
        link_ = false;
        to_central_system_.clear();
        take(Disconnected{"test"});
        return;
    }
    take(FrameReceived{reply.dump()});
}

Json World::answer(const std::string& action, const Json& payload) {
    const auto info = [&] {
        const auto found = id_tag_info.find(text_of(payload, "idTag"));
        return found == id_tag_info.end() ? Json{{"status", "Accepted"}} : found->second;
    };
    const auto time =
        ocpp::wire::DateTime{std::chrono::time_point_cast<std::chrono::milliseconds>(now_.utc)}
            .to_text();
    if (action == "BootNotification")
        return {{"status", registration}, {"currentTime", time}, {"interval", interval}};
    if (action == "Heartbeat") return {{"currentTime", time}};
    if (action == "Authorize") return {{"idTagInfo", info()}};
    if (action == "StartTransaction")
        return {{"idTagInfo", info()}, {"transactionId", book_start(payload)}};
    if (action == "MeterValues" || action == "StopTransaction") {
        if (!payload.contains("transactionId")) return Json::object();
        const auto id = payload["transactionId"].get<std::int32_t>();
        const auto book = std::find_if(books_.begin(), books_.end(),
                                       [id](const Booked& b) { return b.id == id; });
        if (book == books_.end()) {
            problems_.push_back(action + " of no transaction: " + payload.dump());
        } else if (action == "MeterValues") {
            if (book->stop) problems_.push_back("MeterValues after StopTransaction");
            // What a killed program had sent but not yet crossed out on disk, it sends once more.
            if (std::find(book->values.begin(), book->values.end(), payload) == book->values.end())
                book->values.push_back(payload);
            else if (options_.disturbance < Disturbance::AnswerLost)
                problems_.push_back("MeterValues twice: " + payload.dump());
        } else {
            if (book->stop &&
                (*book->stop != payload || options_.disturbance != Disturbance::AnswerLost))
                problems_.push_back("StopTransaction twice: " + payload.dump());
            book->stop = payload;
        }
        if (payload.contains("idTag")) return {{"idTagInfo", info()}};
    }
    return Json::object();
}

std::int32_t World::book_start(const Json& payload) {
    // Without an answer nobody can know that it was heard: the same words again are no second
    // transaction (OCPP 1.6 has no key to tell).
    for (const auto& book : books_)
        if (book.start == payload) {
            if (options_.disturbance != Disturbance::AnswerLost)
                problems_.push_back("StartTransaction twice: " + payload.dump());
            return book.id;
        }
    books_.push_back({payload, {}, {}, next_transaction_++});
    return books_.back().id;
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
    registration = "Accepted";
    if (!started_) start();
    for (const auto& info : options_.connectors) {
        fault(info.id, false);
        unplug(info.id);
    }
    connect();
    wait(seconds{600});
    if (options_.outlives_vehicle)
        for (const auto& book : std::vector<Booked>(books_))
            if (!book.stop) call("RemoteStopTransaction", {{"transactionId", book.id}});
    return *this;
}

void World::check_books() {
    CHECK(problems_ == std::vector<std::string>{});
    std::map<int, std::int64_t> sold;
    std::map<int, std::int64_t> transactions;
    std::map<int, std::string> last_stop;
    std::string last_start;
    for (const auto& book : books_) {
        INFO(book.start.dump());
        REQUIRE(book.stop);
        INFO(book.stop->dump());
        const int connector = book.start["connectorId"];
        const std::int64_t start = book.start["meterStart"], stop = (*book.stop)["meterStop"];
        const std::string from = book.start["timestamp"], to = (*book.stop)["timestamp"];
        CHECK(start <= stop);
        CHECK(from <= to);
        CHECK(last_start <= from);
        CHECK(last_stop[connector] <= from);
        std::string last_value;
        for (const auto& values : book.values)
            for (const auto& value : values["meterValue"]) {
                const std::string at = value["timestamp"];
                CHECK(from <= at);
                CHECK(last_value < at);
                CHECK(at <= to);
                last_value = at;
                for (const auto& sampled : value["sampledValue"])
                    if (sampled.value("measurand", "Energy.Active.Import.Register") ==
                        "Energy.Active.Import.Register") {
                        CHECK(std::stoll(sampled["value"].get<std::string>()) >= start);
                        CHECK(std::stoll(sampled["value"].get<std::string>()) <= stop);
                    }
            }
        last_start = from;
        last_stop[connector] = to;
        sold[connector] += stop - start;
        ++transactions[connector];
    }
    // No energy flows outside a transaction, none is sold twice; registers are whole Wh.
    for (const auto& info : options_.connectors) {
        INFO("connector " << info.id);
        CHECK(sold[info.id] <= energy_wh(info.id));
        CHECK(sold[info.id] + transactions[info.id] >= energy_wh(info.id));
        CHECK_FALSE(outlet(info.id).closed);
    }
}

}  // namespace test
