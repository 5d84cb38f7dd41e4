// SPDX-License-Identifier: Apache-2.0
// Whoever is meant gets the outlet, by tag and by remote start; an answer that is awaited hides
// nothing, and comes in time for whoever asked in time.

#include "tests/support/world.hpp"

namespace charge_point_suitability_test {

using shared::Json;
using test::seconds;
using test::World;

namespace {

World::Options cables(int count) {
    World::Options options;
    options.connectors.clear();
    for (int id = 1; id <= count; ++id)
        options.connectors.push_back(
            {id, hal::ConnectorType::Type2Cable, 3, units::Milliamps{16'000}});
    return options;
}

void start(World& w, const Json& request, const char* status) {
    const auto answer = w.call("RemoteStartTransaction", request);
    if (!w.disturbed()) CHECK(answer == Json{{"status", status}});
}

void finished_on_the_first(World& w) {
    w.boot().plug(1).tag("A").wait(seconds{30}).tag("A").wait(seconds{5}).said();
}

}  // namespace

SCENARIO_IN_WORLD_WITH("a remote start without a connector goes to the vehicle that waits",
                       cables(2)) {
    finished_on_the_first(w);
    w.plug(2).said();
    start(w, {{"idTag", "B"}}, "Accepted");
    w.wait(seconds{5}).power(1, false).power(2, true);
    w.says({"StartTransaction 2 B", "StatusNotification 2 Charging"});
}

SCENARIO_IN_WORLD_WITH("a vehicle that can't be served is not served elsewhere", cables(3)) {
    finished_on_the_first(w);
    w.fault(2, true).plug(2).said();
    start(w, {{"idTag", "B"}}, "Rejected");
    w.tag("B").wait(seconds{5}).quiet().power(1, false).power(3, false);
    // Somebody else who has plugged in is meant all the same.
    w.plug(3).said();
    start(w, {{"idTag", "C"}}, "Accepted");
    w.wait(seconds{5}).power(3, true);
    // After a while nobody stands there any more.
    w.unplug(3).wait(seconds{60}).said();
    w.tag("D").says({"Authorize D", "StatusNotification 3 Preparing"});
}

SCENARIO_IN_WORLD_WITH("another driver's finished vehicle is started only where it is named",
                       cables(2)) {
    finished_on_the_first(w);
    w.fault(2, true).said();
    start(w, {{"idTag", "B"}}, "Rejected");
    w.tag("B").wait(seconds{5}).quiet().power(1, false);
    start(w, {{"idTag", "B"}, {"connectorId", 1}}, "Accepted");
    w.wait(seconds{5}).power(1, true).tag("B").wait(seconds{5}).said();
    // Its own driver goes on, named or not.
    w.tag("B").wait(seconds{5}).power(1, true).tag("B").wait(seconds{5}).said();
    start(w, {{"idTag", "B"}}, "Accepted");
    w.wait(seconds{5}).power(1, true);
}

SCENARIO_IN_WORLD_WITH("at a single outlet the next driver goes on with whatever is plugged in",
                       cables(1)) {
    finished_on_the_first(w);
    w.tag("B").wait(seconds{5}).power(1, true);
}

SCENARIO_IN_WORLD_WITH("a remote start that waits for its answer hides no session of its tag",
                       cables(2)) {
    w.boot().set_key("AuthorizeRemoteTxRequests", "true").plug(2).tag("A").wait(seconds{10}).said();
    w.silent = {"Authorize"};
    w.plug(1).said();
    start(w, {{"idTag", "A"}, {"connectorId", 1}}, "Accepted");
    w.tag("A").says({"Authorize A"}).power(2, false);
    w.silent.clear();
    w.wait(seconds{120}).said();
}

SCENARIO_IN_WORLD("a tag that was shown in time was shown in time, whenever the answer comes") {
    w.boot().set_key("MessageTimeout", "30").set_key("ConnectionTimeOut", "20");
    w.set_key("LocalAuthorizeOffline", "true").plug(1).wait(seconds{15}).said();
    w.silent = {"Authorize"};
    w.tag("A").wait(seconds{10}).says({"Authorize A"});
    if (w.disturbed()) return;
    const std::string id = w.calls().back()[1];
    w.silent.clear();
    w.raw(Json::array({3, id, {{"idTagInfo", {{"status", "Accepted"}}}}}).dump());
    w.says({"StartTransaction 1 A", "StatusNotification 1 Charging"});
}

SCENARIO_IN_WORLD("a tag that was shown in time and refused late leaves no time") {
    w.boot().set_key("ConnectionTimeOut", "20").plug(1).wait(seconds{15}).said();
    w.silent = {"Authorize"};
    w.tag("A").wait(seconds{10}).says({"Authorize A"});
    if (w.disturbed()) return;
    const std::string id = w.calls().back()[1];
    w.silent.clear();
    w.raw(Json::array({3, id, {{"idTagInfo", {{"status", "Invalid"}}}}}).dump());
    w.says({"StatusNotification 1 Finishing"}).power(1, false);
}

}  // namespace charge_point_suitability_test
