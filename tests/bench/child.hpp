// SPDX-License-Identifier: Apache-2.0
#pragma once
// A program under measurement, pinned to a core, and what the kernel knows about it.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Memory {
    long pss_kb = 0, rss_kb = 0;
};

struct Work {
    double cpu_ms = 0;
    std::uint64_t wakeups = 0;  // voluntary context switches of all threads
};

class Child {
public:
    // Its words go to `log`. `environment` entries are NAME=VALUE.
    Child(const std::vector<std::string>& command, int core, const std::string& log,
          const std::vector<std::string>& environment = {});
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    std::chrono::steady_clock::time_point started() const { return started_; }
    Memory memory() const;
    Work work() const;
    // SIGTERM and its end.
    void stop();

private:
    int pid_ = -1;
    std::chrono::steady_clock::time_point started_;
};

void pin_to(int core);

}  // namespace bench
