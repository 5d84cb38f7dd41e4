// SPDX-License-Identifier: Apache-2.0
// The simulated meter's registers outlive their process.

#include "hal-service/simulation/meter_memory.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <fstream>

namespace meter_memory_test {

namespace {

using simulation::MeterMemory;

MeterMemory::Registers holding(std::int64_t energy) {
    MeterMemory::Registers registers{};
    registers[0] = {1, energy};
    registers[1] = {2, energy * 2};
    return registers;
}

}  // namespace

TEST_CASE("an empty folder begins at zero and keeps what is stored") {
    const support::Folder folder;
    {
        auto memory = MeterMemory::open(folder / "new");
        REQUIRE(memory);
        CHECK(memory->registers() == MeterMemory::Registers{});
        for (std::int64_t n = 1; n <= 7; ++n) memory->store(holding(n));
    }
    const auto memory = MeterMemory::open(folder / "new");
    REQUIRE(memory);
    CHECK(memory->registers() == holding(7));
}

TEST_CASE("what was stored survives SIGKILL") {
    const support::Folder folder;
    const pid_t child = fork();
    if (child == 0) {
        auto memory = MeterMemory::open(folder.path());
        for (std::int64_t n = 1; memory && n <= 1000; ++n) memory->store(holding(n));
        raise(SIGKILL);
    }
    REQUIRE(child > 0);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    const auto memory = MeterMemory::open(folder.path());
    REQUIRE(memory);
    CHECK(memory->registers() == holding(1000));
}

TEST_CASE("without a file it works until the end") {
    MeterMemory memory;
    memory.store(holding(3));
    CHECK(memory.registers() == holding(3));
}

TEST_CASE("a damaged place leaves the one before") {
    const support::Folder folder;
    {
        auto memory = MeterMemory::open(folder.path());
        REQUIRE(memory);
        memory->store(holding(1));
        memory->store(holding(2));  // the first place
    }
    {
        std::fstream file(folder / "simulated-meter.registers",
                          std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(20);
        file.put('\x55');
    }
    const auto memory = MeterMemory::open(folder.path());
    REQUIRE(memory);
    CHECK(memory->registers() == holding(1));
}

TEST_CASE("a place that can't be is an error with its name") {
    const auto memory = MeterMemory::open("/proc/nowhere");
    REQUIRE_FALSE(memory);
    CHECK(memory.error().find("/proc/nowhere") != std::string::npos);
}

}  // namespace meter_memory_test
