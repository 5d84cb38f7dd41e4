// SPDX-License-Identifier: Apache-2.0
#pragma once
// The directory of the database and the names in it. A new database is built aside and takes its
// name in one step, so that a power cut leaves the old one or the new one, and never half of one.

#include "storage/sqlite.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace storage {

// Damaged databases that are kept for whoever looks into it; the oldest goes first.
inline constexpr int max_set_aside = 3;

enum class SetAsideReason { Corrupt, Newer };

class DatabaseFolder {
public:
    explicit DatabaseFolder(std::filesystem::path directory) : directory_(std::move(directory)) {}

    std::filesystem::path database() const { return directory_ / "chargepoint.db"; }
    // What a new database is built in.
    std::filesystem::path part() const { return directory_ / "chargepoint.db.part"; }

    // The directory is there, for us alone when it is new, and an interrupted adopt() is complete;
    // where that has put an old database, if there was one.
    shared::Result<std::optional<std::filesystem::path>, StoreError> prepare();
    // Something is there under the name of the database, or of its log.
    bool occupied() const;
    // The log has lost its database.
    bool log_alone() const;
    // An empty file for part().
    Attempt begin_part();
    // part(), complete and closed, becomes the database. The old one, closed, is set aside: where.
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
