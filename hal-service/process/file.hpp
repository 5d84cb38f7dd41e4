// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads a small file as text, up to a limit.

#include "hal-service/shared/result.hpp"

#include <cstddef>
#include <string>

namespace process {

struct FileError {
    bool missing = false;
    std::string text;
};

// OwnerOnly: a file that group or others may read is refused.
enum class Privacy { Any, OwnerOnly };

shared::Result<std::string, FileError> read_file(const std::string& path, std::size_t max_bytes,
                                                 Privacy privacy = Privacy::Any);

}  // namespace process
