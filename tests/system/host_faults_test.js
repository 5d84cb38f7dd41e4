// SPDX-License-Identifier: Apache-2.0
// What the machine does to the programs: a disk that is full, read-only or damaged, a database that
// somebody else holds, a central system whose clock is wrong. Charging goes on, nothing that was
// acknowledged is lost, the journal says what is wrong, and it ends by itself when the cause does.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import { files_in } from './harness/charge_point.js';
import { charging_locally, configuration_key, stopped, tag1, unplugged } from './harness/states.js';
import { charging, check_wh, not_charging, observe } from './harness/truth.js';
import { until } from './harness/wait.js';

// Changes that wait for the disk are tried again within a minute (daemon/host/keeper.hpp).
const flushed_within = 70_000;

const works = (command, ...words) => spawnSync(command, words, { stdio: 'ignore' }).status === 0;
const may_mount = process.getuid() === 0 && works('unshare', '-m', 'true');
const no_mounts = !may_mount && 'file systems can be mounted by root alone';
const no_sqlite = !works('sqlite3', '--version') && 'there is no sqlite3';

const mount = (...words) => execFileSync('mount', words);
const unmount = (place) => execFileSync('umount', ['-l', place]);

const database = (cp) => path.join(cp.storage, 'chargepoint.db');

const says = (cp, words, within = 10_000) =>
  until(() => cp.daemon.log.find((line) => words.test(line)), {
    within,
    what: `${words} in the journal`,
  });

const storage_of = async (cp) => (await cp.ctl('status')).json.storage;

const durable = (cp) =>
  until(async () => (await storage_of(cp)).durable, {
    within: flushed_within,
    what: 'a disk that is used again',
  });

// A transaction as the last run of the daemon left it.
const kept = async (cp) => (await cp.ctl('transactions')).json.transactions;

async function session(cs, cp) {
  const { id, meterStart } = await charging_locally(cs, cp);
  await charging(cp);
  await until(async () => (await observe(cp)).energy_wh > meterStart + 2, { what: '2 Wh' });
  await cp.present_tag(tag1);
  const { meterStop } = await stopped(cs, { id, reason: 'Local' });
  check_wh(meterStop, (await not_charging(cp)).energy_wh, 'meterStop');
  await unplugged(cs, cp);
  return id;
}

// Takes all the room there is; gives it back when the returned function is called.
function fill(directory) {
  const file = path.join(directory, 'filler');
  const handle = fs.openSync(file, 'w');
  for (let size = 64 * 1024; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) fs.writeSync(handle, Buffer.alloc(size, 1));
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    }
  fs.closeSync(handle);
  return () => fs.rmSync(file);
}

