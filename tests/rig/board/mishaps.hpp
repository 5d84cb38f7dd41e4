// SPDX-License-Identifier: Apache-2.0
#pragma once
// The board's own socket, beside the simulator's: what only this board can suffer, and what its
// lines show.

#include "hal-service/link/line_server.hpp"
#include "tests/rig/board/rb1.hpp"

#include <string_view>

namespace rig {

inline constexpr hal::LineLimits mishap_limits{4096, 64 * 1024, 8};

class Mishaps final : private hal::LineServer::Handler {
public:
    Mishaps(hal::LineServer lines, Rb1& board) : lines_(std::move(lines)), board_(board) {}

    int descriptor() const { return lines_.descriptor(); }
    void serve() { lines_.serve(*this); }
    void present(std::string_view uid);  // in hex, as of the simulator's socket

private:
    void opened(hal::ClientId /*client*/) override {}
    void line(hal::ClientId client, std::string_view text) override;
    std::string turned_away() override { return "{\"ok\":false,\"error\":\"too many clients\"}\n"; }
    void too_long(hal::ClientId /*client*/) override {}
    void ended(hal::ClientId client) override { lines_.finish(client); }
    void closed(hal::ClientId /*client*/) override {}
    bool await(std::uint64_t number);

    hal::LineServer lines_;
    Rb1& board_;
    std::uint64_t sent_ = 0;
};

}  // namespace rig
