// SPDX-License-Identifier: Apache-2.0
#include "ocpp/current/sharing.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <random>

namespace sharing_test {

using namespace ocpp::current;
using units::Milliamps;
using namespace units::literals;

namespace {

using Shares = std::vector<Milliamps>;

Claim claim(Milliamps most, int phases = 3) {
    Claim made;
    made.most = most;
    made.phases = made.held_phases = phases;
    return made;
}

}  // namespace

TEST_CASE("what one can't use, the others get") {
    CHECK(share({32_A, {}}, {claim(32_A), claim(10_A, 1)}) == Shares{22_A, 10_A});
    CHECK(share({32_A, {}}, {claim(32_A), claim(32_A)}) == Shares{16_A, 16_A});
    CHECK(share({31_A, {}}, {claim(32_A), claim(32_A)}) == Shares{15'500_mA, 15'500_mA});
    CHECK(share({32_A, {}}, {claim(32_A)}) == Shares{32_A});
    CHECK(share({32_A, {}}, {}).empty());
}

TEST_CASE("nobody gets less than 6 A: that or nothing, in turns") {
    std::vector claims{claim(32_A), claim(32_A)};
    CHECK(share({12_A, {}}, claims) == Shares{6_A, 6_A});
    CHECK(share({11'900_mA, {}}, claims) == Shares{11'900_mA, 0_A});
    claims[0].queue = 1;
    CHECK(share({11'900_mA, {}}, claims) == Shares{0_A, 11'900_mA});
    CHECK(share({5'900_mA, {}}, claims) == Shares{0_A, 0_A});
    CHECK(takes_turns(claims, {6_A, 0_A}));
    CHECK_FALSE(takes_turns(claims, {6_A, 6_A}));
    CHECK_FALSE(takes_turns(claims, {0_A, 0_A}));
    CHECK(share({32_A, {}}, {claim(5_A), claim(32_A)}) == Shares{0_A, 32_A});
}

TEST_CASE("who does not draw is offered 6 A, and comes last") {
    auto idle = claim(32_A);
    idle.draws = false;
    CHECK(share({32_A, {}}, {idle, claim(32_A)}) == Shares{6_A, 26_A});
    CHECK(share({10_A, {}}, {idle, claim(32_A)}) == Shares{0_A, 10_A});
}

TEST_CASE("watts count with the phases that charge") {
    // 11 kW: three phases at 10 A are 6900 W, one at 10 A is 2300 W.
    CHECK(share({32_A, units::Watts{9'200}}, {claim(32_A), claim(10_A, 1)}) == Shares{10_A, 10_A});
    CHECK(share({32_A, units::Watts{4'140}}, {claim(32_A)}) == Shares{6_A});
    CHECK(share({32_A, units::Watts{4'139}}, {claim(32_A)}) == Shares{0_A});
}

TEST_CASE("a minChargingRate is kept where it fits") {
    auto hungry = claim(32_A);
    hungry.least = 12_A;
    CHECK(share({20_A, {}}, {hungry, claim(32_A)}) == Shares{12_A, 8_A});
    CHECK(share({16_A, {}}, {hungry, claim(32_A)}) == Shares{8_A, 8_A});
}

TEST_CASE("an outlet without a pilot gets all or nothing, and counts with all of it") {
    auto household = claim(10_A, 1);
    household.whole = true;
    CHECK(share({16_A, {}}, {claim(32_A), household}) == Shares{6_A, 10_A});
    CHECK(share({15'900_mA, {}}, {claim(32_A), household}) == Shares{15'900_mA, 0_A});
    CHECK(share({9'900_mA, {}}, {household}) == Shares{0_A});
    household.draws = false;
    CHECK(share({32_A, {}}, {claim(32_A), household}) == Shares{22_A, 10_A});
    CHECK(share({15'900_mA, {}}, {household, claim(32_A)}) == Shares{0_A, 15'900_mA});
    // Its share waits as a whole, too.
    auto car = claim(32_A);
    car.held = 8_A;
    CHECK(offer({16_A, {}}, {car, household}, {6_A, 10_A}) == Shares{6_A, 0_A});
    car.held = 6_A;
    CHECK(offer({16_A, {}}, {car, household}, {6_A, 10_A}) == Shares{6_A, 10_A});
}

TEST_CASE("a larger share waits until the others have come down") {
    auto first = claim(32_A), second = claim(32_A);
    first.held = 32_A;
    const Shares even{16_A, 16_A};
    CHECK(offer({32_A, {}}, {first, second}, even) == Shares{16_A, 0_A});
    first.held = 20_A;
    CHECK(offer({32_A, {}}, {first, second}, even) == Shares{16_A, 12_A});
    first.held = 16_A;
    CHECK(offer({32_A, {}}, {first, second}, even) == even);
}

TEST_CASE("whatever is claimed and held, the supply is never exceeded") {
    std::mt19937_64 bits(7);
    const auto amps = [&](std::int64_t most) {
        return Milliamps{static_cast<std::int64_t>(bits() % 1'000) * most};
    };
    for (int i = 0; i < 20'000; ++i) {
        const Supply supply{
            amps(63), bits() % 2 == 0 ? std::optional{units::Watts{amps(40).count}} : std::nullopt};
        std::vector<Claim> claims(1 + bits() % 4);
        std::int64_t held = 0, held_watts = 0;
        for (auto& one : claims) {
            one = claim(amps(40), bits() % 2 == 0 ? 1 : 3);
            one.draws = bits() % 4 != 0;
            one.whole = bits() % 4 == 0;
            one.queue = static_cast<std::int64_t>(bits() % 3);
            if (bits() % 4 == 0) one.least = {6'000 + static_cast<std::int64_t>(bits() % 10'000)};
            one.held = amps(20);
            one.held_phases = bits() % 2 == 0 ? 1 : 3;
            held += one.held.count;
            held_watts += one.held.count * 230 * one.held_phases;
        }
        const auto shares = share(supply, claims);
        const auto offers = offer(supply, claims, shares);
        std::int64_t sum = 0, sum_watts = 0, risk = 0, risk_watts = 0;
        for (std::size_t n = 0; n < claims.size(); ++n) {
            REQUIRE((shares[n].count == 0 || shares[n] >= least_offer));
            REQUIRE((offers[n].count == 0 || offers[n] >= least_offer));
            REQUIRE(shares[n] <= claims[n].most);
            REQUIRE(offers[n] <= shares[n]);
            const auto all = Milliamps{claims[n].most.count / 100 * 100};
            if (claims[n].whole) REQUIRE((shares[n].count == 0 || shares[n] == all));
            if (claims[n].whole) REQUIRE((offers[n].count == 0 || offers[n] == all));
            const auto watts = shares[n].count * 230 * claims[n].phases;
            const auto offered_watts = offers[n].count * 230 * claims[n].phases;
            sum += shares[n].count;
            sum_watts += watts;
            risk += std::max(claims[n].held.count, offers[n].count);
            risk_watts +=
                std::max(claims[n].held.count * 230 * claims[n].held_phases, offered_watts);
        }
        REQUIRE(sum <= supply.current.count);
        if (supply.power) REQUIRE(sum_watts <= supply.power->count * 1000);
        // Nothing is added to what is held while that is too much.
        REQUIRE(risk <= std::max(held, supply.current.count));
        if (supply.power) REQUIRE(risk_watts <= std::max(held_watts, supply.power->count * 1000));
    }
}

}  // namespace sharing_test
