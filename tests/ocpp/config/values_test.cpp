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
        if (!key.value) continue;  // a secret
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

TEST_CASE("a refusal names what the key takes, with its unit") {
    struct Case {
        const char* key;
        const char* value;
        const char* why;
    };
    const Case cases[] = {
        {"HeartbeatInterval", "86401", "takes 1 to 86400 s"},
        {"LightIntensity", "101", "takes 0 to 100 percent"},
        {"MaxEnergyOnInvalidId", "-1", "takes 0 to 1000000 Wh"},
        {"ResetRetries", "eleven", "takes 0 to 10"},
        {"LocalPreAuthorize", "yes", "takes true or false"},
        {"WeldCheck", "false", "takes true"},
        {"MeterValuesSampledData", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17",
         "takes at most 16 elements"},
        {"RfidTagFreeCharging", "", "takes 1 to 20 characters, none of them a control character"},
        {"MeterValuesSampledData", "Voltage,Heat",
         "has \"Heat\", which is no measurand of this charge point"},
        {"ConnectorPhaseRotation", "1.RSX",
         "has \"1.RSX\", which is no connector, a point and its rotation"},
        {"ConnectorPhaseRotation", "1.RST,1.RST", "names a connector twice"},
        {"ChargePointID", "a:b", "takes printable ASCII without ':'"},
        {"RemoteDebug", "loud",
         "\"loud\" is not debug, info, warn, error or off, nor component=level"},
        {"AssignedCurrent", "1.33", "has \"1.33\", and connector 1 takes 0 to 32 A"},
        {"AssignedCurrent", "7.6",
         "has \"7.6\", which is no connector from 0 to 2, a point and its value"},
        {"FreeCharging", "1.maybe", "has \"1.maybe\", and connector 1 takes true or false"},
        {"InstallationPhases", "1.2", "has \"1.2\", and connector 1 takes 1 or 3"},
        {"AssignedPhase", "1.L2", "has \"1.L2\", and connector 1 takes L1 or L123"},
        {"NumberOfConnectors", "2", "is read-only"}};
    for (const auto& c : cases) {
        std::vector<hal::ConnectorInfo> connectors(2);
        for (auto& connector : connectors)
            connector = {1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}};
        Values values(connectors, {});
        INFO(c.key << " = " << c.value);
        CHECK(values.write(c.key, c.value).why == c.why);
    }
}

TEST_CASE("a text has no control characters") {
    Values values(two_connectors, {});
    for (const char* text : {"a\tb", "\n", "a\x7F", "\x1B[0m"})
        CHECK(values.write("RfidTagFreeCharging", text).status == ConfigurationStatus::Rejected);
    CHECK(values.write("RfidTagFreeCharging", std::string_view("a\0b", 3)).status ==
          ConfigurationStatus::Rejected);
    CHECK(values.write("RfidTagFreeCharging", "free ~").status == ConfigurationStatus::Accepted);
}

TEST_CASE("amps with more digits than one are cut, never upwards") {
    const std::vector<hal::ConnectorInfo> one{
        {1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};
    Values values(one, {});
    CHECK(values.write("AssignedCurrent", "0.16,1.10.05").value == "0.16,1.10");
    CHECK(values.write("AssignedCurrent", "1.9.999999999").value == "0.16,1.9.9");
    for (const char* text : {"1.9.", "1..9", "1.9.9999999999", "1.9.9x", "1.32.1"})
        CHECK(values.write("AssignedCurrent", text).status == ConfigurationStatus::Rejected);
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
        two_connectors, 0);
    REQUIRE(complaints.size() == 2);
    CHECK(complaints[0] == "Nonsense: is not a key");
    CHECK(complaints[1] == "NumberOfConnectors: is read-only");
}

TEST_CASE("a file can't close the local page under a security profile") {
    CHECK(ocpp::check_factory_keys({{"ManagementInterface", "0"}}, two_connectors, 0).empty());
    CHECK(ocpp::check_factory_keys({{"managementinterface", "00"}}, two_connectors, 1) ==
          std::vector<std::string>{
              "managementinterface: 0 would be off, and takes effect in security profile 0 only"});
    CHECK(ocpp::check_factory_keys({{"ManagementInterface", "1"}}, two_connectors, 3).empty());
}

TEST_CASE("lists are cut at commas") {
    CHECK(split_list("").empty());
    CHECK(split_list("  ").empty());
    CHECK(split_list("a, b,c") == std::vector<std::string_view>{"a", "b", "c"});
    CHECK(split_list("a,") == std::vector<std::string_view>{"a", ""});
}

}  // namespace values_test
