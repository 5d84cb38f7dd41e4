// SPDX-License-Identifier: Apache-2.0
#pragma once
// Cuts a stream of bytes into lines of bounded length.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace shared {

class Lines {
public:
    explicit Lines(std::size_t max_bytes) : max_(max_bytes) {}

    // False when a line has grown beyond the limit: the stream can't be trusted any more.
    [[nodiscard]] bool feed(std::string_view bytes);
    // The next whole line without its end, or nothing. Valid until the next feed().
    std::optional<std::string_view> next();

private:
    std::size_t max_;
    std::string buffer_;
    std::size_t taken_ = 0;
};

}  // namespace shared
