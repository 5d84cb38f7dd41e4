// SPDX-License-Identifier: Apache-2.0
// Whole states and ordered commands cross between two threads, without tearing or loss.

#include "hal-service/loop/slot.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <cstdint>
#include <thread>

namespace slot_test {

namespace {

struct State {
    std::array<std::uint64_t, 64> words{};
};

}  // namespace

TEST_CASE("a slot gives the newest state, again and again") {
    hal::Slot<int> slot;
    CHECK(slot.read() == 0);
    slot.write(1);
    slot.write(2);
    CHECK(slot.read() == 2);
    CHECK(slot.read() == 2);
    slot.write(3);
    CHECK(slot.read() == 3);
}

TEST_CASE("a state is never torn and never older than the one before") {
    constexpr std::uint64_t last = 200'000;
    hal::Slot<State> slot;
    std::thread writer([&slot] {
        State state;
        for (std::uint64_t n = 1; n <= last; ++n) {
            state.words.fill(n);
            slot.write(state);
        }
    });
    std::uint64_t newest = 0;
    bool whole = true;
    bool ordered = true;
    while (newest != last) {
        const auto& state = slot.read();
        const auto first = state.words.front();
        for (const auto word : state.words) whole = whole && word == first;
        ordered = ordered && first >= newest;
        newest = first;
    }
    writer.join();
    CHECK(whole);
    CHECK(ordered);
}

TEST_CASE("a queue refuses when it is full and keeps the order") {
    hal::Queue<int, 2> queue;
    int value = 0;
    CHECK_FALSE(queue.pop(value));
    CHECK(queue.push(1));
    CHECK(queue.push(2));
    CHECK_FALSE(queue.push(3));
    CHECK(queue.pop(value));
    CHECK(value == 1);
    CHECK(queue.push(3));
    CHECK(queue.pop(value));
    CHECK(queue.pop(value));
    CHECK(value == 3);
    CHECK_FALSE(queue.pop(value));
}

TEST_CASE("nothing is lost or doubled between two threads") {
    constexpr std::uint64_t last = 200'000;
    hal::Queue<std::uint64_t, 16> queue;
    std::thread writer([&queue] {
        for (std::uint64_t n = 1; n <= last;)
            if (queue.push(n))
                ++n;
            else
                std::this_thread::yield();
    });
    std::uint64_t expected = 1;
    bool ordered = true;
    while (expected <= last) {
        std::uint64_t value = 0;
        if (!queue.pop(value)) {
            std::this_thread::yield();
            continue;
        }
        ordered = ordered && value == expected++;
    }
    writer.join();
    CHECK(ordered);
}

}  // namespace slot_test
