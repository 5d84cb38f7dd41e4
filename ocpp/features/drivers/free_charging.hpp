// SPDX-License-Identifier: Apache-2.0
#pragma once
// FreeCharging: whoever plugs in charges, as RfidTagFreeCharging. A vehicle that has charged and
// still sits there does not begin again by itself.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class FreeCharging {
public:
    void advance(core::Context& ctx) const;
};

}  // namespace ocpp::features
