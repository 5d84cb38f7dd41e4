// SPDX-License-Identifier: Apache-2.0
#pragma once
// Serves chargepointctl: each line is a JSON object that asks, and is answered by a line with one.
// After {"do":"events"} a line for each event follows. Clients may be slow or wrong: everything
// that they can make the daemon hold or do is bounded, and none of it delays a step.

#include "daemon/host/event_loop.hpp"
#include "hal-service/shared/json.hpp"
#include "hal-service/shared/requests.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace charge_daemon {

inline constexpr std::size_t max_control_clients = 16;
inline constexpr std::size_t max_control_line_bytes = 64 * 1024;
inline constexpr std::size_t max_control_waiting_bytes = 2 * 1024 * 1024;
inline constexpr int max_control_requests_per_second = 200;
inline constexpr shared::JsonBounds control_limits{max_control_line_bytes, 8};

class ControlSocket {
public:
    // Answers a request other than events, which is the socket's own, by an object with "ok".
    using Answer = std::function<shared::Json(const shared::Asked& asked, shared::Access granted)>;

    ControlSocket(boost::asio::io_context& io, std::string path, Answer answer);
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket();

    // Returns "" when it listens, else why it can't. It replaces a socket that nobody listens to.
    std::string start();
    // True: another chargepointd with these settings listens there.
    static bool taken(const std::string& path);
    void stop();

    bool has_listeners() const { return listeners_ > 0; }
    void tell(const std::string& line);

private:
    struct Client;
    struct Door;
    using Shared = std::shared_ptr<Client>;

    void accept();
    void read(const Shared& client);
    void take(const Shared& client, std::string_view line);
    void send(const Shared& client, const std::string& line);
    void write(const Shared& client);
    void drop(const Shared& client);

    std::string path_;
    Answer answer_;
    std::unique_ptr<Door> door_;
    std::vector<Shared> clients_;
    std::size_t listeners_ = 0;
    bool listening_ = false;
};

shared::Json refusal(std::string_view why);

// The words in which this socket refuses a request that fits no row of its table.
extern const shared::RequestWords control_words;

}  // namespace charge_daemon
