// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faulty_vfs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

namespace support {

namespace {

constexpr std::size_t sector_bytes = 512;

}  // namespace

struct FaultyVfs::File {
    sqlite3_file base;  // first, because SQLite knows only this
    FaultyVfs* owner;
    std::shared_ptr<Tracked>* tracked;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
};

FaultyVfs::Tracked::~Tracked() {
    if (descriptor >= 0) ::close(descriptor);
}

FaultyVfs::FaultyVfs()
    : real_(sqlite3_vfs_find(nullptr)),
      real_unlocked_(sqlite3_vfs_find("unix-none")),
      vfs_(*real_),
      unlocked_(*real_unlocked_) {
    vfs_.zName = "faulty";
    for (sqlite3_vfs* vfs : {&unlocked_, &vfs_}) {
        vfs->szOsFile += static_cast<int>(sizeof(File));
        vfs->pNext = nullptr;
        vfs->pAppData = this;
        vfs->xOpen = &FaultyVfs::open;
        vfs->xDelete = &FaultyVfs::remove;
        // The last one is the default; the other is found before its namesake.
        sqlite3_vfs_register(vfs, 1);
    }
}

FaultyVfs::~FaultyVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_unregister(&unlocked_);
    sqlite3_vfs_register(real_, 1);
}

void FaultyVfs::fail(std::size_t nth, Fault fault, bool lasting, Operation operation) {
    tripped_ = false;
    (operation == Operation::Read ? read_plan_ : change_plan_) = {nth, fault, lasting};
}

void FaultyVfs::delay(std::size_t nth, std::function<void()> meanwhile) {
    tripped_ = false;
    delay_left_ = nth;
    meanwhile_ = std::move(meanwhile);
}

void FaultyVfs::cut_power(std::size_t nth) {
    tripped_ = false;
    power_left_ = nth;
}

void FaultyVfs::make_read_only() { read_only_ = true; }

void FaultyVfs::heal() {
    change_plan_ = {};
    read_plan_ = {};
    power_left_ = 0;
    delay_left_ = 0;
    powered_ = true;
    read_only_ = false;
}

void FaultyVfs::power_on(std::mt19937& random) {
    for (auto& [inode, file] : files_) {
        std::vector<char> image = file->durable;
        for (const Write& write : file->pending) {
            if (write.truncates) {
                if (random() % 2 == 0) apply(image, write);
                continue;
            }
            for (std::size_t at = 0; at < write.bytes.size(); at += sector_bytes) {
                if (random() % 2 == 0) continue;
                const auto size = std::min(sector_bytes, write.bytes.size() - at);
                const auto first = write.bytes.begin() + static_cast<std::ptrdiff_t>(at);
                apply(image, {write.offset + static_cast<std::int64_t>(at),
                              {first, first + static_cast<std::ptrdiff_t>(size)},
                              false});
            }
        }
        if (file->pending.empty()) continue;
        if (::ftruncate(file->descriptor, 0) != 0 ||
            ::pwrite(file->descriptor, image.data(), image.size(), 0) !=
                static_cast<ssize_t>(image.size())) {
            std::abort();
        }
    }
    files_.clear();
    heal();
}

void FaultyVfs::apply(std::vector<char>& image, const Write& write) {
    const auto offset = static_cast<std::size_t>(write.offset);
    if (write.truncates) return image.resize(offset);
    if (image.size() < offset + write.bytes.size()) image.resize(offset + write.bytes.size());
    std::copy(write.bytes.begin(), write.bytes.end(),
              image.begin() + static_cast<std::ptrdiff_t>(offset));
}

std::shared_ptr<FaultyVfs::Tracked> FaultyVfs::track(const char* name) {
    const int descriptor = ::open(name, O_RDWR | O_CLOEXEC);
    struct stat status {};
    if (descriptor < 0 || ::fstat(descriptor, &status) != 0) std::abort();
    auto& file = files_[{std::uint64_t{status.st_dev}, std::uint64_t{status.st_ino}}];
    // An inode number is used again after its file is gone.
    if (file && file.use_count() == 1 && file->pending.empty()) file.reset();
    if (file) {
        ::close(descriptor);
        return file;
    }
    file = std::make_shared<Tracked>();
    file->descriptor = descriptor;
    file->durable.resize(static_cast<std::size_t>(status.st_size));
    if (::pread(descriptor, file->durable.data(), file->durable.size(), 0) != status.st_size) {
        std::abort();
    }
    return file;
}

int FaultyVfs::trip(Plan& plan, int io_code) {
    if (plan.left == 0) return SQLITE_OK;
    if (plan.left > 1) return --plan.left, SQLITE_OK;
    tripped_ = true;
    if (!plan.lasting) plan.left = 0;
    return plan.fault == Fault::Full ? SQLITE_FULL : io_code;
}

int FaultyVfs::change() {
    ++changes_;
    if (power_left_ > 0 && --power_left_ == 0) {
        powered_ = false;
        tripped_ = true;
    }
    if (!powered_) return SQLITE_IOERR;
    if (delay_left_ > 0 && --delay_left_ == 0) {
        tripped_ = true;
        meanwhile_();
    }
    if (read_only_) return SQLITE_READONLY;
    return trip(change_plan_, SQLITE_IOERR);
}

