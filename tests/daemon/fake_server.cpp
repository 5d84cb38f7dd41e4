// SPDX-License-Identifier: Apache-2.0
#include "tests/daemon/fake_server.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <boost/asio/write.hpp>

#include <algorithm>

namespace charge_daemon::fake {
namespace {

using boost::asio::ip::tcp;

// RFC 6455 4.2.2.
std::string accept_key(const std::string& key) {
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 64> out{};
    const int length = EVP_EncodeBlock(out.data(), digest.data(), static_cast<int>(digest.size()));
    return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(length)};
}

std::string header(const std::string& request, const std::string& name) {
    const auto at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto begin = at + name.size() + 4;
    return request.substr(begin, request.find("\r\n", begin) - begin);
}

}  // namespace

FakeServer::FakeServer(asio::io_context& io)
    : acceptor_(io.get_executor(), tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      socket_(io.get_executor()) {
    accept();
}

std::string FakeServer::url(const std::string& userinfo) const {
    return "ws://" + userinfo + "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) +
           "/ocpp/";
}

void FakeServer::accept() {
    acceptor_.async_accept([this](ErrorCode ec, TcpSocket socket) {
        if (ec) return;
        ++connections;
        socket_ = std::move(socket);
        open = false;
        bytes_.clear();
        read();
        accept();
    });
}

void FakeServer::read() {
    socket_.async_read_some(asio::buffer(block_),
                            [this, mine = connections](ErrorCode ec, std::size_t size) {
                                if (mine != connections) return;
                                if (ec) {
                                    open = false;
                                    return;
                                }
                                bytes_.append(block_.data(), size);
                                take();
                                read();
                            });
}

void FakeServer::take() {
    if (!open) answer_request();
    while (open && take_frame()) {
    }
}

void FakeServer::answer_request() {
    const auto end = bytes_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    request = bytes_.substr(0, end + 4);
    bytes_.erase(0, end + 4);
    if (!accepts_handshake) return;
    if (!refusal.empty()) return send(refusal);
    send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_key(header(request, "Sec-WebSocket-Key")) + "\r\n" +
        (protocol.empty() ? "" : "Sec-WebSocket-Protocol: " + protocol + "\r\n") + "\r\n");
    open = true;
}

// Masked, as a client's frames are.
bool FakeServer::take_frame() {
    if (bytes_.size() < 6) return false;
    const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(bytes_[i]); };
    std::size_t length = byte(1) & 0x7F;
    std::size_t at = 2;
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes_.size() < at + more + 4) return false;
    if (more > 0) length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8 | byte(at++);
    if (bytes_.size() < at + 4 + length) return false;
    ReceivedFrame frame{byte(0) & 0x0F, bytes_.substr(at + 4, length)};
    for (std::size_t i = 0; i < length; ++i)
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ bytes_[at + i % 4]);
    bytes_.erase(0, at + 4 + length);
    if (frame.opcode == 9 && answers_ping) send(FakeServer::frame(10, frame.payload));
    if (frame.opcode == 8 && answers_close) {
        send(FakeServer::frame(8, frame.payload));
        drop();
    }
    frames.push_back(std::move(frame));
    return true;
}

std::string FakeServer::frame(int opcode, const std::string& payload, bool fin) {
    std::string out;
    out += static_cast<char>(opcode | (fin ? 0x80 : 0));
    const auto size = payload.size();
    const int more = size > 65'535 ? 8 : size > 125 ? 2 : 0;
    out += static_cast<char>(more == 8 ? 127U : more == 2 ? 126U : size);
    for (int shift = more * 8 - 8; shift >= 0; shift -= 8)
        out += static_cast<char>(size >> shift & 0xFF);
    return out + payload;
}

void FakeServer::send(const std::string& bytes) {
    ErrorCode ignored;  // the test sees what does not arrive
    asio::write(socket_, asio::buffer(bytes), ignored);
}

void FakeServer::drop() {
    open = false;
    ErrorCode ignored;
    socket_.close(ignored);
}

bool FakeServer::heard(const std::string& text) const {
    return std::ranges::any_of(frames, [&](const ReceivedFrame& frame) {
        return frame.opcode == 1 && frame.payload == text;
    });
}

}  // namespace charge_daemon::fake
