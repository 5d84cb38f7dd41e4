// SPDX-License-Identifier: Apache-2.0
#include "ocpp/feature_list.hpp"

#include "ocpp/parts.hpp"
#include "tests/support/catch.hpp"

#include <set>

namespace feature_list_test {

using namespace ocpp;
using namespace ocpp::core;
using std::chrono::seconds;

namespace {

const std::chrono::steady_clock::time_point noon{std::chrono::hours{12}};

struct FromItself {
    Deadline wake_at() const { return noon + seconds{1}; }
};
struct FromState {
    Deadline wake_at(const State& state) const {
        return state.connected ? Deadline{noon + seconds{2}} : std::nullopt;
    }
};
struct FromNow {
    Deadline wake_at(const Now& now) const { return now.steady + seconds{3}; }
};
struct Never {};

template <class Feature>
constexpr bool has_wake_at = requires {
    &Feature::wake_at;
};

Parts parts() {
    Setup setup;
    setup.connectors.resize(1);
    setup.connectors[0].id = 1;
    return {std::move(setup), {}};
}

}  // namespace

TEST_CASE("each feature is visited once, in the order in which the list declares it") {
    auto all = parts();
    std::vector<const void*> visited;
    std::size_t bytes = 0;
    for_each_feature(all.list(), [&](const auto& feature) {
        visited.push_back(&feature);
        bytes += sizeof(feature);
    });
    CHECK(std::is_sorted(visited.begin(), visited.end()));
    CHECK(std::set(visited.begin(), visited.end()).size() == visited.size());
    // The rest of the list is padding between its members.
    CHECK(bytes + visited.size() * alignof(FeatureList) >= sizeof(FeatureList));
}

TEST_CASE("a feature is asked when it wants to be woken, whatever it computes that from") {
    auto all = parts();
    all.core.connected = true;
    const Now now{noon, {}, {}};
    CHECK(wake_at_of(FromItself{}, all.core, now) == noon + seconds{1});
    CHECK(wake_at_of(FromState{}, all.core, now) == noon + seconds{2});
    CHECK(wake_at_of(FromNow{}, all.core, now) == noon + seconds{3});
    CHECK_FALSE(wake_at_of(Never{}, all.core, now));
}

TEST_CASE("the moment at which a feature wants to be woken is one of the whole charge point") {
    auto all = parts();
    Outcome out;
    const Now now{noon, {}, {}};
    Context ctx{now, all.core, out};
    CHECK_FALSE(all.wake_at(now));
    all.reset.begin(ctx, RestartKind::Soft, "a test");
    CHECK(all.wake_at(now) == all.reset.wake_at());
    int with_moment = 0;
    for_each_feature(all.list(), [&]<class Feature>(const Feature&) {
        if constexpr (has_wake_at<Feature>) ++with_moment;
    });
    CHECK(with_moment == 20);
}

}  // namespace feature_list_test
