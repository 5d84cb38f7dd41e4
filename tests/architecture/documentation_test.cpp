// SPDX-License-Identifier: Apache-2.0
// Documentation that lists what a table of the program says is written from that table.
// WRITE_DOCUMENTATION=1 in the environment writes the generated parts anew.

#include "daemon/link/tls_rules.hpp"
#include "daemon/settings/sections.hpp"
#include "hal-service/control/protection.hpp"
#include "hal-service/control/sequences.hpp"
#include "hal-service/link/panel.hpp"
#include "hal-service/process/load.hpp"
#include "ocpp/config/key_table.hpp"
#include "ocpp/core/session.hpp"
#include "tests/architecture/text.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <map>

namespace documentation_test {

using text::cells;
using text::lines_of;
using text::part;
using text::part_of;

namespace {

void compare_or_write(const std::string& path, const std::string& name, const std::string& wanted) {
    auto text = text::of(path);
    const auto [begin, end] = part_of(text, name);
    if (std::getenv("WRITE_DOCUMENTATION") != nullptr &&
        text.substr(begin, end - begin) != wanted) {
        std::ofstream(path) << text.replace(begin, end - begin, wanted);
        return;
    }
    INFO(path << " differs from the table of the program. To write it anew:\n"
              << "  WRITE_DOCUMENTATION=1 build/dev/bin/architecture_tests");
    CHECK(text.substr(begin, end - begin) == wanted);
}

std::string lights() {
    std::ostringstream rows;
    rows << "| what is the matter | indication | red, green, blue | pattern |\n|---|---|---|---|\n";
    for (const auto& row : hal::light_rows())
        rows << "| " << row.meaning << " | "
             << (row.indication ? shared::name_of(*row.indication) : std::string_view()) << " | "
             << int{row.colour.red} << ", " << int{row.colour.green} << ", " << int{row.colour.blue}
             << " | " << shared::name_of(row.pattern) << " |\n";
    return rows.str();
}

std::string cipher_suites() {
    std::ostringstream rows;
    rows << "| suite | OpenSSL | asked for by |\n|---|---|---|\n";
    const auto add = [&](const auto& suites) {
        for (const auto& suite : suites)
            rows << "| " << suite.name << " | `" << suite.openssl << "` | " << suite.from << " |\n";
    };
    add(charge_daemon::suites_1_3);
    add(charge_daemon::suites_1_2);
    return rows.str();
}

std::string session_diagram() {
    std::ostringstream diagram;
    diagram << "```mermaid\nstateDiagram-v2\n    [*] --> Idle\n";
    for (const auto& row : ocpp::core::rows)
        diagram << "    " << shared::name_of(row.from) << " --> " << shared::name_of(row.to)
                << " : " << shared::name_of(row.trigger)
                << (row.guard == ocpp::core::Guard::Occupied ? " [occupied]" : "")
                << (row.effect == ocpp::core::Effect::None
                        ? std::string()
                        : " / " + std::string(shared::name_of(row.effect)))
                << '\n';
    diagram << "```\n";
    return diagram.str();
}

std::string text_of(std::chrono::milliseconds time) {
    if (time.count() == 0) return "at once";
    if (time.count() % 1000 != 0) return std::to_string(time.count()) + " ms";
    return std::to_string(time.count() / 1000) + " s";
}

std::string text_of_release(const hal::ProtectionRule& rule) {
    std::string text = rule.release == hal::Release::WhenUnplugged ? "unplugged" : "";
    const std::string gone = *rule.until != '\0' ? rule.until : "gone";
    if (rule.release == hal::Release::GoneOrUnplugged) text += "unplugged or ";
    if (rule.release != hal::Release::WhenUnplugged || *rule.until != '\0')
        text += (text == "unplugged" ? " and " : "") + gone;
    if (rule.release_after.count() > 0) text += ", " + text_of(rule.release_after);
    return text;
}

// Rows that differ in their code only, as the phases do, are one row.
std::string protection_table() {
    std::ostringstream table;
    table << "| fault | when | for | reaction | pilot | until | why "
             "|\n|---|---|---|---|---|---|---|\n";
    const auto rules = hal::protection_rules();
    for (std::size_t i = 0; i < rules.size();) {
        const auto& rule = rules[i];
        std::string codes;
        for (; i < rules.size() && rules[i].condition == rule.condition; ++i)
            codes += (codes.empty() ? "" : ", ") + std::string(shared::name_of(rules[i].code));
        table << "| " << codes << " | " << rule.condition << " | " << text_of(rule.delay) << " | "
              << shared::name_of(rule.reaction) << " | "
              << (rule.prevents_charging() ? shared::name_of(rule.pilot) : "unchanged") << " | "
              << text_of_release(rule) << " | " << rule.why << " |\n";
    }
    return table.str();
}

std::string sequence_table() {
    std::ostringstream table;
    table << "| from | to | clause | when |\n|---|---|---|---|\n";
    for (const auto& row : hal::sequence_rows())
        table << "| " << shared::name_of(row.from) << " | " << shared::name_of(row.to) << " | "
              << row.clause << " | " << row.reason << " |\n";
    return table.str();
}

}  // namespace

TEST_CASE("the table of lights is the program's") {
    compare_or_write("hal-service/README.md", "lights", lights());
}

TEST_CASE("the documented cipher suites are those that are offered") {
    compare_or_write("daemon/README.md", "cipher suites", cipher_suites());
}

TEST_CASE("the documented OCPP keys are those of the program") {
    compare_or_write("config/README.md", "keys", ocpp::config::key_table());
}

TEST_CASE("the documented settings are those of the program, each with a meaning") {
    std::map<std::string, std::string> meanings;
    for (const auto& line : lines_of(part("config/README.md", "settings")))
        if (const auto row = cells(line); row.size() > 3) meanings[row[1]] = row[3];
    std::string table = "| key | default | meaning |\n|---|---|---|\n";
    const auto add = [&](const std::string& key, const std::string& value) {
        INFO(key << " needs a meaning in the third column of config/README.md");
        CHECK_FALSE(meanings[key].empty());
        table += "| " + key + " | " + value + " | " + meanings[key] + " |\n";
    };
    const auto defaults = process::default_settings(charge_daemon::sections());
    for (const auto& key : charge_daemon::sections().keys)
        add(std::string(key.section) + '.' + std::string(key.name), '`' + key.show(defaults) + '`');
    for (const auto& key : process::connector_keys())
        add("connector." + std::string(key.name), '`' + key.show(defaults.connectors.at(0)) +
                                                      "`, `" + key.show(defaults.connectors.at(1)) +
                                                      '`');
    compare_or_write("config/README.md", "settings", table);
}

TEST_CASE("the shipped configuration file has every setting with its default") {
    const auto defaults = process::default_settings(charge_daemon::sections());
    std::map<std::string, std::string> expected;
    for (const auto& key : charge_daemon::sections().keys)
        expected[std::string(key.section) + '.' + std::string(key.name)] = key.show(defaults);
    for (const auto& connector : defaults.connectors)
        for (const auto& key : process::connector_keys())
            expected["connector" + std::to_string(connector.id) + '.' + std::string(key.name)] =
                key.show(connector);

    const auto ocpp_keys = ocpp::config::key_table();
    const std::regex header(R"re(^#?\[+(\w+)\]+$)re"), value(R"re(^#?(\w+) = (.*?)(?:\s+#.*)?$)re");
    std::string section;
    int connectors = 0;
    for (const auto& line : lines_of(text::of("config/chargepoint.toml"))) {
        std::smatch found;
        INFO(line);
        if (std::regex_match(line, found, header)) {
            section = found[1];
            if (section == "connector") section += std::to_string(++connectors);
        } else if (std::regex_match(line, found, value)) {
            const auto name = found[1].str();
            if (section == "ocpp") {
                CHECK(ocpp_keys.find("\n| " + name + " |") != std::string::npos);
                continue;
            }
            const auto setting = expected.extract(section + '.' + name);
            CHECK(setting);  // is there, once
            if (setting) CHECK(setting.mapped() == found[2].str());
        }
    }
    for (const auto& [missing, shown] : expected) {
        INFO(missing << " is not in config/chargepoint.toml");
        CHECK(shown.empty());
    }
}

TEST_CASE("the session diagram is the session table") {
    compare_or_write("ocpp/README.md", "session", session_diagram());
}

TEST_CASE("the documented sequences and faults are those of the program") {
    compare_or_write("hal-service/README.md", "sequences", sequence_table());
    compare_or_write("hal-service/README.md", "protection", protection_table());
}

}  // namespace documentation_test
