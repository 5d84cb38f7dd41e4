// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys and worlds for tests of a new AuthorizationKey or SecurityProfile.

#include "hal-service/shared/authorization_key.hpp"
#include "tests/support/world.hpp"

#include <functional>
#include <optional>
#include <string>

namespace candidates {

inline const std::string old_hex(40, '1');
// With a zero, a colon and the highest byte.
inline const std::string new_hex = "003AFF00112233445566778899AABBCCDDEEFF3A";
inline const std::string third_hex(32, '3');

inline std::string bytes(const std::string& hex) { return shared::authorization_key_bytes(hex); }

inline test::World::Options with_profile(int profile, bool has_root = false) {
    test::World::Options options;
    options.security_profile = profile;
    options.authorization_key = old_hex;
    options.trust_system_roots = has_root;
    return options;
}

inline bool pending(const test::World& w) { return w.overview()["security"].contains("candidate"); }

// Proven is proven: nothing else is dialled any more, however long the network is gone.
inline void check_stays(test::World& w,
                        const std::function<bool(const ocpp::core::LinkSettings&)>& is_proven) {
    using test::seconds;
    w.door = [&](const ocpp::core::LinkSettings& link) -> std::optional<ocpp::core::DialFailed> {
        CHECK(is_proven(link));
        return ocpp::core::DialFailed{ocpp::core::DialProblem::Unreachable, "the network is gone"};
    };
    w.disconnect().connect().wait(seconds{350}).restart().wait(seconds{60});
    w.door = nullptr;
    w.settle(seconds{60}).check_books();
}

}  // namespace candidates
