// SPDX-License-Identifier: Apache-2.0
#pragma once
// A blocking Unix socket with a JSON object on each line: the control socket of chargepointd, and
// that of the simulator.

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/lines.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace charge_daemon::ctl {

inline constexpr std::size_t max_answer_bytes = 4 * 1024 * 1024;
inline constexpr shared::JsonBounds answer_limits{max_answer_bytes, 32};
inline constexpr std::chrono::milliseconds answer_within{10'000};

struct NoAnswer {
    std::string why;
};
struct NothingYet {};  // the time is over without a line
using Received = std::variant<std::string, NothingYet, NoAnswer>;

class LineClient {
public:
    static shared::Result<LineClient, std::string> connect(const std::string& path);
    LineClient(LineClient&& other) noexcept;
    LineClient& operator=(LineClient&&) = delete;
    ~LineClient();

    // Returns "" when it was sent, else why not.
    std::string send(const shared::Json& request);
    // Waits for the next line, at most as long as given, or for ever.
    Received receive(std::optional<std::chrono::milliseconds> wait);
    shared::Result<shared::Json, std::string> ask(const shared::Json& request,
                                                  std::chrono::milliseconds within = answer_within);

private:
    LineClient(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    int fd_;
    std::string path_;
    shared::Lines lines_{max_answer_bytes};
};

}  // namespace charge_daemon::ctl
