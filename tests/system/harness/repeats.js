// SPDX-License-Identifier: Apache-2.0
// Tells a message that was sent again from a new one. A charge point rightly repeats a message whose
// answer may have been lost with the connection, so a test that counts messages must not count those.

// Two requests with the same content; the transaction's id may have changed between them.
export function same(a, b) {
  const { transactionId: first_id, ...first } = a;
  const { transactionId: second_id, ...second } = b;
  return JSON.stringify(first) === JSON.stringify(second);
}

// A request without an instant, for example Heartbeat, equals the next one without being a repeat.
const has_instant = ({ timestamp, meterValue }) =>
  timestamp !== undefined || meterValue !== undefined;

// Whether `call` repeats a call of `log`, which ended an earlier connection: a charge point has one
// call in flight, so only the last answer can have been lost. Meter values are also sent again when
// their answer was not yet on the disk as the process was killed.
export function is_repeat(call, log) {
  if (!has_instant(call.payload)) return false;
  const calls = log.filter(({ type, outbound }) => type === 2 && !outbound);
  const last_of = (connection) => calls.findLast((entry) => entry.connection === connection);
  return calls.some(
    (entry) =>
      entry.connection < call.connection &&
      entry.action === call.action &&
      same(entry.payload, call.payload) &&
      (call.action === 'MeterValues' || entry === last_of(entry.connection)),
  );
}
