// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text form of certificates: RFC 7468, read generously, because central systems send it through
// JSON and forms.

#include "hal-service/shared/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ocpp::security {

// The bytes in each block named CERTIFICATE or X509 CERTIFICATE, at least one; see
// Certificate::from_pem(). The error never repeats the text.
shared::Result<std::vector<std::string>, std::string> pem_blocks(std::string_view text);

// One block named CERTIFICATE.
std::string pem_of(std::string_view der);

}  // namespace ocpp::security
