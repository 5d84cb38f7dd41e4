// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/hal_machine.hpp"

#include <algorithm>
#include <utility>

namespace charge_daemon {
namespace {

using ocpp::core::Note;
using ocpp::core::Severity;

ocpp::core::NoteFields fields_of(const hal::WeldChecked& check) {
    std::string volts;
    for (const auto voltage : check.voltage)
        volts += (volts.empty() ? "" : ",") + std::to_string(voltage.count);
    return {{"connector", check.connector},
            {"detected", check.detected},
            {"relay", check.relay.value},
            {"voltage", ocpp::core::JsonText{'[' + volts + ']'}},
            {"samples", check.samples}};
}

std::string text_of(const std::vector<hal::ConnectorInfo>& connectors) {
    std::string text;
    for (const auto& connector : connectors)
        text += (text.empty() ? "" : ", ") + std::to_string(connector.id) + " = " +
                std::string(shared::name_of(connector.type)) + ' ' +
                std::to_string(connector.phases) + "x" +
                std::to_string(connector.max_current.count) + " mA";
    return text.empty() ? "none" : text;
}

// The protocol bounds Refusal::reason.
shared::Text<200> bounded(const std::string& text) {
    return {text.substr(0, shared::Text<200>::max)};
}

}  // namespace

HalMachine::HalMachine(std::vector<hal::ConnectorInfo> connectors, hal::Hello hello, HalTimes times)
    : connectors_(std::move(connectors)), hello_(std::move(hello)), times_(times) {}

HalMachine::Actions HalMachine::take(HalTrigger trigger, Time now) {
    Actions actions;
    go(trigger, now, actions);
    return actions;
}

bool HalMachine::go(HalTrigger trigger, Time now, Actions& actions) {
    const auto* row = find(state_, trigger);
    if (row != nullptr) enter(row->to, now, actions);
    return row != nullptr;
}

void HalMachine::enter(HalState state, Time now, Actions& actions) {
    state_ = state;
    dial_at_.reset();
    switch (state) {
        case HalState::Dialling:
            lines_ = shared::Lines(hal::max_line_bytes);
            actions.emplace_back(Dial{});
            break;
        case HalState::Greeting:
            heard_ = now;
            look_at_ = now + times_.silence;
            actions.emplace_back(Write{hal::encode(hal::ToHardware{hello_})});
            break;
        case HalState::Greeted:
            heard_connectors_.assign(connectors_.size(), false);
            unheard_ = connectors_.size();
            break;
        case HalState::Waiting:
        case HalState::Stopped:
            look_at_.reset();
            actions.emplace_back(Close{});
            break;
    }
}

HalMachine::Actions HalMachine::lost(const std::string& problem, Time now) {
    Actions actions;
    over(HalTrigger::Lost, problem, now, actions);
    return actions;
}

HalMachine::Actions HalMachine::feed(std::string_view bytes, Time now) {
    Actions actions;
    if (connected() && !lines_.feed(bytes))
        refuse("a line is longer than " + std::to_string(hal::max_line_bytes) + " bytes", now,
               actions);
    return actions;
}

std::optional<HalMachine::Actions> HalMachine::next_line(Time now) {
    if (!connected()) return std::nullopt;
    const auto next = lines_.next();
    if (!next) return std::nullopt;
    Actions actions;
    if (greeted())
        line(*next, now, actions);
    else
        greet(*next, now, actions);
    return actions;
}

void HalMachine::line(std::string_view line, Time now, Actions& actions) {
    auto message = hal::decode_from_hardware(line);
    if (!message) return refuse("a line is wrong: " + message.error(), now, actions);
    heard_ = now;
    if (auto* read = std::get_if<hal::Reading>(&*message))
        reading(std::move(*read), now, actions);
    else if (auto* tag = std::get_if<hal::TagRead>(&*message))
        actions.emplace_back(Tell{std::move(*tag)});
    else if (const auto* check = std::get_if<hal::WeldChecked>(&*message))
        weld_check(*check, actions);
    else if (const auto* refusal = std::get_if<hal::Refusal>(&*message))
        over(HalTrigger::Refused, "chargepoint-hald refuses: " + refusal->reason.value, now,
             actions);
    else
        refuse("a second hello", now, actions);
}

void HalMachine::reading(hal::Reading reading, Time now, Actions& actions) {
    if (reading.connector < 1 || reading.connector > static_cast<int>(connectors_.size()))
        return refuse(
            "a reading of connector " + std::to_string(reading.connector) + ", which there is not",
            now, actions);
    const auto index = static_cast<std::size_t>(reading.connector - 1);
    if (!heard_connectors_[index]) --unheard_;
    heard_connectors_[index] = true;
    actions.emplace_back(Tell{std::move(reading)});
}

void HalMachine::greet(std::string_view line, Time now, Actions& actions) {
    const auto version = hal::version_in_hello(line);
    if (version && *version != hal::protocol_version)
        return refuse("chargepointd speaks version " + std::to_string(hal::protocol_version) +
                          " of the HAL protocol, chargepoint-hald version " +
                          std::to_string(*version),
                      now, actions);
    auto message = hal::decode_from_hardware(line);
    if (!message) return refuse("the first line is wrong: " + message.error(), now, actions);
    if (const auto* refusal = std::get_if<hal::Refusal>(&*message))
        return over(HalTrigger::Refused, "chargepoint-hald refuses: " + refusal->reason.value, now,
                    actions);
    auto* hello = std::get_if<hal::Hello>(&*message);
    if (!hello) return refuse("the first line is no hello", now, actions);
    if (!std::ranges::equal(hello->connectors, connectors_))
        return refuse("the connectors differ: chargepointd has " + text_of(connectors_) +
                          ", chargepoint-hald has " + text_of(hello->connectors),
                      now, actions);
    heard_ = now;
    go(HalTrigger::Welcome, now, actions);
    software_ = hello->software.value;
    problem_.clear();
    actions.emplace_back(Note{Severity::Info,
                              "hal",
                              "connected to " + software_,
                              {{"state", "connected"}, {"software", software_}}});
    actions.emplace_back(Tell{ocpp::core::HalConnected{std::move(*hello)}});
}

void HalMachine::weld_check(const hal::WeldChecked& check, Actions& actions) {
    const auto severity = check.detected ? Severity::Warning : Severity::Info;
    const auto found = check.detected ? "relay " + check.relay.value + " is welded" : "no weld";
    actions.emplace_back(Note{severity, "weld_check",
                              "connector " + std::to_string(check.connector) + ": " + found,
                              fields_of(check)});
    actions.emplace_back(Tell{check});
}

// Tells the other end why, as far as it still listens.
void HalMachine::refuse(const std::string& reason, Time now, Actions& actions) {
    actions.emplace_back(WriteLast{hal::encode(hal::ToHardware{hal::Refusal{bounded(reason)}})});
    over(HalTrigger::Refused, reason, now, actions);
}

void HalMachine::over(HalTrigger trigger, const std::string& problem, Time now, Actions& actions) {
    const bool was_greeted = greeted();
    if (!go(trigger, now, actions)) return;
    dial_at_ = now + (trigger == HalTrigger::Refused ? times_.retry_after_refusal : times_.retry);
    if (problem != problem_ && !was_greeted)  // the charge point tells about the end itself
        actions.emplace_back(Note{Severity::Warning,
                                  "hal",
                                  "no hardware: " + problem,
                                  {{"state", "disconnected"}, {"reason", problem}}});
    problem_ = problem;
    if (was_greeted) actions.emplace_back(Tell{ocpp::core::HalDisconnected{problem}});
}

// Looks only as often as somebody may be missed, so that an idle daemon sleeps.
HalMachine::Actions HalMachine::tick(Time now) {
    if (dial_at_ && now >= *dial_at_) return take(HalTrigger::Due, now);
    if (!look_at_ || now < *look_at_) return {};
    if (now - heard_ >= times_.silence) return lost("chargepoint-hald is mute", now);
    look_at_ = heard_ + times_.silence;
    return {};
}

}  // namespace charge_daemon
