// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens the database of a directory, whatever state that is in.

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

// Opens the database of the directory, checks it and brings it to this version. One that is damaged
// or newer is set aside, and all that can be read of it is in a new one. An error says that the
// disk can't be used now.
shared::Result<Disk, StoreError> open_disk(const std::filesystem::path& directory);

// Replaces a database, closed by now, that was found to be damaged in use, by a new one with all
// that can be read of it.
shared::Result<Disk, StoreError> replace_disk(const std::filesystem::path& directory,
                                              const StoreError& damage);

// True: the database itself is unfit. False: the disk can't be used now.
bool is_damage(const StoreError& error);

// Makes a database of this version in memory.
shared::Result<Database, StoreError> empty_memory();

struct Memory {
    Database database;
    std::int64_t next_sequence = 1;
    bool from_disk = false;  // it holds what could be read from the disk
    std::vector<std::string> report;
};

// Makes a database in memory when the disk can't be used because of `why`. The directory is not
// changed. Numbers go on from what could be read, or else begin far above those of any disk that
// may come back.
shared::Result<Memory, StoreError> open_memory(const std::filesystem::path& directory,
                                               const StoreError& why);

}  // namespace storage
