// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/load.hpp"

#include "daemon/settings/sections.hpp"
#include "daemon/settings/settings.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <sys/stat.h>

#include <fstream>

namespace load_test {

namespace {

using charge_daemon::daemon_settings;
using charge_daemon::sections;
using process::Settings;
using process::Sources;
using support::Folder;

Settings defaults() { return process::default_settings(sections()); }

std::vector<std::string> complaints(const std::string& text) {
    auto settings = defaults();
    return process::apply_text(sections(), settings, text, "chargepoint.toml");
}

// Read alone and judged as a whole.
shared::Result<Settings, std::vector<std::string>> loaded(const Folder& folder,
                                                          const std::string& text,
                                                          std::vector<std::string> overrides = {}) {
    Sources sources;
    sources.file = folder.write("chargepoint.toml", text);
    sources.overrides = std::move(overrides);
    return process::load(sources, sections());
}

struct WrongValue {
    const char* text;
    const char* message;
};

constexpr WrongValue wrong_values[] = {
    {"[kitchen]\n", "chargepoint.toml:1: kitchen: is not known"},
    {"\n[hal]\nspeed = 5\n", "chargepoint.toml:3: hal.speed: is not known"},
    {"hal = 5\n", "chargepoint.toml:1: hal: must be a section: [hal]"},
    {"[charge_point]\nvendor = 5\n",
     "chargepoint.toml:2: charge_point.vendor: must be text in quotes"},
    {"[charge_point]\nvendor = [\"a\"]\n",
     "chargepoint.toml:2: charge_point.vendor: must be text in quotes"},
    {"[charge_point]\nvendor = [1]\n",
     "chargepoint.toml:2: charge_point.vendor: must be a single value"},
    {"[transfer]\nprotocols = \"https\"\n",
     "chargepoint.toml:2: transfer.protocols: must be a list of texts in quotes"},
    {"[transfer]\nprotocols = [\"https\", \"HTTP\"]\n",
     "chargepoint.toml:2: transfer.protocols: must be a list of \"https\", \"ftps\", \"sftp\", "
     "\"http\", \"ftp\""},
    {"[transfer]\nprotocols = [\"https\", \"https\"]\n",
     "chargepoint.toml:2: transfer.protocols: names \"https\" twice"},
    {"[transfer]\nprotocols = [\"https\", 1]\n",
     "chargepoint.toml:2: transfer.protocols: must be a single value"},
    {"[charge_point]\nvendor = \"123456789012345678901\"\n",
     "chargepoint.toml:2: charge_point.vendor: is longer than 20 characters"},
    {"[charge_point]\nmodel = \"a\\u0007\"\n",
     "chargepoint.toml:2: charge_point.model: must not contain control characters"},
    {"[central_system]\nurl = \"http://a\"\n",
     "chargepoint.toml:2: central_system.url: must begin with ws:// or wss://"},
    {"[central_system]\nidentity = \"a:b\"\n",
     "chargepoint.toml:2: central_system.identity: must be printable ASCII without ':'"},
    {"[central_system]\nsecurity_profile = 4\n",
     "chargepoint.toml:2: central_system.security_profile: must be between 0 and 3"},
    {"[central_system]\ntrust_system_roots = 1\n",
     "chargepoint.toml:2: central_system.trust_system_roots: must be true or false"},
    {"[central_system]\nsecurity_profile = 4\n",
     "chargepoint.toml:2: central_system.security_profile: must be between 0 and 3"},
    {"[central_system]\nauthorization_key = \"abc\"\n",
     "chargepoint.toml:2: central_system.authorization_key: must be 32 to 40 hexadecimal "
     "digits, two for each byte"},
    {"[hal]\nlease_seconds = \"5\"\n",
     "chargepoint.toml:2: hal.lease_seconds: must be a whole number"},
    {"[hal]\nlease_seconds = 0\n",
     "chargepoint.toml:2: hal.lease_seconds: must be between 1 and 60"},
    {"[hal]\nfallback_current = 5.9\n",
     "chargepoint.toml:2: hal.fallback_current: must be 0 or between 6.0 and 80.0"},
    {"[hal]\nfallback_current = 6.05\n",
     "chargepoint.toml:2: hal.fallback_current: must not have more than one decimal"},
    {"[hal]\nfallback_current = nan\n",
     "chargepoint.toml:2: hal.fallback_current: is not a current"},
    {"[hal]\nbackend = \"usb\"\n",
     "chargepoint.toml:2: hal.backend: must be one of \"simulator\", \"linux\""},
    {"[hal]\nsocket = \"\"\n", "chargepoint.toml:2: hal.socket: must not be empty"},
    {"[local_interface]\nlisten = \"8080\"\n",
     "chargepoint.toml:2: local_interface.listen: must be \"\" or \"address:port\""},
    {"[log]\nlevel = \"ocpp=loud\"\n",
     "chargepoint.toml:2: log.level: \"ocpp=loud\" is not trace, debug, info, warn or "
     "error, nor component=level"},
    {"[ocpp]\nA = 1.5\n",
     "chargepoint.toml:2: ocpp.A: must be a whole number, true, false or text in quotes"},
    {"[ocpp]\nA = [1]\n", "chargepoint.toml:2: ocpp.A: must be a single value"},
    {"connector = 1\n", "chargepoint.toml:1: connector: must be a list: [[connector]]"},
    {"[[connector]]\nid = 1\ntype = \"schuko\"\nphases = 1\n",
     "chargepoint.toml:1: connector.max_current: is needed"},
    {"[[connector]]\nid = 1\ntype = \"ccs\"\nphases = 1\nmax_current = 10\n",
     "chargepoint.toml:3: connector.type: must be one of \"type2-cable\", "
     "\"type2-socket\", \"schuko\""},
    {"[[connector]]\nid = 1\ntype = \"schuko\"\nphases = 2\nmax_current = 10\n",
     "chargepoint.toml:4: connector.phases: must be 1 or 3"},
    {"[[connector]]\nid = 1\ntype = \"schuko\"\nphases = 1\nmax_current = 5.9\n",
     "chargepoint.toml:5: connector.max_current: must be between 6.0 and 80.0"}};

}  // namespace

TEST_CASE("a wrong value is told with file, line and key") {
    const auto& row = GENERATE_REF(from_range(std::begin(wrong_values), std::end(wrong_values)));
    CAPTURE(row.text);
    CHECK(complaints(row.text) == std::vector<std::string>{row.message});
}

TEST_CASE("what is no TOML is told with its line") {
    for (const std::string& text :
         {std::string("[hal\n"), std::string("a = \"x\n"), std::string("[\xff\xfe]\n"),
          "[charge_point]\nvendor = \"a" + std::string(1, '\0') + "b\"\n",
          "x = " + std::string(10'000, '['),
          std::string("[hal]\nsocket = \"a\"\nsocket = \"b\"\n")}) {
        const auto all = complaints(text);
        REQUIRE(all.size() == 1);
        CHECK(all[0].starts_with("chargepoint.toml:"));
        CHECK(all[0].substr(17, 1).find_first_of("123") == 0);
    }
}

TEST_CASE("complaints come in the order of the lines") {
    const auto all = complaints("[storage]\nx = 1\n[control]\ny = 2\n[hal]\nz = 3\n");
    REQUIRE(all.size() == 3);
    CHECK(all[0].starts_with("chargepoint.toml:2:"));
    CHECK(all[1].starts_with("chargepoint.toml:4:"));
    CHECK(all[2].starts_with("chargepoint.toml:6:"));
}

TEST_CASE("keys that do not fit together are told with the place of one of them") {
    const Folder folder;
    const auto message = [&](const std::string& text) {
        const auto settings = loaded(folder, text);
        REQUIRE(!settings);
        REQUIRE(settings.error().size() == 1);
        return settings.error()[0];
    };
    const auto file = folder / "chargepoint.toml";
    CHECK(message("[charge_point]\nserial_number = \"\"\n") ==
          "default: central_system.identity: or serial_number is needed");
    CHECK(message("[charge_point]\nserial_number = \"a:b\"\n") ==
          file +
              ":2: charge_point.serial_number: must be printable ASCII without ':', because "
              "central_system.identity is not given");
    CHECK(message("[central_system]\nauthorization_key = \"" + std::string(32, '0') +
                  "\"\nauthorization_key_file = \"x\"\n") ==
          file + ":3: central_system.authorization_key_file: authorization_key is given as well");
    const std::string schuko = "[[connector]]\nid = 1\ntype = \"schuko\"\n";
    CHECK(message("[[connector]]\nid = 2\ntype = \"schuko\"\nphases = 1\nmax_current = 10\n") ==
          file + ":1: connector: the ids must be 1, 2, ... in this order");
    CHECK(message(schuko + "phases = 3\nmax_current = 10\n") ==
          file + ":1: connector: a schuko connector has 1 phase");
    CHECK(message(schuko + "phases = 1\nmax_current = 16.1\n") ==
          file + ":1: connector: a schuko connector has at most 16.0 A");
    CHECK(message("connector = []\n") == file + ":1: connector: there must be one");
}

TEST_CASE("a good file is read whole") {
    const Folder folder;
    const auto settings = loaded(folder, R"(
        [charge_point]
        vendor = "Säule"
        [central_system]
        url = "ws://user:p%40ss@[::1]:9000/ocpp/"
        authorization_key = "00ff10203040506070808090a0b0c0d0"
        security_profile = 1
        [hal]
        fallback_current = 0
        lease_seconds = 7
        [restart]
        mode = "reexec"
        [log]
        level = "ocpp=debug,*=warn"
        format = "text"
        [ocpp]
        MeterValueSampleInterval = 60
        AuthorizeRemoteTxRequests = true
        MeterValuesSampledData = "Energy.Active.Import.Register"
        [[connector]]
        id = 1
        type = "type2-socket"
        phases = 3
        max_current = 32
        [[connector]]
        id = 2
        type = "schuko"
        phases = 1
        max_current = 10.5
    )");
    REQUIRE(settings);
    CHECK(daemon_settings(*settings).charge_point.vendor == "Säule");
    CHECK(daemon_settings(*settings).identity() == "CP0001");
    CHECK(settings->hal.fallback_current.count == 0);
    CHECK(settings->hal.lease == std::chrono::seconds{7});
    CHECK(daemon_settings(*settings).restart_mode == charge_daemon::RestartMode::Reexec);
    CHECK(settings->log.format == process::LogFormat::Text);
    CHECK(settings->ocpp.at("MeterValueSampleInterval").value == "60");
    CHECK(settings->ocpp.at("MeterValueSampleInterval").where ==
          folder / "chargepoint.toml" + ":17");
    CHECK(settings->ocpp.at("AuthorizeRemoteTxRequests").value == "true");
    REQUIRE(settings->connectors.size() == 2);
    CHECK(settings->connectors[0].type == hal::ConnectorType::Type2Socket);
    CHECK(settings->connectors[1].max_current == units::Milliamps{10'500});
}

TEST_CASE(
    "later files win, a later list of connectors replaces the earlier one, --set wins over all") {
    const Folder folder;
    Sources sources;
    sources.vendor_file =
        folder.write("usr/chargepoint.toml",
                     "[charge_point]\nvendor = \"vendor\"\nmodel = \"vendor\"\n"
                     "serial_number = \"vendor\"\n[ocpp]\nHeartbeatInterval = 1\n");
    sources.site_file = folder.write("etc/chargepoint.toml",
                                     "[charge_point]\nmodel = \"site\"\n"
                                     "[[connector]]\nid = 1\ntype = \"schuko\"\n"
                                     "phases = 1\nmax_current = 16\n");
    sources.site_folder = folder / "etc/conf.d";
    folder.write("etc/conf.d/20.toml", "[hal]\nlease_seconds = 20\n");
    folder.write("etc/conf.d/10.toml", "[hal]\nlease_seconds = 10\nfallback_seconds = 10\n");
    folder.write("etc/conf.d/30.toml~", "this is not read");
    sources.overrides = {"charge_point.serial_number = \"set\"", "ocpp.HeartbeatInterval=2"};
    const auto settings = process::load(sources, sections());
    REQUIRE(settings);
    CHECK(daemon_settings(*settings).charge_point.vendor == "vendor");
    CHECK(daemon_settings(*settings).charge_point.model == "site");
    CHECK(daemon_settings(*settings).charge_point.serial_number == "set");
    CHECK(settings->ocpp.at("HeartbeatInterval").value == "2");
    CHECK(settings->ocpp.at("HeartbeatInterval").where == "--set");
    CHECK(settings->connectors.size() == 1);
    CHECK(settings->hal.lease == std::chrono::seconds{20});
    CHECK(settings->hal.fallback_time == std::chrono::seconds{10});
}

TEST_CASE("files of the system may be missing, one that is asked for may not") {
    const Folder folder;
    Sources sources;
    sources.vendor_file = folder / "none";
    sources.site_file = folder / "none";
    sources.site_folder = folder / "none";
    CHECK(process::load(sources, sections()));
    sources.file = folder / "none";
    const auto settings = process::load(sources, sections());
    REQUIRE(!settings);
    CHECK(settings.error() == std::vector{folder / "none" + ": No such file or directory"});
}

TEST_CASE("--set takes one TOML value for one key") {
    const Folder folder;
    const auto message = [&](const std::string& text) {
        const auto settings = loaded(folder, "", {text});
        REQUIRE(!settings);
        REQUIRE(settings.error().size() == 1);
        return settings.error()[0];
    };
    CHECK(message("hal.colour=1") == "--set: hal.colour: is not known");
    CHECK(message("colour=1") == "--set: colour: is not known");
    CHECK(message("hal.lease_seconds=soon").starts_with("--set: hal.lease_seconds: "));
    CHECK(message("hal.lease_seconds=").starts_with("--set: hal.lease_seconds: "));
    CHECK(message("hal.lease_seconds=1\nx=2") == "--set: hal.lease_seconds: must be one value");
    CHECK(message("nothing") == "--set: must be section.key=VALUE");
    const auto one =
        loaded(folder, "", {"connector=[{id=1,type=\"schuko\",phases=1,max_current=10.0}]"});
    REQUIRE(one);
    CHECK(one->connectors.size() == 1);
}

TEST_CASE("every value is printed with where it came from, and no secret") {
    const Folder folder;
    const auto key = std::string(32, 'a');
    const auto settings = loaded(folder,
                                 "[central_system]\nurl = \"ws://me:secret@host/x\"\n"
                                 "authorization_key = \"" +
                                     key +
                                     "\"\n"
                                     "[ocpp]\nAuthorizationKey = \"" +
                                     key + "\"\nHeartbeatInterval = 5\n",
                                 {"hal.lease_seconds=7"});
    REQUIRE(settings);
    const auto text = process::print(sections(), *settings);
    const auto file = folder / "chargepoint.toml";
    CHECK(text.find("lease_seconds = 7  # --set\n") != std::string::npos);
    CHECK(text.find("fallback_current = 6.0  # default\n") != std::string::npos);
    CHECK(text.find("url = \"ws://me:***@host/x\"  # " + file + ":2\n") != std::string::npos);
    CHECK(text.find("\"HeartbeatInterval\" = 5  # " + file + ":6\n") != std::string::npos);
    CHECK(text.find("secret") == std::string::npos);
    CHECK(text.find(key) == std::string::npos);
}

TEST_CASE("what is printed can be read again") {
    auto settings = defaults();
    daemon_settings(settings).charge_point.vendor = "\"quoted\\\"";
    auto again = defaults();
    CHECK(
        process::apply_text(sections(), again, process::print(sections(), settings), "x").empty());
    CHECK(daemon_settings(again).charge_point.vendor ==
          daemon_settings(settings).charge_point.vendor);
    CHECK(again.connectors == settings.connectors);
}

TEST_CASE("a configuration file is bounded") {
    const Folder folder;
    const auto settings = loaded(folder, std::string(process::max_config_bytes + 1, '#'));
    REQUIRE(!settings);
    CHECK(settings.error()[0].ends_with(": is longer than 1048576 bytes"));
    CHECK(loaded(folder, std::string(process::max_config_bytes - 1, '#')));
}

TEST_CASE("the installed file tells every key with its default, and changes nothing") {
    std::ifstream file("config/chargepoint.toml");
    REQUIRE(file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto settings = defaults();
    CHECK(process::apply_text(sections(), settings, text, "x").empty());
    CHECK(settings.origins.empty());

    // Each "#key = value" is a setting; "# words" is not.
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool line_start = i == 0 || text[i - 1] == '\n';
        const bool setting = line_start && text[i] == '#' && text[i + 1] != ' ';
        if (!setting) shown += text[i];
    }
    CHECK(process::apply_text(sections(), settings, shown, "x").empty());
    for (const auto& key : sections().keys) {
        const auto name = std::string(key.section) + '.' + std::string(key.name);
        CAPTURE(name);
        CHECK(settings.origins.contains(name));
        CHECK(key.show(settings) == key.show(defaults()));
    }
    CHECK(settings.connectors == defaults().connectors);
}

}  // namespace load_test
