// SPDX-License-Identifier: Apache-2.0
#include "storage/tables.hpp"

#include "storage/migrations.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

#include <limits>

namespace tables_test {

using namespace samples;
using storage::Database;
namespace tables = storage::tables;

namespace {

Database empty() {
    auto database = Database::open_in_memory();
    REQUIRE(database);
    REQUIRE(storage::migrate(*database));
    return std::move(*database);
}

Snapshot read(Database& database) {
    std::vector<std::string> report;
    auto snapshot = tables::read(database, report);
    REQUIRE(snapshot);
    CHECK(report.empty());
    return std::move(*snapshot);
}

}  // namespace

TEST_CASE("every field of every record comes back") {
    auto database = empty();
    REQUIRE(tables::prepare_all(database));
    const auto plain = transaction(3);
    const auto full = stopped(transaction(4));
    REQUIRE(tables::put(database, full));
    REQUIRE(tables::put(database, plain));
    const std::vector messages{
        message(1, QueuedKind::StartTransaction),   message(2),
        message(3, QueuedKind::StopTransaction),    message(4, QueuedKind::TransactionData),
        message(5, QueuedKind::StatusNotification), message(6, QueuedKind::DataTransfer)};
    for (const auto& m : messages) REQUIRE(tables::put(database, m));
    const std::vector<ConnectorRecord> connectors{
        {0, true, std::nullopt}, {1, false, true}, {2, true, false}};
    for (const auto& c : connectors) REQUIRE(tables::put(database, c));
    REQUIRE(tables::put(database, Kind::Key, "AuthorizationKey", std::string("\0\xff", 2)));
    REQUIRE(tables::put(database, Kind::Mark, marks::clock_offset_ms, "-12"));
    const std::vector tags{cached(6), cached(7), cached(8)};
    for (const auto& tag : tags) REQUIRE(tables::put(database, tag));
    REQUIRE(tables::put(database, cached(9)));
    REQUIRE(tables::remove_tag(database, cached(9).id_tag));
    REQUIRE(tables::put(database, Kind::Document, "profile/1", "{}"));
    REQUIRE(tables::put(database, Kind::Document, "profile/2", "{}"));
    REQUIRE(tables::remove(database, Kind::Document, "profile/2"));

    const auto snapshot = read(database);
    CHECK(snapshot.transactions == std::vector{plain, full});
    CHECK(snapshot.queue == std::deque(messages.begin(), messages.end()));
    CHECK(snapshot.connectors == connectors);
    CHECK(snapshot.texts[Kind::Key].at("AuthorizationKey") == std::string("\0\xff", 2));
    CHECK(snapshot.texts[Kind::Mark].at("clock_offset_ms") == "-12");
    CHECK(snapshot.tags == tags);
    CHECK(snapshot.texts[Kind::Document] ==
          std::map<std::string, std::string>{{"profile/1", "{}"}});
    CHECK(snapshot.next_transaction == 5);
    CHECK(snapshot.next_sequence == 7);
}

TEST_CASE("a count that is no instant becomes the nearest one") {
    using Limits = std::numeric_limits<std::int64_t>;
    auto database = empty();
    REQUIRE(tables::prepare_all(database));
    auto late = stopped(transaction(3)), early = stopped(transaction(4));
    late.started = late.last_seen = late.stop_wish->at = late.stop->at = at(Limits::max());
    early.started = early.last_seen = early.stop_wish->at = early.stop->at = at(Limits::min());
    auto tag = cached(6);
    tag.expires = at(Limits::max());
    REQUIRE(tables::put(database, late));
    REQUIRE(tables::put(database, early));
    REQUIRE(tables::put(database, tag));
    const auto kept = read(database);
    for (const auto at :
         {kept.transactions[0].started, kept.transactions[0].last_seen,
          kept.transactions[0].stop_wish->at, kept.transactions[0].stop->at, *kept.tags[0].expires})
        CHECK(at == ocpp::wire::DateTime::latest);
    for (const auto at : {kept.transactions[1].started, kept.transactions[1].last_seen,
                          kept.transactions[1].stop_wish->at, kept.transactions[1].stop->at})
        CHECK(at == ocpp::wire::DateTime::earliest);
}

TEST_CASE("a transactionId is kept in 64 bits, and for earlier programs where 32 are enough") {
    for (const auto& [id, narrow] :
         std::map<std::int64_t, std::string>{{1'795'992'499'012, "none"},
                                             {std::numeric_limits<std::int64_t>::min(), "none"},
                                             {std::numeric_limits<std::int64_t>::max(), "none"},
                                             {2'147'483'647, "2147483647"},
                                             {-1, "-1"}}) {
        auto database = empty();
        auto record = transaction(1);
        record.server_id = id;
        REQUIRE(tables::put(database, record));
        CHECK(read(database).transactions.at(0).server_id == id);
        auto query =
            database.query("SELECT coalesce(CAST(server_id AS TEXT), 'none') FROM transactions");
        REQUIRE(query);
        REQUIRE(*query->step());
        CHECK(query->text(0) == narrow);
    }
    // An earlier program has written no other one.
    auto database = empty();
    auto record = transaction(1);
    record.server_id = 7;
    REQUIRE(tables::put(database, record));
    REQUIRE(database.run("UPDATE transactions SET server_number = NULL"));
    CHECK(read(database).transactions.at(0).server_id == 7);
}

TEST_CASE("every kind of texts has a table of its own") {
    auto database = empty();
    for (const auto& row : kinds) {
        REQUIRE(tables::put(database, row.kind, "a", std::string(tables::table_of(row.kind).name)));
        REQUIRE(tables::put(database, row.kind, "gone", ""));
        REQUIRE(tables::remove(database, row.kind, "gone"));
    }
    const auto snapshot = read(database);
    for (const auto& row : kinds)
        CHECK(snapshot.texts[row.kind] ==
              Texts::Named{{"a", std::string(tables::table_of(row.kind).name)}});
    REQUIRE(tables::clear(database));
    CHECK(read(database).texts.empty());
}

TEST_CASE("finished transactions are history and no longer state") {
    auto database = empty();
    for (int id = 1; id <= 5; ++id) {
        auto record = stopped(transaction(id));
        record.finished = id != 2;
        REQUIRE(tables::put(database, record));
    }
    const auto snapshot = read(database);
    REQUIRE(snapshot.transactions.size() == 1);
    CHECK(snapshot.transactions[0].id == 2);
    CHECK(snapshot.next_transaction == 6);
    auto newest = tables::newest_transactions(database, 4);
    REQUIRE(newest);
    REQUIRE(newest->size() == 4);
    CHECK((*newest)[0].id == 5);
    CHECK((*newest)[0].finished);
    CHECK((*newest)[3].id == 2);

    CHECK(*tables::prune_transactions(database, 4) == 0);
    CHECK(*tables::prune_transactions(database, 2) == 2);
    CHECK(tables::newest_transactions(database, 9)->size() == 3);
    CHECK(read(database).transactions.size() == 1);
}

TEST_CASE("a counter never falls, and numbers are not given twice") {
    auto database = empty();
    REQUIRE(tables::raise_counter(database, tables::counters::next_sequence, 9));
    REQUIRE(tables::raise_counter(database, tables::counters::next_sequence, 5));
    CHECK(tables::next_numbers(database)->sequence == 9);
    REQUIRE(tables::put(database, message(20)));
    CHECK(tables::next_numbers(database)->sequence == 21);
    REQUIRE(tables::remove_message(database, 20));
    REQUIRE(tables::remove_message(database, 20));
    CHECK(tables::next_numbers(database)->sequence == 9);
    CHECK(tables::next_numbers(database)->transaction == 1);
}

TEST_CASE("a message of a kind that is not known is told and left where it is") {
    auto database = empty();
    REQUIRE(tables::put(database, message(1)));
    REQUIRE(database.run("INSERT INTO queue VALUES (2, 1, 'Later', '{}', 0)"));
    std::vector<std::string> report;
    auto snapshot = tables::read(database, report);
    REQUIRE(snapshot);
    CHECK(snapshot->queue.size() == 1);
    CHECK(snapshot->next_sequence == 3);
    REQUIRE(report.size() == 1);
    CHECK(report[0].find("Later") != std::string::npos);
    CHECK(*database.number("SELECT count(*) FROM queue") == 2);
}

TEST_CASE("clearing leaves the history and the counters") {
    auto database = empty();
    auto finished = stopped(transaction(1));
    finished.finished = true;
    REQUIRE(tables::put(database, finished));
    REQUIRE(tables::put(database, transaction(2)));
    REQUIRE(tables::put(database, message(1)));
    REQUIRE(tables::put(database, Kind::Key, "a", "b"));
    REQUIRE(tables::put(database, Kind::Mark, "a", "b"));
    REQUIRE(tables::put(database, cached(1)));
    REQUIRE(tables::put(database, ConnectorRecord{1, false, {}}));
    REQUIRE(tables::raise_counter(database, tables::counters::next_sequence, 2));
    REQUIRE(tables::clear(database));
    CHECK(same(read(database), Snapshot{}));
    CHECK(tables::newest_transactions(database, 9)->size() == 1);
    CHECK(tables::next_numbers(database)->sequence == 2);
}

TEST_CASE("a schema with something missing is not ready") {
    for (const auto& table : tables::all()) {
        auto database = empty();
        REQUIRE(database.run(("DROP TABLE " + std::string(table.name)).c_str()));
        CHECK_FALSE(tables::prepare_all(database));
    }
}

}  // namespace tables_test
