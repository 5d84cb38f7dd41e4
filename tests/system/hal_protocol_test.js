// SPDX-License-Identifier: Apache-2.0
// Two programs of different protocol versions refuse each other, say so, and go on living.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { describe, test } from 'node:test';

import { ChargePoint } from './harness/charge_point.js';
import { LineSocket } from './harness/line_socket.js';
import { until } from './harness/wait.js';

const other_version = 99;

describe('a HAL protocol version that does not match', () => {
  test('is refused by chargepoint-hald', async () => {
    const cp = new ChargePoint({ identity: 'HAL1' });
    try {
      cp.start_hald();
      await cp.simulator({ do: 'observe' });
      const peer = await LineSocket.connect(cp.hal_socket);
      peer.send({
        hello: { version: other_version, software: 'a stranger', instance: 'x', connectors: [] },
      });
      const lines = [];
      await until(
        async () => {
          while (peer.lines.length > 0) lines.push(JSON.parse(peer.lines.shift()));
          return peer.closed;
        },
        { what: 'the end of the connection' },
      );
      const refusal = lines.find((line) => line.refusal)?.refusal;
      assert.ok(refusal, JSON.stringify(lines));
      assert.match(refusal.reason, /99/);
      assert.match(refusal.reason, /version/i);
      await until(() => cp.hald.log.some((line) => /version/i.test(line) && /99/.test(line)), {
        what: () => `words about the version:\n${cp.words()}`,
      });
      cp.check_alive();
      await cp.simulator({ do: 'observe' });
    } finally {
      await cp.close();
    }
  });

  test('is refused by chargepointd', async () => {
    const cp = new ChargePoint({ identity: 'HAL2' });
    const lines = [];
    const server = net.createServer((socket) => {
      const peer = new LineSocket(socket, lines);
      peer.send({
        hello: { version: other_version, software: 'a stranger', instance: 'x', connectors: [] },
      });
    });
    try {
      fs.rmSync(cp.hal_socket, { force: true });
      server.listen(cp.hal_socket);
      cp.start_daemon();
      await until(() => lines.some((line) => JSON.parse(line).refusal), {
        what: () => `a refusal\n${cp.words()}`,
      });
      const { refusal } = lines.map((line) => JSON.parse(line)).find((line) => line.refusal);
      assert.match(refusal.reason, /99/);
      assert.match(refusal.reason, /version/i);
      await until(() => cp.daemon.log.some((line) => /version/i.test(line) && /99/.test(line)), {
        what: () => `words about the version:\n${cp.words()}`,
      });
      cp.check_alive();
    } finally {
      await cp.close();
      server.close();
    }
  });
});
