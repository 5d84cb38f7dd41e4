// SPDX-License-Identifier: Apache-2.0
// The socket takes lines from several clients and is not impressed by rude ones.

#include "hal-service/link/line_server.hpp"

#include "tests/hal-service/client.hpp"
#include "tests/support/folder.hpp"

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

namespace line_server_test {

namespace {

using hal::ClientId;
using hal::LineServer;

constexpr hal::LineLimits limits{100, 4096, 3};

// Answers each line with itself.
struct Echo final : LineServer::Handler {
    LineServer* server = nullptr;
    std::set<ClientId> clients;
    int long_lines = 0;
    int lines = 0;

    void opened(ClientId client) override { clients.insert(client); }
    void line(ClientId client, std::string_view text) override {
        ++lines;
        if (text == "bye") {
            server->send(client, "bye\n");
            server->finish(client);
        } else {
            server->send(client, std::string(text) + '\n');
        }
    }
    void too_long(ClientId client) override {
        ++long_lines;
        server->send(client, "too long\n");
    }
    void ended(ClientId client) override { server->finish(client); }
    void closed(ClientId client) override { clients.erase(client); }
    std::string turned_away() override { return "full\n"; }
};

struct Served {
    support::Folder folder;
    std::string path = folder / "deep/er/test.sock";
    shared::Result<LineServer, std::string> listening = LineServer::listen(path, limits);
    Echo echo;

    Served() {
        REQUIRE(listening);
        echo.server = &*listening;
    }
    void serve() { listening->serve(echo); }
    bench::Client client() {
        return bench::Client(path, [this] { serve(); });
    }
    void serve_until(const std::function<bool()>& condition) {
        for (int i = 0; i < 10'000 && !condition(); ++i) serve();
        REQUIRE(condition());
    }
};

}  // namespace

TEST_CASE("lines are answered, whoever sends them in whatever pieces") {
    Served s;
    auto one = s.client();
    auto two = s.client();
    one.send("he");
    two.say("other");
    one.send("llo\nagain\n");
    CHECK(one.line() == "hello");
    CHECK(two.line() == "other");
    CHECK(one.line() == "again");
    CHECK(s.echo.clients.size() == 2);
}

TEST_CASE("the socket is for its owner and group, in a folder that is made") {
    Served s;
    struct stat status {};
    REQUIRE(stat(s.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0660U);
}

TEST_CASE("an endless line ends the connection with a word, and no other's") {
    Served s;
    auto good = s.client();
    auto rude = s.client();
    rude.send(std::string(101, 'x'));
    CHECK(rude.line() == "too long");
    CHECK(rude.closed());
    CHECK(s.echo.long_lines == 1);
    good.say("still here");
    CHECK(good.line() == "still here");
}

TEST_CASE("a client that does not read is dropped when its bound is reached") {
    Served s;
    auto deaf = s.client();
    s.serve_until([&] { return !s.echo.clients.empty(); });
    const auto id = *s.echo.clients.begin();
    const std::string text(1000, 'x');
    int sent = 0;
    while (s.listening->send(id, text) && sent < 10'000) ++sent;
    CHECK(sent > 0);
    CHECK(sent < 10'000);
    CHECK_FALSE(s.listening->send(id, text));
    s.serve_until([&] { return s.echo.clients.empty(); });
}

TEST_CASE("what was sent before the end is still delivered") {
    Served s;
    auto client = s.client();
    client.say("one");
    client.say("bye");
    client.say("unheard");
    CHECK(client.line() == "one");
    CHECK(client.line() == "bye");
    CHECK(client.closed());
    s.serve_until([&] { return s.echo.clients.empty(); });
}

TEST_CASE("a client that has ended its input gets its answers") {
    Served s;
    auto client = s.client();
    client.say("last");
    client.end_input();
    CHECK(client.line() == "last");
    CHECK(client.closed());
}

TEST_CASE("more clients than allowed are turned away") {
    Served s;
    auto one = s.client();
    auto two = s.client();
    auto three = s.client();
    auto four = s.client();
    four.say("in");
    CHECK(four.line() == "full");
    CHECK(four.closed());
    three.say("in");
    CHECK(three.line() == "in");
}

TEST_CASE("who writes on after its line was too long gets to read why") {
    Served s;
    auto rude = s.client();
    std::atomic<bool> written{false};
    std::thread writer([&] {
        CHECK(rude.try_send(std::string(2 * 1024 * 1024, 'x') + '\n'));
        written = true;
    });
    while (!written) s.serve();
    writer.join();
    CHECK(s.echo.long_lines == 1);
    CHECK(rude.line() == "too long");
    CHECK(rude.closed());
}

TEST_CASE("what is thrown away has an end") {
    Served s;
    auto rude = s.client();
    std::atomic<bool> broken{false};
    std::thread writer([&] {
        const std::string block(64 * 1024, 'x');
        std::size_t sent = 0;
        while (sent <= 2 * hal::max_discarded_bytes && rude.try_send(block)) sent += block.size();
        broken = true;
    });
    while (!broken) s.serve();
    writer.join();
    CHECK_FALSE(rude.try_send("more"));
}

TEST_CASE("while the server is held nothing is read, and then all of it") {
    Served s;
    auto early = s.client();
    early.say("before");
    CHECK(early.line() == "before");
    s.listening->hold(true);
    early.say("one");
    auto late = s.client();
    late.say("two");
    for (int i = 0; i < 100; ++i) s.serve();
    CHECK(s.echo.clients.size() == 2);
    CHECK(s.echo.lines == 1);
    late.end_input();
    s.listening->hold(false);
    CHECK(early.line() == "one");
    CHECK(late.line() == "two");
    CHECK(late.closed());
}

TEST_CASE("a socket somebody listens on is not taken away; a stale one is replaced") {
    support::Folder folder;
    const auto path = folder / "s";
    {
        const auto first = LineServer::listen(path, limits);
        REQUIRE(first);
        const auto second = LineServer::listen(path, limits);
        REQUIRE_FALSE(second);
        CHECK(second.error().find(path) != std::string::npos);
        CHECK(std::filesystem::exists(path));
    }
    CHECK_FALSE(std::filesystem::exists(path));
    {
        // SIGKILL leaves the socket behind.
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        close(socket);
        REQUIRE(std::filesystem::exists(path));
    }
    CHECK(LineServer::listen(path, limits));
}

TEST_CASE("a path that can't be a socket is an error, and nothing is removed") {
    support::Folder folder;
    const auto file = folder / "file";
    std::ofstream(file) << "precious";
    CHECK_FALSE(LineServer::listen(file, limits));
    CHECK(std::filesystem::exists(file));
    CHECK_FALSE(LineServer::listen(file + "/below", limits));
    CHECK_FALSE(LineServer::listen(folder / std::string(200, 'x'), limits));
    CHECK_FALSE(LineServer::listen("", limits));
}

}  // namespace line_server_test
