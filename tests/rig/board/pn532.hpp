// SPDX-License-Identifier: Apache-2.0
#pragma once
// PN532: a reader of contactless cards behind I2C, with frames, acknowledgements and a line that
// says when an answer is ready.

#include "tests/rig/board/chips.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace rig {

class Pn532 final : public I2cChip {
public:
    bool write(Moment now, Bytes out) override;
    bool read(Moment now, Room in) override;

    // RSTPD_N: low is reset and power-down.
    void set_reset_line(Moment now, bool high);
    // The interrupt line, low when something is ready.
    bool interrupt_line(Moment now) const { return !ready(now); }

    // A card in the field until that moment: 4, 7 or 10 bytes.
    void hold_card(std::vector<std::uint8_t> uid, Moment until);
    // It answers nothing, not even its address, until it is reset.
    void hang() { hangs_ = true; }

private:
    struct Answer {
        std::vector<std::uint8_t> frame;
        Moment from{0};
    };

    bool ready(Moment now) const;
    void begin(Moment now, Bytes command);
    void begin_listing(Moment now, Bytes command);
    void answer(Moment from, std::vector<std::uint8_t> content);

    bool powered_ = true;
    bool asleep_ = true;  // after power-on: the first address only wakes it
    bool hangs_ = false;
    Moment awake_from_{0};
    int retries_ = 0xFF;  // 0xFF: for ever
    std::optional<Answer> acknowledgement_;
    std::optional<Answer> answer_;
    std::vector<std::uint8_t> last_;  // for a repetition
    bool listing_ = false;            // for as long as no card comes
    std::vector<std::uint8_t> uid_;
    Moment card_until_{0};
};

}  // namespace rig
