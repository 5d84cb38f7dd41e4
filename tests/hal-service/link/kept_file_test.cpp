// SPDX-License-Identifier: Apache-2.0
// Energy registers outlive the process, a torn write and a change of the configuration.

#include "hal-service/link/kept_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <filesystem>
#include <fstream>

namespace kept_file_test {

namespace {

using namespace hal;

const std::vector<ConnectorInfo> two = {{1, ConnectorType::Type2Cable, 3, {32'000}},
                                        {2, ConnectorType::Schuko, 1, {10'000}}};

Registers kept(std::int64_t energy) { return {{energy}, {energy * 2}, 3, 1}; }

std::vector<Registers> reload(const std::string& folder,
                              const std::vector<ConnectorInfo>& connectors = two) {
    const auto file = KeptFile::open(folder);
    REQUIRE(file);
    return file->load(connectors);
}

std::uintmax_t corrupt(const std::string& path, std::uintmax_t from, std::uintmax_t bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    for (std::uintmax_t i = 0; i < bytes; ++i) file.put('x');
    return from + bytes;
}

}  // namespace

TEST_CASE("a new folder begins at zero and keeps what is saved") {
    const support::Folder folder;
    const auto path = folder / "made/on/the/way";
    {
        auto file = KeptFile::open(path);
        REQUIRE(file);
        CHECK_FALSE(file->damaged());
        CHECK(file->load(two) == std::vector<Registers>{{}, {}});
        for (std::int64_t n = 1; n <= 5; ++n)
            CHECK(file->save(two, {kept(n), kept(n * 10)}, Outlives::Process));
        CHECK(file->save(two, {kept(6), kept(60)}, Outlives::Power));
    }
    CHECK(reload(path) == std::vector<Registers>{kept(6), kept(60)});
}

TEST_CASE("registers belong to connectors, not to places in a list") {
    const support::Folder folder;
    {
        auto file = KeptFile::open(folder.path());
        REQUIRE(file);
        REQUIRE(file->save(two, {kept(1), kept(2)}, Outlives::Process));
    }
    const std::vector<ConnectorInfo> others = {two[1], {7, ConnectorType::Schuko, 1, {10'000}}};
    CHECK(reload(folder.path(), others) == std::vector<Registers>{kept(2), {}});
}

TEST_CASE("a damaged copy leaves the one before; two leave nothing and say so") {
    const support::Folder folder;
    const auto path = folder / "hardware.registers";
    {
        auto file = KeptFile::open(folder.path());
        REQUIRE(file);
        REQUIRE(file->save(two, {kept(1), kept(2)}, Outlives::Process));  // second place
        REQUIRE(file->save(two, {kept(3), kept(4)}, Outlives::Process));  // first place
    }
    const auto half = std::filesystem::file_size(path) / 2;
    corrupt(path, 0, half / 2);
    CHECK(reload(folder.path()) == std::vector<Registers>{kept(1), kept(2)});
    {
        // The next save goes to the damaged place.
        auto file = KeptFile::open(folder.path());
        REQUIRE(file);
        CHECK_FALSE(file->damaged());
        REQUIRE(file->save(two, {kept(5), kept(6)}, Outlives::Process));
    }
    CHECK(reload(folder.path()) == std::vector<Registers>{kept(5), kept(6)});
    corrupt(path, 0, half * 2);
    const auto file = KeptFile::open(folder.path());
    REQUIRE(file);
    CHECK(file->damaged());
    CHECK(file->load(two) == std::vector<Registers>{{}, {}});
}

TEST_CASE("a file cut short at any length is never read as something else") {
    const support::Folder folder;
    const auto path = folder / "hardware.registers";
    {
        auto file = KeptFile::open(folder.path());
        REQUIRE(file);
        REQUIRE(file->save(two, {kept(1), kept(2)}, Outlives::Process));
        REQUIRE(file->save(two, {kept(3), kept(4)}, Outlives::Process));
    }
    const auto whole = std::filesystem::file_size(path);
    for (auto size = whole; size > 0; size -= std::min<std::uintmax_t>(size, 7)) {
        std::filesystem::resize_file(path, size);
        const auto now = reload(folder.path());
        CHECK((now == std::vector<Registers>{kept(3), kept(4)} ||
               now == std::vector<Registers>{{}, {}}));
    }
}

TEST_CASE("a folder that can't be is an error that names it") {
    const support::Folder folder;
    std::ofstream(folder / "file") << "x";
    const auto file = KeptFile::open(folder / "file/below");
    REQUIRE_FALSE(file);
    CHECK(file.error().find("/file") != std::string::npos);
}

}  // namespace kept_file_test
