// SPDX-License-Identifier: Apache-2.0
#pragma once
// The messages of a transaction as its record says them, and what of the stored ones can be used.

#include "ocpp/core/change.hpp"
#include "ocpp/wire/transactions.hpp"

namespace ocpp::core {

inline constexpr std::int32_t unknown_transaction_id = -1;  // errata 4.0, 3.18

wire::StartTransactionRequest start_request(const TransactionRecord& record);
// Of a record with its stop wish and its stop; without transactionId and values.
wire::StopTransactionRequest stop_request(const TransactionRecord& record);

// What a stored message is worth after a disk may have changed it.
enum class Stored { Whole, Rebuilt, Lost };
// `record` of its transaction, if there is one: what is damaged is said again from it.
Stored mend(QueuedMessage& message, const TransactionRecord* record);

}  // namespace ocpp::core
