// SPDX-License-Identifier: Apache-2.0
// Whoever is turned away is told why, although nobody takes the request any more.

#include "daemon/ctl/line_client.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace line_client_test {

using charge_daemon::ctl::LineClient;

namespace {

struct Door {
    Door() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(listen(listening, 1) == 0);
    }
    ~Door() { close(listening); }
    // Lets somebody in, says this and shuts the door.
    void turn_away(std::string_view word) const {
        const int socket = accept(listening, nullptr, nullptr);
        REQUIRE(socket >= 0);
        if (!word.empty())
            CHECK(write(socket, word.data(), word.size()) == static_cast<ssize_t>(word.size()));
        close(socket);
    }
    support::Folder folder;
    std::string path = folder / "s";
    int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

}  // namespace

TEST_CASE("a refusal before the request was sent is the answer") {
    const Door door;
    auto client = LineClient::connect(door.path);
    REQUIRE(client);
    door.turn_away("{\"ok\":false,\"error\":\"too many clients\"}\n");
    const auto answer = client->ask({{"do", "status"}});
    REQUIRE(answer);
    CHECK((*answer)["ok"] == false);
    CHECK((*answer)["error"] == "too many clients");
}

TEST_CASE("a connection that ends without a word is no answer") {
    const Door door;
    auto client = LineClient::connect(door.path);
    REQUIRE(client);
    door.turn_away("");
    const auto answer = client->ask({{"do", "status"}});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().find(door.path) == 0);
}

}  // namespace line_client_test
