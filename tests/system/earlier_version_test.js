// SPDX-License-Identifier: Apache-2.0
// The programs take over what those of an earlier version left: tests/storage/fixtures/README.md
// says how it was made and what is in it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';

import { system_test } from './harness/case.js';
import { configuration_key, started, stopped, tag1, tag2, unplugged } from './harness/states.js';
import { charging } from './harness/truth.js';

const fixture = fileURLToPath(new URL('../storage/fixtures/6f8adce', import.meta.url));
const known = JSON.parse(fs.readFileSync(path.join(fixture, 'known.json'), 'utf8'));

// The programs start on a copy, with a central system that has booked the start of then.
async function take_over(cs, cp) {
  for (const name of ['chargepoint.db', 'hardware.registers', 'simulated-meter.registers'])
    fs.copyFileSync(path.join(fixture, name), path.join(cp.storage, name));
  fs.copyFileSync(path.join(fixture, 'sim.sock.world'), `${cp.simulator_socket}.world`);
  const { id, start } = known.transaction;
  cs.ledger.transactions.push({ ids: [id], start, starts: [0], stops: [], meter: [] });
  cs.ledger.last_id = id;
  cp.start();
  await cs.boot({
    connectors: known.connectors.length,
    statuses: { 1: 'Finishing', 3: 'Reserved', 4: 'Unavailable' },
  });
}

// The whole session that nobody heard of arrives, and the end of the one that was cut off.
async function queue_delivered(cs) {
  const { id } = known.transaction;
  const offline = await cs.find(
    'StartTransaction',
    ({ connectorId, idTag }) => connectorId === 2 && idTag === tag2,
  );
  assert.deepEqual(offline.payload, known.offline_start);
  const stop = await cs.find('StopTransaction', ({ transactionId }) => transactionId === id);
  assert.equal(stop.payload.reason, 'PowerLoss');
  assert.ok(stop.payload.meterStop >= known.energy_wh, 'no metered energy is lost');
  const offline_id = cs.ledger.started_by(offline.payload).ids.at(-1);
  const other = await cs.find(
    'StopTransaction',
    ({ transactionId }) => transactionId === offline_id,
  );
  for (const field of ['idTag', 'meterStop', 'timestamp', 'reason'])
    assert.equal(other.payload[field], known.offline_stop[field], field);
  const times = cs
    .calls('MeterValues', ({ transactionId }) => transactionId === id)
    .flatMap(({ payload }) => payload.meterValue.map(({ timestamp }) => timestamp));
  for (const time of known.queued_samples) assert.ok(times.includes(time), `sample of ${time}`);
}

async function everything_kept(cs) {
  for (const [key, value] of Object.entries(known.keys))
    assert.equal((await configuration_key(cs, key)).value, value, key);
  assert.equal((await cs.call('GetLocalListVersion')).listVersion, known.list_version);
  const composite = await cs.call('GetCompositeSchedule', {
    connectorId: 1,
    duration: 60,
    chargingRateUnit: 'A',
  });
  assert.equal(composite.chargingSchedule.chargingSchedulePeriod[0].limit, known.default_limit);
  assert.deepEqual(await cs.call('CancelReservation', { reservationId: known.reservation_id }), {
    status: 'Accepted',
  });
  await cs.status(3, 'Available');
}

async function charging_goes_on(cs, cp) {
  cs.allow('StatusNotification');
  const last_id = cs.ledger.last_id;
  await cp.plug_in(2);
  // A tag that overtakes the plug would start connector 1, where the vehicle of then still is.
  await cs.status(2, 'Preparing');
  await cp.present_tag(tag1);
  const next = await started(cs, { connector: 2, tag: tag1 });
  assert.equal(cs.calls('Authorize').length, 0, 'the cache knows the tag');
  assert.ok(next.id > last_id);
  await charging(cp, 2);
  await cp.present_tag(tag1);
  await stopped(cs, { connector: 2, id: next.id, reason: 'Local' });
  await unplugged(cs, cp, 2);
}

describe('the database of an earlier version', () => {
  system_test(
    'is opened, its transaction ends under its id, its queue is delivered, and charging goes on',
    // BootNotification.conf sets HeartbeatInterval: to what was kept.
    { connectors: known.connectors, central_system: { heartbeat: 240 }, start: false },
    async ({ cs, cp }) => {
      await take_over(cs, cp);
      await queue_delivered(cs);
      await everything_kept(cs);
      await charging_goes_on(cs, cp);
    },
  );
});
