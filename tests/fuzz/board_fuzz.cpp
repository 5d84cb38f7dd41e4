// SPDX-License-Identifier: Apache-2.0
// Any bytes as a board file: nothing crashes, and each complaint names the file.

#include "hal-service/devices/line_plan.hpp"
#include "hal-service/process/board_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::vector<hal::ConnectorInfo> connectors = process::Settings{}.connectors;
    for (const auto board_kind : {process::BoardKind::Simulator, process::BoardKind::Linux}) {
        const auto board = process::board_from_text(text, "fuzz.toml", connectors, board_kind);
        if (!board) {
            if (board.error().empty()) std::abort();
            for (const auto& complaint : board.error())
                if (!complaint.starts_with("fuzz.toml:")) std::abort();
            continue;
        }
        // A board that was accepted can be wired: no line is asked for twice.
        const devices::LinePlan plan(*board, connectors);
        if (plan.outputs.size() + plan.inputs.size() > 2 * devices::max_lines) std::abort();
    }
    return 0;
}
