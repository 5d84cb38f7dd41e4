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

// Syncs of the disk while a session charges for an hour.
std::size_t syncs_of_session(bool balanced) {
    std::string folder = "/tmp/wear-XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    support::FaultyVfs disk;
    std::size_t syncs = 0;
    {
        Now now{SteadyClock::time_point{1h},
                std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
        Keeper keeper(storage::Store::open(folder), now.steady, [](const Note&) {});
        auto setup = one_outlet();
        setup.factory_keys = {{"FreeCharging", "1.true"}, {"MeterValueSampleInterval", "10"}};
        ocpp::ChargePoint point(setup, keeper.load());
        hal::Reading reading;
        reading.plugged = reading.cable = true;
        reading.plug_count = 1;
        reading.temperature_limit = reading.cable_limit = units::Milliamps{32'000};
        const auto take = [&](const Event& event) {
            const auto outcome = point.step(event, now);
            keeper.keep(outcome.changes, now.steady);
            for (const auto& wish : outcome.setpoints) {
                reading.contactor_closed = reading.ev_requests = wish.power_allowed;
                reading.offered = wish.current_limit;
            }
            return outcome.answer;
        };
        take(Started{});
        hal::Hello hello;
        hello.instance.value = "hal";
        take(HalConnected{hello});
        for (int second = 0; second < 3660; ++second) {
            // What the session needs to begin is not counted.
            if (second == 60) syncs = disk.syncs();
            take(reading);
            const auto amps = std::to_string(6 + second % 10) + '.' + std::to_string(second % 9);
            if (balanced) REQUIRE(take(KeyWritten{"AssignedCurrent", "1." + amps}) == "Accepted");
            reading.current.fill(reading.offered);
            reading.energy += units::MilliwattHours{reading.offered.count * 3 * 230 / 3600};
            now.steady += 1s;
            now.utc += 1s;
            if (now.steady >= keeper.due()) keeper.tick(now.steady);
        }
        REQUIRE(reading.contactor_closed);
        syncs = disk.syncs() - syncs;
    }
    std::filesystem::remove_all(folder);
    return syncs;
}

}  // namespace

TEST_CASE("while a session charges, AssignedCurrent costs one write a minute more at most") {
    const auto alone = syncs_of_session(false);
    const auto balanced = syncs_of_session(true);
    CHECK(balanced >= alone);
    CHECK(balanced - alone <= 60);
}

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
