// SPDX-License-Identifier: Apache-2.0
// The rules at the nominal frequency of the board, and at the end of the meter's range.

#include "tests/hal-service/wires.hpp"

#include <string>

namespace protection_range_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

process::OutletSettings at(units::Millihertz line_frequency) {
    process::OutletSettings settings;
    settings.line_frequency = line_frequency;
    return settings;
}

}  // namespace

TEST_CASE("the limits of the frequency lie around the board's 50 or 60 Hz, to the millihertz") {
    const std::int64_t nominal = GENERATE(50'000, 60'000);
    INFO(nominal);
    std::int64_t measured = nominal;
    Wires w(ConnectorType::Type2Cable, at({nominal}));
    w.disturb = [&](Inputs& in) { in.meter.frequency = {measured}; };
    w.charge();
    for (const std::int64_t off : {-3000, 2000}) {
        measured = nominal + off;
        w.run(10s);
        CHECK_FALSE(w.has(FaultCode::Frequency));
    }
    for (const std::int64_t off : {-3001, 2001}) {
        measured = nominal + off;
        w.run(2s);
        CHECK(w.has(FaultCode::Frequency));
        measured = nominal + (off < 0 ? -101 : 101);
        w.run(100s);
        CHECK(w.has(FaultCode::Frequency));
        measured = nominal + (off < 0 ? -100 : 100);
        w.run(59s);
        CHECK(w.has(FaultCode::Frequency));
        w.run(2s);
        CHECK_FALSE(w.has(FaultCode::Frequency));
    }
}

TEST_CASE("a reading at the end of the meter's range counts as more than any limit") {
    const auto most = process::range_of(process::MeterChip::Atm90e32).current;
    std::int64_t milliamps = 0;
    process::OutletSettings settings;
    Wires w(ConnectorType::Type2Cable, settings, {}, {50'000});
    w.disturb = [&](Inputs& in) {
        if (in.k1_feedback) in.meter.current[1] = {milliamps};
    };
    w.charge(50'000);
    w.run(8s);
    // Below the end it is 1.31 times the offer, and not twice.
    milliamps = most.count - 1;
    w.run(500ms);
    CHECK(w.outputs().k1);
    milliamps = most.count;
    w.run(110ms);
    CHECK_FALSE(w.outputs().k1);
    CHECK(w.has(FaultCode::OverCurrentL2));
}

}  // namespace protection_range_test
