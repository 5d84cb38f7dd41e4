// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tools of a scenario: a way to say what must be so, time, processes and lines over sockets.

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/lines.hpp"

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rig {

using shared::Json;
using Duration = std::chrono::microseconds;

// A scenario ends with it.
struct Failed {
    std::string why;
};

void must(bool holds, const std::string& what);
// Writes to the log.
void note(const std::string& text);
Duration now();

// A line over a Unix socket for each one back.
class Connection {
public:
    // Waits until somebody listens.
    explicit Connection(const std::string& path, Duration patience = std::chrono::seconds(15));
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view text) const;
    // Nothing when none comes in time.
    std::optional<std::string> line(Duration patience);
    // The answer must come, and say that it was done.
    Json ask(const Json& request);
    bool ended() const { return ended_; }

private:
    int socket_ = -1;
    bool ended_ = false;
    shared::Lines lines_{1024 * 1024};
};

class Process {
public:
    // Its words go to the file.
    Process(const std::vector<std::string>& words, const std::string& log);
    ~Process();  // kills it
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void signal(int number) const;
    // Its exit code, or 128 and the signal; nothing when it still runs after that time.
    std::optional<int> wait(Duration patience);
    bool running() { return !wait(Duration{0}); }
    pid_t id() const { return id_; }

private:
    pid_t id_ = -1;
    std::optional<int> code_;
};

}  // namespace rig
