// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/show_hardware.hpp"

#include "daemon/ctl/values.hpp"

#include <vector>

namespace charge_daemon::ctl {
namespace {

using shared::Json;

std::string pilot_state(const Json& json, const char* name) {
    const auto state = text(json, name);
    return state.empty() ? state : state + (is_true(json, "pwm") ? "2" : "1");
}

std::string temperatures(const Json& celsius) {
    std::string out;
    if (!celsius.is_object()) return out;
    for (const auto& [destination, value] : celsius.items())
        if (value.is_number())
            out +=
                (out.empty() ? "" : ", ") + destination + ' ' + number(value.get<double>(), 1, "");
    return out;
}

std::string codes(const Json& faults) {
    std::string out;
    for (const auto& fault : faults) out += (out.empty() ? "" : ", ") + text(fault, "code");
    return out;
}

std::string effect(const Json& fault) {
    return is_true(fault, "prevents_charging") ? "no charging" : "warning";
}

double sum(const Json& values) {
    double all = 0;
    for (const auto& value : values)
        if (value.is_number()) all += value.get<double>();
    return all;
}

std::string microseconds(const Json& times, const char* name) {
    return number(times, name, 0, " us");
}

std::string spread(const Json& level) {
    return number(level, "min_volts", 2, "") + " to " + number(level, "max_volts", 2, " V") +
           ", mean " + number(level, "mean_volts", 2, " V") + ", sigma " +
           number(level, "sigma_volts", 3, " V");
}

}  // namespace

std::string readings_text(const Json& answer) {
    std::vector<std::vector<std::string>> rows{{"CONNECTOR", "PILOT", "PLUGGED", "CONTACTORS",
                                                "OFFERED", "CURRENT", "VOLTAGE", "POWER", "ENERGY",
                                                "CELSIUS", "FAULTS"}};
    for (const auto& connector : member(answer, "connectors"))
        rows.push_back(
            {text(connector, "connector"), pilot_state(connector, "pilot"),
             yes_no(connector, "plugged"),
             is_true(connector, "contactor_closed") ? "closed" : "open",
             number(connector, "offered_amps", 1, " A"), list(member(connector, "amps"), " A"),
             list(member(connector, "volts"), " V"),
             number(sum(member(connector, "watts")) / 1000, 2, " kW"),
             number(connector, "energy_wh", 3, " kWh", 0.001),
             temperatures(member(connector, "celsius")), codes(member(connector, "faults"))});
    return table(rows);
}

std::string pilot_text(const Json& answer) {
    const auto& second = member(answer, "second");
    std::string out = line("state", pilot_state(answer, "state") +
                                        (is_true(answer, "valid") ? "" : " (no valid sample)"));
    out += line("offered", number(answer, "offered_amps", 1, " A"));
    out += line("peaks", number(answer, "high_volts", 2, " V") + " / " +
                             number(answer, "low_volts", 2, " V"));
    out += line("level", number(answer, "raw_volts", 2, " V"));
    out += line("rails", number(answer, "plus_rail_volts", 2, " V") + " / " +
                             number(answer, "minus_rail_volts", 2, " V"));
    out += line("vehicle", text(answer, "vehicle_ohms") + " ohms");
    out += line("diode seen", yes_no(answer, "diode"));
    if (!member(answer, "proximity_ohms").is_null())
        out += line("proximity", text(answer, "proximity_ohms") + " ohms");
    out += line("last second",
                text(second, "samples") + " samples, " + text(second, "invalid") + " not valid");
    out += line("  high", spread(member(second, "high")));
    out += line("  low", spread(member(second, "low")));
    return out;
}

std::string faults_text(const Json& answer) {
    const auto& active = member(answer, "active");
    std::string out = "No faults.\n";
    if (!active.empty()) {
        std::vector<std::vector<std::string>> rows{{"CONNECTOR", "FAULT", "EFFECT", "INFO"}};
        for (const auto& fault : active)
            rows.push_back({text(fault, "connector"), text(fault, "code"), effect(fault),
                            text(fault, "info")});
        out = table(rows);
    }
    const auto& rules = member(answer, "rules");
    if (rules.empty()) return out;
    std::vector<std::vector<std::string>> rows{{"RULE", "EFFECT", "AFTER", "WHY"}};
    for (const auto& rule : rules)
        rows.push_back({text(rule, "code"), effect(rule), number(rule, "delay_ms", 0, " ms"),
                        text(rule, "why")});
    return out + '\n' + table(rows);
}

// Prints the values as they stand in a board file.
std::string calibration_text(const Json& answer) {
    const auto words_text = [](const Json& words) {
        std::string out;
        if (!words.is_object()) return out;
        for (const auto& [name, value] : words.items())
            out += "  " + name + " = " + text(value) + '\n';
        return out;
    };
    std::string out = line("meter", text(answer, "meter"));
    out += line("volts", list(member(answer, "volts"), ""));
    out += line("amps", list(member(answer, "amps"), ""));
    out += line("checksum", text(answer, "checksum"));
    out += "words\n" + words_text(member(answer, "words"));
    const auto& proposed = member(answer, "proposed");
    if (proposed.is_null()) return out;
    const auto file = text(answer, "board_file");
    return out + "\nFor [meter.calibration] in " + (file.empty() ? "the board file" : file) +
           ":\n" + words_text(proposed);
}

std::string proof_text(const Json& answer) {
    return "connector " + text(answer, "connector") + ": " + text(answer, "result") + '\n';
}

std::string stats_text(const Json& answer) {
    std::vector<std::vector<std::string>> rows{{"", "P50", "P99", "P99.9", "MAX"}};
    for (const auto& [name, title] : {std::pair{"lateness", "late"}, std::pair{"tick", "tick"}}) {
        const auto& times = member(answer, name);
        rows.push_back({title, microseconds(times, "p50_us"), microseconds(times, "p99_us"),
                        microseconds(times, "p999_us"), microseconds(times, "max_us")});
    }
    std::string out = line("priority", is_true(answer, "real_time") ? "real time" : "ordinary");
    out += line("ticks", text(answer, "ticks") + ", one every " +
                             number(answer, "period_us", 0, " ms", 0.001));
    out += line("missed", text(answer, "overruns"));
    return out + table(rows);
}

}  // namespace charge_daemon::ctl
