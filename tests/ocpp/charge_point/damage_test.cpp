// SPDX-License-Identifier: Apache-2.0
// What a disk may make of the messages that wait.

#include "ocpp/charge_point.hpp"
#include "tests/support/world.hpp"

namespace damage_test {

using namespace ocpp::core;
using test::seconds;

namespace {

const test::World::Options for_strangers{.keys = {{"MeterValueSampleInterval", "0"},
                                                  {"HeartbeatInterval", "86400"},
                                                  {"AllowOfflineTxForUnknownId", "true"}}};

void damage(test::World& w, QueuedKind kind, const std::string& payload) {
    std::vector<Change> changes;
    for (auto message : w.store().load().queue) {
        if (message.kind != kind) continue;
        message.payload = payload;
        changes.push_back(PutMessage{message, Durability::Now});
    }
    w.store().keep(changes, w.now().steady);
}

}  // namespace

SCENARIO_IN_WORLD_WITH("a start and a stop that are damaged on the disk are told all the same",
                       for_strangers) {
    w.boot().disconnect().plug(1).tag("A").wait(seconds{30}).tag("A").wait(seconds{10}).said();
    const auto before = w.store().load().queue;
    damage(w, QueuedKind::StartTransaction, "{broken");
    damage(w, QueuedKind::StopTransaction, "[1]");
    w.restart().connect().says({"BootNotification", "StatusNotification 0 Available",
                                "StatusNotification 1 Finishing", "StatusNotification 2 Available",
                                "StartTransaction 1 A", "StopTransaction Local A"});
    if (w.disturbed()) return;
    for (const auto& call : w.calls()) {
        if (call[2] == "StartTransaction")
            CHECK(call[3] == shared::Json::parse(before.front().payload));
        if (call[2] != "StopTransaction") continue;
        auto stop = shared::Json::parse(before.back().payload);
        stop["transactionId"] = w.last_transaction();
        CHECK(call[3] == stop);
    }
}

TEST_CASE("what else is damaged is left out, and what comes after it is told") {
    test::World w{{.keys = {{"MeterValueSampleInterval", "60"},
                            {"StopTxnSampledData", "Energy.Active.Import.Register"},
                            {"HeartbeatInterval", "86400"}}}};
    w.boot().plug(1).tag("A").wait(seconds{10}).disconnect().wait(seconds{200}).said();
    w.fault(1, true).fault(1, false).wait(seconds{100});
    w.store().flush();
    for (const auto kind : {QueuedKind::MeterValues, QueuedKind::TransactionData,
                            QueuedKind::StatusNotification, QueuedKind::DataTransfer})
        damage(w, kind, R"({"transactionId":1,"data":7})");
    w.restart()
        .tag("A")
        .wait(seconds{10})
        .connect()
        .says({"BootNotification", "StatusNotification 0 Available",
               "StatusNotification 1 Finishing", "StatusNotification 2 Available",
               "StopTransaction Local A"});
    CHECK(w.calls().back()[3]["transactionData"].size() == 1);
    CHECK(w.store().load().queue.empty());
}

}  // namespace damage_test
