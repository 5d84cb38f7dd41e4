// SPDX-License-Identifier: Apache-2.0
// Deeds of people and of the central system, each of them one step of the world.

#include "tests/support/world.hpp"

#include <algorithm>

namespace test {

using namespace ocpp::core;
using shared::Json;
using std::chrono::milliseconds;

World& World::start() {
    create();
    started_ = true;
    auditor_.begun(utc_ms());
    show_meters();
    take(Started{});
    if (wifi_seen_) take(*wifi_seen_);
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

World& World::tamper(bool open) {
    return step([this, open] {
        tampered_ = open;
        for (const auto& info : options_.connectors) send_reading(info.id);
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

std::string World::asked(const Event& request) {
    std::string answer;
    step([&] {
        take(request);
        answer = answer_;
    });
    return answer;
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
           configured(kept.connectors) == configured(known.connectors) &&
           kept.texts == known.texts && kept.tags == known.tags &&
           kept.next_sequence <= known.next_sequence &&
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

World& World::wait(milliseconds time) {
    return step([this, time] { move_to(now_.steady + time); });
}

World& World::wait_for_deadline(seconds at_most) {
    return step([this, at_most] { move_to(now_.steady + at_most, wakes_); });
}

World& World::restart() {
    return step([this] { reboot({}); });
}

World& World::restart_orderly() {
    return step([this] { reboot({.asked = true}); });
}

World& World::crash() {
    return step([this] { reboot({.hardware_too = true}); });
}

World& World::restart_all() {
    return step([this] { reboot({.hardware_too = true, .asked = true}); });
}

World& World::power_cut(seconds dark) {
    return step([this, dark] { reboot(power_gone, dark); });
}

World& World::security_profile(int profile) {
    return step([this, profile] { take(SecurityProfileSet{profile}); });
}

World& World::file_says_profile(int profile) {
    options_.security_profile = profile;
    return *this;
}

World& World::set_key(const std::string& key, const std::string& value) {
    const auto result = call("ChangeConfiguration", {{"key", key}, {"value", value}});
    if (!disturbed()) CHECK(result == Json{{"status", "Accepted"}});
    return *this;
}

World& World::set_machine_clock(Instant clock) {
    return step([this, clock] { set_behind(clock); });
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

}  // namespace test
