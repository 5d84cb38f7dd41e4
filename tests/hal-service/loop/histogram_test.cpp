// SPDX-License-Identifier: Apache-2.0
// A histogram of times tells quantiles within a sixteenth, and the worst exactly.

#include "hal-service/loop/histogram.hpp"

#include "tests/support/catch.hpp"

namespace histogram_test {

using hal::Histogram;
using hal::Moment;

TEST_CASE("of nothing there is nothing to tell") {
    const Histogram none;
    CHECK(none.count() == 0);
    CHECK(none.within(500) == Moment{0});
    CHECK(none.worst() == Moment{0});
}

TEST_CASE("quantiles are right within a sixteenth, and never below the truth") {
    Histogram histogram;
    for (int i = 1; i <= 10'000; ++i) histogram.add(Moment{i});
    for (const std::uint64_t per_mille : {1U, 10U, 500U, 990U, 999U}) {
        const auto exact = static_cast<std::int64_t>(per_mille) * 10;
        INFO(per_mille);
        CHECK(histogram.within(per_mille).count() >= exact);
        CHECK(histogram.within(per_mille).count() <= exact + exact / 16 + 1);
    }
    CHECK(histogram.within(1000) == Moment{10'000});
    CHECK(histogram.count() == 10'000);
}

TEST_CASE("one in a thousand is seen by the last quantile only") {
    Histogram histogram;
    for (int i = 0; i < 999; ++i) histogram.add(Moment{20});
    histogram.add(Moment{777'777});
    CHECK(histogram.within(999) == Moment{20});
    CHECK(histogram.within(1000) == Moment{777'777});
    CHECK(histogram.worst() == Moment{777'777});
}

TEST_CASE("times out of all proportion are counted, too") {
    Histogram histogram;
    histogram.add(Moment{-5});
    CHECK(histogram.within(1000) == Moment{0});
    histogram.add(Moment{3'600'000'000});
    CHECK(histogram.worst() == Moment{3'600'000'000});
    CHECK(histogram.within(500) == Moment{0});
    CHECK(histogram.within(1000) >= Moment{1'000'000});
}

}  // namespace histogram_test
