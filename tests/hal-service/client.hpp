// SPDX-License-Identifier: Apache-2.0
#pragma once
// The other end of a Unix socket, for tests: lines in and out, waiting no longer than a bound.

#include "hal-service/shared/json.hpp"
#include "hal-service/shared/lines.hpp"

#include "tests/support/catch.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bench {

class Client {
public:
    // `serve`, when given, is run while waiting: the server under test has no thread of its own.
    explicit Client(const std::string& path, std::function<void()> serve = {})
        : serve_(std::move(serve)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    ~Client() { close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(std::string_view text) const {
        REQUIRE(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(text.size()));
    }
    // False: the other side takes nothing any more.
    bool try_send(std::string_view text) const {
        return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(text.size());
    }
    void say(std::string_view text) const { send(std::string(text) + '\n'); }
    void end_input() const { shutdown(socket_, SHUT_WR); }

    // The next line; nothing when the other side has closed.
    std::optional<std::string> line() {
        for (int waited = 0; waited < 10'000; waited += step) {
            if (const auto line = lines_.next()) return std::string(*line);
            if (serve_) serve_();
            pollfd polled{socket_, POLLIN, 0};
            if (poll(&polled, 1, step) <= 0) continue;
            std::array<char, 65536> buffer;
            const auto bytes = recv(socket_, buffer.data(), buffer.size(), 0);
            if (bytes <= 0) return std::nullopt;
            REQUIRE(lines_.feed({buffer.data(), static_cast<std::size_t>(bytes)}));
        }
        FAIL("no line within 10 s");
        return std::nullopt;
    }
    shared::Json json() {
        const auto text = line();
        REQUIRE(text);
        return shared::Json::parse(*text);
    }
    // The first line that has this member, which is what comes back.
    shared::Json next(const std::string& name) {
        for (;;) {
            auto message = json();
            if (message.contains(name)) return message[name];
        }
    }
    bool closed() {
        while (line()) {
        }
        return true;
    }

private:
    static constexpr int step = 5;  // ms
    std::function<void()> serve_;
    int socket_ = -1;
    shared::Lines lines_{1024 * 1024};
};

}  // namespace bench
