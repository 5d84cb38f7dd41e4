// SPDX-License-Identifier: Apache-2.0
// OCTT cases: cold boot and reset.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import { ways_to_charge } from './harness/states.js';
import { not_charging } from './harness/truth.js';
import { until } from './harness/wait.js';

const interval = 2;

const boot_answer = (status) => () => ({ status, currentTime: new Date().toISOString(), interval });

// The answer to a call, once it was given.
const answer_to = (cs, call) =>
  until(() => cs.log.find((e) => e.outbound && e.type === 3 && e.id === call.id), {
    what: 'our answer',
  });

// Exactness to the second is proven in virtual time (tests/ocpp/charge_point/boot_test.cpp); on a
// busy machine only this much can be asked: never sooner, and the wait for it is bounded.
function check_pause(pause, what) {
  const wanted = interval * 1000;
  assert.ok(pause >= wanted - 50, `${what}: ${pause} ms, not ${wanted}`);
}

// Between two arrivals, the first of which may be late.
function check_period(gap, what) {
  const wanted = interval * 1000;
  assert.ok(gap > wanted / 2, `${what}: ${gap} ms, not ${wanted}`);
}

async function check_heartbeats(cs) {
  const beats = [];
  for (let i = 0; i < 3; ++i) beats.push(await cs.expect('Heartbeat'));
  for (let i = 1; i < beats.length; ++i)
    check_period(beats[i].at - beats[i - 1].at, 'heartbeat period');
}

async function reset_without_transaction(cs, type) {
  assert.deepEqual(await cs.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' }), {
    status: 'Accepted',
  });
  await cs.status(1, 'Unavailable');
  assert.deepEqual(await cs.call('Reset', { type }), { status: 'Accepted' });
  await cs.boot({ statuses: { 1: 'Unavailable' } });
  assert.deepEqual(await cs.call('ChangeAvailability', { connectorId: 1, type: 'Operative' }), {
    status: 'Accepted',
  });
  await cs.status(1, 'Available');
}

describe('OCTT: cold boot and reset', { concurrency: 4 }, () => {
  system_test('TC_001_CS Cold Boot Charge Point', { start: false }, async ({ cs, cp }) => {
    cs.answer_once('BootNotification', boot_answer('Rejected'));
    cs.heartbeat = interval;
    cp.start();
    const first = await cs.expect('BootNotification');
    const refused = await answer_to(cs, first);
    const second = await cs.expect('BootNotification');
    check_pause(second.at - refused.at, 'time to the second BootNotification');
    const between = cs.log
      .slice(cs.log.indexOf(first) + 1, cs.log.indexOf(second))
      .filter((e) => !e.outbound);
    assert.deepEqual(between, [], 'nothing is said between the two');
    await cs.expect_all([0, 1, 2].map((id) => ['StatusNotification', is_status(id, 'Available')]));
    await check_heartbeats(cs);
  });

  system_test(
    'TC_002_CS Cold Boot Charge Point - Pending',
    { start: false },
    async ({ cs, cp }) => {
      cs.answer_once('BootNotification', boot_answer('Pending'));
      cs.heartbeat = interval;
      cp.start();
      const first = await cs.expect('BootNotification');
      const pending = await answer_to(cs, first);
      const { configurationKey } = await cs.call('GetConfiguration');
      assert.ok(configurationKey.length >= 20, `${configurationKey.length} keys`);
      assert.deepEqual(
        await cs.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '7' }),
        { status: 'Accepted' },
      );
      const second = await cs.expect('BootNotification');
      check_pause(second.at - pending.at, 'time to the second BootNotification');
      await cs.expect_all(
        [0, 1, 2].map((id) => ['StatusNotification', is_status(id, 'Available')]),
      );
      await check_heartbeats(cs);
    },
  );

  system_test('TC_013_CS Hard Reset Without Transaction', {}, ({ cs }) =>
    reset_without_transaction(cs, 'Hard'),
  );

  system_test('TC_014_CS Soft Reset Without Transaction', {}, ({ cs }) =>
    reset_without_transaction(cs, 'Soft'),
  );

  for (const [way, charge] of ways_to_charge) {
    system_test(`TC_015_CS Hard Reset With Transaction (${way})`, {}, async ({ cs, cp }) => {
      const { id } = await charge(cs, cp);
      const from = cs.cursor;
      assert.deepEqual(await cs.call('Reset', { type: 'Hard' }), { status: 'Accepted' });
      // The stop may come before the boot, then with Finishing, or after it.
      const stop = await cs.find('StopTransaction', undefined, { from, within: 15_000 });
      assert.equal(stop.payload.transactionId, id);
      assert.equal(stop.payload.reason, 'HardReset');
      cs.allow(
        'StatusNotification',
        (request, entry) =>
          is_status(1, 'Finishing')(request) &&
          entry.connection === stop.connection &&
          stop.connection === 1,
      );
      await cs.boot({ statuses: { 1: ['Finishing', 'Preparing'] } });
      await not_charging(cp);
      assert.equal(cs.messages('StopTransaction').length, 1, 'exactly one StopTransaction');
    });

    system_test(`TC_016_CS Soft Reset With Transaction (${way})`, {}, async ({ cs, cp }) => {
      const { id } = await charge(cs, cp);
      assert.deepEqual(await cs.call('Reset', { type: 'Soft' }), { status: 'Accepted' });
      const [stop] = await cs.expect_all([
        ['StopTransaction'],
        ['StatusNotification', is_status(1, 'Finishing')],
      ]);
      assert.equal(stop.payload.transactionId, id);
      assert.equal(stop.payload.reason, 'SoftReset');
      await cs.boot({ statuses: { 1: ['Finishing', 'Preparing'] } });
      assert.equal(cs.messages('StopTransaction').length, 1, 'exactly one StopTransaction');
    });
  }
});
