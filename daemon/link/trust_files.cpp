// SPDX-License-Identifier: Apache-2.0
#include "daemon/link/trust_files.hpp"

#include "hal-service/process/file.hpp"
#include "ocpp/security/pem.hpp"

#include <unistd.h>

#include <array>
#include <chrono>

namespace charge_daemon {

using shared::Failure;

namespace {

constexpr std::array machine_root_files{
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Yocto, Buildroot
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora
    "/etc/ssl/cert.pem",                   // Alpine
};

}  // namespace

Certificates bundle_in(const std::string& path) {
    const auto text = process::read_file(path, ocpp::security::max_pem_bytes);
    if (!text) return Failure{path + ": " + text.error().text};
    const auto blocks = ocpp::security::pem_blocks(*text);
    if (!blocks) return Failure{path + ": " + blocks.error()};
    std::vector<ocpp::security::Certificate> certificates;
    for (const auto& block : *blocks)
        if (auto certificate = ocpp::security::Certificate::from_der(block))
            certificates.push_back(*std::move(certificate));
    return certificates;
}

Certificates machine_roots() {
    for (const auto* path : machine_root_files)
        if (::access(path, R_OK) == 0) return bundle_in(path);
    return Failure{
        std::string("this machine has no roots of its own: is ca-certificates installed?")};
}

ocpp::security::Instant build_time() {
    return ocpp::security::Instant{std::chrono::seconds{CHARGEPOINT_BUILD_TIME}};
}

}  // namespace charge_daemon
