// SPDX-License-Identifier: Apache-2.0
#include "hal-service/technician/answers.hpp"

#include "hal-service/control/protection.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace hal {
namespace {

using shared::Json;

Json text(std::string_view name) { return std::string(name); }

template <class Quantity>
Json thousandths(Quantity value) {
    return shared::decimal(value.count);
}

template <class Quantity>
Json thousandths(const PerPhase<Quantity>& values) {
    Json array = Json::array();
    for (const auto value : values) array.push_back(shared::decimal(value.count));
    return array;
}

Json whole(const PerPhase<units::Watts>& values) {
    Json array = Json::array();
    for (const auto value : values) array.push_back(value.count);
    return array;
}

Json fault_json(const ActiveFault& fault) {
    return {{"code", text(shared::name_of(fault.code))},
            {"info", describe(fault)},
            {"prevents_charging", fault.prevents_charging}};
}

Json faults_json(const Condition& condition) {
    Json faults = Json::array();
    for (std::size_t i = 0; i < condition.fault_count; ++i)
        faults.push_back(fault_json(condition.faults[i]));
    return faults;
}

Json temperatures_json(const Report& report) {
    Json temperatures = Json::object();
    const auto add = [&](const char* place, const std::optional<units::MilliCelsius>& measured) {
        if (measured) temperatures[place] = thousandths(*measured);
    };
    add("Outlet", report.outlet_temperature);
    add("Body", report.body_temperature);
    add("Inlet", report.inlet_temperature);
    return temperatures;
}

Json reading_json(const ConnectorInfo& connector, const Report& report) {
    const auto& condition = report.condition;
    return {{"connector", connector.id},
            {"type", text(shared::name_of(connector.type))},
            {"pilot", text(shared::name_of(condition.pilot))},
            {"pwm", condition.pwm},
            {"plugged", condition.plugged},
            {"cable", condition.cable},
            {"locked", condition.locked},
            {"contactor_closed", condition.contactor_closed},
            {"mains", condition.mains},
            {"phases", condition.phases},
            {"offered_amps", thousandths(condition.offered)},
            {"amps", thousandths(report.current)},
            {"volts", thousandths(report.voltage)},
            {"watts", whole(report.power)},
            {"power_factor", thousandths(report.power_factor)},
            {"hertz", thousandths(report.frequency)},
            {"energy_wh", thousandths(report.kept.energy)},
            {"celsius", temperatures_json(report)},
            {"cable_limit_amps", thousandths(report.cable_limit)},
            {"temperature_limit_amps", thousandths(report.temperature_limit)},
            {"plug_count", condition.plug_count},
            {"toggles", condition.toggles},
            {"wake_ups", condition.wake_ups},
            {"phase_change", condition.phase_change},
            {"faults", faults_json(condition)}};
}

Json spread_json(const LevelSpread& spread) {
    const double sigma = std::sqrt(static_cast<double>(spread.variance));
    return {{"min_volts", thousandths(spread.least)},
            {"max_volts", thousandths(spread.most)},
            {"mean_volts", thousandths(spread.mean)},
            {"sigma_volts", std::round(sigma) / 1000}};
}

Json times_json(const Histogram& times) {
    return {{"count", times.count()},
            {"p50_us", times.within(500).count()},
            {"p99_us", times.within(990).count()},
            {"p999_us", times.within(999).count()},
            {"max_us", times.worst().count()}};
}

Json rule_json(const ProtectionRule& rule) {
    return {{"code", text(shared::name_of(rule.code))},
            {"condition", rule.condition},
            {"prevents_charging", rule.prevents_charging()},
            {"reaction", text(shared::name_of(rule.reaction))},
            {"delay_ms", rule.delay.count()},
            {"why", rule.why}};
}

Json words_json(const process::MeterCalibration& calibration) {
    Json json = Json::object();
    for (const auto& word : calibration.words)
        json[word.kind->name] = word.single() ? Json(word.values[0]) : Json(word.values);
    if (calibration.checksum) json["checksum"] = *calibration.checksum;
    return json;
}

}  // namespace

Json readings_answer(const std::vector<ConnectorInfo>& connectors, const LoopState& state) {
    Json readings = Json::array();
    for (std::size_t i = 0; i < connectors.size(); ++i)
        readings.push_back(reading_json(connectors[i], state.connectors[i]));
    return {{"ok", true}, {"connectors", std::move(readings)}};
}

