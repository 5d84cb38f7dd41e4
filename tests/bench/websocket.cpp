// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/websocket.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace bench {
namespace {

constexpr int accept_timeout_ms = 20'000;
constexpr std::uint8_t opcode_text = 1, opcode_close = 8, opcode_ping = 9, opcode_pong = 10;
constexpr std::uint8_t final_bit = 0x80, mask_bit = 0x80;
constexpr std::size_t mask_bytes = 4;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void no_delay(int socket) {
    const int on = 1;
    if (setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0) fail("setsockopt");
}

std::string accept_key(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> base64{};
    const int size = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(length));
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
}

std::string header(const std::string& head, const std::string& name) {
    for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at)) {
        at += 2;
        if (head.size() - at > name.size() &&
            strncasecmp(head.c_str() + at, name.c_str(), name.size()) == 0 &&
            head[at + name.size()] == ':') {
            const std::size_t start = head.find_first_not_of(' ', at + name.size() + 1);
            return head.substr(start, head.find("\r\n", start) - start);
        }
    }
    return {};
}

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

}  // namespace

Connection::~Connection() {
    if (socket_ >= 0) close(socket_);
}

Connection::Connection(Connection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      role_(other.role_),
      buffer_(std::move(other.buffer_)),
      taken_(other.taken_) {}

Connection& Connection::operator=(Connection&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(buffer_, other.buffer_);
    std::swap(taken_, other.taken_);
    role_ = other.role_;
    return *this;
}

void Connection::accept_upgrade() {
    const std::string head = read_head();
    write_all(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Protocol: ocpp1.6\r\nSec-WebSocket-Accept: " +
        accept_key(header(head, "Sec-WebSocket-Key")) + "\r\n\r\n");
}

void Connection::request_upgrade(const std::string& path) {
    write_all("GET " + path +
              " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Protocol: ocpp1.6\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    read_head();
}

std::string Connection::read_head() {
    std::size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill(buffer_.size() + 1)) fail("closed within the handshake");
    std::string head = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    return head;
}

// At least that many unread bytes in the buffer.
bool Connection::fill(std::size_t bytes) {
    if (taken_ == buffer_.size()) {
        buffer_.clear();
        taken_ = 0;
    }
    while (buffer_.size() - taken_ < bytes) {
        std::array<char, 16 * 1024> chunk;
        const ssize_t got = read(socket_, chunk.data(), chunk.size());
        if (got == 0 || (got < 0 && errno == ECONNRESET)) return false;
        if (got < 0) fail("read");
        buffer_.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return true;
}

void Connection::write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) fail("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Connection::send_frame(std::uint8_t opcode, std::string_view payload) {
    const std::uint8_t mask = role_ == Role::Client ? mask_bit : 0;
    std::string frame{static_cast<char>(final_bit | opcode)};
    if (payload.size() < 126) {
        frame += static_cast<char>(mask | payload.size());
    } else {
        frame += static_cast<char>(mask | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    if (mask != 0) frame.append(mask_bytes, '\0');  // XOR with zero changes nothing
    frame += payload;
    write_all(frame);
}

void Connection::send(std::string_view text) { send_frame(opcode_text, text); }

std::optional<std::string> Connection::receive() {
    if (!fill(2)) return std::nullopt;
    const auto byte = [this](std::size_t i) {
        return static_cast<std::uint8_t>(buffer_[taken_ + i]);
    };
    const auto opcode = static_cast<std::uint8_t>(byte(0) & 0x0f);
    const bool masked = (byte(1) & mask_bit) != 0;
    std::size_t length = byte(1) & 0x7f;
    std::size_t head = 2;
    if (length >= 126) {
        const std::size_t size_bytes = length == 126 ? 2 : 8;
        if (!fill(head + size_bytes)) return std::nullopt;
        length = 0;
        for (std::size_t i = 0; i < size_bytes; ++i) length = length << 8 | byte(head + i);
        head += size_bytes;
    }
    const std::size_t mask = head;
    if (masked) head += mask_bytes;
    if (!fill(head + length)) return std::nullopt;
    std::string payload = buffer_.substr(taken_ + head, length);
    if (masked)
        for (std::size_t i = 0; i < length; ++i)
            payload[i] = static_cast<char>(payload[i] ^ static_cast<char>(byte(mask + i % 4)));
    taken_ += head + length;
    if (opcode == opcode_close) return std::nullopt;
    if (opcode == opcode_ping) send_frame(opcode_pong, payload);
    return opcode == opcode_text ? payload : std::string{};
}

bool Connection::wait(int milliseconds) {
    if (taken_ < buffer_.size()) return true;
    pollfd descriptor{socket_, POLLIN, 0};
    return poll(&descriptor, 1, milliseconds) > 0;
}

Listener::Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (socket_ < 0 || bind(socket_, reinterpret_cast<sockaddr*>(&address), size) < 0 ||
        listen(socket_, 4) < 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) < 0)
        fail("listen");
    port_ = ntohs(address.sin_port);
}

Listener::~Listener() { close(socket_); }

Connection Listener::accept() const {
    pollfd descriptor{socket_, POLLIN, 0};
    if (poll(&descriptor, 1, accept_timeout_ms) <= 0) {
        errno = ETIMEDOUT;
        fail("no connection");
    }
    const int peer = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) fail("accept");
    no_delay(peer);
    return {peer, Connection::Role::Server};
}

Connection connect_to(int port) {
    const int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (peer < 0 || connect(peer, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        fail("connect");
    no_delay(peer);
    return {peer, Connection::Role::Client};
}

}  // namespace bench
