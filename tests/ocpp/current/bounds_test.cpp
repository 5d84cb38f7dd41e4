// SPDX-License-Identifier: Apache-2.0
// The precedence of limits, one rule of bounds.hpp after the other.

#include "ocpp/current/bounds.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace bounds_test {

using namespace ocpp;
using namespace std::chrono;
using current::Bound;
using current::Instant;
using current::Source;
using units::Milliamps;
using wire::ChargingProfilePurposeType;
using wire::ChargingRateUnitType;

namespace {

const Instant noon = sys_days{year{2026} / 11 / 30} + hours{12};

current::Installed installed(ChargingProfilePurposeType purpose, int connector, int stack_level,
                             std::int64_t tenths, seconds begins = {}) {
    current::Installed one;
    one.number = static_cast<int>(purpose) * 1000 + connector * 100 + stack_level + 1;
    one.connector = connector;
    one.since = noon;
    one.profile.charging_profile_id = static_cast<std::int32_t>(one.number);
    one.profile.stack_level = stack_level;
    one.profile.charging_profile_purpose = purpose;
    one.profile.charging_profile_kind = wire::ChargingProfileKindType::Absolute;
    one.profile.charging_schedule.start_schedule = wire::DateTime{noon + begins};
    one.profile.charging_schedule.charging_rate_unit = ChargingRateUnitType::A;
    one.profile.charging_schedule.charging_schedule_period = {{0, {tenths}, {}}};
    if (purpose == ChargingProfilePurposeType::TxProfile) one.transaction = 7;
    return one;
}

current::ConnectorSituation facts_of(int connector) {
    current::ConnectorSituation facts;
    facts.connector = connector;
    facts.rating = facts.installation = facts.user = facts.temperature = facts.cable =
        Milliamps{32'000};
    facts.assigned = Milliamps{20'000};
    facts.session = {noon, 7};
    return facts;
}

current::Bounds bounds_of(const current::Profiles& profiles,
                          const current::ConnectorSituation& facts) {
    auto selected = profiles.of(facts.connector, facts.session);
    return current::bounds_at(selected, facts, noon);
}

bool has(const std::vector<Bound>& bounds, Source source) {
    return std::any_of(bounds.begin(), bounds.end(),
                       [source](const Bound& bound) { return bound.source == source; });
}

}  // namespace

TEST_CASE("a load balancer's current counts while no profile rules the session") {
    current::Profiles profiles;
    auto facts = facts_of(1);
    facts.offline = Milliamps{8'000};
    const auto without = bounds_of(profiles, facts);
    CHECK(has(without.all, Source::AssignedCurrent));
    CHECK(current::least_of(without.all).source == Source::InstallationOfflineCurrent);
    profiles.put(installed(ChargingProfilePurposeType::TxDefaultProfile, 0, 0, 300));
    const auto with = bounds_of(profiles, facts);
    CHECK_FALSE(has(with.all, Source::AssignedCurrent));
    CHECK_FALSE(has(with.all, Source::InstallationOfflineCurrent));
    CHECK(current::least_of(with.all).current == Milliamps{30'000});
}

TEST_CASE("a profile of the transaction replaces the defaults, also upwards") {
    current::Profiles profiles;
    profiles.put(installed(ChargingProfilePurposeType::TxDefaultProfile, 1, 9, 100));
    profiles.put(installed(ChargingProfilePurposeType::TxProfile, 1, 0, 250));
    const auto bounds = bounds_of(profiles, facts_of(1));
    CHECK_FALSE(has(bounds.all, Source::TxDefaultProfile));
    CHECK(current::least_of(bounds.all).source == Source::TxProfile);
    CHECK(current::least_of(bounds.all).current == Milliamps{25'000});
}

TEST_CASE("a profile of the charge point takes the load balancer's place on the supply alone") {
    current::Profiles profiles;
    profiles.put(installed(ChargingProfilePurposeType::ChargePointMaxProfile, 0, 0, 300));
    auto supply = facts_of(0);
    auto charge_point = profiles.of_charge_point();
    const auto of_supply = current::supply_bounds_at(charge_point, supply, noon);
    CHECK_FALSE(has(of_supply.all, Source::AssignedCurrent));
    CHECK(has(of_supply.all, Source::ChargePointMaxProfile));
    const auto of_connector = bounds_of(profiles, facts_of(1));
    CHECK(has(of_connector.all, Source::AssignedCurrent));
    CHECK(has(of_connector.all, Source::ChargePointMaxProfile));
}

TEST_CASE("bounds end when a profile that says nothing yet begins") {
    current::Profiles profiles;
    CHECK_FALSE(bounds_of(profiles, facts_of(1)).until);
    profiles.put(installed(ChargingProfilePurposeType::TxDefaultProfile, 1, 0, 100, seconds{90}));
    const auto before = bounds_of(profiles, facts_of(1));
    CHECK(before.until == noon + seconds{90});
    CHECK(has(before.all, Source::AssignedCurrent));
}

TEST_CASE("watts are rounded once, whatever the unit of the question") {
    current::Profiles profiles;
    auto profile = installed(ChargingProfilePurposeType::TxProfile, 1, 0, 70'001);
    profile.profile.charging_schedule.charging_rate_unit = ChargingRateUnitType::W;
    profiles.put(profile);
    const auto bounds = bounds_of(profiles, facts_of(1));
    const auto& least = current::least_of(bounds.all);
    REQUIRE(least.source == Source::TxProfile);
    CHECK(bounds.phases == 3);
    CHECK(least.in(ChargingRateUnitType::W, bounds.phases).count == 70'001);
    CHECK(least.in(ChargingRateUnitType::A, bounds.phases).count == 101);
    CHECK(least.current == Milliamps{10'145});
}

}  // namespace bounds_test
