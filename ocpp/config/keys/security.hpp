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
inline constexpr Key<int> management_interface{"ManagementInterface", 1, Access::ReadWrite, 0, 365 * a_day,
    "the local page: 0 = off, 1 = on, n = on for n seconds after the start; under security profile 1 to 3 it is 600 unless told otherwise, counted from the switch as well, and 0 is refused"};

inline constexpr Key<int> security_profile{"SecurityProfile", 0, Access::ReadWrite, 0, 3,
    "0 = none, 1 = Basic authentication, 2 = TLS with it, 3 = TLS with a certificate of the charge point; over OCPP only upwards, and a candidate until a connection has proven it",
    {.setting = "central_system.security_profile"}};

inline constexpr Key<List> supported_file_transfer_protocols{"SupportedFileTransferProtocols", List{""}, Access::ReadOnly, 0, max_list_elements,
    "protocols of files that come or go, for example firmware and logs", {.setting = "transfer.protocols"}};
// clang-format on

// Every key of this file.
inline constexpr std::array all_security{
    row(additional_root_certificate_check),
    row(authorization_key),
    row(certificate_signed_max_chain_size),
    row(certificate_store_max_length),
    row(cpo_name),
    row(management_interface),
    row(security_profile),
    row(supported_file_transfer_protocols),
};

}  // namespace ocpp::keys
