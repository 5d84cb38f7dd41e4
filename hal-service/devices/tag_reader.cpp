// SPDX-License-Identifier: Apache-2.0
#include "hal-service/devices/tag_reader.hpp"

#include "hal-service/devices/pn532_frame.hpp"

#include <array>
#include <utility>

namespace devices {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t get_firmware_version = 0x02;
constexpr std::uint8_t sam_configuration = 0x14;
constexpr std::uint8_t rf_configuration = 0x32;
constexpr std::uint8_t in_list_passive_target = 0x4A;
constexpr std::uint8_t in_release = 0x52;

constexpr std::uint8_t chip = 0x32;
constexpr int write_tries = 3;  // the first address after power-down only wakes it
constexpr auto wake_time = 2ms;
constexpr auto acknowledged_within = 20ms;
constexpr auto answered_within = 50ms;
constexpr auto listed_within = 200ms;  // with the number of tries that begin() sets
constexpr auto look_again = 2ms;
constexpr auto reader_reset_time = 20ms;  // the chip needs less; the line follows within a tick
constexpr auto start_time = 20ms;
constexpr int failures_allowed = 3;
constexpr hal::Moment restart_interval = 1s;
constexpr hal::Moment away = 1s;

}  // namespace

std::optional<std::vector<std::uint8_t>> CardPresence::see(
    std::optional<std::vector<std::uint8_t>> uid, hal::Moment now) {
    const bool first = !std::exchange(looked_, true);
    if (absent_since_ && now - *absent_since_ >= away) uid_.clear();
    if (!uid) {
        if (!absent_since_) absent_since_ = now;
        return std::nullopt;
    }
    absent_since_.reset();
    if (*uid == uid_) return std::nullopt;
    uid_ = *uid;
    return first ? std::nullopt : std::move(uid);
}

std::optional<std::string> TagReader::look() {
    if (!begun_) {
        if (hands_.now() < not_before_) return std::nullopt;
        begun_ = begin();
        if (!begun_) {
            not_before_ = hands_.now() + restart_interval;
            failed();
            return std::nullopt;
        }
    }
    const auto answer = ask({in_list_passive_target, 1, 0}, listed_within);
    if (!answer) {
        failed();
        return std::nullopt;
    }
    failures_ = 0;
    works_ = true;
    auto uid = pn532::uid_in(*answer);
    if (!uid && !pn532::says_empty(*answer)) {
        presence_.unknown();
        return std::nullopt;
    }
    // Left selected, a card would not be found again.
    if (uid && !ask({in_release, 0}, answered_within)) failed();
    const auto fresh = presence_.see(std::move(uid), hands_.now());
    if (!fresh) return std::nullopt;
    const auto tag = pn532::tag_from(*fresh);
    if (!tag) hands_.tell("a card with a random number is no identity");
    return tag;
}

// Resets the chip after several failures in a row.
void TagReader::failed() {
    presence_.unknown();
    if (++failures_ < failures_allowed) return;
    if (works_) hands_.tell("the reader does not answer");
    works_ = false;
    failures_ = 0;
    begun_ = false;
    if (!hands_.reset) return;
    hands_.reset(true);
    hands_.pause(reader_reset_time);
    hands_.reset(false);
    hands_.pause(start_time);
}

bool TagReader::begin() {
    const auto version = ask({get_firmware_version}, answered_within);
    if (!version || version->empty() || (*version)[0] != chip) return false;
    // Normal mode, and no waiting for ever: two tries to find a card.
    return ask({sam_configuration, 0x01, 0x00, 0x01}, answered_within) &&
           ask({rf_configuration, 0x05, 0xFF, 0x01, 0x01}, answered_within);
}

bool TagReader::send(const Content& command) {
    const auto frame = pn532::command_frame(command);
    for (int i = 0; i < write_tries; ++i) {
        if (bus_.write(address_, frame)) return true;
        hands_.pause(wake_time);
    }
    return false;
}

std::optional<TagReader::Content> TagReader::take(std::chrono::milliseconds patience) {
    std::array<std::uint8_t, pn532::max_frame + 1> in{};
    const auto until = hands_.now() + patience;
    do {
        hands_.pause(look_again);
        if (!bus_.read(address_, in)) continue;
        if ((in[0] & 1U) != 0) return Content(in.begin() + 1, in.end());
    } while (hands_.now() < until);
    return std::nullopt;
}

std::optional<TagReader::Content> TagReader::ask(const Content& command,
                                                 std::chrono::milliseconds patience) {
    if (!send(command)) return std::nullopt;
    const auto acknowledged = take(acknowledged_within);
    if (!acknowledged || !pn532::is_acknowledgement(*acknowledged)) return std::nullopt;
    const auto frame = take(patience);
    if (!frame) {
        // An acknowledgement from the host ends the chip's present command.
        bus_.write(address_, pn532::acknowledgement);
        return std::nullopt;
    }
    auto answer = pn532::answer_in(*frame, command[0]);
    if (!answer) return std::nullopt;
    return *std::move(answer);
}

}  // namespace devices
