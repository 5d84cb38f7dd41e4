// SPDX-License-Identifier: Apache-2.0
// What a proximity resistor means, and how a lock is tried again.

#include "hal-service/control/cable.hpp"

#include "tests/hal-service/wires.hpp"

namespace cable_test {

namespace {

using namespace hal;
using wires::Wires;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("nominal resistors, windows and gaps of Table B.2") {
    const struct {
        std::int64_t from, to;
        Proximity cable;
        std::int64_t amps;
    } windows[] = {{1100, 2460, Proximity::A13, 13},     {936, 1099, Proximity::A13, 13},
                   {400, 935, Proximity::A20, 20},       {309, 399, Proximity::A20, 20},
                   {164, 307, Proximity::A32, 32},       {141, 163, Proximity::A32, 32},
                   {80, 139, Proximity::A63, 63},        {60, 79, Proximity::A63, 63},
                   {2461, 4499, Proximity::Invalid, 0},  {0, 59, Proximity::Shorted, 0},
                   {4500, 1'000'000, Proximity::Open, 0}};
    for (const auto& window : windows)
        for (const auto ohms : {window.from, (window.from + window.to) / 2, window.to}) {
            INFO(ohms);
            CHECK(proximity(ohms) == window.cable);
            CHECK(cable_rating(window.cable).count == window.amps * 1000);
        }
}

TEST_CASE("a cable counts after three equal samples") {
    ProximityFilter filter;
    for (int i = 0; i < 2; ++i) filter.add(220);
    CHECK_FALSE(filter.present());
    filter.add(220);
    CHECK(filter.cable() == Proximity::A32);
    filter.add(1'000'000);
    filter.add(1'000'000);
    CHECK(filter.cable() == Proximity::A32);
}

TEST_CASE("what a cable bears is reported, and never exceeded") {
    Wires w(ConnectorType::Type2Socket);
    w.proximity_ohms = 680;
    w.charge(32'000);
    CHECK(w.report().cable_limit.count == 20'000);
    CHECK(w.condition().offered.count == 20'000);
    w.proximity_ohms = 1500;
    w.run(6s);
    CHECK(w.condition().offered.count == 13'000);
}

TEST_CASE("a lock that follows is never driven back") {
    Lock lock;
    Moment now{0};
    bool locked = false;
    for (int i = 0; i < 4000; ++i) {
        now += timing::tick;
        const bool want = i / 500 % 2 == 0;
        const bool out = lock.tick(want, locked, true, now);
        CHECK(out == want);
        if (i % 500 == 60) locked = out;  // 300 ms to move
        CHECK_FALSE(lock.jammed());
    }
}

TEST_CASE("a stuck bolt is tried three times, driven back in between, and again every 30 s") {
    Lock lock;
    Moment now{0};
    std::vector<std::pair<bool, Moment>> shown;
    const auto run = [&](Moment time) {
        for (const auto end = now + time; now < end;) {
            const bool out = lock.tick(true, false, true, now += timing::tick);
            if (shown.empty() || shown.back().first != out) shown.emplace_back(out, 0ms);
            shown.back().second += timing::tick;
        }
    };
    run(3 * timing::lock_moves + 2 * timing::lock_back);
    REQUIRE(shown.size() == 5);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(shown[i].first == (i % 2 == 0));
        CHECK(shown[i].second == (i % 2 == 0 ? Moment{timing::lock_moves} : timing::lock_back));
    }
    CHECK_FALSE(lock.jammed());
    run(timing::tick);
    CHECK(lock.jammed());
    shown.clear();
    run(timing::lock_again + 1s);
    CHECK(shown.size() == 3);  // once more
    CHECK(lock.jammed());
    lock.tick(true, true, true, now += timing::tick);
    CHECK_FALSE(lock.jammed());
}

TEST_CASE("while energised a lock is never driven back, and a lost one ends the session") {
    Wires w(ConnectorType::Type2Socket);
    w.charge();
    w.disturb = [](Inputs& in) { in.locked = false; };
    const auto began = w.now();
    while (!w.has(FaultCode::ConnectorLock) && w.now() - began < 10s) {
        w.tick();
        CHECK(w.outputs().lock);
    }
    CHECK(w.now() - began <= timing::lock_moves + 3 * timing::tick);
    w.until([&] { return !w.outputs().k1; }, 7s);
}

}  // namespace cable_test
