// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a tag reader sends: nothing crashes, and a tag is never longer than OCPP's.

#include "hal-service/devices/pn532_frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace pn532 = devices::pn532;
    const pn532::Bytes bytes{data, size};
    (void)pn532::is_acknowledgement(bytes);
    for (const auto command : std::array<std::uint8_t, 3>{0x02, 0x4A, 0x52}) {
        const auto answer = pn532::answer_in(bytes, command);
        if (!answer) continue;
        if (answer->size() > pn532::max_content) std::abort();
        if (const auto uid = pn532::uid_in(*answer))
            if (const auto tag = pn532::tag_from(*uid); tag && tag->size() > 20) std::abort();
    }
    if (const auto uid = pn532::uid_in(bytes); uid && uid->size() > 10) std::abort();
    // We understand a command of our own, but for its direction.
    if (size > 0 && size < pn532::max_content && data[0] != 0) {
        auto frame = pn532::command_frame(bytes);
        frame[5] = 0xD5;
        frame[frame.size() - 2] = static_cast<std::uint8_t>(frame[frame.size() - 2] - 1);
        const auto back = pn532::answer_in(frame, static_cast<std::uint8_t>(data[0] - 1));
        if (!back || back->size() + 1 != size) std::abort();
    }
    return 0;
}
