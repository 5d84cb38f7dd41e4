// SPDX-License-Identifier: Apache-2.0
#pragma once
// Saves all that can still be read of a damaged database: unsent starts and stops are worth money.

#include "storage/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace storage {

// Rows that can't be reached from either end of a damaged table are asked for one by one, up to
// this many.
inline constexpr std::int64_t max_single_reads = 200'000;

struct Salvaged {
    std::size_t rows = 0;
    std::vector<std::string> lines;  // one for each table that has rows or is damaged
    // Something could not be read, which may be there another time.
    bool unreadable = false;
};

enum class Target {
    New,   // rows of `from` replace those of `to` with the same key
    Older  // `from` began as a copy of `to`: rows that `from` has removed since go in `to`, too
};

// Copies every sound row of `from` into `to`, which has the schema of this version and stays as it
// is when that fails. Damage in `from` is no error.
shared::Result<Salvaged, StoreError> salvage(Database& from, Database& to,
                                             Target target = Target::New);

}  // namespace storage
