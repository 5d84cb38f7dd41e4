// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_socket.hpp"

#include "tests/daemon/loop.hpp"
#include "tests/support/catch.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/write.hpp>

#include <array>
#include <fstream>

namespace control_socket_test {

using namespace charge_daemon;

namespace {

struct Person {
    explicit Person(asio::io_context& io, const std::string& path) : socket(io.get_executor()) {
        socket.connect(asio::local::stream_protocol::endpoint(path));
        read();
    }
    void say(const std::string& line) {
        ErrorCode ignored;
        asio::write(socket, asio::buffer(line + '\n'), ignored);
    }
    void read() {
        socket.async_read_some(asio::buffer(block), [this](ErrorCode ec, std::size_t size) {
            if (ec) {
                gone = true;
                return;
            }
            heard.append(block.data(), size);
            read();
        });
    }
    LocalSocket socket;
    std::array<char, 4096> block{};
    std::string heard;
    bool gone = false;
};

struct Fixture {
    asio::io_context io;
    std::string path = "/tmp/control-test-" + std::to_string(::getpid()) + ".sock";
    std::vector<shared::Asked> asked;
    ControlSocket control{io, path, [this](const shared::Asked& request, shared::Access granted) {
                              CHECK(granted == shared::Access::Govern);  // the user of this process
                              asked.push_back(request);
                              return shared::Json{{"ok", true}, {"n", asked.size()}};
                          }};

    Fixture() { ::unlink(path.c_str()); }
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;
    ~Fixture() { ::unlink(path.c_str()); }

    bool until(const std::function<bool()>& condition) { return fake::until(io, condition); }
};

}  // namespace

TEST_CASE("requests are answered in order") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    Person person(f.io, f.path);
    person.say(R"({"do":"a","field":7})");
    person.say(R"({"do":"b"})");
    REQUIRE(f.until([&] { return f.asked.size() == 2; }));
    CHECK(f.asked[0].verb == "a");
    CHECK(*f.asked[0].fields == shared::Json{{"field", 7}});
    CHECK((*f.asked[1].fields).empty());
    CHECK(
        f.until([&] { return person.heard == "{\"n\":1,\"ok\":true}\n{\"n\":2,\"ok\":true}\n"; }));
}

TEST_CASE("owner and group may ask, nobody else") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    struct stat status {};
    REQUIRE(::stat(f.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0660);
}

TEST_CASE("a wrong request is answered with why, and the next one is served") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    for (const char* line : {"", "nonsense", "[]", "{}", R"({"do":1})", R"({"do":"events","x":1})",
                             "[[[[[[[[[[[[]]]]]]]]]]]]"}) {
        Person person(f.io, f.path);
        person.say(line);
        REQUIRE(f.until([&] { return person.heard.find("\"ok\":false") != std::string::npos; }));
        CHECK(person.heard.find("\"error\":\"") != std::string::npos);
        person.say(R"({"do":"status"})");
        CHECK(f.until([&] { return person.heard.find("\"ok\":true") != std::string::npos; }));
    }
}

TEST_CASE("a line without an end is refused and the connection closed") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    Person person(f.io, f.path);
    person.say(std::string(max_control_line_bytes + 1, 'x'));
    CHECK(f.until([&] { return person.gone; }));
    CHECK(f.asked.empty());
}

TEST_CASE("too many clients are told so") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    std::vector<std::unique_ptr<Person>> people;
    for (std::size_t i = 0; i <= max_control_clients; ++i)
        people.push_back(std::make_unique<Person>(f.io, f.path));
    REQUIRE(f.until([&] { return people.back()->gone; }));
    CHECK(people.back()->heard.find("too many clients") != std::string::npos);
    people.front()->socket.close();
    people.pop_back();
    CHECK(f.until([&] {
        people.push_back(std::make_unique<Person>(f.io, f.path));
        people.back()->say(R"({"do":"status"})");
        f.io.restart();
        f.io.run_for(std::chrono::milliseconds{20});
        const bool served = people.back()->heard.find("\"ok\":true") != std::string::npos;
        if (!served) people.pop_back();
        return served;
    }));
}

TEST_CASE("too many requests in a second are refused") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    Person person(f.io, f.path);
    std::string lines;
    for (int i = 0; i < max_control_requests_per_second * 3; ++i) lines += "{\"do\":\"x\"}\n";
    person.say(lines);
    CHECK(f.until([&] { return person.heard.find("too many requests") != std::string::npos; }));
}

TEST_CASE("those who asked for events hear them, others do not") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    Person listener(f.io, f.path);
    Person other(f.io, f.path);
    CHECK(!f.control.has_listeners());
    listener.say(R"({"do":"events"})");
    other.say(R"({"do":"status"})");
    REQUIRE(f.until([&] { return f.control.has_listeners() && !other.heard.empty(); }));
    f.control.tell("{\"event\":1}");
    REQUIRE(f.until([&] { return listener.heard == "{\"ok\":true}\n{\"event\":1}\n"; }));
    CHECK(other.heard.find("event") == std::string::npos);
    listener.socket.close();
    CHECK(f.until([&] { return !f.control.has_listeners(); }));
}

TEST_CASE("a listener that does not read is dropped, and holds up nobody") {
    Fixture f;
    REQUIRE(f.control.start().empty());
    LocalSocket lazy(f.io.get_executor());
    lazy.connect(asio::local::stream_protocol::endpoint(f.path));
    asio::write(lazy, asio::buffer(std::string("{\"do\":\"events\"}\n")));
    Person eager(f.io, f.path);
    eager.say(R"({"do":"events"})");
    REQUIRE(f.until([&] { return f.control.has_listeners() && !eager.heard.empty(); }));
    const std::string line(10'000, 'x');
    std::size_t told = 0;
    for (; told < max_control_waiting_bytes * 2; told += line.size()) {
        f.control.tell(line);
        f.io.restart();
        f.io.poll();
    }
    CHECK(f.until([&] { return eager.heard.size() > told; }));
    eager.socket.close();
    CHECK(f.until([&] { return !f.control.has_listeners(); }));
}

TEST_CASE("a socket that was left behind is replaced, a file is not") {
    Fixture f;
    {
        asio::io_context io;
        LocalAcceptor left(io.get_executor(), asio::local::stream_protocol::endpoint(f.path));
        CHECK(ControlSocket::taken(f.path));
    }
    CHECK(!ControlSocket::taken(f.path));
    CHECK(f.control.start().empty());
    f.control.stop();
    std::ofstream(f.path) << "precious";
    ControlSocket again(f.io, f.path, {});
    CHECK(again.start().find("is no socket") != std::string::npos);
}

TEST_CASE("a folder that is not there is told") {
    Fixture f;
    ControlSocket control(f.io, "/nonexistent/control.sock", {});
    CHECK(control.start().find("No such file") != std::string::npos);
}

}  // namespace control_socket_test
