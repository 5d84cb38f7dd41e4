// SPDX-License-Identifier: Apache-2.0
#include "storage/database_folder.hpp"

#include "tests/storage/samples.hpp"
#include "tests/support/catch.hpp"

#include <sys/stat.h>

namespace database_folder_test {

using namespace samples;
namespace fs = std::filesystem;
using storage::DatabaseFolder;
using storage::SetAsideReason;

namespace {

unsigned mode_of(const fs::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

void build(DatabaseFolder& place, const std::string& bytes) {
    REQUIRE(place.begin_part());
    overwrite(place.part(), bytes);
}

}  // namespace

TEST_CASE("a missing directory is made for us alone, and so is the file") {
    const Folder folder;
    DatabaseFolder place(folder.path() / "a" / "b");
    REQUIRE(place.prepare());
    CHECK(mode_of(folder.path() / "a" / "b") == 0700);
    CHECK_FALSE(place.occupied());
    REQUIRE(place.begin_part());
    CHECK(mode_of(place.part()) == 0600);
    REQUIRE(place.begin_part());
    auto aside = place.adopt(SetAsideReason::Corrupt);
    REQUIRE(aside);
    CHECK_FALSE(*aside);
    CHECK(mode_of(place.database()) == 0600);
}

TEST_CASE("the old database is set aside with its log, and only the newest few are kept") {
    const Folder folder;
    DatabaseFolder place(folder.path());
    overwrite(place.database(), "old 1");
    for (int n = 1; n <= 5; ++n) {
        overwrite(folder.path() / "chargepoint.db-wal", "log " + std::to_string(n));
        build(place, "old " + std::to_string(n + 1));
        auto aside = place.adopt(SetAsideReason::Corrupt);
        REQUIRE(aside);
        REQUIRE(*aside);
        CHECK((*aside)->filename() == "chargepoint.db.corrupt-" + std::to_string(n));
        CHECK(content(**aside) == "old " + std::to_string(n));
        CHECK(content(fs::path(**aside) += "-wal") == "log " + std::to_string(n));
        CHECK(content(place.database()) == "old " + std::to_string(n + 1));
        CHECK_FALSE(fs::exists(folder.path() / "chargepoint.db-wal"));
    }
    CHECK_FALSE(fs::exists(folder.path() / "chargepoint.db.corrupt-2"));
    CHECK_FALSE(fs::exists(folder.path() / "chargepoint.db.corrupt-2-wal"));
    CHECK(fs::exists(folder.path() / "chargepoint.db.corrupt-3"));

    build(place, "yet another");
    CHECK((*place.adopt(SetAsideReason::Newer))->filename() == "chargepoint.db.newer-1");
    CHECK(fs::exists(folder.path() / "chargepoint.db.corrupt-3"));
}

TEST_CASE("a replacement that a power cut has interrupted is completed") {
    const Folder folder;
    const fs::path log = folder.path() / "chargepoint.db-wal";
    const fs::path aside = folder.path() / "chargepoint.db.corrupt-1";
    DatabaseFolder place(folder.path());
    overwrite(folder.path() / "chargepoint.db.new", "new");
    SECTION("before anything was moved") {
        overwrite(place.database(), "old");
        overwrite(log, "log");
    }
    SECTION("after the log was moved") {
        overwrite(place.database(), "old");
        overwrite(fs::path(aside) += "-wal", "log");
    }
    SECTION("after both were moved") {
        overwrite(aside, "old");
        overwrite(fs::path(aside) += "-wal", "log");
    }
    auto done = place.prepare();
    REQUIRE(done);
    CHECK(content(place.database()) == "new");
    CHECK(content(aside) == "old");
    CHECK(content(fs::path(aside) += "-wal") == "log");
    CHECK_FALSE(fs::exists(log));
    CHECK_FALSE(fs::exists(folder.path() / "chargepoint.db.new"));
    CHECK_FALSE(*place.prepare());
}

TEST_CASE("a part that was never complete is not taken for a database") {
    const Folder folder;
    DatabaseFolder place(folder.path());
    overwrite(place.database(), "old");
    build(place, "half of");
    CHECK_FALSE(*place.prepare());
    CHECK(content(place.database()) == "old");
}

TEST_CASE("strange names in the directory do no harm") {
    const Folder folder;
    DatabaseFolder place(folder.path());
    for (const char* name : {"chargepoint.db.corrupt-", "chargepoint.db.corrupt-x",
                             "chargepoint.db.corrupt-99999999999999999999",
                             "chargepoint.db.corrupt--7", "chargepoint.db.corrupt-2.bak"}) {
        overwrite(folder.path() / name, "x");
    }
    overwrite(place.database(), "old");
    build(place, "new");
    auto aside = place.adopt(SetAsideReason::Corrupt);
    REQUIRE(aside);
    CHECK((*aside)->filename() == "chargepoint.db.corrupt-1");
}

TEST_CASE("a directory that can't be made is told") {
    const Folder folder;
    overwrite(folder.path() / "file", "x");
    DatabaseFolder place(folder.path() / "file" / "below");
    auto done = place.prepare();
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == storage::StoreError::Kind::Denied);
    CHECK(done.error().text.find("file") != std::string::npos);
}

}  // namespace database_folder_test
