// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/journal.hpp"

#include "hal-service/process/log.hpp"
#include "hal-service/shared/json.hpp"
#include "tests/support/catch.hpp"

namespace journal_test {

using charge_daemon::Journal;
using charge_daemon::shown;

TEST_CASE("the value of a secret key is shown to nobody") {
    CHECK(shown(R"([2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"00ff"}])") ==
          R"([2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"***"}])");
    CHECK(shown(R"([2,"1","ChangeConfiguration",{"key":"WiFiPassword","value":"x"}])")
              .find("\"x\"") == std::string::npos);
    CHECK(
        shown(
            R"([2,"1","ChangeC\u006ffiguration",{"key":"Authorizati\u006fnKey","value":"s3cret"}])")
            .find("s3cret") == std::string::npos);
}

TEST_CASE("a secret is hidden whatever the case of its key and wherever it stands") {
    for (const char* frame :
         {R"([2,"1","ChangeConfiguration",{"key":"AUTHORIZATIONKEY","value":"s3cret"}])",
          R"([2,"1","ChangeConfiguration",{"key":"wifipassWORD","value":"s3cret"}])",
          R"([2,"1","ChangeConfiguration",[{"key":"AuthorizationKey","value":"s3cret"}]])",
          R"([2,"1","changeconfig",{"key":"AuthorizationKey","value":"s3cret"}])",
          R"([3,"1",{"configurationKey":[{"key":"WiFiPassword","value":"s3cret"}]}])",
          R"([2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"s3cret"})",
          R"([2,"1","ChangeConfiguration",{"key":"Authoriz\u0061tionKey","value":"s3cret")",
          R"([2,"1","ChangeConfiguration",{"Key":"AuthorizationKey","Value":"s3cret"}])",
          R"([2,"1","DataTransfer",{"vendorId":"x","password":"s3cret"}])",
          R"([2,"1","DataTransfer",{"vendorId":"x","data":"{\"password\":\"s3cret\"}"}])",
          R"([2,"1","DataTransfer",{"vendorId":"x","data":"password=s3cret"}])",
          R"([2,"1","GetDiagnostics",{"location":"ftp://user:s3cret@host/x"}])",
          R"([2,"1","GetDiagnostics",{"location":"ftp:\/\/user:s3cret@host"}])",
          R"([2,"1","GetLog",{"log":{"remoteLocation":"sftp\u003a//u:s3cret@host"}}])",
          R"([2,"1","GetDiagnostics",{"location":"ftp://user:s3cret@host)",
          R"([2,"1","InstallCertificate",{"certificate":"-----BEGIN PRIVATE KEY-----s3cret"}])"}) {
        INFO(frame);
        CHECK(shown(frame).find("s3cret") == std::string::npos);
    }
}

TEST_CASE("what carries the log is not told in the log that it carries") {
    std::vector<std::string> read;
    process::start_logging({"error", process::LogFormat::Text}, "test");
    process::read_log({shared::Level::Debug, {}},
                      [&read](std::string_view, spdlog::level::level_enum, std::string_view text,
                              const process::LogFields&) { read.emplace_back(text); });
    const Journal journal({[] { return false; }, [](const std::string&) {}});
    const std::string answer = R"([3,"1",{"status":"Accepted"}])";

    ocpp::core::Outcome outcome;
    outcome.received = "DataTransfer";
    outcome.about_log = true;
    outcome.frames = {{"[2]", "DataTransfer", true}};
    journal.messages(&answer, outcome);
    CHECK(read.empty());

    outcome.about_log = false;
    journal.messages(&answer, outcome);
    CHECK(read == std::vector<std::string>{"received DataTransfer", "<- " + answer});
    read.clear();
    outcome.about_log = true;
    outcome.frames.push_back({"[3]", "Reset"});
    journal.messages(&answer, outcome);
    CHECK(read == std::vector<std::string>{"sent Reset", "-> [3]"});
    process::read_log({}, nullptr);
}

TEST_CASE("other frames are shown as they are") {
    for (const char* frame :
         {R"([2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"5"}])",
          R"([3,"1",{}])", R"([2, "1", "ChangeConfiguration"])", "onfiguration",
          R"([2,"1","ChangeConfiguration",{"value":"5"}])", "",
          R"([2,"1","GetConfiguration",{"key":["AuthorizationKey"]}])",
          R"([3,"1",{"configurationKey":[{"key":"AuthorizationKey","readonly":false}]}])",
          R"([2,"1","SecurityEventNotification",{"techInfo":"are identity and password known?"}])"})
        CHECK(shown(frame) == frame);
}

TEST_CASE("those who listen hear messages and notes, as JSON objects") {
    std::vector<shared::Json> heard;
    bool anybody = true;
    const Journal journal(
        {[&] { return anybody; },
         [&](const std::string& line) { heard.push_back(shared::Json::parse(line)); }});
    ocpp::core::Outcome outcome;
    outcome.received = "GetConfiguration";
    outcome.frames = {{"[3,\"1\",{}]", "GetConfiguration"}};
    const std::string frame = R"([2,"1","GetConfiguration",{}])";
    journal.messages(&frame, outcome);
    journal.note({ocpp::core::Severity::Warning,
                  "status",
                  "connector 1: Faulted",
                  {{"connector", 1}, {"status", "Faulted"}}});
    REQUIRE(heard.size() == 3);
    CHECK(heard[0]["kind"] == "message");
    CHECK(heard[0]["direction"] == "in");
    CHECK(heard[0]["action"] == "GetConfiguration");
    CHECK(heard[0]["frame"] == frame);
    CHECK(heard[1]["direction"] == "out");
    CHECK(heard[2]["kind"] == "status");
    CHECK(heard[2]["severity"] == "warning");
    CHECK(heard[2]["fields"]["connector"] == 1);

    anybody = false;
    journal.messages(&frame, outcome);
    CHECK(heard.size() == 3);
}

}  // namespace journal_test
