// SPDX-License-Identifier: Apache-2.0
#pragma once
// Answers of which a part is worth having: what must be readable of them, the rest being optional.
// An answer that is thrown away for a detail costs a transaction its number, or a site its service.

#include "ocpp/wire/core_profile.hpp"
#include "ocpp/wire/types.hpp"

namespace ocpp::wire {

struct StartTransactionAnswer {
    std::optional<IdTagInfo> id_tag_info{};         // absent: nothing is said about the tag
    std::optional<TransactionId> transaction_id{};  // absent: it has no number

    bool operator==(const StartTransactionAnswer&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"idTagInfo", &StartTransactionAnswer::id_tag_info},
                  Field{"transactionId", &StartTransactionAnswer::transaction_id});
    }
};

struct BootNotificationAnswer {
    RegistrationStatus status{};
    std::optional<DateTime> current_time{};
    std::optional<std::int32_t> interval{};

    bool operator==(const BootNotificationAnswer&) const = default;
    static constexpr auto fields(auto of) {
        return of(Field{"status", &BootNotificationAnswer::status},
                  Field{"currentTime", &BootNotificationAnswer::current_time},
                  Field{"interval", &BootNotificationAnswer::interval});
    }
};

namespace detail {

template <class Response>
struct ReadAs {
    using type = Response;
};
template <>
struct ReadAs<StartTransactionResponse> {
    using type = StartTransactionAnswer;
};
template <>
struct ReadAs<BootNotificationResponse> {
    using type = BootNotificationAnswer;
};

}  // namespace detail

template <class Response>
using AnswerOf = typename detail::ReadAs<Response>::type;

}  // namespace ocpp::wire
