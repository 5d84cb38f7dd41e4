// SPDX-License-Identifier: Apache-2.0
#pragma once
// Just enough of RFC 6455 over blocking sockets to be as fast as a central system can be: the
// measurements shall show the charge point, not its peer.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

// An open connection; closes with its end. Every trouble is an exception: a bench has no plan B.
class Connection {
public:
    enum class Role { Server, Client };

    Connection(int socket, Role role) : socket_(socket), role_(role) {}
    ~Connection();
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;

    // The HTTP part, from either side.
    void accept_upgrade();
    void request_upgrade(const std::string& path);

    void send(std::string_view text);
    // The next text message; "" for a ping, which is answered; nothing when the peer closed.
    std::optional<std::string> receive();
    // False when nothing arrived within that time.
    bool wait(int milliseconds);

private:
    std::string read_head();
    bool fill(std::size_t bytes);
    void write_all(std::string_view bytes) const;
    void send_frame(std::uint8_t opcode, std::string_view payload);

    int socket_;
    Role role_;
    std::string buffer_;
    std::size_t taken_ = 0;
};

// A listening socket on a free port of the loopback interface.
class Listener {
public:
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    int port() const { return port_; }
    Connection accept() const;

private:
    int socket_;
    int port_ = 0;
};

Connection connect_to(int port);

}  // namespace bench
