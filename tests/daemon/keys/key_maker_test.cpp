// SPDX-License-Identifier: Apache-2.0
// Keys that a thread makes: the loop hears of each in its turn, and of none after the end.

#include "daemon/keys/key_maker.hpp"

#include "tests/daemon/loop.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <filesystem>
#include <vector>

namespace key_maker_test {

using namespace charge_daemon;

namespace {

struct Fixture {
    explicit Fixture(ClientKeyType type = ClientKeyType::Ec)
        : maker(loop, folder, type, [this](KeyMaking made) { told.push_back(std::move(made)); }) {}

    bool until_told(std::size_t count) {
        return fake::until(loop, [&] { return told.size() >= count; });
    }

    support::Folder storage;
    KeyFolder folder{storage / "keys"};
    EventLoop loop;
    std::vector<KeyMaking> told;
    KeyMaker maker;
};

}  // namespace

TEST_CASE("a key is on the disk before anybody hears of it") {
    Fixture f(GENERATE(ClientKeyType::Ec, ClientKeyType::Rsa));
    f.maker.make({"Operator", "CP1"});
    CHECK(f.maker.busy());
    REQUIRE(f.until_told(1));
    CHECK_FALSE(f.maker.busy());
    const auto& made = f.told.front();
    REQUIRE(made);
    CHECK(f.folder.load(made->id));
    CHECK(made->request.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
}

TEST_CASE("one key is made after the other") {
    Fixture f;
    for (const std::size_t count : {1U, 2U}) {
        f.maker.make({"Operator", "CP1"});
        REQUIRE(f.until_told(count));
    }
    REQUIRE(f.told[0]);
    REQUIRE(f.told[1]);
    CHECK(f.told[0]->id != f.told[1]->id);
}

TEST_CASE("a key that can't be made or kept is told with its reason") {
    Fixture f;
    std::string words;
    SECTION("a subject that can't be written") {
        f.maker.make({"", "CP1"});
        words = "the organization is missing";
    }
    SECTION("no place") {
        std::filesystem::remove(f.storage.path());
        f.maker.make({"Operator", "CP1"});
        words = "a key can't be kept: " + (f.storage / "keys");
    }
    REQUIRE(f.until_told(1));
    REQUIRE_FALSE(f.told.front());
    CHECK(f.told.front().error().find(words) == 0);
    CHECK_FALSE(f.maker.busy());
}

TEST_CASE("nobody hears of a key after the end, and the end comes soon") {
    Fixture f(ClientKeyType::Rsa);
    f.maker.make({"Operator", "CP1"});
    f.maker.stop();
    CHECK_FALSE(f.maker.busy());
    bool ran = false;
    f.loop.post([&] { ran = true; });
    REQUIRE(fake::until(f.loop, [&] { return ran; }));
    CHECK(f.told.empty());
}

}  // namespace key_maker_test
