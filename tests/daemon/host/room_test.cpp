// SPDX-License-Identifier: Apache-2.0
#include "daemon/host/room.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

namespace room_test {

using namespace charge_daemon;

TEST_CASE("room is judged by its bounds, and comes back with twice as much") {
    const auto plenty = std::uint64_t{1} << 40U;
    CHECK(exhausted({plenty, plenty}, false).empty());
    CHECK(exhausted({least_storage_bytes, least_memory_bytes}, false).empty());
    CHECK(exhausted({least_storage_bytes - 1, plenty}, false) == "3 MiB of storage is left");
    CHECK(exhausted({plenty, least_memory_bytes - 1}, false) == "15 MiB of memory is left");
    CHECK(exhausted({2 * least_storage_bytes - 1, plenty}, true) == "7 MiB of storage is left");
    CHECK(exhausted({2 * least_storage_bytes, 2 * least_memory_bytes}, true).empty());
    CHECK(exhausted({0, 0}, false) == "0 MiB of storage is left");
    // Where nothing tells, nothing is told.
    CHECK(exhausted({}, false).empty());
}

TEST_CASE("a folder has room, and one that is not there tells nothing") {
    const support::Folder folder;
    CHECK(room_of(folder.path().string()).storage.value_or(0) > 0);
    CHECK(!room_of(folder / "nothing").storage);
}

}  // namespace room_test
