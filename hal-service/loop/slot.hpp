// SPDX-License-Identifier: Apache-2.0
#pragma once
// The control loop and the event loop exchange values here, and neither ever waits for the other.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace hal {

// The newest whole state, from one writer to one reader; wait-free on both sides. Three buffers:
// one being written, one being read, and the newest complete one in between.
template <class T>
requires std::is_trivially_copyable_v<T>
class Slot {
public:
    void write(const T& value) {
        buffers_[back_] = value;
        const auto taken =
            middle_.exchange(static_cast<std::uint8_t>(back_ | fresh), std::memory_order_acq_rel);
        back_ = taken & index_mask;
    }

    // The newest state; the same one again while nothing newer was written. Valid until the next
    // read().
    const T& read() {
        if ((middle_.load(std::memory_order_relaxed) & fresh) != 0) {
            const auto taken =
                middle_.exchange(static_cast<std::uint8_t>(front_), std::memory_order_acq_rel);
            front_ = taken & index_mask;
        }
        return buffers_[front_];
    }

private:
    static constexpr std::uint8_t fresh = 4;
    static constexpr std::uint8_t index_mask = 3;

    std::array<T, 3> buffers_{};
    alignas(64) std::atomic<std::uint8_t> middle_{1};
    alignas(64) std::size_t back_ = 0;   // the writer's
    alignas(64) std::size_t front_ = 2;  // the reader's
};

// Things that each count, in order, from one writer to one reader.
template <class T, std::size_t Capacity>
requires std::is_trivially_copyable_v<T>
class Queue {
public:
    // False: full.
    bool push(const T& value) {
        const auto tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) == Capacity) return false;
        items_[tail % Capacity] = value;
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }

    // False: empty.
    bool pop(T& value) {
        const auto head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) return false;
        value = items_[head % Capacity];
        head_.store(head + 1, std::memory_order_release);
        return true;
    }

private:
    std::array<T, Capacity> items_{};
    alignas(64) std::atomic<std::size_t> tail_{0};
    alignas(64) std::atomic<std::size_t> head_{0};
};

}  // namespace hal
