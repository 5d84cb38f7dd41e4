// SPDX-License-Identifier: Apache-2.0
// chargepointctl: each command as a person and as a script (--json) uses it.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { LineSocket } from './harness/line_socket.js';
import { run } from './harness/programs.js';
import { charging_locally, stopped, tag1 } from './harness/states.js';
import { charging } from './harness/truth.js';
import { until } from './harness/wait.js';

async function ok(cp, ...words) {
  const ended = await cp.ctl(...words);
  assert.equal(ended.code, 0, `${words.join(' ')}: ${ended.stdout}${ended.stderr}`);
  assert.notEqual(ended.json, undefined, `${words.join(' ')} prints JSON, not ${ended.stdout}`);
  const plain = await run('chargepointctl', ['--config', cp.config, ...words]);
  return { ...ended, plain };
}

async function fails(cp, ...words) {
  const ended = await cp.ctl(...words);
  assert.notEqual(ended.code, 0, `${words.join(' ')}: ${ended.stdout}`);
  assert.equal(ended.signal, null);
  assert.ok((ended.stderr + ended.stdout).trim().length > 0, 'says why');
  return ended;
}

const json_lines = (running) => running.log.map((line) => JSON.parse(line));

describe('chargepointctl', { concurrency: 4 }, () => {
  system_test('status, before, in and after a session', {}, async ({ cs, cp }) => {
    assert.match(JSON.stringify((await ok(cp, 'status')).json), /"Available"/);
    const { id } = await charging_locally(cs, cp);
    await charging(cp);
    const { json, plain } = await ok(cp, 'status');
    assert.match(JSON.stringify(json), /"Charging"/);
    assert.match(plain.stdout, /Charging/);
    await cp.present_tag(tag1);
    await stopped(cs, { id, reason: 'Local' });
    assert.match(JSON.stringify((await ok(cp, 'status')).json), /"Finishing"/);
  });

  system_test('status --watch follows', {}, async ({ cs, cp }) => {
    const watch = cp.start_ctl(['--json', 'status', '--watch']);
    await until(() => json_lines(watch).length >= 1, { what: 'a first status' });
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    await until(() => watch.log.some((line) => line.includes('Preparing')), { what: 'Preparing' });
    await watch.end('SIGINT');
  });

  system_test('events tells every message and status', {}, async ({ cs, cp }) => {
    const events = cp.start_ctl(['--json', 'events']);
    await ok(cp, 'status'); // the stream was asked for before this
    const { id } = await charging_locally(cs, cp);
    await cp.present_tag(tag1);
    await stopped(cs, { id, reason: 'Local' });
    for (const word of [
      'Preparing',
      'Authorize',
      'StartTransaction',
      'Charging',
      'StopTransaction',
    ])
      await until(() => events.log.some((line) => line.includes(word)), {
        what: () => `${word} in\n${events.log.join('\n')}`,
      });
    assert.ok(json_lines(events).every((event) => typeof event === 'object'));
    await events.end('SIGINT');
  });

  system_test('config get and set', {}, async ({ cs, cp }) => {
    assert.match(
      JSON.stringify((await ok(cp, 'config', 'get', 'MeterValueSampleInterval')).json),
      /"0"/,
    );
    assert.ok(JSON.stringify((await ok(cp, 'config', 'get')).json).includes('HeartbeatInterval'));
    await ok(cp, 'config', 'set', 'MeterValueSampleInterval', '23');
    const { configurationKey } = await cs.call('GetConfiguration', {
      key: ['MeterValueSampleInterval'],
    });
    assert.equal(configurationKey[0].value, '23');
    await fails(cp, 'config', 'set', 'MeterValueSampleInterval', 'often');
    await fails(cp, 'config', 'set', 'NoSuchKey', '1');
    await fails(cp, 'config', 'get', 'NoSuchKey');
  });

  system_test('limits shows every bound, and which one binds', {}, async ({ cs, cp }) => {
    await cs.call('ChangeConfiguration', { key: 'AssignedCurrent', value: '1.9' });
    const { json, plain } = await ok(cp, 'limits');
    const { data } = await cs.call('DataTransfer', {
      vendorId: 'ChargeAmps',
      messageId: 'ChargingLimitations',
    });
    const timeless = (all) => all.map(({ until: _, ...one }) => one);
    assert.deepEqual(timeless(JSON.parse(data)), timeless(json.connectors));
    assert.match(plain.stdout, /MaxCurrent +32\.0 A/);
    assert.match(plain.stdout, /AssignedCurrent +9\.0 A +binds/);
    const { connectors } = json;
    assert.deepEqual(
      connectors.map(({ connectorId }) => connectorId),
      [0, 1, 2],
    );
    assert.deepEqual(connectors[0].stateRestriction, ['None']);
    assert.equal(connectors[1].binding, 'AssignedCurrent');
    assert.deepEqual(connectors[2].stateRestriction, ['NotPluggedIn', 'NotAuthorized']);
  });

  system_test('transactions lists them', {}, async ({ cs, cp }) => {
    await ok(cp, 'transactions');
    const { id } = await charging_locally(cs, cp);
    await until(async () => (await ok(cp, 'transactions')).stdout.includes(String(id)), {
      what: 'the transaction',
    });
    assert.ok((await ok(cp, 'transactions')).stdout.includes(tag1));
  });

  system_test('sim takes a request as words', {}, async ({ cs, cp }) => {
    assert.equal((await ok(cp, 'sim', 'observe')).json.connectors.length, 2);
    await cp.ctl('sim', 'plug_in', 'connector=1');
    await cs.status(1, 'Preparing');
    await cp.ctl('sim', 'present_tag', `uid=${tag1}`);
    await cs.expect('Authorize', ({ idTag }) => idTag === tag1);
    cs.allow('StartTransaction');
    cs.allow('StatusNotification');
    await ok(cp, 'sim', 'vehicle', 'connector=1', 'max_current=10');
    await until(
      async () => Math.abs((await ok(cp, 'sim', 'observe')).json.connectors[0].amps[0] - 10) < 0.5,
      { what: '10 A' },
    );
    await fails(cp, 'sim', 'plug_in', 'connector=7');
    await fails(cp, 'sim', 'dance');
  });

  system_test('link down and up', {}, async ({ cs, cp }) => {
    await ok(cp, 'link', 'down');
    await until(() => !cs.connected, { what: 'the end of the connection' });
    await ok(cp, 'link', 'up');
    await cs.connection();
    await fails(cp, 'link', 'sideways');
  });

  system_test(
    'whoever is one too many is told so with exit code 1, and the others stay',
    {},
    async ({ cp }) => {
      const sockets = [
        [cp.control_socket, 16, 'status'],
        [cp.simulator_socket, 32, 'sim', 'observe'],
        [cp.hal_socket.replace('.sock', '-service.sock'), 8, 'hal', 'stats'],
      ];
      for (const [socket, most, ...words] of sockets) {
        const clients = [];
        // Few may knock at once; the next one knocks again.
        const enter = () => LineSocket.connect(socket).catch(() => undefined);
        while (clients.length < most) clients.push(await until(enter, { what: 'a place' }));
        const ended = await fails(cp, ...words);
        assert.equal(ended.code, 1, `${words}: ${ended.stderr}${ended.stdout}`);
        assert.match(ended.stderr + ended.stdout, /too many clients/);
        assert.ok(clients.every(({ closed }) => !closed));
        for (const client of clients) client.close();
      }
    },
  );

  system_test(
    'a number out of range and a request in two readings are refused',
    {},
    async ({ cp }) => {
      for (const [line, why] of [
        ['{"do":"transactions","limit":-1}', /^limit is not within 0 and 1000$/],
        ['{"do":"transactions","limit":1001}', /^limit is not within 0 and 1000$/],
        ['{"do":"status","do":"transactions"}', /^do is given twice$/],
        ['\uFEFF{"do":"status"}', /byte order mark/],
      ]) {
        const connection = await LineSocket.connect(cp.control_socket);
        connection.write(`${line}\n`);
        assert.match((await connection.receive())?.error ?? '', why);
        connection.close();
      }
    },
  );

  system_test(
    'wrong usage is 64; nobody to talk to is an error in words',
    { start: false },
    async ({ cp }) => {
      for (const words of [
        ['nonsense'],
        [],
        ['status', '--nonsense'],
        ['config', 'set', 'OneWord'],
      ])
        assert.equal(
          (await run('chargepointctl', ['--config', cp.config, ...words])).code,
          64,
          words.join(' '),
        );
      for (const words of [
        ['status'],
        ['link', 'up'],
        ['sim', 'observe'],
        ['transactions'],
        ['security', 'log'],
        ['limits'],
        ['config', 'get'],
      ])
        await fails(cp, ...words);
      assert.equal((await run('chargepointctl', ['--version'])).code, 0);
      assert.equal((await run('chargepointctl', ['--help'])).code, 0);
    },
  );
});
