// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/kept_writer.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

namespace kept_writer_test {

namespace {

using namespace hal;

const std::vector<ConnectorInfo> connectors = {
    {1, ConnectorType::Type2Cable, 3, units::Milliamps{32'000}}};

std::vector<Registers> registers(std::int64_t milliwatt_hours) {
    Registers kept;
    kept.energy = {milliwatt_hours};
    return {kept};
}

}  // namespace

TEST_CASE("what was put last is in the file when the writer has ended") {
    const support::Folder folder;
    {
        KeptWriter writer(*KeptFile::open(folder.path()), connectors);
        for (int n = 1; n <= 1000; ++n)
            writer.put(registers(n), n % 100 == 0 ? Outlives::Power : Outlives::Process);
        CHECK_FALSE(writer.failed());
    }
    const auto file = KeptFile::open(folder.path());
    REQUIRE(file);
    CHECK(file->load(connectors) == registers(1000));
}

}  // namespace kept_writer_test