int FaultyVfs::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    auto* owner = static_cast<FaultyVfs*>(vfs->pAppData);
    file->pMethods = nullptr;
    if (!owner->powered_) return SQLITE_CANTOPEN;
    const bool unlocked = vfs == &owner->unlocked_;
    if (owner->read_only_ && (flags & SQLITE_OPEN_READWRITE) != 0) {
        // Asked for a log to read, the system's own VFS is content with reading it.
        if (!unlocked) return SQLITE_CANTOPEN;
        flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        flags |= SQLITE_OPEN_READONLY;
    }
    File* mine = new (file) File{{nullptr}, owner, nullptr};
    sqlite3_vfs* real = unlocked ? owner->real_unlocked_ : owner->real_;
    const int code = real->xOpen(real, name, mine->real(), flags, out);
    if (code != SQLITE_OK) return code;
    if (name != nullptr && (flags & SQLITE_OPEN_READWRITE) != 0) {
        mine->tracked = new std::shared_ptr<Tracked>(owner->track(name));
    }
    mine->base.pMethods = &methods();
    return SQLITE_OK;
}

int FaultyVfs::remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    auto* owner = static_cast<FaultyVfs*>(vfs->pAppData);
    if (const int code = owner->change(); code != SQLITE_OK) return code;
    struct stat status {};
    if (::stat(name, &status) == 0) {
        owner->files_.erase({std::uint64_t{status.st_dev}, std::uint64_t{status.st_ino}});
    }
    return owner->real_->xDelete(owner->real_, name, sync_directory);
}

int FaultyVfs::close(sqlite3_file* file) {
    File* mine = File::of(file);
    delete mine->tracked;
    return mine->real()->pMethods->xClose(mine->real());
}

int FaultyVfs::read(sqlite3_file* file, void* buffer, int size, sqlite3_int64 offset) {
    File* mine = File::of(file);
    if (!mine->owner->powered_) return SQLITE_IOERR_READ;
    const int code = mine->owner->trip(mine->owner->read_plan_, SQLITE_IOERR_READ);
    if (code != SQLITE_OK) return SQLITE_IOERR_READ;
    return mine->real()->pMethods->xRead(mine->real(), buffer, size, offset);
}

int FaultyVfs::write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    File* mine = File::of(file);
    if (const int code = mine->owner->change(); code != SQLITE_OK) {
        return code == SQLITE_IOERR ? SQLITE_IOERR_WRITE : code;
    }
    const auto* bytes = static_cast<const char*>(data);
    if (mine->tracked != nullptr) {
        (*mine->tracked)->pending.push_back({offset, {bytes, bytes + size}, false});
    }
    mine->owner->bytes_written_ += static_cast<std::size_t>(size);
    return mine->real()->pMethods->xWrite(mine->real(), data, size, offset);
}

int FaultyVfs::truncate(sqlite3_file* file, sqlite3_int64 size) {
    File* mine = File::of(file);
    if (const int code = mine->owner->change(); code != SQLITE_OK) {
        return code == SQLITE_IOERR ? SQLITE_IOERR_TRUNCATE : code;
    }
    if (mine->tracked != nullptr) (*mine->tracked)->pending.push_back({size, {}, true});
    return mine->real()->pMethods->xTruncate(mine->real(), size);
}

// The real file is not synced: what a power cut would leave is known here.
int FaultyVfs::sync(sqlite3_file* file, int) {
    File* mine = File::of(file);
    if (const int code = mine->owner->change(); code != SQLITE_OK) {
        return code == SQLITE_IOERR ? SQLITE_IOERR_FSYNC : code;
    }
    ++mine->owner->syncs_;
    if (mine->tracked == nullptr) return SQLITE_OK;
    Tracked& tracked = **mine->tracked;
    for (const Write& write : tracked.pending) apply(tracked.durable, write);
    tracked.pending.clear();
    return SQLITE_OK;
}

// Version 1 has no shared memory: a connection in exclusive mode needs none.
const sqlite3_io_methods& FaultyVfs::methods() {
    static const sqlite3_io_methods table = [] {
        sqlite3_io_methods m{};
        m.iVersion = 1;
        m.xClose = &FaultyVfs::close;
        m.xRead = &FaultyVfs::read;
        m.xWrite = &FaultyVfs::write;
        m.xTruncate = &FaultyVfs::truncate;
        m.xSync = &FaultyVfs::sync;
        m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
            auto* real = File::of(f)->real();
            return real->pMethods->xFileSize(real, size);
        };
        m.xLock = [](sqlite3_file* f, int level) {
            auto* real = File::of(f)->real();
            return real->pMethods->xLock(real, level);
        };
        m.xUnlock = [](sqlite3_file* f, int level) {
            auto* real = File::of(f)->real();
            return real->pMethods->xUnlock(real, level);
        };
        m.xCheckReservedLock = [](sqlite3_file* f, int* result) {
            auto* real = File::of(f)->real();
            return real->pMethods->xCheckReservedLock(real, result);
        };
        m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
            auto* real = File::of(f)->real();
            return real->pMethods->xFileControl(real, op, argument);
        };
        m.xSectorSize = [](sqlite3_file* f) {
            auto* real = File::of(f)->real();
            return real->pMethods->xSectorSize(real);
        };
        m.xDeviceCharacteristics = [](sqlite3_file* f) {
            auto* real = File::of(f)->real();
            return real->pMethods->xDeviceCharacteristics(real);
        };
        return m;
    }();
    return table;
}

}  // namespace support
