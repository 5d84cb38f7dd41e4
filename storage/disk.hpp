// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a directory, in whatever state it is, to a database that can be used.

#include "storage/sqlite.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace storage {

struct Disk {
    Database database;
    std::int64_t next_sequence = 1;
    bool created = false;
    std::optional<std::filesystem::path> set_aside;
    std::vector<std::string> report;
};

// The database of the directory, checked and of this version. One that is damaged or newer is set
// aside, and what can be read of it is in the new one. An error: the disk can't be used now.
shared::Result<Disk, StoreError> open_disk(const std::filesystem::path& directory);

// The same for a database, closed by now, that was found to be damaged in use.
shared::Result<Disk, StoreError> replace_disk(const std::filesystem::path& directory,
                                              const StoreError& damage);

// The error says that the database itself is unfit, and not that the disk can't be used now.
bool is_damage(const StoreError& error);

// A database of this version that nothing outlives.
shared::Result<Database, StoreError> empty_memory();

struct Memory {
    Database database;
    std::int64_t next_sequence = 1;
    bool from_disk = false;  // it holds what could be read from the disk
    std::vector<std::string> report;
};

// For when there is no disk because of `why`. Nothing in the directory is changed. Numbers begin
// far above those of any disk that may come back, unless they go on from what was read.
shared::Result<Memory, StoreError> open_memory(const std::filesystem::path& directory,
                                               const StoreError& why);

}  // namespace storage
