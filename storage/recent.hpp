// SPDX-License-Identifier: Apache-2.0
#pragma once
// Some changes wait for the next sync and must outlive a process that is killed: values of keys,
// which somebody was told are accepted, how far visits and transactions have come, and messages
// that were answered, because they must not be sent again. They are in a file of one block beside
// the database. It is written in place and never synced, so that it costs the disk no more than the
// system's own write-back. After the machine has lost power the age of the block is unknown; then
// the database alone counts.

#include "hal-service/shared/units.hpp"
#include "ocpp/core/change.hpp"
#include "storage/backlog.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace storage {

inline constexpr std::size_t recent_bytes = 4096;
// So many removed messages find room beside the rest; more of them are written to the database.
inline constexpr std::size_t max_recent_removals = 100;

struct Recent {
    struct Seen {
        ocpp::core::Instant at;
        units::MilliwattHours energy;
        bool operator==(const Seen&) const = default;
    };
    WaitingTexts texts;                 // only kinds that survive a kill
    std::map<std::int64_t, Seen> seen;  // by TransactionRecord::id

    std::set<std::int64_t> removed;  // sequences of messages that are still in the database

    bool empty() const { return texts.empty() && seen.empty() && removed.empty(); }
    bool operator==(const Recent&) const = default;
};

class RecentFile {
public:
    // `boot` names the machine's current run, in which alone the block counts.
    explicit RecentFile(std::filesystem::path directory, std::string boot = boot_id());

    // Reads what the last run of the program left. The result is empty when there is no such block.
    Recent load() const;
    // Replaces the block. A failure is not reported here: the database will meet the same disk.
    void keep(const Recent& recent);

    // Names the current run of the machine; "" where the system doesn't tell. The block lives in
    // the kernel's memory, so that the kernel's own word counts, whatever `storage.boot_id_file`
    // says.
    static std::string boot_id();

private:
    std::filesystem::path path() const { return directory_ / "chargepoint.recent"; }

    std::filesystem::path directory_;
    std::string boot_;
    bool empty_ = true;  // the block is known to say nothing
};

}  // namespace storage
