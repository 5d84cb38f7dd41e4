// SPDX-License-Identifier: Apache-2.0
#include "storage/backlog.hpp"

#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

namespace backlog_test {

using namespace samples;
using storage::Backlog;

TEST_CASE("the newest record of each key waits, and nothing else") {
    Backlog backlog;
    CHECK(backlog.empty());
    auto record = transaction(4);
    backlog.add(PutTransaction{record});
    record.last_energy = {5};
    backlog.add(PutTransaction{record});
    backlog.add(PutConnector{{1, true, {}}});
    backlog.add(PutConnector{{1, false, true}});
    backlog.add(Put{Kind::Key, "HeartbeatInterval", "1"});
    backlog.add(Put{Kind::Key, "HeartbeatInterval", "2"});
    backlog.add(Put{Kind::Key, "HISuperv", "7200"});
    backlog.add(Remove{Kind::Key, "HISuperv"});
    backlog.add(Put{Kind::Mark, "clean_stop", "1"});
    backlog.add(Put{Kind::Mark, "clean_stop", ""});
    backlog.add(PutTag{cached(1)});
    backlog.add(PutTag{cached(101)});
    backlog.add(PutTag{cached(2)});
    backlog.add(RemoveTag{cached(2).id_tag});
    backlog.add(Put{Kind::Document, "profile/1", "a"});
    backlog.add(Put{Kind::Document, "profile/1", "b"});
    backlog.add(Put{Kind::Document, "profile/2", "c"});
    backlog.add(Remove{Kind::Document, "profile/2"});
    CHECK(backlog.texts()[Kind::Document] == std::map<std::string, std::optional<std::string>>{
                                                 {"profile/1", "b"}, {"profile/2", std::nullopt}});
    auto sample = message(9);
    backlog.add(PutMessage{sample});
    sample.attempts = 3;
    backlog.add(PutMessage{sample});

    REQUIRE(backlog.transactions().size() == 1);
    CHECK(backlog.transactions().at(4) == record);
    CHECK(backlog.connectors().size() == 1);
    CHECK(backlog.connectors().at(1) == ConnectorRecord{1, false, true});
    CHECK(backlog.texts()[Kind::Key] ==
          std::map<std::string, std::optional<std::string>>{{"HISuperv", std::nullopt},
                                                            {"HeartbeatInterval", "2"}});
    CHECK(backlog.texts()[Kind::Mark] ==
          std::map<std::string, std::optional<std::string>>{{"clean_stop", ""}});
    CHECK(backlog.tags() == std::map<std::string, std::optional<CachedTag>>{
                                {"tag1", cached(101)}, {"tag2", std::nullopt}});
    REQUIRE(backlog.messages().size() == 1);
    CHECK(backlog.messages().at(9) == sample);
    CHECK(backlog.highest_sequence() == 9);
    backlog.clear();
    CHECK(backlog.empty());
    CHECK(backlog.highest_sequence() == 9);
}

TEST_CASE("a message that was never on disk and its removal leave nothing behind") {
    Backlog backlog;
    backlog.note_kept(4);
    backlog.add(PutMessage{message(5)});
    backlog.add(RemoveMessage{5});
    CHECK(backlog.empty());
    CHECK(backlog.highest_sequence() == 5);
    CHECK(backlog.removes());
}

TEST_CASE("the removal of a message that may be on disk stays, whatever waits for it") {
    Backlog backlog;
    SECTION("because it was kept") { backlog.note_kept(5); }
    SECTION("because a write was tried, and who knows") {
        backlog.add(PutMessage{message(5)});
        backlog.note_attempt();
    }
    backlog.add(PutMessage{message(5)});
    backlog.add(RemoveMessage{5});
    REQUIRE(backlog.messages().size() == 1);
    CHECK_FALSE(backlog.messages().at(5).has_value());
}

TEST_CASE("a message can come back after its removal") {
    Backlog backlog;
    backlog.note_kept(5);
    backlog.add(RemoveMessage{5});
    backlog.add(PutMessage{message(5)});
    CHECK(backlog.messages().at(5) == message(5));
}

TEST_CASE("too many meter values give way, oldest first, and starts and stops never") {
    Backlog backlog;
    const auto limit = static_cast<std::int64_t>(storage::max_waiting_meter_values);
    backlog.add(PutMessage{message(1, QueuedKind::StartTransaction)});
    for (std::int64_t n = 2; n <= limit + 1; ++n) backlog.add(PutMessage{message(n)});
    backlog.add(PutMessage{message(limit + 2, QueuedKind::StopTransaction)});
    CHECK(backlog.give_up_surplus() == 0);
    backlog.add(PutMessage{message(limit + 3)});
    CHECK(backlog.give_up_surplus() == 1 + storage::max_waiting_meter_values / 2);
    CHECK(backlog.give_up_surplus() == 0);
    CHECK(backlog.messages().count(1) == 1);
    CHECK(backlog.messages().count(2) == 0);
    CHECK(backlog.messages().count(limit + 2) == 1);
    CHECK(backlog.messages().count(limit + 3) == 1);
    CHECK(backlog.messages().size() == 2 + storage::max_waiting_meter_values / 2);
}

}  // namespace backlog_test
