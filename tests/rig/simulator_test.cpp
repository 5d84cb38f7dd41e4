// SPDX-License-Identifier: Apache-2.0
// The list of the rig's session against the simulator, on any machine.

#include "tests/rig/scenarios/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <csignal>

namespace rig_simulator_test {

TEST_CASE("the rig's session gives the same readings with the simulator") {
    const support::Folder folder;
    const auto set = [](const std::string& key, const std::string& value) {
        return key + "=\"" + value + '"';
    };
    rig::Process hald({CHARGEPOINT_HALD, "--set", set("hal.socket", folder / "hal.sock"), "--set",
                       set("simulator.socket", folder / "simulator.sock"), "--set",
                       set("storage.directory", folder.path())},
                      folder / "hald.log");
    try {
        rig::Connection world(folder / "simulator.sock");
        rig::Hardware hardware(folder / "hal.sock");
        rig::play_session(hardware, world);
        SUCCEED("all of it was so");
    } catch (const rig::Failed& failed) {
        FAIL(failed.why);
    }
    hald.signal(SIGTERM);
    CHECK(hald.wait(std::chrono::seconds(6)) == 0);
}

}  // namespace rig_simulator_test
