// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/local_list.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/memory_store.hpp"

namespace local_list_test {

using namespace ocpp;
using core::Instant;
using core::LocalList;
using wire::AuthorizationStatus;
using wire::UpdateStatus;
using wire::UpdateType;

namespace {

const Instant now = std::chrono::sys_days{std::chrono::year{2026} / 3 / 28};

wire::IdToken token(const std::string& text) { return *wire::IdToken::from_text(text); }

wire::AuthorizationData entry(const std::string& tag,
                              AuthorizationStatus status = AuthorizationStatus::Accepted) {
    return {token(tag), wire::IdTagInfo{.expiry_date = {}, .parent_id_tag = {}, .status = status}};
}

wire::SendLocalListRequest update(UpdateType type, std::int32_t version,
                                  std::vector<wire::AuthorizationData> entries) {
    wire::SendLocalListRequest request{version, {}, type};
    request.local_authorization_list.emplace();
    for (auto& one : entries) request.local_authorization_list->push_back(std::move(one));
    return request;
}

// A list whose changes are kept.
struct Kept {
    LocalList list;
    test::MemoryStore store;

    UpdateStatus take(const wire::SendLocalListRequest& request) {
        core::Outcome out;
        const auto verdict = list.update(request, out);
        if (verdict.status != UpdateStatus::Accepted) {
            CHECK(out.changes.empty());
            CHECK_FALSE(verdict.why.empty());
        }
        keep(out.changes);
        return verdict.status;
    }
    void keep(const std::vector<core::Change>& changes) {
        store.keep(changes, {});
        store.flush();
    }
    LocalList loaded(std::size_t complaints = 0) {
        LocalList other;
        std::vector<std::string> said;
        other.load(store.load(), said);
        CHECK(said.size() == complaints);
        return other;
    }
};

}  // namespace

TEST_CASE("a full list replaces everything, a differential one changes what it names") {
    Kept kept;
    CHECK(kept.list.version() == 0);
    CHECK(kept.take(update(UpdateType::Full, 7, {entry("A"), entry("B")})) ==
          UpdateStatus::Accepted);
    CHECK(kept.take(update(UpdateType::Differential, 9,
                           {{token("a"), {}}, entry("C", AuthorizationStatus::Blocked)})) ==
          UpdateStatus::Accepted);
    CHECK(kept.list.version() == 9);
    for (const auto& list : {kept.list, kept.loaded()}) {
        CHECK(list.version() == 9);
        CHECK(list.size() == 2);
        CHECK_FALSE(list.find(token("A"), now));
        CHECK(list.find(token("b"), now)->status == AuthorizationStatus::Accepted);
        CHECK(list.find(token("C"), now)->status == AuthorizationStatus::Blocked);
    }
    // The version of a full list may be lower.
    CHECK(kept.take(update(UpdateType::Full, 2, {entry("D")})) == UpdateStatus::Accepted);
    CHECK(kept.list.version() == 2);
    CHECK(kept.list.size() == 1);
    CHECK(kept.take(update(UpdateType::Full, 3, {})) == UpdateStatus::Accepted);
    CHECK(kept.list.version() == 0);
    CHECK(kept.loaded().size() == 0);
}

TEST_CASE("what is refused leaves the list as it was") {
    Kept kept;
    CHECK(kept.take(update(UpdateType::Full, 5, {entry("A")})) == UpdateStatus::Accepted);
    CHECK(kept.take(update(UpdateType::Differential, 5, {entry("B")})) ==
          UpdateStatus::VersionMismatch);
    CHECK(kept.take(update(UpdateType::Differential, 4, {})) == UpdateStatus::VersionMismatch);
    CHECK(kept.take(update(UpdateType::Full, 6, {entry("B"), entry("b")})) == UpdateStatus::Failed);
    CHECK(kept.take(update(UpdateType::Full, 6, {{token("B"), {}}})) == UpdateStatus::Failed);
    CHECK(kept.take(update(UpdateType::Full, 6, {entry("")})) == UpdateStatus::Failed);
    CHECK(kept.take(update(UpdateType::Full, 0, {entry("B")})) == UpdateStatus::Failed);
    CHECK(kept.take(update(UpdateType::Full, -1, {})) == UpdateStatus::Failed);
    CHECK(kept.list.version() == 5);
    CHECK(kept.list.find(token("A"), now));
    CHECK(kept.list.size() == 1);
}

TEST_CASE("the list takes what its keys promise, and no more") {
    const auto many = [](int first, std::size_t count) {
        std::vector<wire::AuthorizationData> entries;
        for (std::size_t i = 0; i < count; ++i)
            entries.push_back(entry("T" + std::to_string(first + static_cast<int>(i))));
        return entries;
    };
    Kept kept;
    CHECK(kept.take(update(UpdateType::Full, 1, many(0, LocalList::max_update + 1))) ==
          UpdateStatus::Failed);
    CHECK(kept.take(update(UpdateType::Full, 1, many(0, 500))) == UpdateStatus::Accepted);
    CHECK(kept.take(update(UpdateType::Differential, 2, many(500, 500))) == UpdateStatus::Accepted);
    CHECK(kept.list.size() == LocalList::max_tags);
    CHECK(kept.take(update(UpdateType::Differential, 3, {entry("ONE MORE")})) ==
          UpdateStatus::Failed);
    CHECK(kept.take(update(UpdateType::Differential, 3, {{token("T7"), {}}, entry("INSTEAD")})) ==
          UpdateStatus::Accepted);
    CHECK(kept.loaded().size() == LocalList::max_tags);
}

TEST_CASE("a tag of the list expires, and ConcurrentTx is as good as Accepted") {
    Kept kept;
    auto expiring = entry("A");
    expiring.id_tag_info->expiry_date = wire::DateTime{now};
    CHECK(kept.take(update(UpdateType::Full, 1,
                           {expiring, entry("B", AuthorizationStatus::ConcurrentTx)})) ==
          UpdateStatus::Accepted);
    CHECK(kept.list.find(token("A"), now - std::chrono::milliseconds{1})->status ==
          AuthorizationStatus::Accepted);
    CHECK(kept.list.find(token("A"), now)->status == AuthorizationStatus::Expired);
    CHECK(kept.list.find(token("B"), now)->status == AuthorizationStatus::Accepted);
}

TEST_CASE("a tag that is written in another case is kept once") {
    Kept kept;
    CHECK(kept.take(update(UpdateType::Full, 1, {entry("ab")})) == UpdateStatus::Accepted);
    CHECK(kept.take(update(UpdateType::Differential, 2, {entry("AB")})) == UpdateStatus::Accepted);
    CHECK(kept.loaded().size() == 1);
    CHECK(kept.store.load().texts[core::Kind::Document].size() == 2);
}

TEST_CASE("a list of which something was lost has version 0, so that it is sent again") {
    Kept kept;
    CHECK(kept.take(update(UpdateType::Full, 1, {entry("A"), entry("B")})) ==
          UpdateStatus::Accepted);
    kept.keep({core::Remove{core::Kind::Document, "listed_tag/A"}});
    const auto list = kept.loaded(1);
    CHECK(list.version() == 0);
    CHECK(list.find(token("B"), now));
    kept.keep({core::Put{core::Kind::Document, "listed_tag/B", "{}"}});
    CHECK(kept.loaded(2).version() == 0);
    kept.keep({core::Put{core::Kind::Document, "local_list", "nonsense"}});
    CHECK(kept.loaded(2).version() == 0);
}

}  // namespace local_list_test
