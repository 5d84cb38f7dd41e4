// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_socket.hpp"

#include "daemon/host/asio.hpp"
#include "hal-service/shared/lines.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace charge_daemon {
namespace {

using shared::Json;
using Endpoint = asio::local::stream_protocol::endpoint;

constexpr std::chrono::milliseconds pause_without_descriptors{1000};
constexpr mode_t owner_and_group = 0660;
constexpr std::string_view no_request = "a request is an object with \"do\" in it";

// A client that could open the socket may act: the mode of its file says who can. Root may
// everything, and so may the user of this process, who could change its files as well.
shared::Access granted_to(LocalSocket& socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return shared::Access::Act;
    return peer.uid == 0 || peer.uid == ::geteuid() ? shared::Access::Govern : shared::Access::Act;
}

}  // namespace

struct ControlSocket::Client {
    explicit Client(LocalSocket accepted) : socket(std::move(accepted)) {}

    LocalSocket socket;
    shared::Lines lines{max_control_line_bytes};
    std::array<char, 4096> block{};
    std::string writing;
    std::string waiting;
    SteadyClock::time_point second;  // when the count of requests began
    int requests = 0;
    shared::Access granted = shared::Access::Act;
    bool listens = false;
    bool open = true;
};

struct ControlSocket::Door {
    explicit Door(asio::io_context& io) : acceptor(io.get_executor()), again(io.get_executor()) {}

    LocalAcceptor acceptor;
    Timer again;  // accepting goes on after a pause when there are no more file descriptors
};

Json refusal(std::string_view why) { return {{"ok", false}, {"error", why}}; }

constinit const shared::RequestWords control_words{
    "the request is ", no_request, no_request, no_request, [](std::string_view verb) {
        return "there is no request \"" + std::string(verb.substr(0, 40)) + '"';
    }};

ControlSocket::ControlSocket(boost::asio::io_context& io, std::string path, Answer answer)
    : path_(std::move(path)), answer_(std::move(answer)), door_(std::make_unique<Door>(io)) {}

ControlSocket::~ControlSocket() = default;

bool ControlSocket::taken(const std::string& path) {
    asio::io_context io;
    LocalSocket probe(io.get_executor());
    ErrorCode ec;
    probe.connect(Endpoint(path), ec);
    return !ec;
}

std::string ControlSocket::start() {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) == 0) {
        if (!S_ISSOCK(status.st_mode)) return path_ + " is no socket";
        ::unlink(path_.c_str());
    }
    ErrorCode ec;
    door_->acceptor.open(asio::local::stream_protocol{}, ec);
    // A chmod after bind would leave an instant in which others can connect.
    const auto mask = ::umask(0777 & ~owner_and_group);
    if (!ec) door_->acceptor.bind(Endpoint(path_), ec);
    ::umask(mask);
    if (!ec) door_->acceptor.listen(static_cast<int>(max_control_clients), ec);
    if (ec) return path_ + ": " + ec.message();
    listening_ = true;
    accept();
    return {};
}

void ControlSocket::stop() {
    if (!std::exchange(listening_, false)) return;
    ErrorCode ignored;
    door_->acceptor.close(ignored);
    door_->again.cancel();
    ::unlink(path_.c_str());
    for (const auto& client : std::vector(clients_)) drop(client);
}

void ControlSocket::accept() {
    door_->acceptor.async_accept([this](ErrorCode ec, LocalSocket socket) {
        if (!listening_) return;
        if (ec) {
            door_->again.expires_after(pause_without_descriptors);
            door_->again.async_wait([this](ErrorCode cancelled) {
                if (!cancelled) accept();
            });
            return;
        }
        const auto client = std::make_shared<Client>(std::move(socket));
        clients_.push_back(client);
        if (clients_.size() > max_control_clients) {
            const auto line = shared::dump(refusal("too many clients")) + '\n';
            client->socket.non_blocking(true, ec);
            client->socket.write_some(asio::buffer(line), ec);
            drop(client);
        } else {
            client->granted = granted_to(client->socket);
            read(client);
        }
        accept();
    });
}

void ControlSocket::read(const Shared& client) {
    client->socket.async_read_some(
        asio::buffer(client->block), [this, client](ErrorCode ec, std::size_t size) {
            if (!client->open) return;
            if (ec) return drop(client);
            const bool fits = client->lines.feed({client->block.data(), size});
            while (client->open) {
                const auto line = client->lines.next();
                if (!line) break;
                take(client, *line);
            }
            if (!fits) {
                send(client, shared::dump(refusal("the line is too long")));
                return drop(client);
            }
            if (client->open) read(client);
        });
}

void ControlSocket::take(const Shared& client, std::string_view line) {
    const auto now = SteadyClock::now();
    if (now - client->second >= std::chrono::seconds{1}) {
        client->second = now;
        client->requests = 0;
    }
    if (++client->requests > max_control_requests_per_second)
        return send(client, shared::dump(refusal("too many requests in this second")));
    const auto asked = shared::read_request(line, control_limits, control_words);
    if (!asked) return send(client, shared::dump(refusal(asked.error())));
    if (asked->verb != "events")
        return send(client, shared::dump(answer_(*asked, client->granted)));
    if (!(*asked->fields).empty())
        return send(client, shared::dump(refusal("events has no fields")));
    if (!std::exchange(client->listens, true)) ++listeners_;
    send(client, R"({"ok":true})");
}

void ControlSocket::tell(const std::string& line) {
    // The list is copied because sending may drop a client.
    for (const auto& client : std::vector(clients_))
        if (client->listens) send(client, line);
}

void ControlSocket::send(const Shared& client, const std::string& line) {
    if (!client->open) return;
    // A client that reads too slowly loses the connection, and not only some lines, so that it
    // notices.
    if (client->waiting.size() + line.size() > max_control_waiting_bytes) return drop(client);
    client->waiting += line;
    client->waiting += '\n';
    if (client->writing.empty()) write(client);
}

void ControlSocket::write(const Shared& client) {
    client->writing = std::exchange(client->waiting, {});
    asio::async_write(client->socket, asio::buffer(client->writing),
                      [this, client](ErrorCode ec, std::size_t) {
                          client->writing.clear();
                          if (!client->open) return;
                          if (ec) return drop(client);
                          if (!client->waiting.empty()) write(client);
                      });
}

void ControlSocket::drop(const Shared& client) {
    if (!std::exchange(client->open, false)) return;
    if (client->listens) --listeners_;
    ErrorCode ignored;
    client->socket.close(ignored);
    std::erase(clients_, client);
}

}  // namespace charge_daemon
