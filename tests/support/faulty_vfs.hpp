// SPDX-License-Identifier: Apache-2.0
#pragma once
// A disk that fails when it is told to: a SQLite VFS over real files that fails chosen operations,
// and that knows what a power cut would leave of them.

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace support {

// The default VFS from construction to destruction; one at a time, and no connection outlives it.
class FaultyVfs {
public:
    enum class Fault { Io, Full };
    enum class Operation { Change, Read };  // Change: write, truncate, sync, delete

    FaultyVfs();
    ~FaultyVfs();
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    // The n-th operation from now (1 is the next), and with `lasting` all after it.
    void fail(std::size_t nth, Fault fault, bool lasting, Operation operation = Operation::Change);
    // Before the n-th change from now, once; it succeeds all the same.
    void delay(std::size_t nth, std::function<void()> meanwhile);
    // Before the n-th change from now; then everything fails until power_on().
    void cut_power(std::size_t nth);
    // No file can be opened for writing or written, as after an error remount.
    void make_read_only();
    // The disk works again. The files are untouched.
    void heal();
    bool tripped() const { return tripped_; }
    std::size_t changes() const { return changes_; }
    std::size_t syncs() const { return syncs_; }
    std::size_t bytes_written() const { return bytes_written_; }

    // Close all connections first. The files become what the disk held: all that was synced, and of
    // what was not, sector by sector, some. Then the disk works again.
    void power_on(std::mt19937& random);

private:
    struct Write {
        std::int64_t offset = 0;
        std::vector<char> bytes;
        bool truncates = false;  // to `offset`
    };
    // The state of one file; it follows the file through a rename.
    struct Tracked {
        int descriptor = -1;
        std::vector<char> durable;
        std::vector<Write> pending;
        Tracked() = default;
        Tracked(const Tracked&) = delete;
        Tracked& operator=(const Tracked&) = delete;
        ~Tracked();
    };
    struct File;
    struct Plan {
        std::size_t left = 0;  // 0: no plan
        Fault fault = Fault::Io;
        bool lasting = false;
    };

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
    static int remove(sqlite3_vfs* vfs, const char* name, int sync_directory);
    static int close(sqlite3_file* file);
    static int read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset);
    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset);
    static int truncate(sqlite3_file* file, sqlite3_int64 size);
    static int sync(sqlite3_file* file, int flags);
    static const sqlite3_io_methods& methods();

    // SQLITE_OK: go on.
    int change();
    int trip(Plan& plan, int io_code);
    std::shared_ptr<Tracked> track(const char* name);
    static void apply(std::vector<char>& image, const Write& write);

    // The usual one, and the one without locks under its own name.
    sqlite3_vfs* real_;
    sqlite3_vfs* real_unlocked_;
    sqlite3_vfs vfs_{};
    sqlite3_vfs unlocked_{};
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::shared_ptr<Tracked>> files_;
    Plan change_plan_;
    Plan read_plan_;
    std::size_t delay_left_ = 0;
    std::function<void()> meanwhile_;
    std::size_t power_left_ = 0;
    bool powered_ = true;
    bool read_only_ = false;
    bool tripped_ = false;
    std::size_t changes_ = 0;
    std::size_t syncs_ = 0;
    std::size_t bytes_written_ = 0;
};

}  // namespace support
