// SPDX-License-Identifier: Apache-2.0
#include "daemon/keys/key_folder.hpp"

#include "hal-service/process/descriptor.hpp"
#include "ocpp/security/x509.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace charge_daemon {
namespace {

using process::Descriptor;
using shared::Failure;
using shared::Result;

constexpr std::string_view ending = ".pem";
constexpr std::string_view unfinished = ".part";  // ends the name of a file that is being written
constexpr mode_t for_others = S_IRWXG | S_IRWXO;

std::string system_words(int error) { return std::generic_category().message(error); }

std::string name_of(const std::string& id) { return id + std::string(ending); }

bool is_id(std::string_view text) {
    return text.size() == ocpp::security::key_id_digits &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The id in the name of a file that we have written, whole or in part.
std::optional<std::string> id_in(std::string_view name) {
    if (name.ends_with(unfinished)) name.remove_suffix(unfinished.size());
    if (!name.ends_with(ending)) return std::nullopt;
    name.remove_suffix(ending.size());
    return is_id(name) ? std::optional<std::string>(name) : std::nullopt;
}

// "" when it is ours alone.
std::string not_ours(int descriptor, std::string_view right_mode) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) return system_words(errno);
    if (status.st_uid != ::geteuid()) return "it belongs to another user";
    if ((status.st_mode & for_others) != 0)
        return "others than its owner may use it: set its mode to " + std::string(right_mode);
    return {};
}

Result<Descriptor, std::string> opened(const std::string& directory) {
    Descriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return Failure{directory + ": " + system_words(errno)};
    if (auto why = not_ours(folder.number(), "0700"); !why.empty())
        return Failure{directory + ": " + why};
    return folder;
}

// "" when its name is on the disk.
std::string folder_made(const std::string& directory) {
    if (::mkdir(directory.c_str(), S_IRWXU) != 0)
        return errno == EEXIST ? "" : directory + ": " + system_words(errno);
    ::chmod(directory.c_str(), S_IRWXU);  // the umask may take more
    const auto above = directory.substr(0, directory.rfind('/') + 1) + '.';
    const Descriptor folder(::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.number()) != 0) return above + ": " + system_words(errno);
    return {};
}

// 0, or the error.
int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const auto count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(file) == 0 ? 0 : errno;
}

// 0, or the error.
int write_aside(int folder, const std::string& name, std::string_view text) {
    if (::unlinkat(folder, name.c_str(), 0) != 0 && errno != ENOENT) return errno;
    const Descriptor file(::openat(folder, name.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                   S_IRUSR | S_IWUSR));
    if (!file || ::fchmod(file.number(), S_IRUSR | S_IWUSR) != 0) return errno;
    return write_all(file.number(), text);
}

// A secret that is not needed any more.
struct Wiped {
    std::string text;
    ~Wiped() { ::explicit_bzero(text.data(), text.size()); }
};

// 0, or the error.
int read_all(int file, std::string& text) {
    // One byte more than a key may have, so that a longer one is seen. It never moves while it
    // grows: no copy is left behind.
    text.resize(max_private_key_bytes + 1);
    std::size_t size = 0;
    while (size < text.size()) {
        const auto count = ::read(file, text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    text.resize(size);
    return 0;
}

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

// Names of files that we have written and that belong to none of these keys.
std::vector<std::string> names_of_others(int folder, const std::set<std::string>& ids) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, CloseDirectory> entries(
        ::fdopendir(::fcntl(folder, F_DUPFD_CLOEXEC, 0)));
    if (!entries) return names;
    while (const auto* entry = ::readdir(entries.get())) {
        const std::string name(entry->d_name);
        const auto id = id_in(name);
        if (id && (name.ends_with(unfinished) || !ids.contains(*id))) names.push_back(name);
    }
    return names;
}

}  // namespace

std::string KeyFolder::keep(const PrivateKey& key) const {
    if (auto why = folder_made(directory_); !why.empty()) return why;
    const auto folder = opened(directory_);
    if (!folder) return folder.error();
    const auto name = name_of(key.id());
    const auto aside = name + std::string(unfinished);
    const Wiped secret{key.pem()};
    const int at = folder->number();
    int error = write_aside(at, aside, secret.text);
    if (error == 0 && ::renameat(at, aside.c_str(), at, name.c_str()) != 0) error = errno;
    if (error != 0) {
        ::unlinkat(at, aside.c_str(), 0);
        return directory_ + '/' + name + ": " + system_words(error);
    }
    if (::fsync(at) == 0) return {};
    error = errno;
    ::unlinkat(at, name.c_str(), 0);
    return directory_ + ": " + system_words(error);
}

Result<PrivateKey, std::string> KeyFolder::load(const std::string& id) const {
    const auto path = directory_ + '/' + name_of(id);
    const auto refused = [&](const std::string& why) { return Failure{path + ": " + why}; };
    if (!is_id(id)) return Failure<std::string>{"no key has this id"};
    const auto folder = opened(directory_);
    if (!folder) return Failure{folder.error()};
    // Without O_NONBLOCK a FIFO in the place of a file would hold up the daemon for ever.
    const Descriptor file(::openat(folder->number(), name_of(id).c_str(),
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file) return refused(errno == ELOOP ? "it is a symbolic link" : system_words(errno));
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return refused(system_words(errno));
    if (!S_ISREG(status.st_mode)) return refused("it is no file");
    if (const auto why = not_ours(file.number(), "0600"); !why.empty()) return refused(why);
    Wiped secret;
    if (const int error = read_all(file.number(), secret.text); error != 0)
        return refused(system_words(error));
    auto key = PrivateKey::from_pem(secret.text);
    if (!key) return refused(key.error());
    if (key->id() != id) return refused("it holds another key than its name says");
    return key;
}

std::string KeyFolder::keep_only(const std::set<std::string>& ids) const {
    struct stat status {};
    if (::lstat(directory_.c_str(), &status) != 0 && errno == ENOENT) return {};
    const auto folder = opened(directory_);
    if (!folder) return folder.error();
    std::string problem;
    bool removed = false;
    for (const auto& name : names_of_others(folder->number(), ids)) {
        if (::unlinkat(folder->number(), name.c_str(), 0) == 0)
            removed = true;
        else if (problem.empty())
            problem = directory_ + '/' + name + ": " + system_words(errno);
    }
    // A key that came back after a power cut would be removed at the next start.
    if (removed && ::fsync(folder->number()) != 0 && problem.empty())
        problem = directory_ + ": " + system_words(errno);
    return problem;
}

}  // namespace charge_daemon
