// SPDX-License-Identifier: Apache-2.0
#include "ocpp/config/values.hpp"

#include "ocpp/charge_point.hpp"
#include "ocpp/config/key_table.hpp"
#include "ocpp/config/keys/link.hpp"
#include "ocpp/config/keys/station.hpp"
#include "ocpp/config/keys/text.hpp"
#include "ocpp/config/measurands.hpp"
#include "tests/support/catch.hpp"

namespace values_test {

using namespace ocpp::config;
namespace keys = ocpp::keys;
using ocpp::wire::ConfigurationStatus;

namespace {

const std::vector<hal::ConnectorInfo> two_connectors(2);

}  // namespace

TEST_CASE("a key has its own type and knows what it is") {
    Values values(two_connectors, {.firmware_version = "1.0"});
    static_assert(std::is_same_v<decltype(values.get(keys::heartbeat_interval)), const seconds&>);
    CHECK(values.get(keys::heartbeat_interval) == seconds{300});
    CHECK(values.get(keys::number_of_connectors) == 2);
    CHECK(values.get(keys::firmware_version) == "1.0");
    CHECK(values.all().size() == all_keys().size());
}

TEST_CASE("every factory value is one that could be written") {
    const Nameplate own{.identity = "CP 1"};
    for (const auto& key : Values(two_connectors, own).all()) {
        if (key.readonly) continue;
        Values values(two_connectors, own);
        INFO(key.key.value);
        CHECK(values.write(key.key.value, key.value->value).status ==
              ConfigurationStatus::Accepted);
        CHECK(values.read(key.key.value) == key);
    }
}

TEST_CASE("a key that is not kept can't begin otherwise") {
    Values values(two_connectors, {});
    CHECK(values.load("remotedebug", "debug") == "remotedebug: is off whenever the program starts");
    CHECK(values.get(keys::remote_debug) == "off");
    CHECK_FALSE(values.load("RemoteDebug", "off"));
}

TEST_CASE("a refused value changes nothing") {
    struct Case {
        const char* key;
        const char* value;
        ConfigurationStatus status;
    };
    const Case cases[] = {
        {"HeartbeatInterval", "", ConfigurationStatus::Rejected},
        {"HeartbeatInterval", "0", ConfigurationStatus::Rejected},
        {"HeartbeatInterval", "1.5", ConfigurationStatus::Rejected},
        {"HeartbeatInterval", " 5", ConfigurationStatus::Rejected},
        {"HeartbeatInterval", "+5", ConfigurationStatus::Rejected},
        {"HeartbeatInterval", "99999999999999999999", ConfigurationStatus::Rejected},
        {"LocalPreAuthorize", "yes", ConfigurationStatus::Rejected},
        {"SupportedFeatureProfiles", "Core", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", "Voltage,,Frequency", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", "Frequency.L1", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", "Voltage.L4", ConfigurationStatus::Rejected},
        {"ConnectorPhaseRotation", "1RST", ConfigurationStatus::Rejected},
        {"ConnectorPhaseRotation", "-1.RST", ConfigurationStatus::Rejected},
        {"FreeCharging", "1.true,1.false", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", ",Voltage", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", "Voltage,", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", "Voltage, ,Frequency", ConfigurationStatus::Rejected},
        {"MeterValuesSampledData", ",", ConfigurationStatus::Rejected},
        {"ConnectorPhaseRotation", ",1.RST", ConfigurationStatus::Rejected},
        {"ConnectorPhaseRotation", "1.RST,", ConfigurationStatus::Rejected},
        {"FreeCharging", ",1.true", ConfigurationStatus::Rejected},
        {"FreeCharging", "1.true,", ConfigurationStatus::Rejected},
        {"RemoteDebug", ",debug", ConfigurationStatus::Rejected},
        {"RemoteDebug", "debug,", ConfigurationStatus::Rejected},
        {"WeldCheck", "false", ConfigurationStatus::Rejected},
        {"ChargePointID", "", ConfigurationStatus::Rejected},
        {"ChargePointID", "a:b", ConfigurationStatus::Rejected},
        {"ChargePointID", "K\u00f6ln", ConfigurationStatus::Rejected},
        {"HardwareVersion", "2", ConfigurationStatus::Rejected},
        {"HeartbeatIntervall", "5", ConfigurationStatus::NotSupported}};
    for (const auto& c : cases) {
        Values values(two_connectors, {});
        const auto before = values.all();
        INFO(c.key << " = " << c.value);
        CHECK(values.write(c.key, c.value).status == c.status);
        CHECK(values.all() == before);
    }
}

TEST_CASE("values are kept in their canonical form") {
    Values values(two_connectors, {});
    CHECK(values.write("LOCALPREAUTHORIZE", "TRUE").value == "true");
    CHECK(values.write("metervaluessampleddata", " Voltage , Frequency ").value ==
          "Voltage,Frequency");
    CHECK(values.write("MeterValuesSampledData", "Voltage,Voltage.L1, Voltage,Voltage.L1").value ==
          "Voltage,Voltage.L1");
    CHECK(values.write("StopTxnAlignedData", "Frequency,Frequency").value == "Frequency");
    CHECK(values.write("MeterValuesSampledData", "").status == ConfigurationStatus::Accepted);
}

TEST_CASE("the factory values of a configuration file are judged by name") {
    const auto complaints = ocpp::check_factory_keys(
        {{"HeartbeatInterval", "10"}, {"Nonsense", "1"}, {"NumberOfConnectors", "9"}},
        two_connectors);
    REQUIRE(complaints.size() == 2);
    CHECK(complaints[0] == "Nonsense: is not a key");
    CHECK(complaints[1] == "NumberOfConnectors: is read-only");
}

TEST_CASE("lists are cut at commas") {
    CHECK(split_list("").empty());
    CHECK(split_list("  ").empty());
    CHECK(split_list("a, b,c") == std::vector<std::string_view>{"a", "b", "c"});
    CHECK(split_list("a,") == std::vector<std::string_view>{"a", ""});
}

}  // namespace values_test
