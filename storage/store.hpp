// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the charge point must still know after a power cut. A commit that returned is kept; a disk
// that fails costs durability, which is reported, and never a charging session.

#include "hal-service/shared/result.hpp"
#include "ocpp/core/snapshot.hpp"
#include "storage/backlog.hpp"
#include "storage/disk.hpp"
#include "storage/recent.hpp"
#include "storage/sqlite.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace storage {

// Finished transactions beyond these are forgotten, oldest first.
inline constexpr std::size_t max_history = 1000;

struct CommitResult {
    // The database was found damaged and has been replaced by what could be read of it; whoever
    // holds the whole state should hand it to rebuild().
    bool anew = false;
};
using Committed = shared::Result<CommitResult, StoreError>;

enum class OpenedAs {
    Opened,    // what the last run left
    Created,   // there was none
    SetAside,  // there was one that could not be used; `set_aside` is where it is now
    Volatile   // no disk can be used: kept in memory until flush() finds the disk again
};

// One thread only.
class Store {
public:
    struct Opened;
    // Never fails: see OpenedAs.
    static Opened open(const std::filesystem::path& directory);

    // All of it or nothing, together with everything that waited, is on disk when this returns a
    // value. Relaxed changes alone only wait; see Recent for what outlives the
    // process all the same. After a
    // failure everything waits, and goes with the next commit or flush: the caller reports the
    // error and goes on.
    Committed commit(const std::vector<ocpp::core::Change>& changes);
    // Writes what waits. No access to the disk when nothing does.
    Committed flush();
    // Something waits for flush(): at the latest a minute later it should be called.
    bool unflushed() const;
    // A commit is safe from a power cut: false with OpenedAs::Volatile, and from a failed write
    // until the next one that succeeds.
    bool durable() const;

    // What a restart would find now.
    ocpp::core::Snapshot load();
    // Newest first, finished ones too.
    std::vector<ocpp::core::TransactionRecord> history(std::size_t limit);
    // Replaces everything but the finished transactions.
    Committed rebuild(const ocpp::core::Snapshot& snapshot);
    // Bounds the file: old history, free pages, a long write-ahead log. Writes only when there is
    // something to do; for a quiet moment, a few times a day.
    Committed maintain();

    // Lines for the journal about what happened since the last call, apart from returned errors.
    std::vector<std::string> take_report();

private:
    Store(std::filesystem::path directory, Database database);

    Committed write();
    // All that waited is on disk.
    void written();
    // What waits and must outlive the process.
    Recent recent() const;
    void add_recent(ocpp::core::Snapshot& snapshot) const;
    Committed failed(const StoreError& error);
    Attempt write_backlog();
    Attempt write_snapshot(const ocpp::core::Snapshot& snapshot);
    Attempt tidy();
    // Both end with a usable database_, of lesser durability if need be.
    void replace(const StoreError& damage);
    void go_volatile(const StoreError& why);
    Committed return_to_disk();
    // False when the file was taken away under us.
    bool still_there();
    void take(Disk disk);

    std::filesystem::path directory_;
    Database database_;
    Backlog backlog_;
    RecentFile recent_file_;
    Recent found_;  // of a process that was killed
    std::vector<std::string> report_;
    bool due_ = false;        // a commit failed: the next chance is to be used
    bool volatile_ = false;   // database_ is in memory
    bool from_disk_ = false;  // ... and began with what could be read from the disk
};

struct Store::Opened {
    Store store;
    OpenedAs origin = OpenedAs::Opened;
    std::optional<std::filesystem::path> set_aside;
    std::vector<std::string> report;  // for the journal, one line each; empty when all is well
};

}  // namespace storage
