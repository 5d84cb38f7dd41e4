// SPDX-License-Identifier: Apache-2.0
#pragma once
// The socket of chargepointctl hal: a technician looks at the hardware, and has it tested. Requests
// and answers are JSON objects on lines, in the form of the other sockets for people.

#include "hal-service/control_loop.hpp"
#include "hal-service/line_server.hpp"
#include "hal-service/shared/json.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hal {

inline constexpr std::size_t max_service_line_bytes = 1024;
inline constexpr std::size_t max_service_clients = 8;
inline constexpr LineLimits service_limits{max_service_line_bytes, 256 * 1024, max_service_clients};
// Of each client in any second.
inline constexpr int max_service_requests = 20;

class ServiceSocket final : private LineServer::Handler {
public:
    ServiceSocket(LineServer lines, ControlLoop& loop, std::vector<ConnectorInfo> connectors);

    int descriptor() const { return lines_.descriptor(); }
    void serve(Moment now);

private:
    struct Rate {
        Moment begin{0};
        int requests = 0;
    };

    void opened(ClientId client) override { rates_[client] = {}; }
    void line(ClientId client, std::string_view text) override;
    void too_long(ClientId client) override;
    void ended(ClientId client) override { lines_.finish(client); }
    void closed(ClientId client) override { rates_.erase(client); }

    bool too_often(ClientId client);
    shared::Json answer(std::string_view text);
    const ConnectorInfo* find(ConnectorId id, std::size_t& index) const;
    void refuse(ClientId client, std::string_view why);

    LineServer lines_;
    ControlLoop& loop_;
    const std::vector<ConnectorInfo> connectors_;
    std::map<ClientId, Rate> rates_;
    Moment now_{0};
};

}  // namespace hal
