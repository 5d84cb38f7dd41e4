// SPDX-License-Identifier: Apache-2.0
#pragma once
// A certificate as OpenSSL sees it, for the files of x509 only.

#include "ocpp/security/x509.hpp"

#include <openssl/x509.h>

#include <memory>
#include <string>

namespace ocpp::security {

// Calls a free function of OpenSSL as a deleter.
template <auto free>
struct Freed {
    template <class T>
    void operator()(T* value) const {
        free(value);
    }
};

using X509Pointer = std::unique_ptr<X509, Freed<X509_free>>;

struct Certificate::Parsed {
    X509Pointer x509;
    std::string der;
    std::string fingerprint;
    Facts facts;
};

// OpenSSL's functions that only read take no const pointer everywhere.
inline X509* x509_of(const Certificate& certificate) { return certificate.parsed().x509.get(); }

}  // namespace ocpp::security
