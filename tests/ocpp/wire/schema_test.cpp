// SPDX-License-Identifier: Apache-2.0
// The field tables against two independent copies of the JSON schemas: those of the Open Charge
// Alliance, which may not be redistributed here, and those inside the npm package ocpp-rpc.

#include "tests/support/schema.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/catalogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace schema_test {

namespace {

namespace fs = std::filesystem;
using shared::Json;
using support::Facts;

// A difference between the tables and the schemas, and why it is right. A
// sentence of a comparison that ends like this is not held against either side.
struct Deviation {
    std::string ending;
    std::string reason;
};
const std::vector<Deviation> deviations{
    {".meterValue has minItems 1", "OCPP 1.6 6.31 says 1..*; the schemas forgot it"},
    {".sampledValue has minItems 1", "OCPP 1.6 7.33 says 1..*; the schemas forgot it"},
    {".chargingSchedulePeriod has minItems 1", "OCPP 1.6 7.13 says 1..*; the schemas forgot it"},
    {".chargingSchedulePeriod[].phaseToUse is integer",
     "of OCPP 2.0.1; energy managers send it with 1.6, and no schema of 1.6 is sent it"},
    {".location has format uri", "whoever transfers the file judges the URI"},
    {"transactionData[].sampledValue[].unit may be Celsius",
     "OCPP 1.6 7.45 spells it so; the schema of StopTransaction kept the misspelling"},
};

fs::path from_environment(const char* variable, const char* otherwise) {
    const char* value = std::getenv(variable);
    return value != nullptr ? value : otherwise;
}

Json read_json(const fs::path& path) {
    std::ifstream file(path);
    INFO(path.string());
    REQUIRE(file);
    return Json::parse(file);
}

// "Reset" and "ResetResponse" to the sentences of their tables.
struct Tables {
    std::map<std::string, Facts> facts;

    template <class Request, class Response>
    void operator()(const ocpp::wire::Action<Request, Response>& action) {
        const std::string name(action.name);
        facts[name] = support::facts_of_table<Request>(name);
        facts[name + "Response"] = support::facts_of_table<Response>(name + "Response");
    }
};

const std::map<std::string, Facts>& tables() {
    static const auto all = [] {
        Tables result;
        ocpp::wire::for_each_action(result);
        return result.facts;
    }();
    return all;
}

Facts difference(const Facts& a, const Facts& b) {
    Facts result;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                        std::inserter(result, result.end()));
    return result;
}

bool ends_with(const std::string& fact, const Deviation& known) {
    return fact.size() >= known.ending.size() &&
           fact.compare(fact.size() - known.ending.size(), std::string::npos, known.ending) == 0;
}

bool is_deviation(const std::string& fact) {
    return std::any_of(deviations.begin(), deviations.end(),
                       [&](const Deviation& known) { return ends_with(fact, known); });
}

// The sentences in which they differ.
Facts compare(const std::string& name, const Facts& table, const Json& schema) {
    const auto expected = support::facts_of_schema(name, schema);
    Facts differences;
    for (const auto& fact : difference(table, expected)) {
        INFO("only in the table: " << fact);
        CHECK(is_deviation(fact));
        differences.insert(fact);
    }
    for (const auto& fact : difference(expected, table)) {
        INFO("only in the schema: " << fact);
        CHECK(is_deviation(fact));
        differences.insert(fact);
    }
    return differences;
}

}  // namespace

TEST_CASE("every table equals the official schema") {
    const auto folder = from_environment("OCPP16_SCHEMAS", "../shared/schemas/v16");
    if (!fs::exists(folder)) {
        WARN("not compared: no official schemas in " << folder.string()
                                                     << "; set OCPP16_SCHEMAS to their folder");
        return;
    }
    Facts differences;
    for (const auto& [name, facts] : tables())
        differences.merge(compare(name, facts, read_json(folder / (name + ".json"))));
    for (const auto& known : deviations) {
        INFO("no longer a deviation: " << known.ending);
        CHECK(std::any_of(differences.begin(), differences.end(),
                          [&](const auto& fact) { return ends_with(fact, known); }));
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        INFO("a schema without a table: " << entry.path().filename().string());
        CHECK(tables().count(entry.path().stem().string()) == 1);
    }
}

TEST_CASE("every table equals the schema of ocpp-rpc") {
    const auto path = from_environment(
        "OCPP_RPC_SCHEMAS", "tests/system/node_modules/ocpp-rpc/lib/schemas/ocpp1_6.json");
    if (!fs::exists(path))
        FAIL(path.string() << " is missing: npm ci --prefix tests/system installs it");

    std::map<std::string, Json> schemas;  // by "urn:Reset.req" and "urn:Reset.conf"
    for (const auto& schema : read_json(path)) schemas[schema.at("$id")] = schema;
    CHECK(schemas.size() == tables().size());
    for (const auto& [name, facts] : tables()) {
        const auto response = name.rfind("Response");
        const bool is_request = response == std::string::npos;
        const auto id = "urn:" + name.substr(0, response) + (is_request ? ".req" : ".conf");
        INFO(id);
        REQUIRE(schemas.count(id) == 1);
        compare(name, facts, schemas[id]);
    }
}

TEST_CASE("a schema that differs is told from the table") {
    const Json schema = Json::parse(R"({"type": "object", "additionalProperties": false,
        "properties": {"type": {"type": "string", "enum": ["Hard", "Soft"]}}, "required": ["type"]})");
    const auto table = tables().at("Reset");
    CHECK(support::facts_of_schema("Reset", schema) == table);

    const auto differs = [&](const char* pointer, const Json& value) {
        Json changed = schema;
        changed[Json::json_pointer(pointer)] = value;
        return support::facts_of_schema("Reset", changed) != table;
    };
    CHECK(differs("/required", Json::array()));
    CHECK(differs("/additionalProperties", true));
    CHECK(differs("/properties/type/enum", Json{"Hard"}));
    CHECK(differs("/properties/type/type", "integer"));
    CHECK(differs("/properties/type/maxLength", 20));
    CHECK(differs("/properties/type/pattern", "x"));
    CHECK(differs("/properties/more", Json::object({{"type", "integer"}})));
}

}  // namespace schema_test
