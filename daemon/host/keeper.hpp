// SPDX-License-Identifier: Apache-2.0
#pragma once
// Commits the changes of each step to the store before anything leaves. It reports a disk that
// fails once for each cause, and once when it works again; charging goes on.

#include "daemon/host/steady_clock.hpp"
#include "ocpp/core/step.hpp"
#include "storage/store.hpp"

#include <functional>
#include <optional>
#include <string>

namespace charge_daemon {

// Relaxed changes wait for the disk at most this long.
inline constexpr std::chrono::seconds flush_within{60};
inline constexpr std::chrono::hours maintain_every{6};

class Keeper {
public:
    using Tell = std::function<void(const ocpp::core::Note&)>;

    Keeper(storage::Store::Opened opened, SteadyClock::time_point now, Tell tell);

    void keep(const std::vector<ocpp::core::Change>& changes, SteadyClock::time_point now);
    // Returns when tick() has something to do.
    SteadyClock::time_point due() const;
    void tick(SteadyClock::time_point now);
    // True when the database was damaged and built anew, so that it needs the whole state.
    bool lacks_state() const { return lacks_state_; }
    void rebuild(const ocpp::core::Snapshot& state);
    // Called at the end, for all that waits.
    void flush();

    ocpp::core::Snapshot load() { return store_.load(); }
    std::vector<ocpp::core::TransactionRecord> history(std::size_t limit) {
        return store_.history(limit);
    }
    bool durable() const { return store_.durable(); }
    const std::string& problem() const { return problem_; }

private:
    void judge(const storage::Committed& result);
    void report();
    void tell(ocpp::core::Severity severity, const std::string& text) const;

    storage::Store store_;
    Tell tell_;
    std::string problem_;
    bool lacks_state_ = false;
    std::optional<SteadyClock::time_point> flush_at_;
    SteadyClock::time_point maintain_at_;
};

}  // namespace charge_daemon