Json pilot_answer(const ConnectorInfo& connector, const Report& report, const PilotView& view) {
    const auto& sample = view.sample;
    Json answer{{"ok", true},
                {"connector", connector.id},
                {"state", text(shared::name_of(report.condition.pilot))},
                {"pwm", report.condition.pwm},
                {"offered_amps", thousandths(report.condition.offered)},
                {"valid", sample.valid},
                {"high_volts", thousandths(sample.high)},
                {"low_volts", thousandths(sample.low)},
                {"raw_volts", thousandths(sample.raw)},
                {"plus_rail_volts", thousandths(sample.plus_rail)},
                {"minus_rail_volts", thousandths(sample.minus_rail)},
                {"vehicle_ohms", vehicle_ohms(sample)},
                {"diode", shows_diode(sample)},
                {"second",
                 {{"samples", view.samples},
                  {"invalid", view.invalid},
                  {"high", spread_json(view.high)},
                  {"low", spread_json(view.low)}}}};
    if (connector.type == ConnectorType::Type2Socket)
        answer["proximity_ohms"] = view.proximity_ohms;
    return answer;
}

Json faults_answer(const std::vector<ConnectorInfo>& connectors, const LoopState& state, bool all) {
    Json active = Json::array();
    for (std::size_t i = 0; i < connectors.size(); ++i)
        for (auto& fault : faults_json(state.connectors[i].condition)) {
            fault["connector"] = connectors[i].id;
            active.push_back(std::move(fault));
        }
    Json answer{{"ok", true}, {"active", std::move(active)}};
    if (!all) return answer;
    answer["rules"] = Json::array();
    for (const auto& rule : protection_rules()) answer["rules"].push_back(rule_json(rule));
    return answer;
}

Json calibration_answer(ConnectorId connector, const process::BoardSettings& board,
                        const Report& report, const Reference& reference) {
    // The simulated meter has the words of a chip after its reset.
    process::MeterWiring meter;
    std::vector<int> channels{0, 1, 2};
    if (const auto wired = board.outlet(connector).wiring.meter) {
        channels = wired->channels;
        for (const auto& one : board.wiring.meters)
            if (one.name == wired->name) meter = one;
    }
    Json answer{{"ok", true},
                {"connector", connector},
                {"meter", meter.name},
                {"board_file", board.file},
                {"words", words_json(meter.calibration)},
                {"checksum", text(shared::name_of(process::check(meter.calibration)))},
                {"volts", thousandths(report.voltage)},
                {"amps", thousandths(report.current)}};
    const bool compared = std::any_of(reference.voltage.begin(), reference.voltage.end(),
                                      [](const auto& volts) { return volts.has_value(); }) ||
                          std::any_of(reference.current.begin(), reference.current.end(),
                                      [](const auto& amps) { return amps.has_value(); });
    if (!compared) return answer;
    const auto better =
        recalibrated(meter.calibration, channels, {report.voltage, report.current}, reference);
    if (!better) return {{"ok", false}, {"error", better.error()}};
    answer["proposed"] = words_json(*better);
    return answer;
}

Json proof_answer(ConnectorId connector, const Proof& proof) {
    Json answer{{"ok", proof.state == ProofState::Passed},
                {"connector", connector},
                {"result", text(shared::name_of(proof.state))}};
    if (proof.refusal != nullptr) {
        answer["result"] = "refused";
        answer["error"] = proof.refusal;
    } else if (proof.state == ProofState::Interrupted) {
        answer["error"] = "the test was interrupted: the outlet is not idle any more";
    } else if (proof.state == ProofState::Failed) {
        answer["error"] = proof.demand.test == Test::Relays
                              ? describe(proof.finding)
                              : "the residual current monitor has not shown its test";
    }
    return answer;
}

Json stats_answer(const LoopState& state, bool real_time) {
    return {{"ok", true},
            {"real_time", real_time},
            {"period_us", Moment{timing::tick}.count()},
            {"ticks", state.ticks},
            {"overruns", state.overruns},
            {"lateness", times_json(state.lateness)},
            {"tick", times_json(state.duration)}};
}

}  // namespace hal
