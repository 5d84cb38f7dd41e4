// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder for one test, gone afterwards.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace support {

class Folder {
public:
    Folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "charge-XXXXXX").string();
        const char* made = mkdtemp(pattern.data());
        if (made == nullptr) throw std::filesystem::filesystem_error(pattern, last_error());
        path_ = made;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    // Makes the folders on the way; the path of the file.
    std::string write(const std::string& name, const std::string& text) const {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file.string();
    }

private:
    static std::error_code last_error() { return {errno, std::generic_category()}; }

    std::filesystem::path path_;
};

}  // namespace support
