// SPDX-License-Identifier: Apache-2.0
// The harness tells messages that were rightly sent again from new ones; no programs take part.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { is_repeat } from './harness/repeats.js';

const call = (connection, action, payload) => ({
  connection,
  action,
  payload,
  type: 2,
  outbound: false,
});
const sample = (timestamp) => ({ connectorId: 1, meterValue: [{ timestamp, sampledValue: [] }] });

describe('repeats', () => {
  const start = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2026-01-01T00:00:00Z' };
  const log = [
    call(1, 'MeterValues', sample('2026-01-01T00:00:01Z')),
    call(1, 'StartTransaction', start),
    call(2, 'StopTransaction', { ...start, transactionId: 1 }),
    call(2, 'Heartbeat', {}),
  ];

  test('the call with which an earlier connection ended is one, when it comes again', () => {
    assert.ok(is_repeat(call(2, 'StartTransaction', start), log));
    assert.ok(is_repeat(call(3, 'StartTransaction', { ...start, transactionId: 7 }), log));
  });

  test('a call that came again on its own connection is none', () => {
    assert.ok(!is_repeat(call(1, 'StartTransaction', start), log));
  });

  test('an answered start or stop that comes again is none, and so a test counts it', () => {
    assert.ok(!is_repeat(call(3, 'StopTransaction', { ...start, transactionId: 1 }), log));
  });

  test('meter values may come again although they were answered', () => {
    assert.ok(is_repeat(call(3, 'MeterValues', sample('2026-01-01T00:00:01Z')), log));
    assert.ok(!is_repeat(call(3, 'MeterValues', sample('2026-01-01T00:00:02Z')), log));
  });

  test('a message without an instant is new each time', () => {
    assert.ok(!is_repeat(call(3, 'Heartbeat', {}), log));
  });
});
