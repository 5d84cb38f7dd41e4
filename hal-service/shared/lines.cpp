// SPDX-License-Identifier: Apache-2.0
#include "hal-service/shared/lines.hpp"

namespace shared {

bool Lines::feed(std::string_view bytes) {
    buffer_.erase(0, taken_);
    taken_ = 0;
    buffer_.append(bytes);
    // Only an unfinished or oversized line can exceed the limit; whole short lines may be many.
    for (std::size_t begin = 0; begin < buffer_.size();) {
        const auto end = buffer_.find('\n', begin);
        const auto length = (end == std::string::npos ? buffer_.size() : end) - begin;
        if (length > max_) return false;
        if (end == std::string::npos) break;
        begin = end + 1;
    }
    return true;
}

std::optional<std::string_view> Lines::next() {
    const auto end = buffer_.find('\n', taken_);
    if (end == std::string::npos) return std::nullopt;
    std::string_view line{buffer_.data() + taken_, end - taken_};
    taken_ = end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

}  // namespace shared
