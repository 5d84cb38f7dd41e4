// SPDX-License-Identifier: Apache-2.0
// What a person sees beside the outlet: mission C11, and the keys LightIntensity, Downlight and
// WakeupEnable.

#include "ocpp/features/reports/indication.hpp"

#include "tests/support/world.hpp"

namespace indication_test {

using hal::Indication;
using test::seconds;

SCENARIO_IN_WORLD("the lights follow a session") {
    w.boot();
    const auto shows = [&w](Indication expected) {
        if (!w.disturbed()) CHECK(w.outlet(1).setpoint.indication == expected);
    };
    shows(Indication::Available);
    w.tag("04A2");
    shows(Indication::Accepted);
    w.plug(1).wait(seconds{20});
    shows(Indication::Charging);
    w.vehicle_wants(1, false).wait(seconds{20});
    shows(Indication::SuspendedEV);
    w.fault(1, true);
    shows(Indication::Faulted);
    w.fault(1, false).vehicle_wants(1, true).wait(seconds{20});
    shows(Indication::Charging);
    w.tag("04A2").wait(seconds{20});
    shows(Indication::Finishing);
    w.unplug(1);
    shows(Indication::Available);
}

SCENARIO_IN_WORLD("a vehicle that is plugged in without a tag shows Preparing") {
    w.boot().plug(1);
    CHECK(w.outlet(1).setpoint.indication == Indication::Preparing);
    CHECK(w.outlet(2).setpoint.indication == Indication::Available);
}

SCENARIO_IN_WORLD("brightness and the wake-up of vehicles are keys, kept over a restart") {
    w.boot().set_key("LightIntensity", "40").set_key("Downlight", "true");
    w.set_key("WakeupEnable", "true").wait(seconds{1});
    const auto holds = [&w] {
        if (w.disturbed()) return;  // a key that could not be written says nothing
        CHECK((w.panel == hal::Panel{40, true}));
        CHECK(w.outlet(1).setpoint.wake_up);
    };
    holds();
    w.restart().wait(seconds{1});
    holds();
}

TEST_CASE("each status has a light of its own") {
    using ocpp::core::Status;
    using ocpp::features::indication_of;
    CHECK(indication_of(Status::Charging) == Indication::Charging);
    CHECK(indication_of(Status::SuspendedEVSE) == Indication::SuspendedEVSE);
    CHECK(indication_of(Status::Unavailable) == Indication::Unavailable);
    CHECK(indication_of(Status::Reserved) == Indication::Reserved);
}

TEST_CASE("a tag that waits for its answer is shown, and that it was refused for 3 s") {
    test::World w;
    w.boot();
    const auto shown = [&w] { return w.outlet(1).setpoint.indication; };
    w.id_tag_info["BAD"] = {{"status", "Invalid"}};
    w.tag("BAD");
    CHECK(shown() == Indication::Refused);
    w.wait(seconds{2});
    CHECK(shown() == Indication::Refused);
    w.wait(seconds{1});
    CHECK(shown() == Indication::Available);
    w.silent = {"Authorize"};
    w.tag("SLOW").wait(seconds{5});
    CHECK(shown() == Indication::Authorizing);
    w.wait(seconds{26});
    CHECK(shown() == Indication::Refused);
}

TEST_CASE("less than the fuse gives is load balancing, the fuse itself is not") {
    test::World w;
    w.boot().set_key("InstallationCurrent", "1.16").plug(1).tag("A").wait(seconds{20});
    CHECK(w.outlet(1).setpoint.indication == Indication::Charging);
    w.set_key("AssignedCurrent", "1.10").wait(seconds{20});
    CHECK(w.outlet(1).setpoint.indication == Indication::LoadBalancing);
}

}  // namespace indication_test
