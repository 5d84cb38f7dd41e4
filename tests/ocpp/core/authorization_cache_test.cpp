// SPDX-License-Identifier: Apache-2.0
#include "ocpp/core/authorization_cache.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/memory_store.hpp"

namespace authorization_cache_test {

using namespace ocpp::core;
using ocpp::wire::AuthorizationStatus;
using ocpp::wire::DateTime;
using ocpp::wire::IdTagInfo;
using ocpp::wire::IdToken;

namespace {

const Instant noon{std::chrono::sys_days{std::chrono::year{2026} / 3 / 28} +
                   std::chrono::hours{12}};

IdToken token(const std::string& text) { return *IdToken::from_text(text); }
IdToken numbered(std::size_t n) { return token("T" + std::to_string(n)); }

IdTagInfo info(AuthorizationStatus status) { return {.status = status}; }

// The cache as a restart would find it.
AuthorizationCache kept(const Outcome& out) {
    test::MemoryStore store;
    store.keep(out.changes, {});
    store.flush();
    return AuthorizationCache(store.load().tags);
}

}  // namespace

TEST_CASE("the newest word on a tag is kept, whatever its case, over a restart") {
    AuthorizationCache cache({});
    Outcome out;
    cache.learn(token("04a2"), info(AuthorizationStatus::Blocked), noon, out);
    IdTagInfo good = info(AuthorizationStatus::Accepted);
    good.parent_id_tag = token("Family");
    cache.learn(token("04A2"), good, noon, out);
    CHECK(cache.size() == 1);
    CHECK(cache.find(token("04a2"), noon) == good);
    CHECK(kept(out).find(token("04A2"), noon) == good);
    CHECK_FALSE(cache.find(token("04A3"), noon));
}

TEST_CASE("a tag is Expired from its expiryDate on") {
    AuthorizationCache cache({});
    Outcome out;
    IdTagInfo good = info(AuthorizationStatus::Accepted);
    good.expiry_date = DateTime{noon};
    cache.learn(token("A"), good, noon - std::chrono::hours{1}, out);
    CHECK(cache.find(token("A"), noon - std::chrono::milliseconds{1})->status ==
          AuthorizationStatus::Accepted);
    CHECK(cache.find(token("A"), noon)->status == AuthorizationStatus::Expired);
    CHECK(kept(out).find(token("A"), noon)->status == AuthorizationStatus::Expired);
}

TEST_CASE("a full cache forgets tags that may not charge, then the oldest") {
    AuthorizationCache cache({});
    Outcome out;
    const auto most = AuthorizationCache::max_tags;
    for (std::size_t n = 0; n < most; ++n)
        cache.learn(numbered(n),
                    info(n == 7 ? AuthorizationStatus::Invalid : AuthorizationStatus::Accepted),
                    noon, out);
    cache.learn(numbered(0), info(AuthorizationStatus::Accepted), noon, out);
    cache.learn(numbered(most), info(AuthorizationStatus::Accepted), noon, out);
    CHECK_FALSE(cache.find(numbered(7), noon));
    cache.learn(numbered(most + 1), info(AuthorizationStatus::Accepted), noon, out);
    CHECK_FALSE(cache.find(numbered(1), noon));
    CHECK(cache.find(numbered(0), noon));
    CHECK(cache.size() == most);
    CHECK(kept(out).size() == most);
}

TEST_CASE("a tag that is refused from now on is so after a power cut, too") {
    AuthorizationCache cache({});
    Outcome first, second, third;
    cache.learn(token("A"), info(AuthorizationStatus::Accepted), noon, first);
    CHECK(durability_of(first.changes.back()) == Durability::Relaxed);
    cache.learn(token("A"), info(AuthorizationStatus::Blocked), noon, second);
    CHECK(durability_of(second.changes.back()) == Durability::Now);
    cache.clear(third);
    REQUIRE(third.changes.size() == 1);
    CHECK(durability_of(third.changes.back()) == Durability::Now);
    CHECK(cache.size() == 0);
}

TEST_CASE("a stored status that nobody knows charges nothing") {
    AuthorizationCache cache({{"a", "Adored", "", std::nullopt, 1}});
    CHECK(cache.find(token("A"), noon)->status == AuthorizationStatus::Invalid);
}

}  // namespace authorization_cache_test
