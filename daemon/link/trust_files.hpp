// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the certificates to trust from files, and knows when this program was built: no certificate
// is judged by an earlier time.

#include "hal-service/shared/result.hpp"
#include "ocpp/security/x509.hpp"

#include <string>
#include <vector>

namespace charge_daemon {

// The error says what is wrong, for people.
using Certificates = shared::Result<std::vector<ocpp::security::Certificate>, std::string>;

// The error names the file.
Certificates certificates_in(const std::string& path);

// The machine's own roots, the public certificate authorities, wherever its distribution keeps
// them.
Certificates machine_roots();

ocpp::security::Instant build_time();

}  // namespace charge_daemon
