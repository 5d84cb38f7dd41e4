// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lights and the tag reader of a board.

#include "hal-service/shared/messages.hpp"

#include <array>
#include <optional>
#include <string>

namespace hal {

// The whole of what is to be shown.
struct PanelState {
    // The wished indications by connector; Faulted where a fault prevents charging.
    std::array<Indication, max_connectors> indications{};
    bool daemon = false;  // somebody wishes: without a daemon nothing of it is new
    Panel panel;

    bool operator==(const PanelState&) const = default;
};

// The event loop uses this; nothing here blocks.
class Front {
public:
    virtual ~Front() = default;
    virtual void show(const PanelState& shown) = 0;
    // Readable when next_tag() has one; -1: there is no reader.
    virtual int signal() const = 0;
    // Upper-case hex of a UID.
    virtual std::optional<std::string> next_tag() = 0;

protected:
    Front() = default;
    Front(const Front&) = default;
    Front& operator=(const Front&) = default;
};

}  // namespace hal
