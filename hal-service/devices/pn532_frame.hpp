// SPDX-License-Identifier: Apache-2.0
#pragma once
// The frames of a PN532 with their checksums, and the card in an answer. The bytes come from
// outside; pure.

#include "hal-service/shared/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace devices::pn532 {

using Bytes = std::span<const std::uint8_t>;

inline constexpr std::size_t max_content =
    64;  // longest content that is asked for; frames have up to 255
inline constexpr std::size_t max_frame = max_content + 8;

inline constexpr std::array<std::uint8_t, 6> acknowledgement{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};

// TFI and data, from the host.
std::vector<std::uint8_t> command_frame(Bytes content);

bool is_acknowledgement(Bytes frame);

// Returns the chip's answer to this command, without TFI and the command's echo, or the reason why
// there is none.
shared::Result<std::vector<std::uint8_t>, std::string> answer_in(Bytes frame, std::uint8_t command);

// The UID in an answer to InListPassiveTarget; nothing: no card, or not one with a UID of 4, 7 or
// 10 bytes.
std::optional<std::vector<std::uint8_t>> uid_in(Bytes answer);

// True: the answer to InListPassiveTarget counts no card.
bool says_empty(Bytes answer);

// Upper-case hex. Nothing for a UID that the card makes up anew each time: ISO 14443-3, 4 bytes of
// which the first is 08.
std::optional<std::string> tag_from(Bytes uid);

}  // namespace devices::pn532
