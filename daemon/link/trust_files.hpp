// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads the machine's own roots, and knows when this program was built: no certificate is judged by
// an earlier time.

#include "hal-service/shared/result.hpp"
#include "ocpp/security/x509.hpp"

#include <string>
#include <vector>

namespace charge_daemon {

// The error says what is wrong, for people.
using Certificates = shared::Result<std::vector<ocpp::security::Certificate>, std::string>;

// The certificates of a PEM file, without those that can't be read: one of a local authority takes
// none of the others with it. The error names the file.
Certificates bundle_in(const std::string& path);

// The machine's own roots, the public certificate authorities, wherever its distribution keeps
// them. The error names the file.
Certificates machine_roots();

ocpp::security::Instant build_time();

}  // namespace charge_daemon
