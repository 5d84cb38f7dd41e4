// SPDX-License-Identifier: Apache-2.0
// What a load balancer that never rests costs the flash: charge point and keeper together, in
// virtual time, on a disk that counts.

#include "daemon/host/keeper.hpp"
#include "ocpp/charge_point.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/faulty_vfs.hpp"
#include "tests/support/folder.hpp"

namespace keeper_wear_test {

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

// A charge point without a central system, over a database on a disk that counts.
class Box {
public:
    Box(const support::Folder& storage, Setup setup)
        : keeper_(storage::Store::open(storage.path()), now_.steady, [](const Note&) {}),
          point_(std::move(setup), keeper_.load()) {
        take(Started{});
        hal::Hello hello;
        hello.instance.value = "hal";
        take(HalConnected{hello});
        reading.temperature_limit = reading.cable_limit = units::Milliamps{32'000};
    }

    hal::Reading reading;

    std::string take(const Event& event) {
        const auto outcome = point_.step(event, now_);
        keeper_.keep(outcome.changes, now_.steady);
        for (const auto& wish : outcome.setpoints) {
            reading.contactor_closed = reading.ev_requests = wish.power_allowed;
            reading.offered = wish.current_limit;
        }
        return outcome.answer;
    }
    // Takes the reading of a second, with the meter running.
    void second() {
        take(reading);
        reading.current.fill(reading.offered);
        reading.energy += units::MilliwattHours{reading.offered.count * 3 * 230 / 3600};
        now_.steady += 1s;
        now_.utc += 1s;
        if (now_.steady >= keeper_.due()) keeper_.tick(now_.steady);
    }
    void seconds(int count) {
        for (int i = 0; i < count; ++i) second();
    }
    void plug() {
        reading.plugged = reading.cable = true;
        ++reading.plug_count;
    }
    void unplug() { reading.plugged = reading.cable = false; }
    void flush() { keeper_.flush(); }

    std::size_t syncs() const { return disk_.syncs(); }
    std::size_t bytes() const { return disk_.bytes_written(); }

private:
    support::FaultyVfs disk_;
    Now now_{SteadyClock::time_point{1h}, std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    Keeper keeper_;
    ocpp::ChargePoint point_;
};

Setup free_charging(const char* sample_interval) {
    auto setup = one_outlet();
    setup.factory_keys = {{"FreeCharging", "1.true"},
                          {"MeterValueSampleInterval", sample_interval}};
    return setup;
}

// Another one each second.
std::string current_of(int second) {
    return "1." + std::to_string(6 + second % 10) + '.' + std::to_string(second % 9);
}

// Syncs of the disk while a session charges for an hour.
std::size_t syncs_of_session(bool balanced) {
    const support::Folder storage;
    Box box(storage, free_charging("10"));
    box.plug();
    box.seconds(60);
    // Writes that the session needs to begin are not counted.
    const auto before = box.syncs();
    for (int second = 0; second < 3600; ++second) {
        if (balanced)
            REQUIRE(box.take(KeyWritten{"AssignedCurrent", current_of(second)}) == "Accepted");
        box.second();
    }
    REQUIRE(box.reading.contactor_closed);
    return box.syncs() - before;
}

}  // namespace

TEST_CASE("a transaction without a connection: three syncs, and what they write") {
    const support::Folder storage;
    Box box(storage, free_charging("0"));
    box.seconds(120);
    box.flush();
    const auto syncs = box.syncs();
    const auto bytes = box.bytes();
    box.seconds(3600);
    CHECK(box.syncs() == syncs);
    CHECK(box.bytes() == bytes);
    box.plug();
    box.seconds(30);
    REQUIRE(box.reading.contactor_closed);
    box.unplug();
    box.seconds(25);
    // The start, the wish to stop, the stop.
    CHECK(box.syncs() - syncs == 3);
    CHECK(box.bytes() - bytes <= 48 * 1024);
}

TEST_CASE("a meter value a minute without a connection: a sync each, and what they write") {
    const support::Folder storage;
    Box box(storage, free_charging("60"));
    box.plug();
    box.seconds(90);
    REQUIRE(box.reading.contactor_closed);
    const auto syncs = box.syncs();
    const auto bytes = box.bytes();
    constexpr int minutes = 60;
    box.seconds(minutes * 60);
    CHECK(box.syncs() - syncs <= minutes);
    CHECK((box.bytes() - bytes) / minutes <= 20 * 1024);
}

TEST_CASE("while a session charges, AssignedCurrent costs one write a minute more at most") {
    const auto alone = syncs_of_session(false);
    const auto balanced = syncs_of_session(true);
    CHECK(alone <= 60);
    CHECK(balanced >= alone);
    CHECK(balanced - alone <= 60);
}

TEST_CASE("AssignedCurrent written every second for an hour costs one write a minute at most") {
    const support::Folder storage;
    {
        Box box(storage, one_outlet());
        box.flush();
        const auto before = box.syncs();
        for (int second = 0; second < 3600; ++second) {
            REQUIRE(box.take(KeyWritten{"AssignedCurrent", current_of(second)}) == "Accepted");
            box.second();
        }
        CHECK(box.syncs() - before <= 60);
        CHECK(box.syncs() - before > 30);
    }
    // The end was no orderly one.
    auto again = storage::Store::open(storage.path());
    CHECK(again.store.load().texts[ocpp::core::Kind::Key].at("AssignedCurrent") ==
          "0.32," + current_of(3599));
}

}  // namespace keeper_wear_test
