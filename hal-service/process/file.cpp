// SPDX-License-Identifier: Apache-2.0
#include "hal-service/process/file.hpp"

#include "hal-service/process/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace process {
namespace {

using shared::Failure;

Failure<FileError> failure(int error) {
    return Failure{FileError{error == ENOENT, std::generic_category().message(error)}};
}

}  // namespace

shared::Result<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes,
                                                 Privacy privacy) {
    // Without O_NONBLOCK a FIFO in the place of a file would hold up the start for ever.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) return failure(errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return failure(errno);
    if (S_ISDIR(status.st_mode)) return failure(EISDIR);
    if (privacy == Privacy::OwnerOnly && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return Failure{FileError{false, "others than its owner may use it: set its mode to 0600"}};
    std::string text;
    std::array<char, 4096> block{};
    for (;;) {
        const auto count = ::read(file.number(), block.data(), block.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure(errno);
        if (count == 0) return text;
        text.append(block.data(), static_cast<std::size_t>(count));
        if (text.size() > max_bytes)
            return Failure{
                FileError{false, "is longer than " + std::to_string(max_bytes) + " bytes"}};
    }
}

}  // namespace process
