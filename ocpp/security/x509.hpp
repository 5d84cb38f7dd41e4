// SPDX-License-Identifier: Apache-2.0
#pragma once
// X.509 as arithmetic on bytes: facts about certificates, the hash data by which OCPP names them,
// and the verdict on a chain at a given instant ("Improved security for OCPP 1.6-J", edition 3,
// and RFC 5280). Neither the machine's clock nor its OpenSSL configuration is read.

#include "hal-service/shared/result.hpp"
#include "ocpp/wire/security.hpp"
#include "ocpp/wire/time.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocpp::security {

using Instant = wire::DateTime::Point;

inline constexpr std::size_t max_certificate_bytes = 32UL * 1024;  // DER
inline constexpr std::size_t max_pem_bytes = 1024UL * 1024;        // a machine has 150 roots
inline constexpr std::size_t max_pem_certificates = 500;
inline constexpr std::size_t max_serial_bytes = 20;  // RFC 5280 4.1.2.2
// Certificates from a peer of which a path may be made, and the longest path with leaf and anchor.
inline constexpr std::size_t max_chain_certificates = 32;
inline constexpr std::size_t max_path = 16;

// White paper A00.FR.501: at least 112 bits of security.
inline constexpr int min_rsa_bits = 2048;
inline constexpr int min_ec_bits = 224;

// Names a key pair by its public half: the first lower-case hex digits of the SHA-256 of its
// SubjectPublicKeyInfo, in DER.
inline constexpr std::size_t key_id_digits = 32;
std::string key_id_of(std::string_view public_key);

struct Facts {
    std::string subject;  // on one line, as in RFC 2253: "CN=central.example,O=Operator"
    std::string issuer;
    std::string common_name;  // the last of the subject, or empty
    std::string serial;       // upper-case hex without leading zeros; negative ones begin with '-'
    Instant not_before{};
    Instant not_after{};   // the certificate counts up to the end of this second
    std::string key_kind;  // "RSA", "RSA-PSS", "EC", "DSA", "ED25519", ...; empty: unknown
    int key_bits = 0;
    bool strong_key = false;   // A00.FR.501
    bool is_ca = false;        // its basic constraints and its key usage say so
    bool says_ca = false;      // its basic constraints do, whatever its key usage
    bool self_issued = false;  // subject and issuer are the same
    bool self_signed = false;  // and its own key proves it
};

class Certificate {
public:
    // The certificates of a PEM text in their order, at least one. Line ends may be CRLF, or "\n"
    // as two characters; text around the blocks is passed over. Blocks that hold anything else,
    // for example a private key, are refused, and so is one certificate that can't be read. The
    // error says what is wrong without repeating the text.
    static shared::Result<std::vector<Certificate>, std::string> from_pem(std::string_view text);
    static shared::Result<Certificate, std::string> from_der(std::string_view bytes);

    // A temporary gives its parts away as copies, so that none of them outlives it as a reference.
    const std::string& der() const&;
    std::string der() && { return std::as_const(*this).der(); }
    std::string pem() const;  // lines of 64 characters, with an end of line at the end
    const Facts& facts() const&;
    Facts facts() && { return std::as_const(*this).facts(); }
    // SHA-256 of the DER in lower-case hex: names this very certificate.
    const std::string& fingerprint() const&;
    std::string fingerprint() && { return std::as_const(*this).fingerprint(); }
    std::string key_id() const;  // key_id_of() its key, whoever has signed it

    // The issuer's name fits, and its key proves the signature.
    bool is_issued_by(const Certificate& issuer) const;
    // As OCSP counts it (RFC 6960 4.1.1): the hashes of the issuer's name in this certificate and
    // of the issuer's key, and the serial number.
    wire::CertificateHashData hash_data(wire::HashAlgorithm algorithm,
                                        const Certificate& issuer) const;

    bool operator==(const Certificate& other) const { return der() == other.der(); }

    struct Parsed;  // OpenSSL's, which this header does not know
    const Parsed& parsed() const { return *parsed_; }

private:
    explicit Certificate(std::shared_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
    std::shared_ptr<const Parsed> parsed_;  // never null
};

enum class Verdict {
    Good,
    Malformed,      // contradicts itself, or demands something that is unknown
    Expired,        // it, or a certificate above it
    NotYetValid,    // it, or a certificate above it
    WrongName,      // is somebody else's
    UnknownIssuer,  // no path to an anchor
    WrongUsage,     // not for this purpose, or an issuer that is no CA
    WeakKey,        // below min_rsa_bits or min_ec_bits
    WeakSignature,  // by MD5 or SHA-1
    BadSignature,
    TooLong  // the chain
};
constexpr auto names(Verdict) {
    return std::array{"good",
                      "malformed",
                      "expired",
                      "not yet valid",
                      "for another name",
                      "from an unknown issuer",
                      "not for this use",
                      "too weak a key",
                      "too weak a signature",
                      "wrongly signed",
                      "too long a chain"};
}

// The instant at which certificates are judged. Until the time was learned it is a floor, the
// latest that is known to have passed: then a certificate that begins later is not refused.
struct JudgedAt {
    Instant at{};
    bool not_before_counts = true;
};

enum class Usage { Server, Client, Any };

struct Judgement {
    Verdict verdict = Verdict::UnknownIssuer;
    std::string why;                    // for people; empty when good
    std::optional<Certificate> anchor;  // when good: the first of the anchors that proves it
    Instant until{};                    // when good: the earliest not_after of the path
};

// Validates the path from `leaf` to one of `anchors` (RFC 5280 6). An anchor need not sign itself;
// its own signature and its place in a hierarchy are not asked for. `others` are what the peer sent
// besides, in any order. `host` is a DNS name, compared with the dNSName of subjectAltName and,
// where there is none, with the common name (a "*" stands for one whole label), or an IP address,
// compared with iPAddress only (RFC 6125); empty means any.
Judgement verify(const Certificate& leaf, std::span<const Certificate> others,
                 std::span<const Certificate> anchors, const JudgedAt& judged_at, Usage usage,
                 std::string_view host = "");

// "192.0.2.1", "2001:db8::1"; anything else is a name.
bool is_ip_address(const std::string& host);

// Judges whether the certificate can be an anchor: a CA that has not expired, with a key that is
// strong enough; if it names itself as its issuer, its signature has to be right. One that begins
// later may be installed before.
Judgement judge_anchor(const Certificate& certificate, const JudgedAt& judged_at);

}  // namespace ocpp::security
