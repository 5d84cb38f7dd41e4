// SPDX-License-Identifier: Apache-2.0
#pragma once
// The directory of the database and the names in it. A new database is built aside and takes its
// name in one step, so that a power cut leaves the old one or the new one, and never half of one.

#include "storage/sqlite.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace storage {

// So many damaged databases are kept for inspection; then the oldest goes first.
inline constexpr int max_set_aside = 3;

enum class SetAsideReason { Corrupt, Newer };

class DatabaseFolder {
public:
    explicit DatabaseFolder(std::filesystem::path directory) : directory_(std::move(directory)) {}

    std::filesystem::path database() const { return directory_ / "chargepoint.db"; }
    // A new database is built in this file.
    std::filesystem::path part() const { return directory_ / "chargepoint.db.part"; }

    // Makes the directory, readable for us alone, if there is none, and completes an interrupted
    // adopt(). Returns where that has put an old database, if there was one.
    shared::Result<std::optional<std::filesystem::path>, StoreError> prepare();
    // There is content under the name of the database or of its log.
    bool occupied() const;
    // The log is there without its database.
    bool log_alone() const;
    // Makes part() an empty file.
    Attempt begin_part();
    // Makes part(), complete and closed, the database. Returns where the old one, closed, is now.
    shared::Result<std::optional<std::filesystem::path>, StoreError> adopt(SetAsideReason reason);

private:
    std::filesystem::path complete(SetAsideReason reason) const;
    shared::Result<std::optional<std::filesystem::path>, StoreError> finish(SetAsideReason reason);
    shared::Result<std::filesystem::path, StoreError> set_aside(SetAsideReason reason);
    void forget_oldest(SetAsideReason reason) const;
    Attempt sync() const;

    std::filesystem::path directory_;
};

}  // namespace storage
