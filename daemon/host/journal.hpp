// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writes every note and every message once, to the log and to those who listen with `chargepointctl
// events`. It shows secrets to nobody.

#include "ocpp/core/step.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace charge_daemon {

// Returns what a person may see of a frame: it hides a value that ChangeConfiguration writes to a
// secret key.
std::string shown(const std::string& frame);

class Journal {
public:
    struct Listeners {
        std::function<bool()> any;
        std::function<void(const std::string& line)> tell;  // one JSON object
    };

    explicit Journal(Listeners listeners);

    void note(const ocpp::core::Note& note) const;
    // Writes the messages of one step: the one that came in, if any, and those that go out.
    void messages(const std::string* received, const ocpp::core::Outcome& outcome) const;

private:
    void message_event(std::string_view direction, std::string_view action,
                       const std::string& frame) const;

    Listeners listeners_;
    std::shared_ptr<spdlog::logger> log_;
};

}  // namespace charge_daemon
