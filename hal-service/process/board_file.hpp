// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads a board file into BoardSettings, and judges whether it fits together and to the connectors.

#include "hal-service/process/board_settings.hpp"
#include "hal-service/process/keys.hpp"
#include "hal-service/process/settings.hpp"
#include "hal-service/shared/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace process {

inline constexpr std::size_t max_board_bytes = 256 * 1024;

// Judges a board, with the reference board's values where no file names others, by rules that this
// folder does not know. The complaints have keys of the board file.
using BoardJudge = std::vector<Complaint> (*)(const BoardSettings&,
                                              const std::vector<hal::ConnectorInfo>&);

// The file that hal.board names; the reference board's values when it names none. The errors are
// what is wrong with that key: "board/rb1.toml:12: outlet[1].contactors.k1: must be ...".
shared::Result<BoardSettings, std::vector<std::string>> load_board(const Settings& settings,
                                                                   BoardJudge judge = nullptr);

shared::Result<BoardSettings, std::vector<std::string>> board_from_text(
    std::string_view text, const std::string& file_name,
    const std::vector<hal::ConnectorInfo>& connectors, BoardKind backend,
    BoardJudge judge = nullptr);

// "outlet[1]": what a person looks for in the file.
std::string outlet_path(const BoardSettings& board, hal::ConnectorId connector);

}  // namespace process