describe('faults of the host', { concurrency: 4 }, () => {
  system_test(
    'a full disk: sessions go on, and are kept as soon as there is room',
    { start: false, skip: no_mounts },
    async ({ cs, cp }) => {
      mount('-t', 'tmpfs', '-o', 'size=512k', 'none', cp.storage);
      try {
        cp.start();
        await cs.boot();
        assert.equal((await storage_of(cp)).durable, true);
        const make_room = fill(cp.storage);
        const first = await session(cs, cp);
        await says(cp, /not kept over a power cut.*(full|disk)/i);
        assert.equal((await storage_of(cp)).durable, false);
        assert.match((await storage_of(cp)).problem, /full/i);
        make_room();
        const second = await session(cs, cp);
        await says(cp, /what happens is kept again/);
        assert.equal((await storage_of(cp)).durable, true);
        await cp.power_cut();
        cp.start();
        await cs.boot();
        assert.deepEqual(
          (await kept(cp)).map(({ transaction_id }) => transaction_id),
          [second, first],
        );
      } finally {
        await cp.power_cut();
        unmount(cp.storage);
      }
    },
  );

  system_test(
    'a full disk and then a power cut: an end that could not be kept is told once more',
    { start: false, skip: no_mounts },
    async ({ cs, cp }) => {
      mount('-t', 'tmpfs', '-o', 'size=512k', 'none', cp.storage);
      try {
        cp.start();
        await cs.boot();
        const { id } = await charging_locally(cs, cp);
        await charging(cp);
        fill(cp.storage);
        await cp.present_tag(tag1);
        await stopped(cs, { id, reason: 'Local' });
        await says(cp, /not kept over a power cut/);
        await cp.power_cut();
        cp.start();
        const from = cs.cursor;
        await cs.boot({ statuses: { 1: ['Finishing', 'Preparing'] } });
        const again = await cs.find('StopTransaction', undefined, { from });
        assert.equal(again.payload.transactionId, id);
        assert.equal(again.payload.reason, 'PowerLoss');
        assert.equal(cs.messages('StartTransaction').length, 1);
        cs.ledger.faults.length = 0; // the books know one end only
      } finally {
        await cp.power_cut();
        unmount(cp.storage);
      }
    },
  );

  system_test(
    'a read-only disk: used from memory, and moved to the disk when it can be written',
    { skip: no_mounts },
    async ({ cs, cp }) => {
      await cs.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '17' });
      await cp.daemon.end('SIGTERM');
      mount('--bind', cp.storage, cp.storage);
      let mounted = true;
      try {
        mount('-o', 'remount,bind,ro', cp.storage);
        cp.start_daemon();
        await cs.boot();
        await says(cp, /no disk can be used/);
        assert.equal((await storage_of(cp)).durable, false);
        // The daemon knows all the same what the disk held.
        assert.equal((await configuration_key(cs, 'MeterValueSampleInterval')).value, '17');
        const id = await session(cs, cp);
        mount('-o', 'remount,bind,rw', cp.storage);
        await durable(cp);
        await says(cp, /can be used again/);
        await cp.daemon.end('SIGKILL');
        cp.start_daemon();
        await cs.boot();
        assert.equal((await kept(cp))[0].transaction_id, id);
        await cp.daemon.end('SIGKILL');
        unmount(cp.storage);
        mounted = false;
      } finally {
        if (mounted) {
          await cp.power_cut();
          unmount(cp.storage);
        }
      }
    },
  );

  for (const [what, damage] of [
    ['cut off in its middle', (file) => fs.truncateSync(file, fs.statSync(file).size / 2)],
    ['empty', (file) => fs.truncateSync(file, 0)],
    [
      'overwritten here and there',
      (file) => {
        const bytes = fs.readFileSync(file);
        for (let at = 5_000; at < bytes.length; at += 3_001) bytes.fill(0xa5, at, Math.min(at + 1_500, bytes.length));
        fs.writeFileSync(file, bytes);
      },
    ],
  ])
    system_test(`a database that is ${what} costs no session`, {}, async ({ cs, cp }) => {
      await session(cs, cp);
      await cp.daemon.end('SIGTERM');
      damage(database(cp));
      for (const name of files_in(cp.storage))
        if (name.endsWith('-wal')) fs.rmSync(path.join(cp.storage, name));
      cp.start_daemon();
      await cs.boot();
      if (what !== 'empty') {
        await says(cp, /database/i);
        assert.ok(files_in(cp.storage).some((name) => name.includes('.corrupt-')));
      }
      const id = await session(cs, cp);
      assert.equal((await storage_of(cp)).durable, true);
      await cp.daemon.end('SIGKILL');
      cp.start_daemon();
      await cs.boot();
      assert.equal((await kept(cp))[0].transaction_id, id);
    });

  system_test(
    'a database that is taken away in mid-session is written anew',
    {},
    async ({ cs, cp }) => {
      const { id } = await charging_locally(cs, cp);
      await charging(cp);
      for (const name of files_in(cp.storage)) fs.rmSync(path.join(cp.storage, name));
      await cp.present_tag(tag1);
      await stopped(cs, { id, reason: 'Local' });
      await says(cp, /taken away while in use/);
      await until(async () => (await cp.ctl('status')).json.queued_messages === 0, {
        what: 'the answer to the stop',
      });
      await cp.daemon.end('SIGKILL');
      cp.start_daemon();
      await cs.boot({ statuses: { 1: ['Finishing', 'Preparing'] } });
      assert.equal(cs.messages('StopTransaction').length, 1);
      assert.equal((await kept(cp))[0].transaction_id, id);
    },
  );

  system_test(
    'a database that another process holds is used as soon as it is let go',
    { skip: no_sqlite },
    async ({ cs, cp }) => {
      await cp.daemon.end('SIGTERM');
      const holder = spawn('sqlite3', [database(cp)], { stdio: ['pipe', 'pipe', 'inherit'] });
      holder.stdin.write("BEGIN EXCLUSIVE; SELECT 'held';\n");
      await once(holder.stdout, 'data');
      cp.start_daemon();
      await cs.boot();
      await says(cp, /locked|another process/i);
      assert.equal((await storage_of(cp)).durable, false);
      const id = await session(cs, cp);
      holder.stdin.end('ROLLBACK;\n');
      await once(holder, 'exit');
      await durable(cp);
      await cp.daemon.end('SIGKILL');
      cp.start_daemon();
      await cs.boot();
      assert.equal((await kept(cp))[0].transaction_id, id);
    },
  );

  for (const [what, then] of [
    ['a year ahead', Date.now() + 365 * 86_400_000],
    ['beyond 2038', Date.UTC(2038, 0, 20)],
    ['an hour back', Date.now() - 3_600_000],
  ])
    system_test(
      `a central system that is ${what} is followed, and time goes on evenly`,
      { central_system: { heartbeat: 1 }, ocpp: { MeterValueSampleInterval: 1 } },
      async ({ cs, cp }) => {
        const begun = Date.now();
        const theirs = () => new Date(then + Date.now() - begun).toISOString();
        const { id } = await charging_locally(cs, cp);
        const started = cs.messages('StartTransaction')[0].payload.timestamp;
        // A jump of more than an hour needs a second answer that agrees.
        for (let i = 0; i < 30; ++i) cs.answer_once('Heartbeat', () => ({ currentTime: theirs() }));
        await says(cp, /ms ahead of the machine's/);
        await cp.present_tag(tag1);
        const { timestamp, transactionId } = await stopped(cs, { id, reason: 'Local' });
        assert.equal(transactionId, id);
        const follows = (stamp) =>
          assert.ok(Math.abs(Date.parse(stamp) - Date.parse(theirs())) < 3_000, stamp);
        // No transaction ends before it began.
        if (then > begun) follows(timestamp);
        else assert.ok(timestamp >= started, timestamp);
        await cp.unplug();
        const told = await cs.expect('StatusNotification', is_status(1, 'Available'));
        follows(told.payload.timestamp);
        // The books compare times, and theirs were moved.
        cs.ledger.transactions.length = 0;
      },
    );

  system_test(
    'a central system that lives in 1970 is not believed',
    { central_system: { heartbeat: 1 } },
    async ({ cs, cp }) => {
      cs.answer_once('Heartbeat', () => ({ currentTime: '1970-01-01T00:00:05.000Z' }));
      await says(cp, /is not believed: 1970/);
      await cp.plug_in();
      const { payload } = await cs.expect('StatusNotification', is_status(1, 'Preparing'));
      assert.ok(Math.abs(Date.parse(payload.timestamp) - Date.now()) < 5_000);
    },
  );
});
