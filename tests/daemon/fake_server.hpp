// SPDX-License-Identifier: Apache-2.0
#pragma once
// A central system for tests of the link, made of bytes: it speaks WebSocket as badly as a test
// wants it to. One connection at a time.

#include "daemon/link/dial.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <deque>
#include <string>
#include <vector>

namespace charge_daemon::fake {

struct ReceivedFrame {
    int opcode = 0;  // RFC 6455 5.2: 1 text, 8 close, 9 ping, 10 pong
    std::string payload;
};

class FakeServer {
public:
    explicit FakeServer(asio::io_context& io);

    std::string url(const std::string& userinfo = {}) const;

    std::string protocol = "ocpp1.6";  // "" = none in the answer
    std::string refusal;               // a whole HTTP response instead of an upgrade
    bool answers_close = true;
    bool answers_ping = true;
    bool accepts_handshake = true;  // false: reads the request and says nothing

    int connections = 0;
    bool open = false;    // the handshake is done and nobody has closed
    std::string request;  // the newest
    std::deque<ReceivedFrame> frames;

    // An unmasked frame, or several in one write.
    static std::string frame(int opcode, const std::string& payload, bool fin = true);
    void send(const std::string& bytes);
    void drop();
    bool heard(const std::string& text) const;

private:
    using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;

    void accept();
    void read();
    void take();
    void answer_request();
    bool take_frame();

    Acceptor acceptor_;
    TcpSocket socket_;
    std::array<char, 64 * 1024> block_{};
    std::string bytes_;
    std::string handshake_;
};

}  // namespace charge_daemon::fake
