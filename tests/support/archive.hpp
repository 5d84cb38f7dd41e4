// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a world keeps what its charge point must not lose.

#include "ocpp/core/snapshot.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace test {

// The power went while something was being written: nothing more happens in this run.
struct PowerGone {};

enum class End {
    Killed,   // the program is gone, the machine goes on
    PowerCut  // the machine is gone as well
};

class Archive {
public:
    using Time = std::chrono::steady_clock::time_point;

    virtual ~Archive() = default;
    // One with the same content, for a twin of its world; nothing when it can't be copied.
    virtual std::unique_ptr<Archive> clone() const { return nullptr; }
    // Opens it as a start does, and returns what is kept.
    virtual ocpp::core::Snapshot open(Time now) = 0;
    // May throw PowerGone.
    virtual void keep(const std::vector<ocpp::core::Change>& changes, Time now) = 0;
    // Time passes.
    virtual void tick(Time) {}
    virtual void end(End how) = 0;

    // Writes that are tried from now on fail, or no longer do.
    virtual void fail(bool on) = 0;
    virtual void flush() = 0;
    // Returns what a start would find now.
    virtual ocpp::core::Snapshot load() = 0;
    virtual std::size_t durable_commits() const = 0;
    // How long the disk has kept its caller waiting since it was last asked.
    virtual Time::duration waited() { return {}; }
};

}  // namespace test
