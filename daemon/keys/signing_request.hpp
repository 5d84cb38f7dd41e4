// SPDX-License-Identifier: Apache-2.0
#pragma once
// The request for a certificate of the charge point's own (PKCS#10, RFC 2986; security white paper
// A02, A00.FR.405, FR.509): the organization is the operator of the charge points, the common name
// is the serial number.

#include "daemon/keys/private_key.hpp"

#include <string>

namespace charge_daemon {

inline constexpr std::size_t max_request_characters = 5500;  // SignCertificate.req csr
// ub-organization-name and ub-common-name of RFC 5280 A.1, in characters.
inline constexpr std::size_t max_name_characters = 64;

struct SigningSubject {
    std::string organization;  // UTF-8
    std::string common_name;   // UTF-8
};

// PEM, signed by the key with SHA-256. The error says what is wrong with the subject.
shared::Result<std::string, std::string> signing_request(const PrivateKey& key,
                                                         const SigningSubject& subject);

}  // namespace charge_daemon
