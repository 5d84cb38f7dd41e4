// SPDX-License-Identifier: Apache-2.0
#include "tests/rig/board/pn532.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace rig {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::uint8_t, 6> acknowledge{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00};
constexpr std::array<std::uint8_t, 6> repeat{0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00};
constexpr std::array<std::uint8_t, 8> error_frame{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};

constexpr std::uint8_t from_host = 0xD4;
constexpr std::uint8_t from_chip = 0xD5;
enum Command : std::uint8_t {
    GetFirmwareVersion = 0x02,
    SAMConfiguration = 0x14,
    RFConfiguration = 0x32,
    InListPassiveTarget = 0x4A,
    InRelease = 0x52
};
constexpr std::uint8_t max_retries_item = 5;

constexpr auto acknowledge_time = 1ms;
constexpr auto command_time = 3ms;
constexpr auto activation_time = 8ms;  // one try to find a card
constexpr auto wake_up_time = 1ms;
constexpr auto start_time = 2ms;  // after RSTPD_N has risen

std::vector<std::uint8_t> framed(const std::vector<std::uint8_t>& content) {
    const auto length = static_cast<std::uint8_t>(content.size());
    std::vector<std::uint8_t> frame{0x00, 0x00, 0xFF, length, static_cast<std::uint8_t>(-length)};
    frame.insert(frame.end(), content.begin(), content.end());
    const int sum = std::accumulate(content.begin(), content.end(), 0);
    frame.push_back(static_cast<std::uint8_t>(-sum));
    frame.push_back(0x00);
    return frame;
}

// Returns the content of a host's frame without its direction; nothing when it is damaged.
std::optional<Bytes> content_of(Bytes frame) {
    constexpr std::array<std::uint8_t, 2> start{0x00, 0xFF};
    const auto at = std::search(frame.begin(), frame.end(), start.begin(), start.end());
    const auto rest = frame.subspan(static_cast<std::size_t>(at - frame.begin()));
    if (rest.size() < 6) return std::nullopt;
    const std::size_t length = rest[2];
    if (((rest[2] + rest[3]) & 0xFF) != 0 || length < 2 || rest.size() < length + 5)
        return std::nullopt;
    const auto content = rest.subspan(4, length);
    const int sum = std::accumulate(content.begin(), content.end(), 0) + rest[4 + length];
    if ((sum & 0xFF) != 0 || content[0] != from_host) return std::nullopt;
    return content.subspan(1);
}

bool starts_with(Bytes bytes, Bytes start) {
    return bytes.size() >= start.size() && std::equal(start.begin(), start.end(), bytes.begin());
}

}  // namespace

void Pn532::set_reset_line(Moment now, bool high) {
    if (high == powered_) return;
    const auto uid = std::move(uid_);
    const auto until = card_until_;
    *this = {};
    uid_ = uid;
    card_until_ = until;
    powered_ = high;
    awake_from_ = now + start_time;
}

void Pn532::hold_card(std::vector<std::uint8_t> uid, Moment until) {
    uid_ = std::move(uid);
    card_until_ = until;
}

bool Pn532::ready(Moment now) const {
    if (acknowledgement_) return now >= acknowledgement_->from;
    if (answer_) return now >= answer_->from;
    return listing_ && now < card_until_;
}

bool Pn532::write(Moment now, Bytes out) {
    if (!powered_ || hangs_ || now < awake_from_) return false;
    if (std::exchange(asleep_, false)) {
        awake_from_ = now + wake_up_time;
        return false;
    }
    if (starts_with(out, acknowledge)) {  // gives up what it is doing
        acknowledgement_.reset();
        answer_.reset();
        listing_ = false;
        return true;
    }
    if (starts_with(out, repeat)) {
        answer_ = Answer{last_, now};
        return true;
    }
    const auto command = content_of(out);
    listing_ = false;
    if (!command) {
        acknowledgement_.reset();
        answer_ = Answer{{error_frame.begin(), error_frame.end()}, now + acknowledge_time};
        return true;
    }
    acknowledgement_ = Answer{{acknowledge.begin(), acknowledge.end()}, now + acknowledge_time};
    answer_.reset();
    begin(now, *command);
    return true;
}

void Pn532::begin(Moment now, Bytes command) {
    const auto done = now + command_time;
    switch (command[0]) {
        case GetFirmwareVersion: return answer(done, {0x03, 0x32, 0x01, 0x06, 0x07});
        case SAMConfiguration: return answer(done, {SAMConfiguration + 1});
        case RFConfiguration:
            if (command.size() == 5 && command[1] == max_retries_item) retries_ = command[4];
            return answer(done, {RFConfiguration + 1});
        case InListPassiveTarget: return begin_listing(now, command);
        case InRelease: return answer(done, {InRelease + 1, 0x00});
        default: answer_ = Answer{{error_frame.begin(), error_frame.end()}, done};
    }
}

// Type A at 106 kbit/s, one card.
void Pn532::begin_listing(Moment now, Bytes command) {
    if (command.size() < 3 || command[1] == 0 || command[2] != 0) {
        answer_ = Answer{{error_frame.begin(), error_frame.end()}, now + command_time};
        return;
    }
    if (now < card_until_) {
        std::uint8_t size_bits = 0x04;  // SENS_RES: size of the UID
        if (uid_.size() == 7) size_bits = 0x44;
        if (uid_.size() == 10) size_bits = 0x84;
        std::vector<std::uint8_t> found{InListPassiveTarget + 1,
                                        1,
                                        1,
                                        0x00,
                                        size_bits,
                                        0x08,
                                        static_cast<std::uint8_t>(uid_.size())};
        found.insert(found.end(), uid_.begin(), uid_.end());
        return answer(now + activation_time, std::move(found));
    }
    if (retries_ == 0xFF) {
        listing_ = true;
        return;
    }
    answer(now + activation_time * (retries_ + 1), {InListPassiveTarget + 1, 0});
}

void Pn532::answer(Moment from, std::vector<std::uint8_t> content) {
    content.insert(content.begin(), from_chip);
    last_ = framed(content);
    answer_ = Answer{last_, from};
}

// Each read begins with a byte that says whether anything follows.
bool Pn532::read(Moment now, Room in) {
    if (!powered_ || hangs_ || now < awake_from_) return false;
    std::fill(in.begin(), in.end(), std::uint8_t{0});
    if (in.empty() || !ready(now)) return true;
    if (listing_ && !acknowledgement_) {
        // A card came after all: it is told with the next look.
        constexpr std::array<std::uint8_t, 3> again{InListPassiveTarget, 1, 0};
        listing_ = false;
        begin_listing(now, again);
        return true;
    }
    in[0] = 0x01;
    // An answer that is read in part can be read again.
    auto& frame = acknowledgement_ ? acknowledgement_->frame : answer_->frame;
    const auto count = std::min(frame.size(), in.size() - 1);
    std::copy_n(frame.begin(), count, in.begin() + 1);
    if (in.size() == 1) return true;  // only the ready byte
    if (acknowledgement_)
        acknowledgement_.reset();
    else if (count == frame.size())
        answer_.reset();
    return true;
}

}  // namespace rig
