// SPDX-License-Identifier: Apache-2.0
// OCTT cases: smart charging. What the composite schedule says, the pilot must say, too.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import { charging_locally, started, tag1 } from './harness/states.js';
import { observe } from './harness/truth.js';
import { until } from './harness/wait.js';

const now = () => new Date(Math.floor(Date.now() / 1000) * 1000);

function profile(id, purpose, periods, { level = 0, duration, ...more } = {}) {
  return {
    chargingProfileId: id,
    stackLevel: level,
    chargingProfilePurpose: purpose,
    chargingProfileKind: 'Absolute',
    ...more,
    chargingSchedule: {
      chargingRateUnit: 'A',
      ...(duration && { duration, startSchedule: now().toISOString() }),
      chargingSchedulePeriod: periods.map(([startPeriod, limit]) => ({ startPeriod, limit })),
    },
  };
}

async function install(cs, connectorId, csChargingProfiles, status = 'Accepted') {
  const answer = await cs.call('SetChargingProfile', { connectorId, csChargingProfiles });
  assert.deepEqual(answer, { status });
}

// Periods as [second of the schedule's own time, limit]; `since` is when that began.
async function composite(cs, connectorId, duration, since) {
  const answer = await cs.call('GetCompositeSchedule', {
    connectorId,
    duration,
    chargingRateUnit: 'A',
  });
  assert.equal(answer.status, 'Accepted');
  assert.equal(answer.connectorId, connectorId);
  const { chargingSchedule: schedule } = answer;
  assert.equal(schedule.duration, duration);
  assert.equal(schedule.chargingRateUnit, 'A');
  assert.ok(!('startSchedule' in schedule), 'errata 4.0, 3.57');
  const elapsed = since ? Math.round((new Date(answer.scheduleStart) - since) / 1000) : 0;
  return schedule.chargingSchedulePeriod.map(({ startPeriod, limit }) => [
    startPeriod === 0 ? 0 : startPeriod + elapsed,
    limit,
  ]);
}

// IEC 61851-1 Table A.8, between 6 A and 51 A.
async function pilot_offers(cp, amps) {
  await until(
    async () => {
      const { pilot } = await observe(cp, 1);
      return pilot.pwm && Math.abs(pilot.duty_percent - amps / 0.6) < 0.3;
    },
    { what: `a duty cycle of ${amps} A` },
  );
}

