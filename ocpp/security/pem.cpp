// SPDX-License-Identifier: Apache-2.0
#include "ocpp/security/pem.hpp"

#include "hal-service/shared/base64.hpp"
#include "ocpp/security/x509.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace ocpp::security {
namespace {

constexpr std::string_view dashes = "-----";
constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::size_t max_label = 40;

// "\n" and "\r\n" as two and four characters, as they come out of JSON that was escaped twice.
std::string with_real_line_ends(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escaped =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r');
        plain += escaped ? '\n' : text[i];
        if (escaped) ++i;
    }
    return plain;
}

// Nothing unless it is base64 with its padding; blanks and line ends are passed over.
std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    std::size_t digits = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const auto value = shared::base64_digits.find(c);
        if (value == std::string_view::npos || padding > 0) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        if (++digits % 4 == 0)
            for (const unsigned shift : {16U, 8U, 0U})
                bytes += static_cast<char>((bits >> shift) & 0xFFU);
    }
    const auto rest = digits % 4;
    if (rest == 1 || (rest + padding) % 4 != 0 || padding > 2) return std::nullopt;
    if (rest >= 2) bytes += static_cast<char>((bits >> (rest == 2 ? 4U : 10U)) & 0xFFU);
    if (rest == 3) bytes += static_cast<char>((bits >> 2U) & 0xFFU);
    return bytes;
}

shared::Failure<std::string> no_certificate(std::string_view label) {
    if (label.find("PRIVATE KEY") != label.npos)
        return {"there is a private key in it, which belongs to nobody else"};
    for (const char c : label)
        if (c != ' ' && (c < '0' || c > '9') && (c < 'A' || c > 'Z'))
            return {"a block in it is no certificate"};
    return {"a block in it is no certificate: " + std::string(label)};
}

struct Block {
    std::string_view label;
    std::string_view body;
    std::size_t end;  // in the text
};

// The block that begins at `start`.
shared::Result<Block, std::string> block_at(std::string_view text, std::size_t start) {
    const auto label_start = start + begin_mark.size();
    const auto label_end = text.find(dashes, label_start);
    if (label_end == text.npos || label_end - label_start > max_label)
        return shared::Failure{std::string("the line that begins a block does not end")};
    const auto label = text.substr(label_start, label_end - label_start);
    const auto end_line = std::string(end_mark) + std::string(label) + std::string(dashes);
    const auto body_start = label_end + dashes.size();
    const auto body_end = text.find(end_mark, body_start);
    if (body_end == text.npos || text.substr(body_end, end_line.size()) != end_line)
        return shared::Failure{std::string("a block begins and does not end")};
    return Block{label, text.substr(body_start, body_end - body_start), body_end + end_line.size()};
}

}  // namespace

shared::Result<std::vector<std::string>, std::string> pem_blocks(std::string_view text) {
    if (text.size() > max_pem_bytes)
        return shared::Failure{"the text is longer than " + std::to_string(max_pem_bytes) +
                               " bytes"};
    const auto plain = with_real_line_ends(text);
    const std::string_view rest = plain;
    std::vector<std::string> blocks;
    for (std::size_t start = 0; (start = rest.find(begin_mark, start)) != rest.npos;) {
        const auto block = block_at(rest, start);
        if (!block) return shared::Failure{block.error()};
        if (block->label != "CERTIFICATE" && block->label != "X509 CERTIFICATE")
            return no_certificate(block->label);
        if (blocks.size() == max_pem_certificates)
            return shared::Failure{"there are more than " + std::to_string(max_pem_certificates) +
                                   " certificates in it"};
        auto bytes = from_base64(block->body);
        if (!bytes || bytes->empty())
            return shared::Failure{std::string("a block in it is no base64")};
        blocks.push_back(*std::move(bytes));
        start = block->end;
    }
    if (blocks.empty())
        return shared::Failure{
            std::string("there is no -----BEGIN CERTIFICATE----- in it, it is no PEM")};
    return blocks;
}

std::string pem_of(std::string_view der) {
    constexpr std::size_t line_length = 64;
    const auto digits = shared::base64(der);
    std::string text = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t i = 0; i < digits.size(); i += line_length)
        text += digits.substr(i, line_length) + '\n';
    return text + "-----END CERTIFICATE-----\n";
}

}  // namespace ocpp::security
