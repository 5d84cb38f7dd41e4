// SPDX-License-Identifier: Apache-2.0
#pragma once
// The store keeps all that the charge point must still know after a power cut. A commit that
// returned is kept. A disk that fails costs durability, which is reported, and never a charging
// session.

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
    // The database was found damaged and has been replaced by what could be read of it. The caller,
    // who has the whole state, should hand it to rebuild().
    bool anew = false;
};
using Committed = shared::Result<CommitResult, StoreError>;

enum class OpenedAs {
    Opened,    // as the last run left it
    Created,   // there was none
    SetAside,  // there was one that could not be used; `set_aside` is where it is now
    Volatile   // no disk can be used: kept in memory until flush() finds the disk again
};

// For one thread only.
class Store {
public:
    struct Opened;
    // Never fails: see OpenedAs.
    static Opened open(const std::filesystem::path& directory);

    // On success every change, and everything that was waiting, is on disk. If all changes are
    // Relaxed nothing is written yet; Recent has those that outlive the process all the same. On
    // failure all of them wait for the next commit or flush; the caller reports the error and goes
    // on.
    Committed commit(const std::vector<ocpp::core::Change>& changes);
    // Writes all changes that wait. It does not access the disk when there are none.
    Committed flush();
    // Changes wait: flush() should be called within a minute.
    bool unflushed() const;
    // Whether a commit is safe from a power cut. It is not with OpenedAs::Volatile, and after a
    // failed write until one succeeds.
    bool durable() const;

    // Reads the state that a restart would find now.
    ocpp::core::Snapshot load();
    // Reads transactions, newest first, finished ones too.
    std::vector<ocpp::core::TransactionRecord> history(std::size_t limit);
    // Replaces everything but the finished transactions.
    Committed rebuild(const ocpp::core::Snapshot& snapshot);
    // Bounds the file: removes old history, free pages and a long write-ahead log. It writes only
    // when there is something to do; call it in a quiet moment, a few times a day.
    Committed maintain();

    // Returns lines for the journal about all that happened since the last call, except errors that
    // were returned.
    std::vector<std::string> take_report();

private:
    Store(std::filesystem::path directory, Database database);

    Committed write();
    // To be called when all changes that waited are on disk.
    void written();
    // Gathers the changes that wait and must outlive the process.
    Recent recent() const;
    void add_recent(ocpp::core::Snapshot& snapshot);
    void restore_removals();
    Committed failed(const StoreError& error);
    Attempt write_backlog();
    Attempt write_snapshot(const ocpp::core::Snapshot& snapshot);
    Attempt tidy();
    // Both end with a usable database_, of lesser durability if need be.
    void replace(const StoreError& damage);
    void go_volatile(const StoreError& why);
    Committed return_to_disk();
    // Returns false when somebody has removed or renamed the file.
    bool still_there();
    void take(Disk disk);

    std::filesystem::path directory_;
    Database database_;
    Backlog backlog_;
    RecentFile recent_file_;
    Recent found_;  // left by a process that was killed
    std::vector<std::string> report_;
    bool due_ = false;        // a commit failed: the next chance is to be used
    bool volatile_ = false;   // database_ is in memory
    bool from_disk_ = false;  // database_ is in memory and began with what the disk had
};

struct Store::Opened {
    Store store;
    OpenedAs origin = OpenedAs::Opened;
    std::optional<std::filesystem::path> set_aside;
    std::vector<std::string> report;  // for the journal, one line each; empty when all is well
};

}  // namespace storage
