// SPDX-License-Identifier: Apache-2.0
#include "ocpp/wire/decimal.hpp"

#include "hal-service/shared/json.hpp"
#include "ocpp/wire/charging_profile.hpp"
#include "tests/support/catch.hpp"

#include <limits>
#include <string>

namespace decimal_test {

using ocpp::wire::Tenths;

TEST_CASE("every number with one decimal is exact") {
    for (std::int64_t count = -50'000; count <= 500'000; count += 7) {
        const auto back = Tenths::from_number(Tenths{count}.to_number());
        REQUIRE(back);
        REQUIRE(back->count == count);
    }
    CHECK(Tenths::from_number(0.1)->count == 1);
    CHECK(Tenths::from_number(21.4)->count == 214);
    CHECK(Tenths::from_number(-0.3)->count == -3);
    CHECK(Tenths::from_number(-0.0)->count == 0);
    CHECK(Tenths::from_number(22'000.0)->count == 220'000);
}

TEST_CASE("what arithmetic leaves behind is no second decimal") {
    CHECK(Tenths::from_number(0.1 + 0.2)->count == 3);
    CHECK(Tenths::from_number(static_cast<double>(21.4F))->count == 214);
    CHECK(Tenths::from_number(static_cast<double>(22'000.1F))->count == 220'001);
}

TEST_CASE("a second decimal is cut, never upwards") {
    CHECK(Tenths::from_number(10.05)->count == 100);
    CHECK(Tenths::from_number(10.099)->count == 100);
    CHECK(Tenths::from_number(15.999)->count == 159);
    CHECK(Tenths::from_number(15.9999)->count == 159);
    CHECK(Tenths::from_number(6.25)->count == 62);
    CHECK(Tenths::from_number(0.01)->count == 0);
    CHECK(Tenths::from_number(11'000.12)->count == 110'001);
    // A limit that was negative stays one, and is refused as such.
    CHECK(Tenths::from_number(-0.05)->count == -1);
    for (int i = 0; i < 100'000; ++i) {
        const double number = i / 777.0;
        REQUIRE(Tenths::from_number(number)->to_number() <= number * (1 + Tenths::rounding_noise));
    }
}

TEST_CASE("what is no number or beyond any charger is refused") {
    using Limits = std::numeric_limits<double>;
    for (const double number : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(),
                                Limits::max(), Limits::lowest(), 1e19, 1.1e9, -1.1e9})
        CHECK_FALSE(Tenths::from_number(number));
    CHECK(Tenths::from_number(1e9)->count == Tenths::max_count);
    CHECK(Tenths::from_number(-1e9)->count == -Tenths::max_count);
    CHECK(Tenths::from_number(Limits::denorm_min())->count == 0);
}

TEST_CASE("tenths are written as people write them") {
    const auto written = [](std::int64_t tenths) {
        ocpp::wire::ChargingSchedulePeriod period;
        period.limit.count = tenths;
        return shared::dump(shared::to_json(period).at("limit"));
    };
    CHECK(written(214) == "21.4");
    CHECK(written(160) == "16");
    CHECK(written(0) == "0");
    CHECK(written(-1) == "-0.1");
    CHECK(written(220'001) == "22000.1");
    CHECK(written(Tenths::max_count) == "1000000000");
    CHECK(written(Tenths::max_count - 1) == "999999999.9");
}

TEST_CASE("tenths have an order") {
    CHECK(Tenths{59} < Tenths{60});
    CHECK(Tenths{60} == Tenths{60});
}

}  // namespace decimal_test
