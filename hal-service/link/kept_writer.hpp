// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writes what is kept, in a thread of its own: a disk may keep its writer waiting for seconds, and
// the service thread has leases to renew and a watchdog to feed.

#include "hal-service/link/kept_file.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace hal {

class KeptWriter {
public:
    KeptWriter(KeptFile file, std::vector<ConnectorInfo> connectors);
    // Returns when all has been written.
    ~KeptWriter();
    KeptWriter(const KeptWriter&) = delete;
    KeptWriter& operator=(const KeptWriter&) = delete;

    // Replaces registers that still wait to be written.
    void put(std::vector<Registers> kept, Outlives outlives);
    // The newest could not be written; the log says why.
    bool failed() const { return failed_.load(std::memory_order_relaxed); }

private:
    void run();

    KeptFile file_;
    const std::vector<ConnectorInfo> connectors_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<std::vector<Registers>> waiting_;
    Outlives outlives_ = Outlives::Process;  // for the registers that wait
    bool ending_ = false;
    std::atomic<bool> failed_{false};
    std::thread thread_;
};

}  // namespace hal
