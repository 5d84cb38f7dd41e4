// SPDX-License-Identifier: Apache-2.0
#pragma once
// Says what is offered over TLS, and the limits of what is taken. The documentation is written from
// it.

#include <array>
#include <cstddef>
#include <string_view>

namespace charge_daemon {

struct CipherSuite {
    std::string_view name;     // IANA's
    std::string_view openssl;  // OpenSSL's
    std::string_view from;
};

// The order is that of preference, and it is the one in which they are offered: forward secrecy
// first, then authenticated encryption, and less work before more of the same.
inline constexpr std::string_view asked_by_white_paper = "white paper A00.FR.306";
inline constexpr std::string_view asked_by_many = "many central systems";
inline constexpr std::array suites_1_3{
    CipherSuite{"TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "TLS 1.3"},
    CipherSuite{"TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "TLS 1.3"},
    CipherSuite{"TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "TLS 1.3"},
};
// clang-format off
inline constexpr std::array suites_1_2{
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", asked_by_white_paper},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384", asked_by_white_paper},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256", asked_by_many},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384", asked_by_many},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "ECDHE-ECDSA-AES128-SHA256", asked_by_many},
    CipherSuite{"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384", asked_by_many},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256", asked_by_many},
    CipherSuite{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ECDHE-RSA-AES256-SHA384", asked_by_many},
    CipherSuite{"TLS_RSA_WITH_AES_128_GCM_SHA256", "AES128-GCM-SHA256", asked_by_white_paper},
    CipherSuite{"TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384", asked_by_white_paper},
};
// clang-format on

// The bytes of all certificates that a server sends: eight of RSA 4096 need some 16 KiB.
inline constexpr long max_certificate_list_bytes = 64L * 1024;
// People see at most so much of words that a certificate chooses.
inline constexpr std::size_t max_words_bytes = 300;
// RSA 2048, EC 224, no SHA-1 (A00.FR.501 to 503: 112 bits).
inline constexpr int security_level = 2;

}  // namespace charge_daemon
