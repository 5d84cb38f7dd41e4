// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/kept_writer.hpp"

#include "hal-service/process/log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hal {

KeptWriter::KeptWriter(KeptFile file, std::vector<ConnectorInfo> connectors)
    : file_(std::move(file)), connectors_(std::move(connectors)), thread_([this] { run(); }) {}

KeptWriter::~KeptWriter() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void KeptWriter::put(std::vector<Registers> kept, Outlives outlives) {
    {
        const std::lock_guard lock(mutex_);
        outlives_ = waiting_ ? std::max(outlives_, outlives) : outlives;
        waiting_ = std::move(kept);
    }
    changed_.notify_one();
}

void KeptWriter::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || waiting_; });
        if (!waiting_) return;
        const auto kept = *std::exchange(waiting_, std::nullopt);
        const auto outlives = outlives_;
        lock.unlock();
        const bool saved = file_.save(connectors_, kept, outlives);
        if (!saved)
            process::log("hal")->error("energy registers are not kept: {}", std::strerror(errno));
        failed_.store(!saved, std::memory_order_relaxed);
        lock.lock();
    }
}

}  // namespace hal
