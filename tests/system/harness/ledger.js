// SPDX-License-Identifier: Apache-2.0
// The central system's books: each transaction with its start, meter values and stop. OCPP 1.6 has
// no key by which a repeated StartTransaction could be told from a new one, so a repetition (same
// connector, tag, register and instant) is booked on the old entry, and a new id is given to it:
// the charge point has to go on with the last id that it was given.

import { same } from './repeats.js';

export class Ledger {
  constructor() {
    this.transactions = [];
    this.faults = [];
    this.last_id = 100;
  }

  next_id() {
    return ++this.last_id;
  }

  // Keeps what a call says; returns its answer.
  book(connection, action, request, answer) {
    if (action === 'StartTransaction') this.#start(connection, request, answer);
    if (action === 'StopTransaction') this.#stop(connection, request);
    if (action === 'MeterValues') this.#meter_values(connection, request);
    return answer;
  }

  find(id) {
    return this.transactions.find((transaction) => transaction.ids.includes(id));
  }

  started_by(request) {
    return this.transactions.find(({ start }) => same(start, request));
  }

  get open() {
    return this.transactions.filter((transaction) => !transaction.stop);
  }

  #start(connection, request, { transactionId }) {
    const known = this.started_by(request);
    if (!known) {
      this.transactions.push({
        ids: [transactionId],
        start: request,
        starts: [connection],
        stops: [],
        meter: [],
      });
      return;
    }
    this.#repeated(known.starts, connection, 'StartTransaction', request);
    known.ids.push(transactionId);
  }

  #stop(connection, request) {
    const transaction = this.#of(request, 'StopTransaction');
    if (!transaction) return;
    if (transaction.stop) {
      this.#repeated(transaction.stops, connection, 'StopTransaction', request);
      if (!same(transaction.stop, request))
        this.faults.push(
          `a second, different StopTransaction: ${JSON.stringify([transaction.stop, request])}`,
        );
      return;
    }
    transaction.stop = request;
    transaction.stops.push(connection);
  }

  #meter_values(connection, request) {
    if (request.transactionId === undefined) return;
    const transaction = this.#of(request, 'MeterValues');
    if (!transaction) return;
    const twin = transaction.meter.find((entry) => same(entry.request, request));
    if (twin) {
      this.#repeated(twin.connections, connection, 'MeterValues', request);
      return;
    }
    if (transaction.stop)
      this.faults.push(`MeterValues after the stop: ${JSON.stringify(request)}`);
    transaction.meter.push({ request, connections: [connection] });
  }

  #of(request, action) {
    const transaction = this.find(request.transactionId);
    if (!transaction) {
      this.faults.push(`${action} for a transaction nobody started: ${JSON.stringify(request)}`);
    } else if (transaction.ids.at(-1) !== request.transactionId) {
      this.faults.push(
        `${action} with an outdated id: ${JSON.stringify(request)}, ids ${transaction.ids}`,
      );
    }
    return transaction;
  }

  // Sent again is right only when the answer may have been lost with its connection.
  #repeated(connections, connection, action, request) {
    if (connections.includes(connection))
      this.faults.push(`${action} was answered and came again: ${JSON.stringify(request)}`);
    connections.push(connection);
  }

  // Start, then values that never fall and never run back in time, then the stop.
  check() {
    if (this.faults.length > 0) throw new Error(this.faults.join('\n'));
    for (const transaction of this.transactions) check_transaction(transaction);
  }
}

// Energy registers of one MeterValues or transactionData entry, in Wh.
export function registers(meter_value) {
  return meter_value.sampledValue
    .filter(
      (value) =>
        (value.measurand ?? 'Energy.Active.Import.Register') === 'Energy.Active.Import.Register' &&
        value.phase === undefined,
    )
    .map((value) => Number(value.value) * (value.unit === 'kWh' ? 1000 : 1));
}

function check_transaction({ start, stop, meter }) {
  const points = [{ at: start.timestamp, wh: start.meterStart, what: 'start' }];
  for (const { request } of meter) {
    if (request.connectorId !== start.connectorId)
      throw new Error(
        `values of connector ${request.connectorId} in a transaction of ${start.connectorId}`,
      );
    for (const value of request.meterValue)
      for (const wh of registers(value)) points.push({ at: value.timestamp, wh, what: 'value' });
  }
  if (stop) points.push({ at: stop.timestamp, wh: stop.meterStop, what: 'stop' });
  for (let i = 1; i < points.length; ++i) {
    const [before, after] = [points[i - 1], points[i]];
    // A register in a sample may carry fractions; start and stop are whole Wh.
    if (after.wh < before.wh - 1 || Date.parse(after.at) < Date.parse(before.at) - 1_000)
      throw new Error(
        `a transaction runs backwards: ${JSON.stringify([before, after, start, stop])}`,
      );
  }
}
