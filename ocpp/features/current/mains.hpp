// SPDX-License-Identifier: Apache-2.0
#pragma once
// The loss of the supply: what was charged is kept at once, and when the supply comes back,
// everything begins anew, because nobody knows what a dip has left behind.

#include "ocpp/core/context.hpp"

namespace ocpp::features {

class Mains {
public:
    // True once, when the supply is back after a loss.
    bool seen(core::Context& ctx);

private:
    bool lost_ = false;
};

}  // namespace ocpp::features
