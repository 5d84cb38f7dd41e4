// SPDX-License-Identifier: Apache-2.0
#pragma once
// Migrations bring a database of any earlier version to this version.

#include "storage/sqlite.hpp"

#include <span>

namespace storage {

struct Migration {
    const char* sql;
};

// The version of a database is the number of migrations that it has seen. One that was released is
// never edited; a new one may add and may not take away, so that an earlier program finds what
// it knows.
std::span<const Migration> migrations();

// Applies each migration in one transaction with its version number. Refuses a newer database.
Attempt migrate(Database& database, std::span<const Migration> steps = migrations());

}  // namespace storage
