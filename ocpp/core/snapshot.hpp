// SPDX-License-Identifier: Apache-2.0
#pragma once
// A snapshot is everything that was kept, as the charge point finds it at start.

#include "hal-service/shared/text.hpp"
#include "ocpp/core/change.hpp"
#include "ocpp/wire/input_bounds.hpp"

#include <concepts>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ocpp::core {

// Stored text may be longer than a frame of a peer: a stop carries all its values.
inline constexpr shared::JsonBounds stored_bounds{16 * wire::max_frame_bytes, wire::max_json_depth};

namespace marks {
inline constexpr const char* clock_set_at_ms = "clock_set_at_ms";  // as Clock::set_at()
inline constexpr const char* clock_offset_ms = "clock_offset_ms";  // UTC minus the machine's clock
// These three are UTC in ms since 1970, as the charge point counted it.
inline constexpr const char* kept_at_ms = "kept_at_ms";        // when something was kept last
inline constexpr const char* time_floor_ms = "time_floor_ms";  // as TimeFloor::at()
// Since when the time is made up; "" = it is known.
inline constexpr const char* doubted_since_ms = "doubted_since_ms";
inline constexpr const char* clean_stop = "clean_stop";      // "1": the last run was asked to stop
inline constexpr const char* boot_id = "boot_id";            // Setup::boot_id of the last run
inline constexpr const char* hal_instance = "hal_instance";  // from the newest Hello
// When the current begins to come back after the mains have, UTC in ms as above; "lost" while they
// are away, "" = it has come back.
inline constexpr const char* power_up_ms = "power_up_ms";
// "1": the roots of the configuration file were installed; one that is deleted stays away.
inline constexpr const char* roots_installed = "roots_installed";
// "1": so was the certificate of the charge point.
inline constexpr const char* client_certificate_installed = "client_certificate_installed";
}  // namespace marks

struct Snapshot {
    std::vector<TransactionRecord> transactions;  // unfinished ones, oldest first
    std::deque<QueuedMessage> queue;              // by sequence
    std::vector<ConnectorRecord> connectors;
    std::vector<CachedTag> tags;
    Texts texts;
    std::int64_t next_transaction = 1;  // above every id and sequence ever given
    std::int64_t next_sequence = 1;
};

// Reads the documents whose name is `prefix` and a number. `read(number, text)` returns false when
// the text can't be read; `what` names such a thing in the complaint: "a visit".
template <std::integral Number, class Read>
void load_numbered(const Snapshot& snapshot, std::string_view prefix, std::string_view what,
                   std::vector<std::string>& complaints, Read read) {
    for (const auto& [name, text] : snapshot.texts[Kind::Document]) {
        if (!name.starts_with(prefix)) continue;
        const auto number =
            shared::integer_from<Number>(std::string_view(name).substr(prefix.size()));
        if (!number || !read(*number, text))
            complaints.push_back(std::string(what) + " can't be read: " + name);
    }
}

}  // namespace ocpp::core