describe('OCTT: smart charging', { concurrency: 4 }, () => {
  system_test('TC_056_CS TxDefaultProfile', {}, async ({ cs }) => {
    await install(cs, 1, profile(1, 'TxDefaultProfile', [[0, 6]], { duration: 304 }));
    assert.deepEqual(await composite(cs, 1, 300), [[0, 6]]);
  });

  system_test('TC_057_CS TxProfile', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    const own = profile(1, 'TxProfile', [[0, 6]], { duration: 304, transactionId: id });
    await install(cs, 1, own);
    assert.deepEqual(await composite(cs, 1, 300), [[0, 6]]);
    await pilot_offers(cp, 6);
  });

  system_test('TC_058_1_CS no transaction', {}, async ({ cs }) => {
    await install(cs, 1, profile(1, 'TxProfile', [[0, 6]], { transactionId: 1 }), 'Rejected');
  });

  system_test('TC_058_2_CS wrong transactionId', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    const own = profile(1, 'TxProfile', [[0, 6]], { transactionId: id + 1 });
    await install(cs, 1, own, 'Rejected');
  });

  system_test('TC_059_CS remote start with a profile', {}, async ({ cs, cp }) => {
    await cp.plug_in(1);
    await cs.status(1, 'Preparing');
    assert.deepEqual(
      await cs.call('RemoteStartTransaction', {
        connectorId: 1,
        idTag: tag1,
        chargingProfile: profile(1, 'TxProfile', [[0, 8]], { chargingProfileKind: 'Relative' }),
      }),
      { status: 'Accepted' },
    );
    await started(cs);
    await pilot_offers(cp, 8);
    assert.deepEqual(await composite(cs, 1, 300), [[0, 8]]);
  });

  system_test('TC_060_CS remote start with a profile that is none', {}, async ({ cs }) => {
    const chargingProfile = profile(1, 'TxDefaultProfile', [[0, 8]]);
    const answer = await cs.call('RemoteStartTransaction', {
      connectorId: 1,
      idTag: tag1,
      chargingProfile,
    });
    assert.deepEqual(answer, { status: 'Rejected' });
  });

  system_test('TC_066_CS composite schedule', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    const since = now();
    await install(cs, 0, profile(1, 'ChargePointMaxProfile', [[0, 10]], { duration: 86400 }));
    const general = [[0, 6], [60, 10], [120, 8], [180, 15], [260, 8]];
    await install(cs, 1, profile(2, 'TxDefaultProfile', general, { duration: 300 }));
    const own = [[0, 8], [50, 11], [140, 16], [200, 6], [240, 12]];
    await install(cs, 1, profile(3, 'TxProfile', own, { duration: 260, transactionId: id }));
    const wanted = [[0, 8], [50, 10], [200, 6], [240, 10], [260, 8], [300, 10]];
    const given = await composite(cs, 1, 400, since);
    assert.equal(given.length, wanted.length);
    // The three calls may fall into two seconds.
    given.forEach(([start, limit], i) => {
      assert.equal(limit, wanted[i][1]);
      assert.ok(Math.abs(start - wanted[i][0]) <= 2, `${start} is about ${wanted[i][0]}`);
    });
    await pilot_offers(cp, 8);
  });

  system_test('TC_067_CS clear', {}, async ({ cs }) => {
    const first = [[0, 6], [60, 8], [200, 10]];
    await install(cs, 1, profile(1, 'TxDefaultProfile', first, { level: 1, duration: 400 }));
    await install(cs, 1, profile(2, 'TxDefaultProfile', [[0, 7], [100, 9]], { duration: 400 }));
    await install(cs, 0, profile(3, 'ChargePointMaxProfile', [[0, 11]], { duration: 86400 }));
    const clear = async (request) =>
      assert.deepEqual(await cs.call('ClearChargingProfile', request), { status: 'Accepted' });
    const limits = async () => (await composite(cs, 1, 350)).map(([, limit]) => limit);
    await clear({ id: 1 });
    assert.deepEqual(await limits(), [7, 9]);
    await clear({ chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 });
    assert.deepEqual(await limits(), [11]);
    await clear({});
    assert.deepEqual(await limits(), [32]);
  });

  system_test('TC_072_CS stacking', {}, async ({ cs }) => {
    const lower = [[0, 6], [100, 8], [200, 10]];
    await install(cs, 1, profile(1, 'TxDefaultProfile', lower, { duration: 400 }));
    const upper = profile(2, 'TxDefaultProfile', [[0, 7], [100, 9]], { level: 1, duration: 150 });
    await install(cs, 1, upper);
    const limits = (await composite(cs, 1, 350)).map(([, limit]) => limit);
    assert.deepEqual(limits, [7, 9, 8, 10]);
  });

  system_test('TC_082_CS TxDefaultProfile in a transaction', {}, async ({ cs, cp }) => {
    await charging_locally(cs, cp);
    await install(cs, 1, profile(1, 'TxDefaultProfile', [[0, 6]], { duration: 304 }));
    assert.deepEqual(await composite(cs, 1, 300), [[0, 6]]);
    await pilot_offers(cp, 6);
  });

  system_test('0 A pauses, and the vehicle charges again', {}, async ({ cs, cp }) => {
    await charging_locally(cs, cp);
    await install(cs, 1, profile(1, 'TxDefaultProfile', [[0, 0]]));
    await cs.status(1, 'SuspendedEVSE');
    assert.deepEqual(await cs.call('ClearChargingProfile', {}), { status: 'Accepted' });
    await cs.expect('StatusNotification', is_status(1, 'Charging'));
  });
});
