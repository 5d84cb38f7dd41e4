// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys of the security extension (security white paper 7.2).

#include "hal-service/shared/authorization_key.hpp"
#include "ocpp/config/keys/key.hpp"

namespace ocpp::keys {

using namespace config;

// clang-format off
inline constexpr Key<Text> authorization_key{"AuthorizationKey", Text{""}, Access::ReadWrite,
    shared::min_authorization_key_digits, shared::max_authorization_key_digits,
    "password of Basic authentication, two hexadecimal digits for each byte; a candidate until a connection has proven it",
    {.check = check_authorization_key, .secret = true, .setting = "central_system.authorization_key"}};

inline constexpr Key<bool> additional_root_certificate_check{"AdditionalRootCertificateCheck", false, Access::ReadOnly, 0, 1,
    "true would mean a single root of the central system, whose successor it has signed; here roots coexist"};

inline constexpr Key<int> certificate_store_max_length{"CertificateStoreMaxLength", 20, Access::ReadOnly, 10, 100,
    "most certificates that InstallCertificate can install, of both types together"};

inline constexpr Key<int> certificate_signed_max_chain_size{"CertificateSignedMaxChainSize", 10'000, Access::ReadOnly, 10'000, 10'000,
    "longest chain of a CertificateSigned, in characters of PEM"};

inline constexpr Key<Text> cpo_name{"CpoName", Text{""}, Access::ReadWrite, 0, 64,
    "the operator, as the organization in the subject of SignCertificate; without it no certificate of the charge point is asked for"};

inline constexpr Key<int> security_profile{"SecurityProfile", 0, Access::ReadWrite, 0, 3,
    "0 = none, 1 = Basic authentication, 2 = TLS with it, 3 = TLS with a certificate of the charge point; over OCPP only upwards, and a candidate until a connection has proven it",
    {.setting = "central_system.security_profile"}};
// clang-format on

// Every key of this file.
inline constexpr std::array all_security{
    row(additional_root_certificate_check),
    row(authorization_key),
    row(certificate_signed_max_chain_size),
    row(certificate_store_max_length),
    row(cpo_name),
    row(security_profile),
};

}  // namespace ocpp::keys
