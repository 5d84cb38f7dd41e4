// SPDX-License-Identifier: Apache-2.0
// chargepointctl hal against a running hardware process: looks, tests, and refusals.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ChargePoint } from './harness/charge_point.js';
import { LineSocket } from './harness/line_socket.js';
import { until } from './harness/wait.js';

describe('chargepointctl hal', () => {
  let cp;

  before(async () => {
    cp = new ChargePoint({ identity: 'HAL1' });
    cp.start_hald();
    await cp.simulator({ do: 'observe' });
  });

  after(() => cp?.close());

  test('readings of both outlets', async () => {
    const { code, json } = await cp.ctl('hal');
    assert.equal(code, 0);
    assert.deepEqual(
      json.connectors.map(({ connector, pilot, volts }) => [connector, pilot, volts[0]]),
      [
        [1, 'A', 230],
        [2, 'A', 230],
      ],
    );
  });

  test('a pilot, with a whole second behind it', async () => {
    await cp.simulator({ do: 'plug_in', connector: 1 });
    const pilot = await until(
      async () => {
        const { json } = await cp.ctl('hal', 'pilot', 'connector=1');
        return json.state === 'B' && json.second.samples > 150 && json;
      },
      { what: 'samples of state B' },
    );
    assert.ok(Math.abs(pilot.high_volts - 8.98) < 0.01);
    assert.equal(pilot.second.invalid, 0);
    await cp.simulator({ do: 'unplug', connector: 1 });
  });

  test('faults, and the whole table', async () => {
    const { json } = await cp.ctl('hal', 'faults', '--all');
    assert.deepEqual(json.active, []);
    assert.ok(json.rules.length > 20);
  });

  test('the loop keeps its time', async () => {
    const { json } = await cp.ctl('hal', '--stats');
    assert.equal(json.period_us, 5000);
    assert.ok(json.lateness.count > 100);
    assert.ok(json.tick.p50_us < 5000);
  });

  test("the residual current monitor's self-test", async () => {
    const { code, json } = await cp.ctl('hal', 'self-test', 'connector=2');
    assert.equal(json.result, 'passed');
    assert.equal(code, 0);
  });

  test('a relay test is refused without confirmation, and with a vehicle', async () => {
    const unconfirmed = await cp.ctl('hal', 'relay-test', 'connector=1');
    assert.equal(unconfirmed.code, 1);
    assert.match(unconfirmed.json.error, /confirm=true/);
    await cp.simulator({ do: 'plug_in', connector: 1 });
    await until(async () => (await cp.ctl('hal')).json.connectors[0].plugged, {
      what: 'the vehicle',
    });
    const plugged = await cp.ctl('hal', 'relay-test', 'connector=1', 'confirm=true');
    assert.equal(plugged.code, 1);
    assert.match(plugged.json.error, /plugged in/);
    await cp.simulator({ do: 'unplug', connector: 1 });
  });

  test('a relay test closes each contactor once and leaves them open', async () => {
    const { json } = await until(
      async () => {
        const ended = await cp.ctl('hal', 'relay-test', 'connector=1', 'confirm=true');
        return ended.json.result === 'refused' ? false : ended;
      },
      { what: 'an outlet that is idle' },
    );
    assert.equal(json.result, 'passed', JSON.stringify(json));
    const { connectors, switch_count } = await cp.simulator({ do: 'observe' });
    assert.equal(switch_count['1'], 1);
    assert.deepEqual(Object.values(connectors[0].relays), [false, false, false, false]);
  });

  test('who asks too often is refused, and nobody else', async () => {
    const connection = await LineSocket.connect(cp.hal_socket.replace('.sock', '-service.sock'));
    connection.write('{"do":"stats"}\n'.repeat(50));
    const answers = [];
    for (let i = 0; i < 50; i += 1) answers.push(await connection.receive());
    assert.ok(answers.some(({ ok }) => ok));
    assert.ok(answers.some(({ ok }) => !ok));
    assert.equal((await cp.ctl('hal')).code, 0);
    connection.close();
  });
});
