// SPDX-License-Identifier: Apache-2.0
#pragma once
// RemoteDebug: for an hour the log goes to the central system as well, in DataTransfer `log`. It is
// never worth keeping anything else waiting.

#include "hal-service/shared/levels.hpp"
#include "ocpp/core/context.hpp"

#include <string_view>

namespace ocpp::features {

class RemoteDebug {
public:
    static constexpr std::chrono::hours lasts{1};
    static constexpr int lines_a_second = 10;
    static constexpr std::size_t max_waiting = 100;             // lines
    static constexpr std::size_t max_message_bytes = 4 * 1024;  // the length of `data`

    // True for our own messages `log`.
    static bool sent(const core::Call& call);
    static bool is_log(const wire::DataTransferRequest& request);

    void key_changed(core::Context& ctx);
    void heard(core::Context& ctx, const core::LogLines& log);
    void advance(core::Context& ctx);
    // After everything else that could be sent.
    void send(core::Context& ctx);
    void answered(core::Context& ctx, const wire::DataTransferResponse& response);
    void failed(core::Context& ctx, core::Delivery how, std::string_view why);
    // The lines that are of use now.
    const shared::Levels& wanted(const core::State& state) const;
    core::Deadline wake_at() const { return ends_; }

private:
    void end(core::Context& ctx, const std::string& why);

    shared::Levels levels_ = nothing;
    core::Deadline ends_;
    core::LogLines waiting_;
    core::Deadline second_;  // the one in which `taken_` lines were taken began then
    int taken_ = 0;

    static inline const shared::Levels nothing{shared::Level::Off, {}};
};

}  // namespace ocpp::features
