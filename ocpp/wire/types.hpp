// SPDX-License-Identifier: Apache-2.0
#pragma once
// OCPP 1.6 chapter 7: the types that several profiles share.

#include "hal-service/shared/ascii.hpp"
#include "hal-service/shared/fields.hpp"
#include "ocpp/wire/time.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace ocpp::wire {

using shared::Field;
using shared::List;
using shared::Text;

// OCPP 1.6 7 says integer and no width; central systems number by milliseconds or by snowflakes.
using TransactionId = std::int64_t;

// Compares two CiStrings (OCPP 1.6 7.6 to 7.10), which are printable ASCII.
constexpr std::strong_ordering compare_ignoring_case(std::string_view a, std::string_view b) {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i)
        if (const auto order = shared::ascii_lower(a[i]) <=> shared::ascii_lower(b[i]); order != 0)
            return order;
    return a.size() <=> b.size();
}

// A tag, spelt as it was written; "04a2" and "04A2" are equal.
class IdToken {
public:
    static constexpr std::size_t max = 20;

    IdToken() = default;
    explicit IdToken(Text<max> text) : text_(std::move(text)) {}
    static std::optional<IdToken> from_text(std::string_view text) {
        if (text.size() > max && shared::code_points(text) > max) return std::nullopt;
        return IdToken{Text<max>{std::string(text)}};
    }

    // A token from stored text, which was one before.
    static IdToken kept(std::string text) { return IdToken{Text<max>{std::move(text)}}; }

    const std::string& to_text() const { return text_.value; }
    const Text<max>& text() const { return text_; }
    bool empty() const { return text_.empty(); }

    friend bool operator==(const IdToken& a, const IdToken& b) {
        return compare_ignoring_case(a.to_text(), b.to_text()) == 0;
    }
    friend std::weak_ordering operator<=>(const IdToken& a, const IdToken& b) {
        return compare_ignoring_case(a.to_text(), b.to_text());
    }

private:
    Text<max> text_;
};

enum class AuthorizationStatus { Accepted, Blocked, Expired, Invalid, ConcurrentTx };
constexpr auto names(AuthorizationStatus) {
    return std::array{"Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"};
}

struct IdTagInfo {
    std::optional<DateTime> expiry_date{};
    std::optional<IdToken> parent_id_tag{};
    AuthorizationStatus status{};

    bool operator==(const IdTagInfo&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"expiryDate", &IdTagInfo::expiry_date},
                  Field{"parentIdTag", &IdTagInfo::parent_id_tag},
                  Field{"status", &IdTagInfo::status});
    }
};

}  // namespace ocpp::wire
