// SPDX-License-Identifier: Apache-2.0
// Wrong requests on the simulator's socket and the HAL's: an error in words, and life goes on.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ChargePoint } from './harness/charge_point.js';
import { LineSocket } from './harness/line_socket.js';
import { until } from './harness/wait.js';

// Each is refused, with words.
const refused = [
  '',
  'hello',
  '[]',
  'null',
  '17',
  '"plug_in"',
  '{}',
  '{"do":17}',
  '{"do":"dance"}',
  '{"do":"plug_in"',
  '{"do":"plug_in"}',
  '{"do":"plug_in","connector":0}',
  '{"do":"plug_in","connector":3}',
  '{"do":"plug_in","connector":"1"}',
  '{"do":"plug_in","connector":1.5}',
  '{"do":"plug_in","connector":1e99}',
  '{"do":"plug_in","connector":1,"colour":"red"}',
  '{"do":"plug_in","connector":1,"end":"middle"}',
  '{"do":"plug_in","connector":1,"cable_rating":17}',
  '{"do":"unplug","connector":99}',
  '{"do":"unplug"}',
  '{"do":"vehicle","connector":1,"ready":"yes"}',
  '{"do":"vehicle","connector":1,"max_current":-1}',
  '{"do":"vehicle","connector":1,"phases":4}',
  '{"do":"vehicle","connector":1,"response_ms":-5}',
  '{"do":"vehicle","connector":1,"wings":2}',
  '{"do":"present_tag"}',
  '{"do":"present_tag","uid":""}',
  '{"do":"present_tag","uid":"04A1B2"}',
  '{"do":"present_tag","uid":"04A1B2C3","stays":"for ever"}',
  '{"do":"remove_tag","uid":"04A1B2C3"}',
  '\uFEFF{"do":"observe"}',
  '{"do":"observe","do":"observe"}',
  '{"do":"plug_in","connector":2,"connector":1}',
  '{"do":"present_tag","uid":"04A1B2C"}',
  '{"do":"present_tag","uid":"nothex00"}',
  '{"do":"present_tag","uid":"04A1B2C3","id_tag":"both"}',
  '{"do":"present_tag","id_tag":"123456789012345678901"}',
  '{"do":"mains","volts":[230,230]}',
  '{"do":"mains","volts":"230"}',
  '{"do":"mains","volts":[230,230,-1e9]}',
  '{"do":"mains","hertz":"fast"}',
  '{"do":"mains","interrupt_ms":-1}',
  '{"do":"fault"}',
  '{"do":"fault","name":"boredom","connector":1,"on":true}',
  '{"do":"fault","name":"relay_welded","connector":1,"relay":"L9","on":true}',
  '{"do":"fault","name":"relay_welded","connector":1,"relay":"L1","on":"maybe"}',
  '{"do":"observe","connector":1}',
  '{"do":"reset","really":true}',
  '['.repeat(10_000),
  `{"do":"${'x'.repeat(100_000)}"}`,
];

describe('wrong requests to the hardware process', () => {
  let cp;

  before(async () => {
    cp = new ChargePoint({ identity: 'SIM1' });
    cp.start_hald();
    await cp.simulator({ do: 'observe' });
  });

  after(() => cp?.close());

  async function lives() {
    cp.check_alive();
    const { connectors } = await cp.simulator({ do: 'observe' });
    assert.equal(connectors.length, 2);
    assert.ok(
      connectors.every(({ vehicle_state }) => vehicle_state === 'A'),
      JSON.stringify(connectors),
    );
  }

  for (const line of refused) {
    test(`simulator: ${line.slice(0, 80) || '(an empty line)'}`, async () => {
      const connection = await LineSocket.connect(cp.simulator_socket);
      try {
        connection.write(`${line}\n`);
        const answer = await connection.receive();
        assert.equal(answer?.ok, false, JSON.stringify(answer));
        assert.ok(answer.error?.length > 3, 'says why');
      } finally {
        connection.close();
      }
      await lives();
    });
  }

  test('simulator: invalid UTF-8', async () => {
    const connection = await LineSocket.connect(cp.simulator_socket);
    connection.write(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a]));
    const answer = await connection.receive();
    assert.equal(answer?.ok ?? false, false);
    connection.close();
    await lives();
  });

  test('both sockets: 10 MB without an end of line', async () => {
    for (const socket of [cp.simulator_socket, cp.hal_socket.replace('.sock', '-service.sock')]) {
      const connection = await LineSocket.connect(socket);
      connection.write('x'.repeat(10 << 20));
      const answer = await connection.receive();
      assert.match(answer?.error ?? '', /is longer than [0-9]+ bytes/);
      await until(() => connection.closed, { what: 'the end of the connection' });
      connection.close();
    }
    await lives();
  });

  test('simulator: 500 requests in one write are all answered', async () => {
    const connection = await LineSocket.connect(cp.simulator_socket);
    connection.write('{"do":"observe"}\n{"do":"reset"}\n'.repeat(250));
    for (let i = 0; i < 500; ++i) assert.equal((await connection.receive())?.ok, true);
    connection.close();
    await lives();
  });

  test('simulator: a client that goes in the middle of a line', async () => {
    const connection = await LineSocket.connect(cp.simulator_socket);
    connection.write('{"do":"plug_in","conn');
    connection.close();
    await lives();
  });

  test('simulator: several requests in one write are all answered', async () => {
    const connection = await LineSocket.connect(cp.simulator_socket);
    connection.write('{"do":"observe"}\n{"do":"dance"}\n{"do":"observe"}\n');
    assert.equal((await connection.receive()).ok, true);
    assert.equal((await connection.receive()).ok, false);
    assert.equal((await connection.receive()).ok, true);
    connection.close();
  });

  for (const text of [
    'hello\n',
    '[]\n',
    '{"hello":{"version":"one"}}\n',
    '{"dance":{}}\n',
    '{"setpoint":{"connector":1}}\n',
    `${'['.repeat(10_000)}\n`,
    'x'.repeat(1 << 20),
    '{"hello":{"version":2,"software":"x","instance":"y","connectors":[]}}\n' +
      '{"setpoint":{"connector":77,"power_allowed":true,"current_limit":16000,"phases":3,' +
      '"lock_cable":false,"valid_for_ms":5000}}\n',
  ]) {
    test(`HAL socket: ${text.slice(0, 60).trim()}`, async () => {
      const connection = await LineSocket.connect(cp.hal_socket);
      connection.write(text);
      connection.socket.end();
      await until(() => connection.closed, { what: 'the end of the connection' });
      await lives();
    });
  }
});
