// SPDX-License-Identifier: Apache-2.0
// A database that programs of an earlier version have left; fixtures/README.md says how.

#include "hal-service/shared/json.hpp"
#include "ocpp/charge_point.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace earlier_version_test {

using namespace samples;
using namespace std::chrono_literals;
using shared::Json;
using storage::OpenedAs;
using storage::Store;

namespace {

const std::filesystem::path fixture = "tests/storage/fixtures/6f8adce";

Json known() {
    auto json = shared::parse_json(content(fixture / "known.json"), {1 << 20, 16});
    REQUIRE(json);
    return *std::move(json);
}

// A store on a copy of the fixture.
struct Copy {
    Copy() { std::filesystem::copy_file(fixture / "chargepoint.db", folder.database()); }

    Store open() {
        auto opened = Store::open(folder.path());
        CHECK(opened.origin == OpenedAs::Opened);
        CHECK(joined(opened.report).empty());
        return std::move(opened.store);
    }

    Folder folder;
};

std::size_t documents(const Snapshot& snapshot, std::string_view prefix) {
    const auto& all = snapshot.texts[Kind::Document];
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [=](const auto& entry) {
        return entry.first.starts_with(prefix);
    }));
}

ocpp::core::Setup setup_of(const Json& connectors) {
    ocpp::core::Setup setup;
    setup.identity = "FIXTURE";
    setup.message_prefix = "test";
    for (const auto& connector : connectors)
        setup.connectors.push_back(
            {connector["id"].get<int>(),
             *shared::enum_from<hal::ConnectorType>(connector["type"].get<std::string>()),
             connector["phases"].get<int>(),
             units::Milliamps{connector["max_current"].get<int>() * 1000}});
    return setup;
}

}  // namespace

TEST_CASE("the database of an earlier version has every kind of thing in its place") {
    const auto expected = known();
    Copy copy;
    auto store = copy.open();
    const auto snapshot = store.load();
    CHECK(store.take_report().empty());

    REQUIRE(snapshot.transactions.size() == 2);
    const auto& going_on = snapshot.transactions[0];
    CHECK(going_on.connector == 1);
    CHECK(going_on.server_id == expected["transaction"]["id"].get<int>());
    CHECK(going_on.id_tag == expected["transaction"]["start"]["idTag"].get<std::string>());
    CHECK_FALSE(going_on.stop);
    const auto& unheard = snapshot.transactions[1];
    CHECK(unheard.connector == 2);
    CHECK_FALSE(unheard.server_id);
    REQUIRE(unheard.stop);
    CHECK(unheard.stop->meter.count == expected["offline_stop"]["meterStop"].get<int>());

    const auto& rows = expected["rows"];
    CHECK(snapshot.queue.size() == rows["queue"].get<std::size_t>());
    for (const auto kind : {QueuedKind::StartTransaction, QueuedKind::MeterValues,
                            QueuedKind::StopTransaction, QueuedKind::TransactionData})
        CHECK(std::any_of(snapshot.queue.begin(), snapshot.queue.end(),
                          [kind](const QueuedMessage& m) { return m.kind == kind; }));
    CHECK(snapshot.next_sequence > snapshot.queue.back().sequence);
    CHECK(snapshot.next_transaction > unheard.id);

    Texts::Named keys;
    for (const auto& [name, value] : expected["keys"].items())
        keys[name] = value.get<std::string>();
    CHECK(keys.size() >= 5);
    CHECK(snapshot.texts[Kind::Key] == keys);
    CHECK(snapshot.texts[Kind::Mark].size() == rows["facts"].get<std::size_t>());
    CHECK(snapshot.texts[Kind::Mark].contains(marks::hal_instance));
    CHECK(snapshot.texts[Kind::Document].size() == rows["documents"].get<std::size_t>());
    CHECK(documents(snapshot, "profile/") == 2);
    CHECK(documents(snapshot, "listed_tag/") == 2);
    CHECK(documents(snapshot, "local_list") == 1);
    CHECK(documents(snapshot, "reservation/") == 1);
    CHECK(snapshot.tags.size() == rows["authorization_cache"].get<std::size_t>());
    CHECK_FALSE(snapshot.tags.empty());
    const auto& connectors = snapshot.connectors;
    CHECK(std::any_of(connectors.begin(), connectors.end(), [](const ConnectorRecord& record) {
        return record.connector == 4 && !record.operative;
    }));
}

TEST_CASE("the transaction of an earlier version goes on while its vehicle is still there") {
    const auto expected = known();
    Copy copy;
    auto store = copy.open();
    const auto snapshot = store.load();
    const auto& record = snapshot.transactions.at(0);
    ocpp::ChargePoint point(setup_of(expected["connectors"]), snapshot);

    ocpp::core::Now now{std::chrono::steady_clock::time_point{1h},
                        std::chrono::system_clock::time_point(record.last_seen) + 60s,
                        {}};
    std::vector<hal::Setpoint> wished;
    const auto step = [&](const ocpp::core::Event& event) {
        now.steady += 1s;
        now.utc += 1s;
        const auto out = point.step(event, now);
        REQUIRE(store.commit(out.changes));
        if (!out.setpoints.empty()) wished = out.setpoints;
    };
    step(ocpp::core::Started{});
    hal::Hello hello;
    hello.instance.value = record.hal_instance;
    step(ocpp::core::HalConnected{hello});
    hal::Reading reading;
    for (int id = 1; id <= 4; ++id) {
        reading = {};
        reading.connector = id;
        reading.cable_limit = reading.temperature_limit = units::Milliamps{80'000};
        if (id == 1) {
            reading.plugged = reading.cable = reading.pwm = reading.ev_requests = true;
            reading.contactor_closed = true;
            reading.pilot = hal::PilotState::C;
            reading.plug_count = record.plug_count;
            reading.energy = record.last_energy + units::MilliwattHours{5000};
        }
        step(reading);
    }
    step(ocpp::core::StopAsked{});

    const auto after = store.load();
    REQUIRE(after.transactions.size() == 2);
    CHECK(after.transactions[0].server_id == record.server_id);
    CHECK_FALSE(after.transactions[0].stop_wish);
    CHECK(after.transactions[0].last_energy == record.last_energy + units::MilliwattHours{5000});
    REQUIRE(wished.size() == 4);
    CHECK(wished[0].power_allowed);
    CHECK(wished[0].current_limit == units::Milliamps{10'000});  // the limit of its profile
    CHECK_FALSE(wished[3].power_allowed);
}

}  // namespace earlier_version_test
