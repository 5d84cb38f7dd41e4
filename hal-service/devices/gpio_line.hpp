// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lines of a GPIO chip: all outputs in one request, so that they change together; the inputs in
// others, some with their edges. Levels are bits in the order in which the lines were asked for,
// one is active.

#include "hal-service/process/wiring.hpp"
#include "hal-service/shared/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace devices {

inline constexpr std::size_t max_lines = 64;  // in one request of the kernel

class OutputLines {
public:
    virtual ~OutputLines() = default;
    // This never allocates. False: the lines are as they were.
    virtual bool set(std::uint64_t levels) = 0;
};

struct Edges {
    std::uint32_t rising = 0;  // since the last look; a lost one counts as neither
    std::uint32_t falling = 0;
};

class InputLines {
public:
    virtual ~InputLines() = default;
    // This never allocates nor waits. `edges` has a place for each line; lines without edges leave
    // theirs untouched.
    virtual bool read(std::uint64_t& levels, std::span<Edges> edges) = 0;
};

struct WantedInput {
    process::Line line;
    bool edges = false;
    bool operator==(const WantedInput&) const = default;
};

using OutputsOrError = shared::Result<std::unique_ptr<OutputLines>, std::string>;
using InputsOrError = shared::Result<std::unique_ptr<InputLines>, std::string>;

// All of them inactive at first. The error names the chip and, as far as it is known, the line and
// who holds it.
OutputsOrError open_outputs(const std::string& chip, const std::vector<process::Line>& lines);
InputsOrError open_inputs(const std::string& chip, const std::vector<WantedInput>& lines);

}  // namespace devices
