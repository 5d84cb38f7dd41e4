// SPDX-License-Identifier: Apache-2.0
#pragma once
// The simulated energy meter's non-volatile memory: a small file mapped into memory, so that the
// control loop writes it without a system call and SIGKILL at any instant loses nothing.

#include "hal-service/link/sealed.hpp"
#include "hal-service/shared/messages.hpp"
#include "hal-service/shared/result.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace simulation {

class MeterMemory {
public:
    struct Register {
        std::int64_t connector = 0;  // 0: unused
        std::int64_t milliwatt_hours = 0;
        bool operator==(const Register&) const = default;
    };
    using Registers = std::array<Register, hal::max_connectors>;

    // Without a file the memory ends with the process.
    MeterMemory() = default;
    static shared::Result<MeterMemory, std::string> open(const std::string& folder);
    ~MeterMemory();
    MeterMemory(MeterMemory&& other) noexcept;
    MeterMemory& operator=(MeterMemory&& other) noexcept;

    const Registers& registers() const { return registers_; }
    void store(const Registers& registers);

private:
    using Places = std::array<hal::Sealed<Registers>, 2>;

    Places* places_ = nullptr;
    std::uint64_t sequence_ = 0;
    Registers registers_{};
};

}  // namespace simulation
