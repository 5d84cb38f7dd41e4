// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSON from outside, bounded before anything is built from it.

#include "hal-service/shared/json_bounds.hpp"
#include "hal-service/shared/json_fwd.hpp"
#include "hal-service/shared/result.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shared {

enum class JsonProblem { TooLong, TooDeep, Malformed };

constexpr std::string_view describe(JsonProblem problem) {
    switch (problem) {
        case JsonProblem::TooLong: return "longer than allowed";
        case JsonProblem::TooDeep: return "nested deeper than allowed";
        case JsonProblem::Malformed: return "not JSON in UTF-8";
    }
    return "";
}

// Refuses text beyond the bounds without parsing it. Never throws.
Result<Json, JsonProblem> parse_json(std::string_view text, JsonBounds bounds);

// Returns the path of the first member that an object in this JSON text has twice. Parsers differ
// in which of the two they take.
std::optional<std::string> doubled_member(std::string_view text);

// Never throws: text that is not UTF-8 (a name from a file system, a message of a library) has it
// replaced.
std::string dump(const Json& json);

// A number with decimals, from thousandths.
Json decimal(std::int64_t thousandths);

}  // namespace shared
