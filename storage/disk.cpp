// SPDX-License-Identifier: Apache-2.0
#include "storage/disk.hpp"

#include "storage/database_folder.hpp"
#include "storage/migrations.hpp"
#include "storage/salvage.hpp"
#include "storage/tables.hpp"

#include <random>
#include <utility>

namespace storage {

namespace fs = std::filesystem;
using shared::Failure;
using shared::Result;

namespace {

Attempt fit(Database& database) {
    if (auto done = migrate(database); !done) return done;
    return tables::prepare_all(database);
}

Result<Disk, StoreError> open_checked(const fs::path& file) {
    auto database = Database::open(file);
    if (!database) return Failure{database.error()};
    if (auto sound = database->check(); !sound) {
        database->keep_files_at_close();
        return Failure{sound.error()};
    }
    if (auto done = fit(*database); !done) return Failure{done.error()};
    auto next = tables::next_numbers(*database);
    if (!next) return Failure{next.error()};
    return Disk{std::move(*database), next->sequence, false, std::nullopt, {}};
}

// Builds the new file completely and closes it. Returns a line for each table that was saved.
Result<std::vector<std::string>, StoreError> build_part(DatabaseFolder& place) {
    if (auto done = place.begin_part(); !done) return Failure{done.error()};
    auto part = Database::open(place.part());
    if (!part) return Failure{part.error()};
    if (auto done = fit(*part); !done) return Failure{done.error()};
    std::vector<std::string> saved;
    if (place.occupied()) {
        auto old = Database::open_read_only(place.database());
        auto found = old ? salvage(*old, *part) : Result<Salvaged, StoreError>(Salvaged{});
        if (!found) return Failure{found.error()};
        if (found->rows > 0) {
            saved = std::move(found->lines);
        } else {
            saved.emplace_back("nothing in it could be read");
        }
    }
    if (auto done = part->checkpoint(); !done) return Failure{done.error()};
    return saved;
}

// `why` is null when there is no old database.
Result<Disk, StoreError> renew(DatabaseFolder& place, const StoreError* why) {
    auto saved = build_part(place);
    if (!saved) return Failure{saved.error()};
    const bool newer = why != nullptr && why->kind == StoreError::Kind::Newer;
    auto aside = place.adopt(newer ? SetAsideReason::Newer : SetAsideReason::Corrupt);
    if (!aside) return Failure{aside.error()};
    auto disk = open_checked(place.database());
    if (!disk) return disk;
    disk->created = true;
    disk->set_aside = *aside;
    if (why != nullptr && *aside) {
        disk->report.push_back((newer ? "the database belongs to a later version of this program ("
                                      : "the database was damaged (") +
                               why->text + ") and is now " + (*aside)->string());
    }
    for (std::string& line : *saved) disk->report.push_back(std::move(line));
    return disk;
}

}  // namespace

bool is_damage(const StoreError& error) {
    using Kind = StoreError::Kind;
    // Other: the schema is not what its version says.
    return error.kind == Kind::Corrupt || error.kind == Kind::Newer || error.kind == Kind::Other;
}

Result<Disk, StoreError> open_disk(const fs::path& directory) {
    DatabaseFolder place(directory);
    auto finished = place.prepare();
    if (!finished) return Failure{finished.error()};
    if (!place.occupied()) return renew(place, nullptr);
    if (place.log_alone()) {
        const StoreError alone{StoreError::Kind::Corrupt, "only its write-ahead log is left"};
        return renew(place, &alone);
    }
    auto disk = open_checked(place.database());
    if (!disk && is_damage(disk.error())) disk = renew(place, &disk.error());
    if (disk && *finished && !disk->set_aside) {
        disk->set_aside = *finished;
        disk->report.push_back("a damaged database, whose replacement was interrupted, is now " +
                               (*finished)->string());
    }
    return disk;
}

Result<Disk, StoreError> replace_disk(const fs::path& directory, const StoreError& damage) {
    DatabaseFolder place(directory);
    if (auto finished = place.prepare(); !finished) return Failure{finished.error()};
    return renew(place, &damage);
}

Result<Database, StoreError> empty_memory() {
    auto database = Database::open_in_memory();
    if (!database) return database;
    if (auto done = fit(*database); !done) return Failure{done.error()};
    return database;
}

Result<Memory, StoreError> open_memory(const fs::path& directory, const StoreError& why) {
    auto database = empty_memory();
    if (!database) return Failure{database.error()};
    Memory memory{std::move(*database), 1, false, {}};
    memory.report.push_back("no disk can be used, a power cut would lose what happens now: " +
                            why.text);
    const DatabaseFolder place(directory);
    // Without a lock of our own the file of another process can change while it is read.
    if (place.occupied() && why.kind != StoreError::Kind::Busy) {
        auto old = Database::open_read_only(place.database());
        auto read = empty_memory();
        auto found = old && read ? salvage(*old, *read) : Result<Salvaged, StoreError>(Salvaged{});
        // A part of it would not do: rows that can't be read now would be taken for removed later.
        if (old && read && found && !found->unreadable) {
            memory.database = std::move(*read);
            memory.from_disk = true;
            for (std::string& line : found->lines) memory.report.push_back(std::move(line));
        } else {
            memory.report.emplace_back("what the disk holds cannot be read now");
        }
    }
    if (!memory.from_disk) {
        std::random_device random;
        const std::int64_t base = (1 + std::int64_t{random() % 0xfffffU}) << 32U;
        for (const char* name :
             {tables::counters::next_sequence, tables::counters::next_transaction}) {
            auto done = tables::raise_counter(memory.database, name, base);
            if (!done) return Failure{done.error()};
        }
    }
    auto next = tables::next_numbers(memory.database);
    if (!next) return Failure{next.error()};
    memory.next_sequence = next->sequence;
    return memory;
}

}  // namespace storage
