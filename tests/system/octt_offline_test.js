// SPDX-License-Identifier: Apache-2.0
// OCTT cases: what happens without a connection, and what is told of it afterwards.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import {
  cached,
  configure,
  started,
  stopped,
  tag1,
  ways_to_charge,
} from './harness/states.js';
import { charging, not_charging } from './harness/truth.js';
import { until } from './harness/wait.js';

// The connection breaks and comes back when the returned function is called.
async function offline(cs, cp) {
  cs.go_away();
  await until(async () => !(await cp.ctl('status')).json.connected, { what: 'the broken link' });
  return async () => {
    cs.accept_again();
    await cs.connection();
  };
}

async function status_of(cp, connector, status) {
  await until(
    async () =>
      (await cp.ctl('status')).json.connectors.find(({ id }) => id === connector).status === status,
    { what: `connector ${connector} to be ${status}` },
  );
}

// The meter values of a transaction, in the order in which it came.
const samples_of = (cs, id) =>
  cs
    .messages('MeterValues', ({ transactionId }) => transactionId === id)
    .flatMap(({ payload }) => payload.meterValue)
    .map((value) => ({ ...value, at: Date.parse(value.timestamp) }));

describe('OCTT: without a connection', { concurrency: 4 }, () => {
  const plug = (cp) => cp.plug_in();
  const show = (cp) => cp.present_tag(tag1);
  for (const [order, ...acts] of [
    ['plug first', plug, show],
    ['tag first', show, plug],
  ])
    system_test(
      `TC_037_1_CS Offline Start Transaction - Valid IdTag (${order})`,
      {},
      async ({ cs, cp }) => {
        await cached(cs, cp);
        const back = await offline(cs, cp);
        const begun = Date.now();
        for (const act of acts) await act(cp);
        await charging(cp);
        await status_of(cp, 1, 'Charging');
        const ended = Date.now();
        await back();
        const { timestamp } = await started(cs);
        const at = Date.parse(timestamp);
        assert.ok(begun <= at && at <= ended, `${timestamp} is when it was begun`);
        assert.equal(cs.calls('BootNotification').length, 1, 'a reconnect is no boot');
      },
    );

  for (const [number, stops] of [
    [2, 'false'],
    [3, 'true'],
  ])
    system_test(
      `TC_037_${number}_CS Offline Start Transaction - Invalid IdTag (stops: ${stops})`,
      {},
      async ({ cs, cp }) => {
        await configure(cs, 'StopTransactionOnInvalidId', stops);
        await configure(cs, 'MaxEnergyOnInvalidId', '0');
        await cached(cs, cp);
        const back = await offline(cs, cp);
        await cp.plug_in();
        await cp.present_tag(tag1);
        await charging(cp);
        await status_of(cp, 1, 'Charging');
        cs.tags[tag1] = { status: 'Invalid' };
        await back();
        const { id } = await started(cs);
        if (stops === 'true') await stopped(cs, { id, reason: 'DeAuthorized' });
        else await cs.status(1, 'SuspendedEVSE');
        await not_charging(cp);
        if (stops === 'true') return;
        await cp.present_tag(tag1);
        await stopped(cs, { id, reason: 'Local' });
      },
    );

  for (const [way, charge] of ways_to_charge) {
    system_test(`TC_038_CS Offline Stop Transaction (${way})`, {}, async ({ cs, cp }) => {
      const { id } = await charge(cs, cp);
      const back = await offline(cs, cp);
      await cp.present_tag(tag1);
      await not_charging(cp);
      await status_of(cp, 1, 'Finishing');
      await back();
      const stop = await stopped(cs, { id, reason: 'Local' });
      assert.equal(stop.idTag, tag1);
      assert.equal(cs.calls('BootNotification').length, 1, 'a reconnect is no boot');
    });

    system_test(`TC_036_CS Connection Loss During Transaction (${way})`, {}, async ({ cs, cp }) => {
      await configure(cs, 'MeterValueSampleInterval', '1');
      const { id } = await charge(cs, cp);
      await charging(cp);
      const before = samples_of(cs, id).length;
      const back = await offline(cs, cp);
      const missed = 4;
      await until(async () => (await cp.ctl('status')).json.queued_messages >= missed, {
        what: `${missed} queued samples`,
      });
      await back();
      await until(() => samples_of(cs, id).length >= before + missed + 2, {
        what: 'what was missed, and what came then',
      });
      const samples = samples_of(cs, id);
      for (let i = 1; i < samples.length; ++i)
        assert.equal(samples[i].at - samples[i - 1].at, 1_000, 'none is missing, all in order');
      for (const { sampledValue } of samples)
        for (const { context, format } of sampledValue) {
          assert.equal(context ?? 'Sample.Periodic', 'Sample.Periodic');
          assert.equal(format ?? 'Raw', 'Raw');
        }
      assert.equal(cs.calls('BootNotification').length, 1, 'a reconnect is no boot');
      assert.deepEqual(await cs.call('RemoteStopTransaction', { transactionId: id }), {
        status: 'Accepted',
      });
      await stopped(cs, { id, reason: 'Remote' });
    });
  }

  system_test('TC_039_CS Offline Transaction', {}, async ({ cs, cp }) => {
    await cached(cs, cp);
    const back = await offline(cs, cp);
    await cp.plug_in();
    await cp.present_tag(tag1);
    await charging(cp);
    await cp.present_tag(tag1);
    await not_charging(cp);
    await cp.unplug();
    await status_of(cp, 1, 'Available');
    await back();
    const { payload } = await cs.expect('StartTransaction', ({ idTag }) => idTag === tag1);
    const transaction = await until(() => cs.ledger.started_by(payload), { what: 'its answer' });
    const stop = await cs.expect('StopTransaction');
    assert.equal(stop.payload.transactionId, transaction.ids.at(-1));
    assert.equal(stop.payload.reason, 'Local');
  });

  system_test(
    'TC_035_CS Idle charge point (retired)',
    { central_system: { heartbeat: 1 } },
    async ({ cs, cp }) => {
      for (let i = 0; i < 2; ++i) await cs.expect('Heartbeat');
      await (
        await offline(cs, cp)
      )();
      for (let i = 0; i < 2; ++i) await cs.expect('Heartbeat');
      assert.equal(cs.calls('BootNotification').length, 1, 'a reconnect is no boot');
      assert.equal(cs.messages('StatusNotification').length, 3, 'nothing has changed');
    },
  );
});
