// SPDX-License-Identifier: Apache-2.0
// The connection to a server that knows no OCPP: names that lead to it, a server that speaks first,
// late, not at all, or of nothing that was asked.

import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { describe, test } from 'node:test';

import { ChargePoint } from './harness/charge_point.js';
import { RawServer } from './harness/raw_server.js';
import { until } from './harness/wait.js';

// A machine may know no such name.
const known = await dns.lookup('localhost', { all: true }).catch(() => []);
const localhost = known.map(({ address }) => address);

// A case against a server of frames; start(url, configuration) starts the charge point.
function raw_test(name, { skip = false, ...options }, body) {
  test(name, { timeout: 60_000, skip }, async () => {
    const server = await new RawServer(options).listen();
    let cp;
    const start = (url = server.url, configuration = {}) => {
      cp = new ChargePoint({ url, identity: 'RAW1', ...configuration });
      cp.start();
      return cp;
    };
    try {
      await body({ server, start });
      cp.check_alive();
    } catch (error) {
      throw new Error(`${error.stack}\n${JSON.stringify(server.received)}\n${cp?.words()}`);
    } finally {
      await cp?.close();
      await server.close();
    }
  });
}

describe('the link to a raw server', { concurrency: 4 }, () => {
  raw_test('an IPv6 literal', { host: '::1' }, async ({ server, start }) => {
    start();
    await server.ready();
  });

  for (const host of ['::1', '127.0.0.1'])
    raw_test(
      `a name that leads to ${host}`,
      { host, skip: !localhost.includes(host) && `here localhost is ${localhost}` },
      async ({ server, start }) => {
        start(server.url.replace(/\/\/.*:/, '//localhost:'));
        await server.ready();
      },
    );

  raw_test('the identity is percent-encoded', {}, async ({ server, start }) => {
    let asked;
    server.server.on('headers', (_, request) => (asked = request.url));
    start(server.url, { identity: 'CP/1 a?#%' });
    await server.ready();
    assert.equal(asked, '/ocpp/CP%2F1%20a%3F%23%25');
  });

  raw_test('a server that speaks first is answered', {}, async ({ server, start }) => {
    const call = (id) =>
      JSON.stringify([2, id, 'GetConfiguration', { key: ['NumberOfConnectors'] }]);
    const asked = [];
    server.on_connection = () => {
      asked.push(`first-${server.connections}`);
      server.send(call(asked.at(-1)));
    };
    const cp = start();
    await server.ready();
    server.socket.terminate();
    await until(() => asked.length >= 2, { within: 15_000, what: 'a second connection' });
    for (const id of asked) {
      const [, , { configurationKey }] = await server.answer(id);
      assert.equal(configurationKey[0].value, '2');
    }
    assert.equal(server.calls('BootNotification').length, 1);
    cp.check_alive();
  });

  raw_test(
    'several calls in one read are answered in order, answers to nothing are passed over',
    {},
    async ({ server, start }) => {
      const cp = start();
      await server.ready();
      server.send_at_once([
        '[3,"nobody-asked",{}]',
        '[2,"a","GetConfiguration",{"key":["NumberOfConnectors"]}]',
        '[4,"nobody-asked","GenericError","",{}]',
        '[2,"b","TriggerMessage",{"requestedMessage":"Heartbeat"}]',
        '[2,"c","ClearCache",{}]',
      ]);
      await server.answer('c');
      const answers = server.received.filter(([type]) => type !== 2).map(([, id]) => id);
      assert.deepEqual(answers, ['a', 'b', 'c']);
      await until(() => server.calls('Heartbeat').length === 1, { what: 'the heartbeat' });
      assert.ok(cp.daemon.log.some((line) => /answered what nobody asked: nobody-asked/.test(line)));
      assert.equal(server.connections, 1);
    },
  );

  raw_test(
    'a peer that vanishes without a word is found by pings, and dialled again',
    {},
    async ({ server, start }) => {
      const cp = start(server.url, { ocpp: { WebSocketPingInterval: 1 } });
      await server.ready();
      server.vanish();
      await until(() => server.connections === 2, { within: 15_000, what: 'a new connection' });
      assert.ok(cp.daemon.log.some((line) => /no pong within 1\.0 s/.test(line)));
      assert.equal(server.calls('BootNotification').length, 1);
    },
  );

  raw_test(
    'an answer that comes too late is passed over, and the next tag is asked about anew',
    {},
    async ({ server, start }) => {
      const cp = start(server.url, { ocpp: { MessageTimeout: 1, LocalAuthorizeOffline: false } });
      await server.ready();
      await cp.plug_in();
      server.talking = false;
      await cp.present_tag('04A1B2C3');
      await until(() => server.calls('Authorize').length === 1, { what: 'Authorize' });
      await until(() => cp.daemon.log.some((line) => /Authorize was not processed/.test(line)), {
        what: 'the end of the patience',
      });
      const [, late] = server.calls('Authorize')[0];
      server.send(JSON.stringify([3, late, { idTagInfo: { status: 'Accepted' } }]));
      await until(
        () => cp.daemon.log.some((line) => line.includes(`answered what nobody asked: ${late}`)),
        { what: 'a word about the late answer' },
      );
      assert.equal(server.calls('StartTransaction').length, 0);
      server.talking = true;
      await cp.present_tag('04A1B2C3');
      await until(() => server.calls('StartTransaction').length === 1, { what: 'a start' });
    },
  );

  test(
    'a server that chooses no sub-protocol hears nothing, and is tried again',
    { timeout: 60_000 },
    async () => {
      const server = await new RawServer({ protocol: false }).listen();
      const cp = new ChargePoint({ url: server.url, identity: 'SUB1' });
      try {
        cp.start();
        await until(() => server.connections >= 2, {
          within: 15_000,
          what: () => `two attempts\n${cp.words()}`,
        });
        assert.deepEqual(server.received, []);
        server.protocol = 'ocpp1.6';
        await server.ready();
      } finally {
        await cp.close();
        await server.close();
      }
    },
  );
});
