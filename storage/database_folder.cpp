// SPDX-License-Identifier: Apache-2.0
#include "storage/database_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <map>
#include <string>
#include <system_error>

namespace storage {

namespace fs = std::filesystem;
using shared::Failure;
using shared::Result;
using Aside = Result<std::optional<fs::path>, StoreError>;

namespace {

constexpr const char* log_suffix = "-wal";

Failure<StoreError> failure(const std::string& what, const fs::path& where, int error) {
    StoreError::Kind kind = StoreError::Kind::Io;
    if (error == EACCES || error == EPERM || error == EROFS || error == ENOENT ||
        error == ENOTDIR) {
        kind = StoreError::Kind::Denied;
    }
    if (error == ENOSPC || error == EDQUOT) kind = StoreError::Kind::Full;
    return Failure{StoreError{kind, "cannot " + what + " " + where.string() + ": " +
                                        std::generic_category().message(error)}};
}

fs::path log_of(const fs::path& database) { return fs::path(database) += log_suffix; }

bool has_content(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return !error && size > 0;
}

Attempt move_file(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return failure("rename", from, error.value());
    return Done{};
}

std::string prefix_of(SetAsideReason reason) {
    return reason == SetAsideReason::Corrupt ? "chargepoint.db.corrupt-" : "chargepoint.db.newer-";
}

struct Found {
    bool database = false;
    bool log = false;
};

// Finds the databases that are set aside already, by number.
std::map<int, Found> set_aside_in(const fs::path& directory, const std::string& prefix) {
    std::map<int, Found> found;
    std::error_code error;
    for (fs::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (name.rfind(prefix, 0) != 0) continue;
        int number = 0;
        const char* last = name.data() + name.size();
        const auto [rest, code] = std::from_chars(name.data() + prefix.size(), last, number);
        if (code != std::errc{} || number < 1) continue;
        if (rest == last) found[number].database = true;
        if (std::string_view(rest) == log_suffix) found[number].log = true;
    }
    return found;
}

}  // namespace

Aside DatabaseFolder::prepare() {
    struct stat existing {};
    if (::stat(directory_.c_str(), &existing) != 0) {
        std::error_code error;
        fs::create_directories(directory_.parent_path(), error);
        if (error) return failure("create", directory_.parent_path(), error.value());
        if (::mkdir(directory_.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
            return failure("create", directory_, errno);
        }
        return std::optional<fs::path>{};
    }
    for (const SetAsideReason reason : {SetAsideReason::Corrupt, SetAsideReason::Newer}) {
        std::error_code error;
        if (fs::exists(complete(reason), error)) return finish(reason);
    }
    return std::optional<fs::path>{};
}

bool DatabaseFolder::occupied() const {
    return has_content(database()) || has_content(log_of(database()));
}

bool DatabaseFolder::log_alone() const {
    return has_content(log_of(database())) && !has_content(database());
}

Attempt DatabaseFolder::begin_part() {
    std::error_code error;
    fs::remove(log_of(part()), error);
    fs::remove(part(), error);
    if (error) return failure("remove", part(), error.value());
    const int file =
        ::open(part().c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return failure("create", part(), errno);
    ::close(file);
    return Done{};
}

Aside DatabaseFolder::adopt(SetAsideReason reason) {
    // From here on prepare() completes it after a power cut.
    if (auto done = move_file(part(), complete(reason)); !done) return Failure{done.error()};
    if (auto done = sync(); !done) return Failure{done.error()};
    return finish(reason);
}

fs::path DatabaseFolder::complete(SetAsideReason reason) const {
    return directory_ / (reason == SetAsideReason::Corrupt ? "chargepoint.db.new"
                                                           : "chargepoint.db.new-version");
}

// Each step can be repeated. The old log must be away before the new database has the name that
// the log belongs to.
Aside DatabaseFolder::finish(SetAsideReason reason) {
    std::optional<fs::path> aside;
    if (occupied()) {
        auto moved = set_aside(reason);
        if (!moved) return Failure{moved.error()};
        aside = *moved;
    }
    std::error_code error;
    fs::remove(log_of(database()), error);
    if (error) return failure("remove", log_of(database()), error.value());
    if (auto done = sync(); !done) return Failure{done.error()};
    if (auto done = move_file(complete(reason), database()); !done) return Failure{done.error()};
    if (auto done = sync(); !done) return Failure{done.error()};
    forget_oldest(reason);
    return aside;
}

Result<fs::path, StoreError> DatabaseFolder::set_aside(SetAsideReason reason) {
    const std::string prefix = prefix_of(reason);
    const auto found = set_aside_in(directory_, prefix);
    int number = 1;
    if (!found.empty()) {
        const auto& [highest, what] = *found.rbegin();
        // If there is a log alone, the power went before its database could follow.
        number = what.log && !what.database ? highest : highest + 1;
    }
    const fs::path aside = directory_ / (prefix + std::to_string(number));
    std::error_code error;
    for (const auto& [from, to] :
         {std::pair{log_of(database()), log_of(aside)}, std::pair{database(), aside}}) {
        if (!fs::exists(from, error)) continue;
        if (auto done = move_file(from, to); !done) return Failure{done.error()};
    }
    return aside;
}

void DatabaseFolder::forget_oldest(SetAsideReason reason) const {
    const std::string prefix = prefix_of(reason);
    auto found = set_aside_in(directory_, prefix);
    while (found.size() > static_cast<std::size_t>(max_set_aside)) {
        const fs::path oldest = directory_ / (prefix + std::to_string(found.begin()->first));
        std::error_code ignored;
        fs::remove(oldest, ignored);
        fs::remove(log_of(oldest), ignored);
        found.erase(found.begin());
    }
}

Attempt DatabaseFolder::sync() const {
    const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return failure("open", directory_, errno);
    const int code = ::fsync(directory);
    const int error = errno;
    ::close(directory);
    if (code != 0) return failure("sync", directory_, error);
    return Done{};
}

}  // namespace storage
