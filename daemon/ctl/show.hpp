// SPDX-License-Identifier: Apache-2.0
#pragma once
// Formats answers for people. Fields that an answer does not have are left out, never an error:
// the other side may be of another version.

#include "hal-service/shared/json.hpp"

#include <string>

namespace charge_daemon::ctl {

std::string status_text(const shared::Json& status);
std::string link_text(const shared::Json& answer);
std::string configuration_text(const shared::Json& keys);
std::string limits_text(const shared::Json& connectors);
std::string network_text(const shared::Json& interfaces);
std::string certificates_text(const shared::Json& certificates);
std::string security_log_text(const shared::Json& events);
std::string transactions_text(const shared::Json& transactions);
std::string observation_text(const shared::Json& observation);

}  // namespace charge_daemon::ctl
