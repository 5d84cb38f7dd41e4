// SPDX-License-Identifier: Apache-2.0
// The folder of the keys: modes, owners, files that are none of ours, and disks that fail.

#include "daemon/keys/key_folder.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace key_folder_test {

using namespace charge_daemon;
namespace fs = std::filesystem;

namespace {

PrivateKey key() { return *PrivateKey::make(ClientKeyType::Ec); }

struct Keys {
    support::Folder storage;
    std::string directory = storage / "keys";
    KeyFolder folder{directory};

    std::string file(const PrivateKey& key) const { return directory + '/' + key.id() + ".pem"; }
    std::set<std::string> names() const {
        std::set<std::string> all;
        for (const auto& entry : fs::directory_iterator(directory))
            all.insert(entry.path().filename().string());
        return all;
    }
    void refuses(const PrivateKey& key, const std::string& words) const {
        const auto loaded = folder.load(key.id());
        REQUIRE_FALSE(loaded);
        INFO(loaded.error());
        CHECK(loaded.error().find(directory) == 0);
        CHECK(loaded.error().find(words) != std::string::npos);
    }
};

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

// No file can grow beyond this, as on a disk that is full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        ignored_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, ignored_);
    }

private:
    rlimit before_{};
    void (*ignored_)(int) = nullptr;
};

// Spoils the file of a key, or its folder.
struct Spoiled {
    const char* words;  // in the error
    void (*spoil)(const std::string& file);
};

std::string folder_of(const std::string& file) { return file.substr(0, file.rfind('/')); }

void give_away(const std::string& path) { REQUIRE(::chown(path.c_str(), 12'345, 12'345) == 0); }

void make_link(const std::string& path) {
    const auto elsewhere = path + ".elsewhere";
    fs::rename(path, elsewhere);
    fs::create_symlink(elsewhere, path);
}

void replace_by_folder(const std::string& file) {
    fs::remove(file);
    fs::create_directory(file);
    fs::permissions(file, fs::perms::owner_all);
}

void replace_by_fifo(const std::string& file) {
    fs::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
}

}  // namespace

TEST_CASE("a key is kept for its owner alone, and comes back") {
    const Keys keys;
    const auto one = key();
    const mode_t umask_before = ::umask(GENERATE(as<mode_t>(), 0, 0777));
    const auto problem = keys.folder.keep(one);
    ::umask(umask_before);
    CHECK(problem == "");
    CHECK(mode_of(keys.directory) == 0700);
    CHECK(mode_of(keys.file(one)) == 0600);
    CHECK(keys.names() == std::set<std::string>{one.id() + ".pem"});
    const auto loaded = keys.folder.load(one.id());
    REQUIRE(loaded);
    CHECK(loaded->pem() == one.pem());
    CHECK(keys.folder.keep(one) == "");
    CHECK(keys.folder.load(one.id()));
}

TEST_CASE("other keys go, other files stay") {
    const Keys keys;
    CHECK(keys.folder.keep_only({}) == "");
    CHECK_FALSE(fs::exists(keys.directory));
    const auto one = key();
    const auto other = key();
    REQUIRE(keys.folder.keep(one) == "");
    REQUIRE(keys.folder.keep(other) == "");
    write(keys.directory + '/' + one.id() + ".pem.part", "half a key");
    write(keys.directory + "/README", "a person's");
    write(keys.directory + "/server.pem", "a person's");
    CHECK(keys.folder.keep_only({one.id(), std::string(32, '0')}) == "");
    CHECK(keys.names() == std::set<std::string>{"README", "server.pem", one.id() + ".pem"});
    CHECK(keys.folder.keep_only({}) == "");
    CHECK(keys.names() == std::set<std::string>{"README", "server.pem"});
}

TEST_CASE("the remains of a write that was cut short are no obstacle") {
    const Keys keys;
    const auto one = key();
    fs::create_directory(keys.directory);
    fs::permissions(keys.directory, fs::perms::owner_all);
    write(keys.directory + '/' + one.id() + ".pem.part", "half a key");
    CHECK(keys.folder.keep(one) == "");
    CHECK(keys.names() == std::set<std::string>{one.id() + ".pem"});
}

TEST_CASE("a file that is no good key of ours is refused by name, and holds up nobody") {
    const auto [words, spoil] = GENERATE(values<Spoiled>({
        {"0600", [](const auto& file) { fs::permissions(file, fs::perms(0640)); }},
        {"0600", [](const auto& file) { fs::permissions(file, fs::perms(0604)); }},
        {"0700", [](const auto& file) { fs::permissions(folder_of(file), fs::perms(0750)); }},
        {"symbolic link", [](const auto& file) { make_link(file); }},
        {"keys: ", [](const auto& file) { make_link(folder_of(file)); }},
        {"No such file", [](const auto& file) { fs::remove(file); }},
        {"No such file", [](const auto& file) { fs::remove_all(folder_of(file)); }},
        {"no private key", [](const auto& file) { fs::resize_file(file, 0); }},
        {"no private key", [](const auto& file) { fs::resize_file(file, 100); }},
        {"no private key", [](const auto& file) { write(file, std::string(1000, '\xFF')); }},
        {"longer than", [](const auto& file) { write(file, std::string(100'000, 'A')); }},
        {"another key", [](const auto& file) { write(file, key().pem()); }},
        {"no file", replace_by_folder},
        {"no file", replace_by_fifo},
    }));
    const Keys keys;
    const auto one = key();
    REQUIRE(keys.folder.keep(one) == "");
    spoil(keys.file(one));
    keys.refuses(one, words);
}

TEST_CASE("a key or a folder of another user is refused by name") {
    if (::geteuid() != 0) return;  // nobody else can give a file away
    const Keys keys;
    const auto one = key();
    REQUIRE(keys.folder.keep(one) == "");
    give_away(GENERATE(true, false) ? keys.file(one) : keys.directory);
    keys.refuses(one, "another user");
}

TEST_CASE("an id that is no id opens nothing") {
    const Keys keys;
    REQUIRE(keys.folder.keep(key()) == "");
    for (const std::string wrong :
         {"", "../keys", "/etc/passwd", "ABCDEF0123456789ABCDEF0123456789"})
        CHECK(keys.folder.load(wrong).error() == "no key has this id");
}

TEST_CASE("a key that can't be kept is told, and nothing of it is left") {
    const Keys keys;
    const auto one = key();
    std::string problem;
    SECTION("the disk is full") {
        const FullDisk full(GENERATE(as<rlim_t>(), 0, 100));
        problem = keys.folder.keep(one);
        CHECK(keys.names().empty());
    }
    SECTION("there is a file in the place of the folder") {
        write(keys.directory, "");
        problem = keys.folder.keep(one);
    }
    SECTION("there is no folder above") {
        fs::remove(keys.storage.path());
        problem = keys.folder.keep(one);
    }
    SECTION("others may use the folder") {
        fs::create_directory(keys.directory);
        fs::permissions(keys.directory, fs::perms(0755));
        problem = keys.folder.keep(one);
        CHECK(keys.names().empty());
    }
    INFO(problem);
    CHECK(problem.find(keys.directory) == 0);
}

TEST_CASE("a full disk leaves the keys that are there") {
    const Keys keys;
    const auto one = key();
    REQUIRE(keys.folder.keep(one) == "");
    const FullDisk full(0);
    CHECK(keys.folder.keep(key()) != "");
    CHECK(keys.folder.keep(one) != "");
    CHECK(keys.folder.load(one.id()));
}

}  // namespace key_folder_test
