// SPDX-License-Identifier: Apache-2.0
// The connection to the central system: lost, refused, held down, and what is told afterwards.

import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { describe, test } from 'node:test';

import { system_test } from './harness/case.js';
import { CentralSystem, is_status } from './harness/central_system.js';
import { ChargePoint } from './harness/charge_point.js';
import { RawServer } from './harness/raw_server.js';
import { charging_locally, configure, stopped, tag1, unplugged } from './harness/states.js';
import { charging, check_wh, not_charging } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const key_hex = '00ff10203040506070808090a0b0c0d0e0f0ff00';

const timestamps = (cs, id) =>
  cs
    .messages('MeterValues', (request) => request.transactionId === id)
    .flatMap(({ payload }) => payload.meterValue.map(({ timestamp }) => Date.parse(timestamp)));

function check_spacing(times, interval) {
  for (let i = 1; i < times.length; ++i)
    assert.ok(
      Math.abs(times[i] - times[i - 1] - interval) < 500,
      `samples ${times[i] - times[i - 1]} ms apart`,
    );
}

// A machine may know no such name.
const known = await dns.lookup('localhost', { all: true }).catch(() => []);
const localhost = known.map(({ address }) => address);

const refused_attempts = (cs) => cs.attempts.filter(({ refused }) => refused !== undefined);

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

