// SPDX-License-Identifier: Apache-2.0
#pragma once
// The socket of chargepointctl hal: a technician looks at the hardware and has it tested. Requests
// and answers are JSON objects on lines, in the form of the other sockets for people.

#include "hal-service/link/line_server.hpp"
#include "hal-service/loop/control_loop.hpp"
#include "hal-service/shared/json.hpp"
#include "hal-service/shared/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hal {

inline constexpr std::size_t max_service_line_bytes = 1024;
inline constexpr std::size_t max_service_clients = 8;
inline constexpr LineLimits service_limits{max_service_line_bytes, 256 * 1024, max_service_clients};
// This bounds each client in any second.
inline constexpr int max_service_requests = 20;
// A test takes no longer: 5 s until a monitor is at rest, 4 s for its test.
inline constexpr Moment test_within{12'000'000};

class TechnicianSocket final : private LineServer::Handler {
public:
    TechnicianSocket(LineServer lines, ControlLoop& loop, std::vector<ConnectorInfo> connectors,
                     process::BoardSettings board = {});

    int descriptor() const { return lines_.descriptor(); }
    void serve(Moment now);
    // Answers the client that waits for a test. Called after the control loop signalled, and now
    // and then.
    void advance(Moment now);

private:
    struct Waiting {
        ClientId client = 0;
        std::uint64_t number = 0;
        ConnectorId connector = 1;
        Moment until{0};
        bool leaving = false;  // the client sends nothing more
    };
    struct Rate {
        Moment begin{0};
        int requests = 0;
    };

    void opened(ClientId client) override { rates_[client] = {}; }
    void line(ClientId client, std::string_view text) override;
    void too_long(ClientId client) override;
    std::string turned_away() override;
    void ended(ClientId client) override;
    void closed(ClientId client) override { rates_.erase(client); }

    bool too_often(ClientId client);
    struct Call;
    shared::Result<std::optional<shared::Json>, std::string> answer(ClientId client,
                                                                    std::string_view text);
    // Hands a test to the control loop; advance() sends its answer.
    shared::Result<std::optional<shared::Json>, std::string> demand(ClientId client, Test test,
                                                                    std::size_t index);
    const ConnectorInfo* find(ConnectorId id, std::size_t& index) const;
    void refuse(ClientId client, std::string_view why);

    LineServer lines_;
    ControlLoop& loop_;
    const std::vector<ConnectorInfo> connectors_;
    const process::BoardSettings board_;
    std::map<ClientId, Rate> rates_;
    Moment now_{0};
    std::optional<Waiting> waiting_;
    std::uint64_t demands_ = 0;
};

}  // namespace hal
