// SPDX-License-Identifier: Apache-2.0
#include "hal-service/link/line_server.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace hal {
namespace {

constexpr ClientId listening = 0;
constexpr int backlog = 8;

shared::Failure<std::string> failure(const std::string& path, int error) {
    return {path + ": " + std::strerror(error)};
}

// A socket file that a killed process left behind refuses connections; one that is listened on
// must not be taken away from its owner.
bool somebody_listens(const sockaddr_un& address) {
    const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return false;
    const int result = connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const bool listens = result == 0 || errno == EAGAIN;
    close(probe);
    return listens;
}

}  // namespace

shared::Result<LineServer, std::string> LineServer::listen(const std::string& path,
                                                           LineLimits limits) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return failure(path, ENAMETOOLONG);
    path.copy(address.sun_path, path.size());
    const auto folder = std::filesystem::path(path).parent_path();
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) return failure(folder.string(), error.value());
    struct stat status {};
    if (lstat(path.c_str(), &status) == 0) {
        if (!S_ISSOCK(status.st_mode)) return failure(path, EEXIST);
        if (somebody_listens(address)) return failure(path, EADDRINUSE);
        unlink(path.c_str());
    }
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return failure(path, errno);
    const auto before = umask(0117);
    const int bound = bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    const int why = errno;
    umask(before);
    if (bound != 0 || ::listen(socket, backlog) != 0) {
        close(socket);
        return failure(path, bound != 0 ? why : errno);
    }
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) {
        close(socket);
        return failure(path, errno);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = listening;
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
    return LineServer(socket, epoll, path, limits);
}

LineServer::LineServer(int socket, int epoll, std::string path, LineLimits limits)
    : socket_(socket), epoll_(epoll), path_(std::move(path)), limits_(limits) {}

LineServer::LineServer(LineServer&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      epoll_(std::exchange(other.epoll_, -1)),
      path_(std::move(other.path_)),
      limits_(other.limits_),
      next_(other.next_),
      clients_(std::move(other.clients_)),
      discarded_(std::move(other.discarded_)),
      held_(other.held_) {
    other.clients_.clear();
    other.discarded_.clear();
}

LineServer::~LineServer() {
    // The listening socket closes first, so that a client that comes back at once is not taken
    // again.
    if (socket_ >= 0) {
        unlink(path_.c_str());
        close(socket_);
    }
    for (const auto& [id, client] : clients_) close(client.socket);
    for (const auto& [id, other] : discarded_) close(other.socket);
    if (epoll_ >= 0) close(epoll_);
}

void LineServer::serve(Handler& handler) {
    std::array<epoll_event, 16> events{};
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < count; ++i) {
        // These are copies because no reference may go into the kernel's packed structure.
        const std::uint32_t ready = events[static_cast<std::size_t>(i)].events;
        const ClientId id = events[static_cast<std::size_t>(i)].data.u64;
        if (id == listening) {
            accept_all(handler);
            continue;
        }
        const auto found = clients_.find(id);
        if (found == clients_.end()) discard_more(id);
        if (found == clients_.end() || found->second.dead) continue;
        auto& client = found->second;
        if ((ready & EPOLLOUT) != 0) flush(client);
        if ((ready & EPOLLIN) != 0 && !client.ended)
            receive(id, client, handler);
        else if ((ready & (EPOLLHUP | EPOLLERR)) != 0)
            client.dead = true;
        if (!client.dead) watch(id, client, EPOLL_CTL_MOD);
    }
    reap(handler);
}

void LineServer::accept_all(Handler& handler) {
    for (;;) {
        const int socket = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (socket < 0) return;
        const auto id = next_++;
        if (clients_.size() >= limits_.clients) {
            const auto word = handler.turned_away();
            // A new socket has room for a line.
            if (::send(socket, word.data(), word.size(), MSG_NOSIGNAL) < 0)
                close(socket);
            else
                discard(id, socket, EPOLL_CTL_ADD);
            continue;
        }
        const auto added = clients_.emplace(
            id, Client{socket, shared::Lines(limits_.line_bytes), {}, false, false, false, false});
        if (!held_) watch(id, added.first->second, EPOLL_CTL_ADD);
        handler.opened(id);
    }
}

