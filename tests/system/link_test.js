// SPDX-License-Identifier: Apache-2.0
// The connection to the central system: lost, refused, held down, and what is told afterwards.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { system_test } from './harness/case.js';
import { CentralSystem, is_status } from './harness/central_system.js';
import { ChargePoint } from './harness/charge_point.js';
import { charging_locally, configure, stopped, tag1 } from './harness/states.js';
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

const refused_attempts = (cs) => cs.attempts.filter(({ refused }) => refused !== undefined);

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
      await registers('Finishing');
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
});
