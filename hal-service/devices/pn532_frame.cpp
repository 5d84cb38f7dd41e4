// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/pn532_frame.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace devices::pn532 {
namespace {

using shared::Failure;

constexpr std::uint8_t from_host = 0xD4;
constexpr std::uint8_t from_chip = 0xD5;
constexpr std::array<std::uint8_t, 2> start_code{0x00, 0xFF};
constexpr std::uint8_t random_uid = 0x08;

// Returns the frame from its start code on; a preamble of any length is allowed.
Bytes from_start(Bytes frame) {
    const auto at = std::search(frame.begin(), frame.end(), start_code.begin(), start_code.end());
    return frame.subspan(static_cast<std::size_t>(at - frame.begin()));
}

}  // namespace

std::vector<std::uint8_t> command_frame(Bytes content) {
    const auto length = static_cast<std::uint8_t>(content.size() + 1);
    std::vector<std::uint8_t> frame{
        0x00, 0x00, 0xFF, length, static_cast<std::uint8_t>(0x100 - length), from_host};
    frame.insert(frame.end(), content.begin(), content.end());
    const unsigned sum = std::accumulate(content.begin(), content.end(), unsigned{from_host});
    frame.push_back(static_cast<std::uint8_t>(0U - sum));
    frame.push_back(0x00);
    return frame;
}

bool is_acknowledgement(Bytes frame) {
    constexpr auto wanted = std::span(acknowledgement).subspan<1, 4>();  // without the frame's ends
    const auto rest = from_start(frame);
    return rest.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), rest.begin());
}

shared::Result<std::vector<std::uint8_t>, std::string> answer_in(Bytes frame,
                                                                 std::uint8_t command) {
    const auto rest = from_start(frame);
    if (rest.size() < 4) return Failure{std::string("no start of a frame")};
    const std::size_t length = rest[2];
    if (((rest[2] + rest[3]) & 0xFF) != 0) return Failure{std::string("wrong checksum of length")};
    if (length > max_content || rest.size() < length + 5)
        return Failure{"a frame of " + std::to_string(length) + " bytes is not all there"};
    const auto content = rest.subspan(4, length);
    const unsigned sum =
        std::accumulate(content.begin(), content.end(), unsigned{rest[4 + length]});
    if ((sum & 0xFFU) != 0) return Failure{std::string("wrong checksum")};
    if (length < 2) return Failure{std::string("the chip says that the command was wrong")};
    if (content[0] != from_chip || content[1] != command + 1)
        return Failure{std::string("the answer to something else")};
    return std::vector<std::uint8_t>(content.begin() + 2, content.end());
}

// Count, then number, SENS_RES (2), SEL_RES, length, UID.
std::optional<std::vector<std::uint8_t>> uid_in(Bytes answer) {
    constexpr std::size_t before_uid = 6;
    if (answer.size() < before_uid || answer[0] == 0) return std::nullopt;
    const std::size_t size = answer[5];
    if ((size != 4 && size != 7 && size != 10) || answer.size() < before_uid + size)
        return std::nullopt;
    const auto uid = answer.subspan(before_uid, size);
    return std::vector<std::uint8_t>(uid.begin(), uid.end());
}

bool says_empty(Bytes answer) { return !answer.empty() && answer[0] == 0; }

std::optional<std::string> tag_from(Bytes uid) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (uid.size() == 4 && uid[0] == random_uid) return std::nullopt;
    std::string tag;
    for (const auto byte : uid) {
        tag += digits[byte >> 4U];
        tag += digits[byte & 15U];
    }
    return tag;
}

}  // namespace devices::pn532
