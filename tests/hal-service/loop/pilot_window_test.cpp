// SPDX-License-Identifier: Apache-2.0
// How a pilot's levels spread over a second, and what of it is told.

#include "hal-service/loop/pilot_window.hpp"

#include "tests/support/catch.hpp"

namespace pilot_window_test {

namespace {

using namespace hal;
using namespace std::chrono_literals;

Inputs sample(std::int64_t high, std::int64_t low, bool valid = true) {
    Inputs inputs;
    inputs.pilot.high = {high};
    inputs.pilot.low = {low};
    inputs.pilot.valid = valid;
    return inputs;
}

}  // namespace

TEST_CASE("a window tells the last whole second, and the newest sample at once") {
    PilotWindow window;
    Moment now = 5s;
    for (int i = 0; i < 200; ++i, now += 5ms)
        window.add(sample(i % 2 == 0 ? 5900 : 6100, -12'000), now);
    CHECK(window.view().samples == 0);
    CHECK(window.view().sample.high.count == 6100);
    window.add(sample(9000, -11'000), now);
    const auto view = window.view();
    CHECK(view.sample.high.count == 9000);
    CHECK(view.samples == 200);
    CHECK(view.high.least.count == 5900);
    CHECK(view.high.most.count == 6100);
    CHECK(view.high.mean.count == 6000);
    CHECK(view.high.variance == 10'000);  // sigma 100 mV
    CHECK(view.low.variance == 0);
    CHECK(view.low.mean.count == -12'000);
}

TEST_CASE("a transfer that failed is counted and tells no level") {
    PilotWindow window;
    Moment now{0};
    for (int i = 0; i < 201; ++i, now += 5ms)
        window.add(sample(i % 4 == 0 ? 99'000 : 9000, 9000, i % 4 != 0), now);
    CHECK(window.view().invalid == 50);
    CHECK(window.view().samples == 150);
    CHECK(window.view().high.most.count == 9000);
    for (int i = 0; i < 200; ++i, now += 5ms) window.add(sample(0, 0, false), now);
    CHECK(window.view().samples == 0);
    CHECK(window.view().high.most.count == 0);
}

}  // namespace pilot_window_test