describe('the link', { concurrency: 4 }, () => {
  system_test(
    'link down and up: the session goes on, its values are queued, no BootNotification',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'MeterValueSampleInterval', '1');
      const { id } = await charging_locally(cs, cp);
      await until(() => timestamps(cs, id).length >= 2, { what: 'two samples' });
      assert.equal((await cp.ctl('link', 'down')).code, 0);
      await until(() => !cs.connected, { what: 'the end of the connection' });
      const attempts = cs.attempts.length;
      const before = timestamps(cs, id).length;
      await nothing_for(4_000, () => assert.equal(cs.attempts.length, attempts, 'held down'));
      await charging(cp);
      assert.equal((await cp.ctl('link', 'up')).code, 0);
      await cs.connection();
      await until(() => timestamps(cs, id).length >= before + 4, { what: 'the queued samples' });
      check_spacing(timestamps(cs, id), 1_000);
      assert.equal(cs.calls('BootNotification').length, 1);
      assert.deepEqual(await cs.call('RemoteStopTransaction', { transactionId: id }), {
        status: 'Accepted',
      });
      const stop = await stopped(cs, { id, reason: 'Remote' });
      check_wh(stop.meterStop, (await not_charging(cp)).energy_wh, 'meterStop');
    },
  );

  system_test(
    'a session stopped while the central system is away is reported when it is back',
    {},
    async ({ cs, cp }) => {
      const { id } = await charging_locally(cs, cp);
      cs.go_away();
      await until(() => refused_attempts(cs).length >= 2, {
        within: 15_000,
        what: 'two refused attempts',
      });
      const stopped_at = Date.now();
      await cp.present_tag(tag1);
      const { energy_wh } = await not_charging(cp);
      await cp.unplug();
      cs.accept_again();
      // The status now, Available, and not what it was in between.
      const [stop] = await cs.expect_all(
        [
          ['StopTransaction', ({ transactionId }) => transactionId === id],
          ['StatusNotification', is_status(1, 'Available')],
        ],
        { within: 15_000 },
      );
      assert.equal(stop.payload.reason, 'Local');
      check_wh(stop.payload.meterStop, energy_wh, 'meterStop');
      assert.ok(
        Math.abs(Date.parse(stop.payload.timestamp) - stopped_at) < 5_000,
        'the time of the stop',
      );
      assert.equal(cs.calls('BootNotification').length, 1);
    },
  );

  system_test(
    'ChargePointID: it connects anew under its new name, and registers there; a restart keeps it',
    {},
    async ({ cs, cp }) => {
      const name = 'Garage 7, left';
      const registers = (status) =>
        cs.expect_all([
          ['BootNotification'],
          ['StatusNotification', is_status(0, 'Available')],
          ['StatusNotification', is_status(1, status)],
          ['StatusNotification', is_status(2, 'Available')],
        ]);
      const { id } = await charging_locally(cs, cp);
      await configure(cs, 'ChargePointID', name);
      await registers('Charging');
      assert.equal(cs.attempts.at(-1).identity, name);
      await charging(cp);
      const stop = { transactionId: id };
      assert.deepEqual(await cs.call('RemoteStopTransaction', stop), { status: 'Accepted' });
      await stopped(cs, { id, reason: 'Remote' });
      const answer = await cs.call('GetConfiguration', { key: ['ChargePointID'] });
      assert.equal(answer.configurationKey[0].value, name);
      await cp.daemon.end('SIGKILL');
      cp.start_daemon();
      await registers('Preparing');
      assert.equal(cs.attempts.at(-1).identity, name);
    },
  );

  system_test(
    'a broken connection is built again without a BootNotification',
    {},
    async ({ cs }) => {
      for (let i = 0; i < 3; ++i) {
        const { connections } = cs;
        cs.drop();
        await until(() => cs.connections > connections, {
          within: 15_000,
          what: 'a new connection',
        });
        assert.equal(
          (await cs.call('GetConfiguration', { key: ['NumberOfConnectors'] })).configurationKey[0]
            .value,
          '2',
        );
      }
      assert.equal(cs.calls('BootNotification').length, 1);
    },
  );

  for (const [status, hint] of [
    [302, /not followed/],
    [401, /identity and password/],
    [403, /identity and password/],
    [404, /URL/],
    [503, /503/],
  ]) {
    system_test(
      `HTTP ${status}: told, and tried again with a pause, until it is let in`,
      { start: false },
      async ({ cs, cp }) => {
        cs.refusal = status;
        cp.start();
        await until(() => cs.attempts.length >= 3, { within: 15_000, what: 'three attempts' });
        for (let i = 1; i < 3; ++i) {
          const pause = cs.attempts[i].at - cs.attempts[i - 1].at;
          assert.ok(pause >= 900, `a pause of ${pause} ms`);
        }
        assert.ok(
          cp.daemon.log.some((line) => line.includes(`it answered ${status}`) && hint.test(line)),
        );
        cs.accept_again();
        await cs.boot();
      },
    );
  }

  system_test(
    'no central system at first, then one on that port',
    { start: false },
    async ({ cs, cp }) => {
      const { port } = cs;
      await cs.close();
      cp.start();
      const again = new CentralSystem();
      try {
        await until(() => cp.daemon.log.some((line) => /refused/i.test(line)), {
          what: 'a refused connection',
        });
        await again.listen(port);
        await again.boot();
        assert.equal(again.attempts[0].headers['sec-websocket-protocol'], 'ocpp1.6');
        assert.match(again.attempts[0].headers['user-agent'] ?? '', /\S/);
        again.check();
      } finally {
        await again.close();
      }
    },
  );

  system_test(
    'networkStatus tells the interface and how the connection fares',
    {},
    async ({ cs }) => {
      const ask = async () => {
        const { status, data } = await cs.call('DataTransfer', {
          vendorId: 'ChargeAmps',
          messageId: 'networkstatus',
        });
        assert.equal(status, 'Accepted');
        return JSON.parse(data);
      };
      const before = await ask();
      assert.equal(before.ip4, '127.0.0.1');
      assert.equal(before.reconnects, 0);
      assert.equal(before.lastCloseCode, null);
      assert.ok(before.roundTripMs >= 1 && before.uptime >= 0, JSON.stringify(before));
      cs.drop();
      await cs.connection();
      const after = await ask();
      assert.equal(after.reconnects, 1);
      assert.equal(after.lastCloseCode, 1006);
    },
  );

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

  test('HTTP Basic with a binary key', { timeout: 60_000 }, async () => {
    const cs = await new CentralSystem({ password: Buffer.from(key_hex, 'hex') }).listen();
    const cp = new ChargePoint({
      url: cs.url,
      identity: 'KEY 1',
      sections: { central_system: { security_profile: 1, authorization_key: key_hex } },
    });
    try {
      cp.start();
      await cs.boot();
      assert.equal(cs.attempts[0].identity, 'KEY 1');
      assert.equal(refused_attempts(cs).length, 0);
      cs.check();
    } finally {
      await cp.close();
      await cs.close();
    }
  });

  test('user and password in the URL', { timeout: 60_000 }, async () => {
    const cs = await new CentralSystem().listen();
    const cp = new ChargePoint({
      url: cs.url.replace('//', '//URL1:p%40ss%3Aword@'),
      identity: 'URL1',
    });
    try {
      cp.start();
      await cs.boot();
      assert.equal(String(cs.attempts[0].password), 'p@ss:word');
    } finally {
      await cp.close();
      await cs.close();
    }
  });

  system_test(
    'a call that is not answered is tried again, and StartTransaction after its CALLERROR',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'TransactionMessageAttempts', '3');
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      cs.answer_once('StartTransaction', cs.error('InternalError'));
      cs.answer_once('StartTransaction', cs.error('GenericError'));
      await cp.present_tag(tag1);
      await cs.expect('Authorize');
      const from = cs.cursor;
      cs.allow('StatusNotification', is_status(1, 'Charging'));
      for (let i = 0; i < 3; ++i) await cs.expect('StartTransaction');
      const [first, second, third] = cs.calls('StartTransaction');
      assert.deepEqual(second.payload, first.payload);
      assert.deepEqual(third.payload, first.payload);
      assert.equal(new Set([first.id, second.id, third.id]).size, 3, 'each time a new id');
      await until(() => cs.ledger.transactions.length === 1, { what: 'one transaction' });
      await cs.find('StatusNotification', is_status(1, 'Charging'), { from });
      await cp.present_tag(tag1);
      await stopped(cs, { id: cs.ledger.transactions[0].ids[0], reason: 'Local' });
      await unplugged(cs, cp);
    },
  );

  system_test(
    'a transaction message that always fails is given up and the queue goes on',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'TransactionMessageAttempts', '2');
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      for (let i = 0; i < 2; ++i) cs.answer_once('StartTransaction', cs.error('InternalError'));
      await cp.present_tag(tag1);
      await cs.expect('Authorize');
      cs.allow('StatusNotification', ({ connectorId }) => connectorId === 1);
      for (let i = 0; i < 2; ++i) await cs.expect('StartTransaction');
      await charging(cp);
      await cp.present_tag(tag1);
      const { payload } = await cs.expect('StopTransaction');
      assert.equal(payload.transactionId, -1, 'no id was ever given');
      assert.equal(cs.calls('StartTransaction').length, 2);
      cs.ledger.faults.length = 0; // the books know no transaction -1, and that is right here
    },
  );

  system_test('an invalid answer to StartTransaction stops the session', {}, async ({ cs, cp }) => {
    await configure(cs, 'StopTransactionOnInvalidId', 'true');
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    cs.answer_once('StartTransaction', () => ({
      transactionId: cs.ledger.next_id(),
      idTagInfo: { status: 'Blocked' },
    }));
    await cp.present_tag(tag1);
    await cs.expect('Authorize');
    cs.allow('StatusNotification', is_status(1, 'Charging'));
    await cs.expect('StartTransaction');
    const [stop] = await cs.expect_all([
      ['StopTransaction'],
      ['StatusNotification', is_status(1, 'Finishing')],
    ]);
    assert.equal(stop.payload.reason, 'DeAuthorized');
    await not_charging(cp);
  });

  system_test(
    'a tag that is not accepted starts nothing',
    { central_system: { tags: { '04BADBAD': { status: 'Blocked' } } } },
    async ({ cs, cp }) => {
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      await cp.present_tag('04BADBAD');
      await cs.expect('Authorize');
      await nothing_for(1_000, () => assert.equal(cs.messages('StartTransaction').length, 0));
      await not_charging(cp);
      await unplugged(cs, cp);
    },
  );
});
