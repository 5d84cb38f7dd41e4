// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/show.hpp"

#include "daemon/ctl/values.hpp"

#include "tests/support/catch.hpp"

namespace show_test {

using namespace charge_daemon::ctl;
using shared::Json;

TEST_CASE("a table has columns of equal width, whatever is in them") {
    CHECK(table({{"A", "LONG", "C"}, {"Größe", "x", ""}, {"1", "", "3"}}) ==
          "A      LONG  C\n"
          "Größe  x\n"
          "1            3\n");
}

TEST_CASE("a status shows what a person wants to know") {
    const auto status = Json::parse(R"({
        "ok": true, "identity": "CP1", "version": "0.1.0", "uptime_seconds": 185,
        "registration": "Accepted", "queued_messages": 3,
        "link": {"state": "waiting", "url": "ws://h/", "problem": "Connection refused",
                 "next_attempt_ms": 1500},
        "hal": {"connected": true, "software": "chargepoint-hald 0.1.0"},
        "storage": {"durable": true, "problem": ""},
        "connectors": [{"id": 1, "status": "Charging", "type": "type2-cable",
            "transaction": {"id": 7, "transactionId": 101, "idTag": "04A1", "energy_wh": 1234},
            "reading": {"pilot": "C", "offered_amps": 16.0, "amps": [16, 15.9, 16],
                        "watts": 11000, "faults": []}}]})");
    const auto text = status_text(status);
    for (const char* words :
         {"CP1", "up 3 min", "waiting ws://h/ (Connection refused), next attempt in 1.5 s",
          "Accepted, 3 messages to be sent", "chargepoint-hald 0.1.0", "kept on disk", "Charging",
          "16.0 15.9 16.0 A", "11.00 kW", "1.234 kWh", "101 04A1"}) {
        CAPTURE(words, text);
        CHECK(text.find(words) != std::string::npos);
    }
}

TEST_CASE("a status shows how the connection is secured") {
    const auto text = status_text(Json::parse(R"({"link": {"state": "connected", "url": "wss://h/",
        "tls": {"version": "TLSv1.3", "cipher": "TLS_AES_128_GCM_SHA256", "subject": "CN=h",
                "issuer": "CN=Root", "days_left": 1}}})"));
    CHECK(text.find("TLSv1.3, TLS_AES_128_GCM_SHA256; certificate of CN=h, issued by CN=Root, "
                    "1 day left") != std::string::npos);
}

TEST_CASE("an answer of another version is shown as far as it goes") {
    for (const char* text : {"{}", R"({"connectors":[{}],"hal":7,"link":[]})",
                             R"({"connectors":[{"reading":"x","transaction":[1]}]})",
                             R"({"connectors":{"a":{"id":{}}}})"}) {
        const auto json = Json::parse(text);
        CHECK(!status_text(json).empty());
        CHECK(!link_text(json).empty());
        CHECK(!observation_text(json).empty());
    }
    CHECK(transactions_text(Json::array()) == "No transactions yet.\n");
    CHECK(certificates_text(Json::array()) == "No certificates are installed.\n");
    CHECK(!certificates_text(Json::parse(R"([{}, 7, {"subject":[1]}])")).empty());
    CHECK(!limits_text(Json::parse(R"([{}, 7, {"limits":[3, {}], "stateRestriction":[1]}])"))
               .empty());
    CHECK(!transactions_text(Json::parse(R"([{}, 7, {"id":"x"}])")).empty());
    CHECK(!configuration_text(Json::parse(R"([{}, 7, {"key":"x"}])")).empty());
}

TEST_CASE("the status shows the charge point's own certificate, and what it waits for") {
    auto status = Json::parse(R"({"security":{"profile":3,
        "candidate":{"certificate":true,"failed_attempts":1},
        "certificate":{"subject":"CN=CP1,O=Operator","issuer":"CN=Root","serial":"0A",
                       "days_left":1,"candidate":true},
        "certificate_request":{"state":"waits for CertificateSigned"}}})");
    const auto shows = [&](const std::string& words) {
        const auto shown = status_text(status);
        INFO(shown);
        CHECK(shown.find(words) != std::string::npos);
    };
    shows("profile 3; to be proven: a new certificate (1 attempts failed)\n");
    shows(
        "CN=CP1,O=Operator, issued by CN=Root, serial 0A, 1 day left, to be proven; "
        "the request for a new one waits for CertificateSigned\n");
    status["security"].erase("certificate");
    shows("Certificate     the request for one waits for CertificateSigned\n");
    status["security"].erase("certificate_request");
    CHECK(status_text(status).find("Certificate ") == std::string::npos);
}

TEST_CASE("certificates of the charge point itself have no number, and a state") {
    const auto shown = certificates_text(Json::parse(R"([
        {"type":"ChargePointCertificate","subject":"CN=CP1","serial":"0A","in_use":true,
         "candidate":false},
        {"type":"ChargePointCertificate","subject":"CN=CP1","serial":"0B","in_use":false,
         "candidate":true},
        {"number":7,"type":"CentralSystemRootCertificate","subject":"CN=Root"}])"));
    INFO(shown);
    CHECK(shown.find("0A") < shown.find("in use"));
    CHECK(shown.find("0B") < shown.find("to be proven"));
    CHECK(shown.find("in use") < shown.find("0B"));
}

TEST_CASE("nothing in an answer can drive the terminal") {
    const Json status{{"identity", "a\x1b[2Jb"},
                      {"connectors", Json::array({{{"status", "x\ny"}}})}};
    const auto text = status_text(status);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find("x\\x0ay") != std::string::npos);
}

}  // namespace show_test
