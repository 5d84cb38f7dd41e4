// SPDX-License-Identifier: Apache-2.0
// Two programs of different protocol versions refuse each other, say so, and go on living.

import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, test } from 'node:test';

import { ChargePoint, one_connector } from './harness/charge_point.js';
import { LineSocket } from './harness/line_socket.js';
import { nothing_for, until } from './harness/wait.js';

const other_version = 99;

const version = 3;
const board = [{ id: 1, type: 'type2-cable', phases: 3, max_current: 32_000 }];
const reading = {
  connector: 1,
  plugged: false,
  cable: true,
  plug_count: 0,
  pilot: 'A',
  pwm: false,
  ev_requests: false,
  contactor_closed: false,
  locked: false,
  mains: true,
  phases: 3,
  offered: 0,
  current: [0, 0, 0],
  voltage: [230_000, 230_000, 230_000],
  power: [0, 0, 0],
  power_factor: [1000, 1000, 1000],
  energy: 0,
  frequency: 50_000,
  cable_limit: 32_000,
  temperature_limit: 32_000,
  toggles: 0,
  wake_ups: 0,
  phase_change: false,
  button: false,
  faults: [],
};

// A HAL of the test's own; `lines` are what chargepointd says to it.
function pretended_hal(cp, lines, hello) {
  const hal = { server: undefined, peer: undefined };
  hal.server = net.createServer((socket) => {
    hal.peer = new LineSocket(socket, lines);
    hal.peer.send({ hello: { software: 'a stranger', instance: 'x', connectors: [], ...hello } });
  });
  hal.server.listen(cp.hal_socket);
  return hal;
}

const messages = (lines) => lines.map((line) => JSON.parse(line));

test('chargepointd wishes nothing for a connector that it has not seen', async () => {
  const cp = new ChargePoint({ identity: 'HAL3', connectors: one_connector });
  const lines = [];
  const hal = pretended_hal(cp, lines, { version, connectors: board });
  try {
    cp.start_daemon();
    await until(() => messages(lines).some((line) => line.hello), { what: 'a hello' });
    await nothing_for(1_500, () => {
      const wishes = messages(lines).filter((line) => line.setpoint);
      assert.deepEqual(wishes, [], 'a session may be running there');
    });
    hal.peer.send({ reading });
    const said = () => messages(lines).find((line) => line.setpoint);
    const { setpoint } = await until(said, { what: () => `a setpoint\n${cp.words()}` });
    assert.equal(setpoint.power_allowed, false);
    cp.check_alive();
  } finally {
    await cp.close();
    hal.server.close();
  }
});

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
    const hal = pretended_hal(cp, lines, { version: other_version });
    try {
      cp.start_daemon();
      await until(() => messages(lines).some((line) => line.refusal), {
        what: () => `a refusal\n${cp.words()}`,
      });
      const { refusal } = messages(lines).find((line) => line.refusal);
      assert.match(refusal.reason, /99/);
      assert.match(refusal.reason, /version/i);
      await until(() => cp.daemon.log.some((line) => /version/i.test(line) && /99/.test(line)), {
        what: () => `words about the version:\n${cp.words()}`,
      });
      cp.check_alive();
    } finally {
      await cp.close();
      hal.server.close();
    }
  });
});
