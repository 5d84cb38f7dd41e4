// SPDX-License-Identifier: Apache-2.0
#pragma once
// The hardware's end of the protocol of hal-service/shared/messages.hpp: one daemon, which says
// hello with our version before it may wish anything. A newer one takes an older one's place, since
// a dead peer may linger.

#include "hal-service/link/line_server.hpp"
#include "hal-service/shared/messages.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal {

class DaemonServer final : private LineServer::Handler {
public:
    struct Events {
        std::function<void(const Setpoint&)> setpoint;
        std::function<void(const Panel&)> panel;
        std::function<void()> restart;
        std::function<void(std::string_view software)> arrived;
        std::function<void()> left;
        std::function<void(std::string_view reason)> refused;  // for the log
    };

    DaemonServer(LineServer lines, Hello hello, Events events);

    int descriptor() const { return lines_.descriptor(); }
    void serve() { lines_.serve(*this); }

    bool daemon_present() const { return daemon_.has_value(); }
    // All of them in one write. Nobody to listen: nothing happens.
    void send(const std::vector<Reading>& readings);
    bool send(const TagRead& tag);
    bool send(const WeldChecked& check);

private:
    void opened(ClientId client) override;
    void line(ClientId client, std::string_view text) override;
    void too_long(ClientId client) override;
    std::string turned_away() override;
    void ended(ClientId client) override { lines_.drop(client); }
    void closed(ClientId client) override;

    void receive(ClientId client, const Hello& hello);
    void receive(ClientId client, const Refusal& refusal);
    void receive(ClientId client, const Setpoint& setpoint);
    void receive(ClientId client, const Panel& panel);
    void receive(ClientId client, const Restart& restart);
    void refuse(ClientId client, const std::string& reason);

    LineServer lines_;
    const Hello hello_;
    const Events events_;
    std::optional<ClientId> daemon_;
};

inline constexpr std::size_t max_daemon_connections = 8;
inline constexpr std::size_t max_unsent_bytes = 256 * 1024;
inline constexpr LineLimits daemon_limits{max_line_bytes, max_unsent_bytes, max_daemon_connections};

}  // namespace hal
