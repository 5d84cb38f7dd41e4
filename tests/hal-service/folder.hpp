// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder for one test, gone afterwards.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace bench {

class Folder {
public:
    Folder() {
        std::string pattern = std::filesystem::temp_directory_path().string() + "/hal-XXXXXX";
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace bench
