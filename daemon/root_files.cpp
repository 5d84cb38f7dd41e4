// SPDX-License-Identifier: Apache-2.0
#include "daemon/root_files.hpp"

#include "hal-service/process/file.hpp"
#include "ocpp/security/x509.hpp"

namespace charge_daemon {
namespace {

using ocpp::security::Certificate;
using shared::Failure;

// Nothing has expired at the beginning of time.
constexpr ocpp::security::JudgedAt before_all{ocpp::wire::DateTime::earliest, false};

shared::Result<std::string, std::string> roots_in(const std::string& path) {
    if (path.empty()) return std::string();
    auto text = process::read_file(path, ocpp::security::max_pem_bytes);
    if (!text) return Failure{path + ": " + text.error().text};
    const auto read = Certificate::from_pem(*text);
    if (!read) return Failure{path + ": " + read.error()};
    for (const auto& certificate : *read)
        if (const auto judgement = judge_anchor(certificate, before_all);
            judgement.verdict != ocpp::security::Verdict::Good)
            return Failure{path + ": " + judgement.why};
    return *std::move(text);
}

}  // namespace

shared::Result<RootFiles, process::Complaint> root_files(const process::Settings& settings) {
    const auto& own = daemon_settings(settings);
    auto central_system = roots_in(own.central_system.root_certificates);
    if (!central_system)
        return Failure{
            process::Complaint{"central_system.root_certificates", central_system.error()}};
    auto manufacturer = roots_in(own.manufacturer_roots);
    if (!manufacturer)
        return Failure{process::Complaint{"firmware.manufacturer_roots", manufacturer.error()}};
    return RootFiles{*std::move(central_system), *std::move(manufacturer)};
}

}  // namespace charge_daemon