void LineServer::receive(ClientId id, Client& client, Handler& handler) {
    std::array<char, 16 * 1024> buffer;
    const auto bytes = recv(client.socket, buffer.data(), buffer.size(), 0);
    if (bytes < 0) {
        if (errno != EAGAIN && errno != EINTR) client.dead = true;
        return;
    }
    if (bytes == 0) {
        client.ended = true;
        handler.ended(id);
        return;
    }
    if (client.finishing) return;  // it is not listened to any more
    const bool fits = client.lines.feed({buffer.data(), static_cast<std::size_t>(bytes)});
    while (!client.dead && !client.finishing) {
        const auto line = client.lines.next();
        if (!line) break;
        handler.line(id, *line);
    }
    if (!fits && !client.dead && !client.finishing) {
        handler.too_long(id);
        finish(id);
    }
}

bool LineServer::send(ClientId id, std::string_view text) {
    const auto found = clients_.find(id);
    if (found == clients_.end() || found->second.dead) return false;
    auto& client = found->second;
    if (client.pending.size() + text.size() > limits_.pending_bytes) {
        client.dead = true;
    } else {
        client.pending += text;
        flush(client);
    }
    // The next serve() looks at a client that is dead or has something left.
    if (!client.dead && client.pending.empty()) return true;
    if (client.dead && !client.said_all) shutdown(client.socket, SHUT_RDWR);
    watch(id, client, EPOLL_CTL_MOD);
    return !client.dead;
}

void LineServer::flush(Client& client) {
    while (!client.pending.empty()) {
        const auto bytes =
            ::send(client.socket, client.pending.data(), client.pending.size(), MSG_NOSIGNAL);
        if (bytes < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) client.dead = true;
            return;
        }
        client.pending.erase(0, static_cast<std::size_t>(bytes));
    }
    if (client.finishing) client.dead = client.said_all = true;
}

void LineServer::finish(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end() || found->second.dead) return;
    found->second.finishing = true;
    flush(found->second);
    watch(id, found->second, held_ ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
}

void LineServer::drop(ClientId id) {
    const auto found = clients_.find(id);
    if (found == clients_.end()) return;
    found->second.dead = true;
    shutdown(found->second.socket, SHUT_RDWR);
}

void LineServer::watch(ClientId id, const Client& client, int operation) const {
    epoll_event event{};
    if (!client.ended) event.events |= EPOLLIN;
    if (!client.pending.empty() || client.dead) event.events |= EPOLLOUT;
    event.data.u64 = id;
    epoll_ctl(epoll_, operation, client.socket, &event);
}

void LineServer::reap(Handler& handler) {
    for (auto it = clients_.begin(); it != clients_.end();) {
        if (!it->second.dead) {
            ++it;
            continue;
        }
        const auto id = it->first;
        if (it->second.said_all && !it->second.ended)
            discard(id, it->second.socket, EPOLL_CTL_MOD);
        else
            close(it->second.socket);
        it = clients_.erase(it);
        handler.closed(id);
    }
}

void LineServer::discard(ClientId id, int socket, int operation) {
    if (discarded_.size() >= limits_.clients) {
        close(socket);
        return;
    }
    shutdown(socket, SHUT_WR);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = id;
    epoll_ctl(epoll_, operation, socket, &event);
    discarded_.emplace(id, Discarded{socket, 0});
}

void LineServer::discard_more(ClientId id) {
    const auto found = discarded_.find(id);
    if (found == discarded_.end()) return;
    auto& other = found->second;
    std::array<char, 16 * 1024> buffer;
    const auto bytes = recv(other.socket, buffer.data(), buffer.size(), 0);
    if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (bytes > 0) other.bytes += static_cast<std::size_t>(bytes);
    if (bytes > 0 && other.bytes <= max_discarded_bytes) return;
    close(other.socket);
    discarded_.erase(found);
}

// A client that is not watched can't wake anybody, also not by having gone.
void LineServer::hold(bool held) {
    if (held == held_) return;
    held_ = held;
    for (const auto& [id, client] : clients_)
        watch(id, client, held ? EPOLL_CTL_DEL : EPOLL_CTL_ADD);
}

}  // namespace hal
