// SPDX-License-Identifier: Apache-2.0
#pragma once
// The simulator's control socket: requests in, answers out, the world kept in its file. A request
// is answered when the control loop has carried it out, so that the next `observe` shows it.

#include "hal-service/link/front.hpp"
#include "hal-service/link/line_server.hpp"
#include "hal-service/shared/json.hpp"
#include "hal-service/simulation/hatch.hpp"
#include "hal-service/simulation/requests.hpp"
#include "hal-service/simulation/world_file.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulation {

inline constexpr std::size_t max_clients = 32;
inline constexpr std::size_t max_waiting_requests = 256;  // with more, nobody is read from
inline constexpr hal::LineLimits control_limits{max_request_bytes, 256 * 1024, max_clients};

// The answer to `observe`: the physical truth, and the state of the lights.
shared::Json observation(const Truth& truth, const hal::PanelState& shown);

class Control final : private hal::LineServer::Handler {
public:
    struct Events {
        std::function<void(const std::string& id_tag)> tag;
        std::function<void(std::string_view problem)> trouble;  // for the log
    };

    Control(hal::LineServer lines, Hatch& hatch, std::vector<hal::ConnectorInfo> connectors,
            WorldFile file, Events events);

    int descriptor() const { return lines_.descriptor(); }
    void serve();
    // Called after the control loop signalled: answers requests that are done, begins those that
    // wait.
    void advance();
    // `everything`: also what changes all the time, such as a battery's charge.
    void save(bool everything);
    void show(const hal::PanelState& shown) { shown_ = shown; }

private:
    struct Waiting {
        hal::ClientId client;
        Request request;
        std::optional<std::string> problem{};  // instead of a request: answers keep their order
        std::uint64_t number = 0;              // number of a command under way
    };

    void opened(hal::ClientId client) override;
    void line(hal::ClientId client, std::string_view text) override;
    void too_long(hal::ClientId client) override;
    void ended(hal::ClientId client) override;
    void closed(hal::ClientId client) override;
    std::string turned_away() override;

    bool advance_first();
    bool run(Waiting& waiting, const Command& command);
    void look_at_reader();
    void run(const Waiting& waiting, const PresentTag& tag);
    void run(const Waiting& waiting, const Observe& observe);
    void answer(hal::ClientId client, const shared::Json& answer);
    void refuse(hal::ClientId client, std::string_view why);

    hal::LineServer lines_;
    Hatch& hatch_;
    const std::vector<hal::ConnectorInfo> connectors_;
    const WorldFile file_;
    const Events events_;
    std::deque<Waiting> waiting_;
    std::vector<hal::ClientId> leaving_;  // have sent all they wanted to
    std::uint64_t numbers_ = 0;
    std::optional<World> saved_;
    // The card that a working reader has seen last. One that lay there before this process began
    // was told by the process before.
    Card seen_;
    hal::PanelState shown_;
};

}  // namespace simulation
