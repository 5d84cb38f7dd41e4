// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/transitions.hpp"

#include "hal-service/process/log.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace hal {
namespace {

using spdlog::level::level_enum;

std::span<const ActiveFault> faults_of(const Condition& condition) {
    return std::span(condition.faults).first(condition.fault_count);
}

const ActiveFault* find(const Condition& condition, FaultCode code) {
    const auto faults = faults_of(condition);
    const auto found = std::find_if(faults.begin(), faults.end(),
                                    [&](const auto& fault) { return fault.code == code; });
    return found == faults.end() ? nullptr : &*found;
}

std::string pilot_of(const Condition& condition) {
    return std::string(shared::name_of(condition.pilot)) + (condition.pwm ? '2' : '1');
}

// F and the looks in between, while faults hold it, are told once.
bool looks(const Condition& before, const Condition& now) {
    const bool shows_f = before.pilot == PilotState::F || now.pilot == PilotState::F;
    return shows_f && before.fault_count > 0 && now.fault_count > 0 &&
           before.plugged == now.plugged;
}

std::string prefix(ConnectorId connector) {
    return "connector " + std::to_string(connector) + ": ";
}

void log_state(ConnectorId connector, const Condition& now) {
    const char* contactors = now.contactor_closed ? "closed" : "open";
    process::log("hal", level_enum::info,
                 prefix(connector) + pilot_of(now) + ", " + std::to_string(now.offered.count) +
                     " mA offered, contactors " + contactors,
                 {{"CONNECTOR", std::to_string(connector)},
                  {"PILOT", pilot_of(now)},
                  {"OFFERED_MA", std::to_string(now.offered.count)},
                  {"CONTACTORS", contactors}});
}

void log_fault(ConnectorId connector, const ActiveFault& fault, bool present) {
    const std::string code{shared::name_of(fault.code)};
    const auto info = describe(fault);
    auto text = prefix(connector) + "fault " + code;
    if (!present)
        text += " is gone";
    else if (!info.empty())
        text += ": " + info;
    const auto level = !present                  ? level_enum::info
                       : fault.prevents_charging ? level_enum::err
                                                 : level_enum::warn;
    process::log("hal", level, text,
                 {{"CONNECTOR", std::to_string(connector)},
                  {"FAULT", code},
                  {"FAULT_STATE", present ? "present" : "gone"},
                  {"FAULT_INFO", info},
                  {"PREVENTS_CHARGING", fault.prevents_charging ? "1" : "0"}});
}

}  // namespace

void log_transition(ConnectorId connector, const Condition& before, const Condition& now) {
    const bool new_state = before.pilot != now.pilot && !looks(before, now);
    if (new_state || before.pwm != now.pwm || before.contactor_closed != now.contactor_closed ||
        before.offered != now.offered)
        log_state(connector, now);
    if (before.mains != now.mains)
        process::log("hal", now.mains ? level_enum::info : level_enum::err,
                     prefix(connector) + (now.mains ? "the supply is back" : "the supply is lost"),
                     {{"CONNECTOR", std::to_string(connector)}, {"MAINS", now.mains ? "1" : "0"}});
    for (const auto& fault : faults_of(now)) {
        const auto* old = find(before, fault.code);
        if (old == nullptr || old->prevents_charging != fault.prevents_charging)
            log_fault(connector, fault, true);
    }
    for (const auto& fault : faults_of(before))
        if (find(now, fault.code) == nullptr) log_fault(connector, fault, false);
}

}  // namespace hal
