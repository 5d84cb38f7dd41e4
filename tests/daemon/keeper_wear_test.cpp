// SPDX-License-Identifier: Apache-2.0
// What a load balancer that never rests costs the flash: charge point and keeper together, in
// virtual time, on a disk that counts.

#include "daemon/keeper.hpp"
#include "ocpp/charge_point.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"

#include <stdlib.h>

#include <filesystem>

using namespace charge_daemon;
using namespace std::chrono_literals;
using namespace ocpp::core;

namespace {

Setup one_outlet() {
    Setup setup;
    setup.vendor = "Acme";
    setup.model = "One";
    setup.serial_number = setup.identity = "CP0001";
    setup.message_prefix = "run";
    setup.connectors = {{1, hal::ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};
    return setup;
}

}  // namespace

TEST_CASE("AssignedCurrent written every second for an hour costs one write a minute at most") {
    std::string folder = "/tmp/wear-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    support::FaultyVfs disk;
    {
        Now now{SteadyClock::time_point{1h},
                std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
        Keeper keeper(storage::Store::open(folder), now.steady, [](const Note&) {});
        ocpp::ChargePoint point(one_outlet(), keeper.load());
        keeper.keep(point.step(Started{}, now).changes, now.steady);
        keeper.flush();
        const auto before = disk.syncs();
        for (int second = 0; second < 3600; ++second) {
            const auto amps = std::to_string(6 + second % 10) + '.' + std::to_string(second % 9);
            const auto outcome = point.step(KeyWritten{"AssignedCurrent", "1." + amps}, now);
            REQUIRE(outcome.answer == "Accepted");
            keeper.keep(outcome.changes, now.steady);
            now.steady += 1s;
            now.utc += 1s;
            if (now.steady >= keeper.due()) keeper.tick(now.steady);
        }
        CHECK(disk.syncs() - before <= 60);
        CHECK(disk.syncs() - before > 30);
    }
    // The end was no orderly one: what a minute ago was the newest value is kept.
    auto again = storage::Store::open(folder);
    CHECK(again.store.load().keys.at("AssignedCurrent").starts_with("0.32,1."));
    std::filesystem::remove_all(folder);
}
