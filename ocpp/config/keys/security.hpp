// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys of the security extension (security white paper 7.2).

#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<bool> additional_root_certificate_check{"AdditionalRootCertificateCheck", false, Access::ReadOnly, 0, 1,
    "true would mean a single root of the central system, whose successor it has signed; here roots coexist"};

inline constexpr Key<int> certificate_store_max_length{"CertificateStoreMaxLength", 20, Access::ReadOnly, 10, 100,
    "most certificates that InstallCertificate can install, of both types together"};

inline constexpr Key<int> security_profile{"SecurityProfile", 0, Access::ReadOnly, 0, 3,
    "the security profile in use; 0 = none"};
// clang-format on

// Every key of this file.
inline constexpr std::array all_security{
    row(additional_root_certificate_check),
    row(certificate_store_max_length),
    row(security_profile),
};

}  // namespace ocpp::keys
