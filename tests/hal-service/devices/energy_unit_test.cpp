// SPDX-License-Identifier: Apache-2.0
// Energy that is counted in another unit than the power is shown in is noticed, a factor of ten in
// either direction; what a sound meter does is not.

#include "hal-service/devices/energy_unit.hpp"

#include "tests/support/catch.hpp"

namespace energy_unit_test {

using namespace devices;
using namespace std::chrono_literals;

namespace {

struct Flow {
    // `share` per mille of the true energy is counted.
    void run(hal::Moment time, std::int64_t watts, std::int64_t share, hal::Moment step = 200ms) {
        for (const auto end = now + time; now < end;) {
            now += step;
            rest += watts * step.count() * share / 1000;
            unit.add({rest / microjoules}, {watts}, now);
            rest %= microjoules;
        }
    }
    static constexpr std::int64_t microjoules = 3'600'000;  // in a milliwatt-hour
    EnergyUnit unit;
    hal::Moment now{1s};
    std::int64_t rest = 0;
};

}  // namespace

TEST_CASE("a factor of ten is noticed within seconds of charging, in both directions") {
    for (const auto share : {100, 10'000, 0}) {
        Flow flow;
        flow.run(6s, 3680, share);
        INFO(share);
        CHECK_FALSE(flow.unit.plausible());
    }
    Flow slow;
    slow.run(60s, 1380, 100);
    CHECK_FALSE(slow.unit.plausible());
}

TEST_CASE("a meter that errs by less than a factor of three is not suspected") {
    for (const auto share : {400, 900, 1000, 1100, 2500}) {
        Flow flow;
        flow.run(1h, 3680, share);
        INFO(share);
        CHECK(flow.unit.plausible());
    }
}

TEST_CASE("power that comes and goes, gaps and noise prove nothing") {
    Flow flow;
    for (int i = 0; i < 500; ++i) {
        flow.run(1s, i % 2 == 0 ? 7360 : 0, 1000);
        flow.run(800ms, 1400 + i % 7 * 800, 1000, 400ms);
    }
    CHECK(flow.unit.plausible());
    // Below the start-up threshold a chip shows power and counts nothing.
    flow.run(10h, 150, 0, 2s);
    CHECK(flow.unit.plausible());
    for (int i = 0; i < 100; ++i) {
        flow.run(1s, 3680, 0);
        flow.unit.restart();
        flow.run(5s, 3680, 0, 5s);
    }
    CHECK(flow.unit.plausible());
}

TEST_CASE("single wrong windows are forgotten, three in a row are not") {
    Flow flow;
    for (int i = 0; i < 50; ++i) {
        flow.run(2600ms, 3680, 100);
        flow.run(4s, 3680, 1000);
    }
    CHECK(flow.unit.plausible());
    flow.run(6s, 3680, 100);
    CHECK_FALSE(flow.unit.plausible());
}

}  // namespace energy_unit_test
