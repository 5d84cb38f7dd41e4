// SPDX-License-Identifier: Apache-2.0
// The programs come and go in any order, and a session is accounted for whatever happens.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { system_test } from './harness/case.js';
import { files_in } from './harness/charge_point.js';
import {
  authorized,
  charging_locally,
  configuration_key,
  configure,
  started,
  stopped,
  tag1,
  unplugged,
} from './harness/states.js';
import { charging, check_offer, check_wh, not_charging, observe } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const some_energy = (cp, wh) =>
  until(async () => (await observe(cp)).energy_wh >= wh, { what: `${wh} Wh` });

async function whole_session(cs, cp) {
  const { id } = await charging_locally(cs, cp);
  check_offer(await charging(cp), 32);
  await cp.present_tag(tag1);
  const stop = await stopped(cs, { id, reason: 'Local' });
  check_wh(stop.meterStop, (await not_charging(cp)).energy_wh, 'meterStop');
  await unplugged(cs, cp);
}

const any_status = (cs) => cs.allow('StatusNotification');

describe('restarts', { concurrency: 4 }, () => {
  system_test('chargepoint-hald first', { start: false }, async ({ cs, cp }) => {
    cp.start_hald();
    await cp.simulator({ do: 'observe' });
    cp.start_daemon();
    await cs.boot();
    await whole_session(cs, cp);
  });

  system_test('chargepointd first', { start: false }, async ({ cs, cp }) => {
    any_status(cs); // without hardware the connectors are not Available
    cp.start_daemon();
    await until(() => cp.daemon.log.length > 0, { what: 'a sign of life' });
    cp.start_hald();
    await cs.find('BootNotification', undefined, { within: 15_000 });
    for (const connector of [0, 1, 2]) {
      await until(
        () =>
          cs.calls('StatusNotification', (s) => s.connectorId === connector).at(-1)?.payload
            .status === 'Available',
        { within: 15_000, what: `connector ${connector} Available` },
      );
    }
    cs.cursor = cs.log.length;
    await whole_session(cs, cp);
  });

  for (const signal of ['SIGKILL', 'SIGTERM']) {
    system_test(
      `chargepointd alone, ${signal} in mid-session: the transaction goes on`,
      {},
      async ({ cs, cp }) => {
        const { id } = await charging_locally(cs, cp);
        await charging(cp);
        await cp.daemon.end(signal);
        cp.start_daemon();
        await cs.boot({ statuses: { 1: 'Charging' } });
        const { energy_wh } = await charging(cp);
        await some_energy(cp, energy_wh + 5);
        assert.equal(cs.messages('StartTransaction').length, 1);
        await cp.present_tag(tag1);
        const stop = await stopped(cs, { id, reason: 'Local' });
        check_wh(stop.meterStop, (await not_charging(cp)).energy_wh, 'meterStop');
        await unplugged(cs, cp);
      },
    );
  }

  system_test('chargepointd alone, and the car leaves meanwhile', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    await some_energy(cp, 5);
    await cp.daemon.end('SIGKILL');
    await cp.unplug();
    const { energy_wh } = await not_charging(cp);
    cp.start_daemon();
    const from = cs.cursor;
    const stop = await cs.find('StopTransaction', undefined, { from, within: 15_000 });
    assert.equal(stop.payload.transactionId, id);
    assert.equal(stop.payload.reason, 'EVDisconnected');
    check_wh(stop.payload.meterStop, energy_wh, 'meterStop');
    await cs.find('BootNotification', undefined, { from });
    any_status(cs);
    await until(
      () =>
        cs.calls('StatusNotification', (s) => s.connectorId === 1).at(-1).payload.status ===
        'Available',
      { what: 'Available' },
    );
  });

  system_test(
    'chargepoint-hald alone in mid-session: nothing is lost and the next session works',
    {},
    async ({ cs, cp }) => {
      any_status(cs);
      const { id } = await charging_locally(cs, cp);
      await some_energy(cp, 5);
      await cp.hald.end('SIGKILL');
      cp.start_hald();
      await cp.simulator({ do: 'observe' });
      // The transaction goes on or was ended by the interruption; both are accounted for.
      await until(
        async () =>
          cs.messages('StopTransaction').length > 0 || Math.max(...(await observe(cp)).amps) > 0.5,
        { within: 15_000, what: 'an end or current' },
      );
      await cp.unplug();
      const { energy_wh } = await not_charging(cp);
      const stop = await cs.find('StopTransaction', undefined, { within: 15_000 });
      assert.equal(stop.payload.transactionId, id);
      check_wh(stop.payload.meterStop, energy_wh, 'meterStop');
      await until(
        () =>
          cs.calls('StatusNotification', (s) => s.connectorId === 1).at(-1).payload.status ===
          'Available',
        { what: 'Available' },
      );
      cs.cursor = cs.log.length;
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      await authorized(cs, cp, { preparing: true });
      await started(cs);
      assert.equal(cs.calls('BootNotification').length, 1);
    },
  );

  system_test(
    'without chargepoint-hald the contactors open, without chargepointd after the lease',
    {
      sections: { hal: { lease_seconds: 2, fallback_current: 0.0 } },
    },
    async ({ cs, cp }) => {
      await charging_locally(cs, cp);
      await charging(cp);
      await cp.daemon.end('SIGKILL');
      await not_charging(cp, 1, { within: 12_000 });
      cp.start_daemon();
      cs.allow('StatusNotification', ({ connectorId }) => connectorId === 1);
      await cs.find('BootNotification', undefined, { within: 15_000 });
      any_status(cs);
      await charging(cp, 1, { within: 15_000 });
      assert.equal(cs.messages('StopTransaction').length, 0);
    },
  );

  system_test(
    'a power cut in mid-session: the stop is reported after the start, with the register',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'MeterValueSampleInterval', '1');
      const { id, timestamp } = await charging_locally(cs, cp);
      await some_energy(cp, 10);
      await cp.power_cut();
      const cut = Date.now();
      // Long enough to be told from the time of the start.
      await pause(3_000);
      cp.start();
      const from = cs.cursor;
      await cs.boot({ statuses: { 1: ['Finishing', 'Preparing'] } });
      const stop = await cs.find('StopTransaction', undefined, { from, within: 15_000 });
      const { energy_wh } = await not_charging(cp);
      assert.equal(stop.payload.transactionId, id);
      assert.equal(stop.payload.reason, 'PowerLoss');
      check_wh(stop.payload.meterStop, energy_wh, 'meterStop');
      assert.ok(stop.payload.meterStop >= 9);
      const ended = Date.parse(stop.payload.timestamp);
      assert.ok(ended >= Date.parse(timestamp));
      assert.ok(ended <= cut + 1_500, `${stop.payload.timestamp} is after the cut`);
      for (const { payload } of cs.messages('MeterValues', (m) => m.transactionId === id))
        for (const value of payload.meterValue) assert.ok(Date.parse(value.timestamp) <= ended);
      await unplugged(cs, cp);
      await whole_session(cs, cp);
    },
  );

  system_test('a crash of both programs is no power loss', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    await some_energy(cp, 5);
    await cp.crash();
    cp.start();
    const from = cs.cursor;
    await cs.boot({ statuses: { 1: 'Finishing' } });
    const stop = await cs.find('StopTransaction', undefined, { from, within: 15_000 });
    assert.equal(stop.payload.transactionId, id);
    assert.equal(stop.payload.reason, 'Reboot');
    await unplugged(cs, cp);
  });

  system_test('a power cut with the start still unanswered', {}, async ({ cs, cp }) => {
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    const release = cs.hold('StartTransaction');
    await authorized(cs, cp, { preparing: true });
    cs.allow(
      'StatusNotification',
      ({ connectorId, status }) => connectorId === 1 && status === 'Charging',
    );
    await cs.expect('StartTransaction');
    await cp.power_cut();
    release();
    cp.start();
    const from = cs.cursor;
    await cs.boot({ statuses: { 1: ['Finishing', 'Preparing'] } });
    const start = await cs.find('StartTransaction', undefined, { from });
    const stop = await cs.find('StopTransaction', undefined, { from });
    assert.ok(cs.log.indexOf(start) < cs.log.indexOf(stop));
    const [transaction, ...more] = cs.ledger.transactions;
    assert.deepEqual(more, []);
    assert.equal(stop.payload.transactionId, transaction.ids.at(-1));
    assert.equal(stop.payload.reason, 'PowerLoss');
  });

  system_test('SIGTERM ends both programs within 5 s, with 0', {}, async ({ cs, cp }) => {
    await charging_locally(cs, cp);
    any_status(cs);
    cs.allow('StopTransaction');
    cs.allow('BootNotification'); // the second start, when it comes that far
    for (const running of [cp.daemon, cp.hald])
      assert.deepEqual(
        await running.end('SIGTERM', 5_000),
        { code: 0, signal: null },
        running.name,
      );
    for (const start of [() => cp.start_daemon(), () => cp.start_hald()]) {
      const running = start();
      await until(() => running.log.length > 0, { what: 'a sign of life' });
      assert.deepEqual(await running.end('SIGINT', 5_000), { code: 0, signal: null }, running.name);
    }
  });

  system_test(
    'a corrupt database is set aside, reported, and charging goes on',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'MeterValueSampleInterval', '17');
      await cp.daemon.end('SIGTERM');
      const databases = files_in(cp.storage).filter((name) => /\.(db|sqlite3?)$/.test(name));
      assert.ok(databases.length > 0, `${files_in(cp.storage)}`);
      for (const name of files_in(cp.storage)) {
        if (databases.includes(name)) {
          const file = path.join(cp.storage, name);
          fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 'not a database '));
        } else if (databases.some((database) => name.startsWith(database))) {
          fs.rmSync(path.join(cp.storage, name));
        }
      }
      cp.start_daemon();
      await cs.boot();
      assert.ok(
        files_in(cp.storage).some((name) => /corrupt|bad|broken|aside/.test(name)),
        `${files_in(cp.storage)}`,
      );
      assert.ok(
        cp.daemon.log.some(
          (line) => /database/i.test(line) && /corrupt|aside|not a database/i.test(line),
        ),
      );
      assert.notEqual((await configuration_key(cs, 'MeterValueSampleInterval')).value, '17');
      await whole_session(cs, cp);
    },
  );

  system_test(
    'a database that cannot be opened does not stop the charge point',
    { start: false },
    async ({ cs, cp }) => {
      fs.rmSync(cp.storage, { recursive: true });
      fs.writeFileSync(cp.storage, 'a file where the directory should be');
      cp.start_hald();
      const daemon = cp.start_daemon();
      // Either it goes on without a memory, or it says what is wrong with the configuration.
      await until(() => !daemon.alive || cs.calls('BootNotification').length > 0, {
        within: 15_000,
        what: 'a decision',
      });
      daemon.ending = true;
      if (!daemon.alive)
        assert.ok([70, 78].includes(daemon.ended.code), JSON.stringify(daemon.ended));
      any_status(cs);
      cs.allow('BootNotification');
      await nothing_for(100, () => {});
    },
  );
});
