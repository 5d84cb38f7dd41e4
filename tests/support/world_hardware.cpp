// SPDX-License-Identifier: Apache-2.0
// The world's hardware: vehicles draw, contactors follow the set-points, and readings say so.

#include "tests/support/certificates.hpp"
#include "tests/support/world.hpp"

#include <algorithm>

namespace test {

using namespace ocpp::core;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

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

}  // namespace

void World::pass(steady_clock::duration time) {
    if (time <= steady_clock::duration::zero()) return;
    const auto ms = std::chrono::duration_cast<milliseconds>(time).count();
    std::int64_t drawn = 0;  // on the first phase, which every load uses
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
        // An outlet that can't be told a limit is off below its rating.
        const auto least =
            info.type == hal::ConnectorType::Schuko ? info.max_current : units::Milliamps{6'000};
        const bool offered = outlet.plugged && outlet.setpoint.power_allowed && !outlet.faulted &&
                             mains_ && outlet.locked == socket &&
                             outlet.setpoint.current_limit >= least;
        const bool closed = offered && outlet.wants;
        auditor_.switched(info.id, closed, offered, utc_ms());
        if (closed == outlet.closed && offered == outlet.offered) continue;
        outlet.closed = closed;
        outlet.offered = offered;
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
    reading.offered = outlet.offered ? outlet.setpoint.current_limit : units::Milliamps{};
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
    if (tampered_) reading.faults.push_back({hal::FaultCode::Tamper, {}, false});
    take(reading);
}

bool World::make_key() {
    if (!key_wanted_ || makes_keys_slowly) return false;
    key_wanted_ = false;
    if (!key_failure.empty()) {
        take(KeyFailed{key_failure});
        return true;
    }
    const int number = next_key_++;
    certificates::Wish wish;
    wish.key.number = number;
    const auto id = certificates::make(wish).certificate.key_id();
    private_keys.insert(id);
    take(KeyMade{"CSR " + std::to_string(number), id});
    return true;
}

// Keys that nobody needs any more are removed, but for those that the store may still name.
void World::look_after_keys(bool at_start) {
    const auto needed = point_->key_ids();
    for (const auto& id : needed)
        if (!private_keys.contains(id)) problems_.push_back("a key is not there: " + id);
    const auto pem = point_->link().client_chain;
    if (!pem.empty()) {
        const auto chain = ocpp::security::Certificate::from_pem(pem);
        if (!chain || !needed.contains(chain->front().key_id()))
            problems_.push_back("the certificate that is presented has no key");
    }
    if (!key_wanted_ && (at_start || !disturbed()))
        std::erase_if(private_keys, [&](const auto& id) { return !needed.contains(id); });
}

}  // namespace test
