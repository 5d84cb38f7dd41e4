// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/line_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace charge_daemon::ctl {
namespace {

using shared::Failure;

std::string text_of(int error) { return std::generic_category().message(error); }

}  // namespace

shared::Result<LineClient, std::string> LineClient::connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return Failure{path + ": the path is too long"};
    std::ranges::copy(path, std::begin(address.sun_path));
    LineClient client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), path);
    if (client.fd_ < 0) return Failure{text_of(errno)};
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT: as POSIX has it
    if (::connect(client.fd_, generic, sizeof address) != 0)
        return Failure{path + ": " + text_of(errno)};
    return client;
}

LineClient::LineClient(LineClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      lines_(std::move(other.lines_)) {}

LineClient::~LineClient() {
    if (fd_ >= 0) ::close(fd_);
}

std::string LineClient::send(const shared::Json& request) {
    const auto line = shared::dump(request) + '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        const auto sent = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return path_ + ": " + text_of(errno);
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

Received LineClient::receive(std::optional<std::chrono::milliseconds> wait) {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + wait.value_or(std::chrono::milliseconds{0});
    for (;;) {
        if (const auto line = lines_.next()) return std::string(*line);
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd waiting{fd_, POLLIN, 0};
        const int ready = ::poll(
            &waiting, 1, wait ? static_cast<int>(std::max<std::int64_t>(0, left.count())) : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return NoAnswer{path_ + ": " + text_of(errno)};
        if (ready == 0) return NothingYet{};
        std::array<char, 16 * 1024> block{};
        const auto size = ::recv(fd_, block.data(), block.size(), 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return NoAnswer{path_ + ": " + text_of(errno)};
        if (size == 0) return NoAnswer{path_ + ": the other side has closed the connection"};
        if (!lines_.feed({block.data(), static_cast<std::size_t>(size)}))
            return NoAnswer{path_ + ": a line is longer than allowed"};
    }
}

shared::Result<shared::Json, std::string> LineClient::ask(const shared::Json& request,
                                                          std::chrono::milliseconds within) {
    // A client that is turned away finds the reason although nobody takes its request.
    const auto unsent = send(request);
    const auto received = receive(unsent.empty() ? within : std::chrono::milliseconds{0});
    if (!unsent.empty() && !std::holds_alternative<std::string>(received)) return Failure{unsent};
    if (const auto* none = std::get_if<NoAnswer>(&received)) return Failure{none->why};
    if (std::holds_alternative<NothingYet>(received))
        return Failure{path_ + ": no answer within " + std::to_string(within.count() / 1000) +
                       " s"};
    auto json = shared::parse_json(std::get<std::string>(received), answer_limits);
    if (!json || !json->is_object() || !json->contains("ok") || !(*json)["ok"].is_boolean())
        return Failure{path_ + ": the answer is not one of ours"};
    return *std::move(json);
}

}  // namespace charge_daemon::ctl
