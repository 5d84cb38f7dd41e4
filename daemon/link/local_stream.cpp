// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/local_stream.hpp"

#include "daemon/host/asio.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace charge_daemon {

struct LocalStream::Parts {
    void read();
    void flush();

    std::string path;
    Sinks sinks;
    LocalSocket socket;
    std::array<char, 8192> block{};
    std::string leaving;           // is being written
    std::string waiting;           // comes after it
    std::uint64_t connection = 0;  // handlers of an earlier one have nothing to say
};

LocalStream::LocalStream(EventLoop& loop, std::string path, Sinks sinks)
    : parts_(new Parts{
          std::move(path), std::move(sinks), LocalSocket(loop.io().get_executor()), {}, {}, {}}) {}

LocalStream::~LocalStream() = default;

void LocalStream::dial() {
    auto& parts = *parts_;
    const auto mine = ++parts.connection;
    parts.leaving.clear();
    parts.waiting.clear();
    parts.socket.async_connect(asio::local::stream_protocol::endpoint(parts.path),
                               [&parts, mine](ErrorCode ec) {
                                   if (mine != parts.connection) return;
                                   if (ec)
                                       return parts.sinks.lost(parts.path + ": " + ec.message());
                                   parts.sinks.opened();
                                   if (mine == parts.connection) parts.read();
                               });
}

void LocalStream::Parts::read() {
    socket.async_read_some(asio::buffer(block), [this, mine = connection](ErrorCode ec,
                                                                          std::size_t size) {
        if (mine != connection) return;
        if (ec)
            return sinks.lost(ec == asio::error::eof ? "chargepoint-hald has gone" : ec.message());
        sinks.bytes({block.data(), size});
        if (mine == connection) read();
    });
}

void LocalStream::write(std::string text) {
    parts_->waiting = std::move(text);
    if (parts_->leaving.empty()) parts_->flush();
}

void LocalStream::Parts::flush() {
    leaving = std::exchange(waiting, {});
    asio::async_write(socket, asio::buffer(leaving),
                      [this, mine = connection](ErrorCode ec, std::size_t) {
                          if (mine != connection) return;
                          leaving.clear();
                          // The end of the reading tells about an error.
                          if (!ec && !waiting.empty()) flush();
                      });
}

void LocalStream::write_now(const std::string& text) {
    ErrorCode ignored;  // the end of the reading tells about it
    parts_->socket.non_blocking(true, ignored);
    parts_->socket.write_some(asio::buffer(text), ignored);
}

bool LocalStream::writing() const { return !parts_->leaving.empty(); }

void LocalStream::close() {
    ++parts_->connection;
    ErrorCode ignored;  // closing is all that can be done with it
    parts_->socket.close(ignored);
}

}  // namespace charge_daemon
