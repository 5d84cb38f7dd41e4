// SPDX-License-Identifier: Apache-2.0
#pragma once
// The messages of a transaction as its record says them, and what of the stored ones can be used.

#include "ocpp/core/change.hpp"
#include "ocpp/core/clock.hpp"
#include "ocpp/core/snapshot.hpp"
#include "ocpp/wire/transactions.hpp"

namespace ocpp::core {

inline constexpr wire::TransactionId unknown_transaction_id = -1;  // errata 4.0, 3.18

// True when the central system is told -1 for this transaction: it has answered the start with 0 or
// -1, or the start was given up.
bool nameless(const TransactionRecord& record);
// True when a transactionId of the central system may mean this transaction. A central system that
// gives no numbers says 0 or -1.
bool means(wire::TransactionId id, const TransactionRecord& record);

wire::StartTransactionRequest start_request(const TransactionRecord& record);
// Needs a record with its stop wish and its stop; the request has no transactionId and no values.
wire::StopTransactionRequest stop_request(const TransactionRecord& record);

// The stored payload of a message with this transactionId.
std::string with_transaction_id(const std::string& payload, wire::TransactionId transaction_id);

// Is it a StopTransaction with transactionData?
bool carries_data(const QueuedMessage& message);
std::string without_data(const std::string& payload);

// Moves times that were stamped before the time was known; false when nothing moved.
bool shift_time(Instant& at, const Clock::Shift& shift);
// Every "timestamp" in the payload, and in the text of a vendor's message.
bool shift_times(QueuedMessage& message, const Clock::Shift& shift);

// The state of a stored message, which a disk may have changed.
enum class Mended { Whole, Rebuilt, Lost };
// `record` of its transaction, if there is one: what is damaged is said again from it.
Mended mend(QueuedMessage& message, const TransactionRecord* record);

}  // namespace ocpp::core
