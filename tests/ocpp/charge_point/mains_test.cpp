// SPDX-License-Identifier: Apache-2.0
// The supply goes, for good or for a moment.

#include "tests/support/world.hpp"

namespace mains_test {

using test::seconds;

SCENARIO_IN_WORLD("TC_032_1: a transaction ends with PowerLoss as soon as the supply is lost") {
    w.boot().plug(1).tag("A").wait(seconds{60}).said();
    w.mains(false).says({"StatusNotification 1 Finishing", "StopTransaction PowerLoss"});
    w.power(1, false).tag("B").wait(seconds{5}).quiet();
}

SCENARIO_IN_WORLD("TC_032_2: the loss is on disk at once, whatever follows") {
    w.boot().plug(1).tag("A").wait(seconds{60}).disconnect().said();
    w.mains(false);
    if (!w.disturbed()) {
        const auto kept = w.store().load();
        REQUIRE(kept.transactions.size() == 1);
        CHECK(kept.transactions[0].stop_wish->reason == "PowerLoss");
        CHECK(kept.transactions[0].last_energy.count / 1000 == w.energy_wh(1));
    }
    w.power_cut().wait(seconds{30}).mains(true);
    w.connect().wait(seconds{5}).said();
}

SCENARIO_IN_WORLD("a dip of the supply ends in a restart, with and without a transaction") {
    w.boot().mains(false).wait(seconds{2}).mains(true).wait(seconds{40}).said();
    if (!w.disturbed()) CHECK(w.restart_wish() == ocpp::core::RestartKind::Soft);
    w.plug(1).tag("A").wait(seconds{60}).said();
    w.mains(false)
        .wait(seconds{1})
        .mains(true)
        .says({"StatusNotification 1 Finishing", "StopTransaction PowerLoss", "BootNotification",
               "StatusNotification 0 Available", "StatusNotification 1 Finishing",
               "StatusNotification 2 Available"});
}

SCENARIO_IN_WORLD("a transaction that was suspended when the power went ends when it went") {
    w.boot().set_key("MeterValueSampleInterval", "60").plug(1).tag("A").wait(seconds{30});
    w.vehicle_wants(1, false).wait(seconds{200});
    w.store().flush();  // or values that are not crossed out yet would be told once more
    w.power_cut().wait(seconds{5}).said();
}

}  // namespace mains_test
