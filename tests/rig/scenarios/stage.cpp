// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/scenarios/stage.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <thread>

namespace rig {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_patience = 5s;
constexpr auto look_again = 2ms;

int connected_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return socket;
    close(socket);
    return -1;
}

}  // namespace

void must(bool holds, const std::string& what) {
    if (!holds) throw Failed{what};
}

void note(const std::string& text) {
    std::printf("    %s\n", text.c_str());
    std::fflush(stdout);
}

Duration now() {
    return std::chrono::duration_cast<Duration>(
        std::chrono::steady_clock::now().time_since_epoch());
}

Connection::Connection(const std::string& path, Duration patience) {
    const auto until = now() + patience;
    while ((socket_ = connected_socket(path)) < 0) {
        must(now() < until, "nobody listens at " + path);
        std::this_thread::sleep_for(look_again);
    }
}

Connection::~Connection() { close(socket_); }

void Connection::send(std::string_view text) const {
    must(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
             static_cast<ssize_t>(text.size()),
         "a line can be sent");
}

std::optional<std::string> Connection::line(Duration patience) {
    const auto until = now() + patience;
    for (;;) {
        if (const auto line = lines_.next()) return std::string(*line);
        if (ended_) return std::nullopt;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now());
        pollfd polled{socket_, POLLIN, 0};
        if (poll(&polled, 1, static_cast<int>(std::max<std::int64_t>(0, left.count()))) <= 0)
            return std::nullopt;
        std::array<char, 65536> buffer;
        const auto bytes = recv(socket_, buffer.data(), buffer.size(), 0);
        ended_ = bytes <= 0;
        if (ended_) continue;
        must(lines_.feed({buffer.data(), static_cast<std::size_t>(bytes)}), "lines are bounded");
    }
}

Json Connection::ask(const Json& request) {
    send(shared::dump(request) + '\n');
    const auto text = line(answer_patience);
    must(text.has_value(), "an answer to " + request.dump());
    auto answer = Json::parse(*text);
    must(answer.value("ok", false), request.dump() + " is done, not " + *text);
    return answer;
}

Process::Process(const std::vector<std::string>& words, const std::string& log) {
    id_ = fork();
    must(id_ >= 0, "a process can be made");
    if (id_ > 0) return;
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
}

Process::~Process() {
    if (wait(Duration{0})) return;
    kill(id_, SIGKILL);
    kill(id_, SIGCONT);
    wait(answer_patience);
}

void Process::signal(int number) const { kill(id_, number); }

std::optional<int> Process::wait(Duration patience) {
    const auto until = now() + patience;
    while (!code_) {
        int status = 0;
        if (waitpid(id_, &status, WNOHANG) == id_) {
            code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            break;
        }
        if (now() >= until) return std::nullopt;
        std::this_thread::sleep_for(look_again);
    }
    return code_;
}

}  // namespace rig
