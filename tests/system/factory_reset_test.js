// SPDX-License-Identifier: Apache-2.0
// A factory reset, by chargepointctl and by the button: what others have written goes, the identity
// and what was sold stay.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { charging_locally, configuration_key, configure, stopped, tag1, tag2 } from './harness/states.js';
import { nothing_for } from './harness/wait.js';

const accepted = { status: 'Accepted' };

// Something of everything that a central system can leave here.
async function write_everything(cs) {
  await configure(cs, 'HISuperv', '7200');
  assert.deepEqual(
    await cs.call('SendLocalList', {
      listVersion: 3,
      updateType: 'Full',
      localAuthorizationList: [{ idTag: tag1, idTagInfo: accepted }],
    }),
    accepted,
  );
  assert.deepEqual(
    await cs.call('SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
        },
      },
    }),
    accepted,
  );
  assert.deepEqual(
    await cs.call('ReserveNow', {
      connectorId: 2,
      reservationId: 1,
      idTag: tag2,
      expiryDate: new Date(Date.now() + 600_000).toISOString(),
    }),
    accepted,
  );
  await cs.status(2, 'Reserved');
}

async function check_forgotten(cs) {
  assert.equal((await configuration_key(cs, 'HISuperv')).value, '3600');
  assert.deepEqual(await cs.call('GetLocalListVersion'), { listVersion: 0 });
  assert.deepEqual(await cs.call('ClearChargingProfile', {}), { status: 'Unknown' });
  assert.deepEqual(await cs.call('CancelReservation', { reservationId: 1 }), {
    status: 'Rejected',
  });
}

describe('factory reset', { concurrency: 2 }, () => {
  system_test('by chargepointctl, in a transaction', {}, async ({ cs, cp }) => {
    await write_everything(cs);
    const { id } = await charging_locally(cs, cp);
    const { identity } = cs.attempts.at(-1);
    const answer = await cp.ctl('factory-reset');
    assert.equal(answer.code, 0, answer.stderr);
    cs.allow('StatusNotification', ({ connectorId }) => connectorId === 2);
    await stopped(cs, { id, reason: 'Reboot' });
    await cs.boot({ statuses: { 1: 'Finishing' }, within: 30_000 });
    assert.equal(cs.attempts.at(-1).identity, identity);
    await check_forgotten(cs);
  });

  system_test('by the button, held for 10 s', { timeout: 90_000 }, async ({ cs, cp }) => {
    await write_everything(cs);
    const button = (on) => cp.simulator({ do: 'fault', name: 'button', connector: 1, on });
    await button(true);
    await nothing_for(6_000, () => assert.equal(cs.calls('BootNotification').length, 1));
    await button(false);
    await nothing_for(6_000, () => assert.equal(cs.calls('BootNotification').length, 1));
    await button(true);
    cs.allow('StatusNotification', ({ connectorId }) => connectorId === 2);
    await cs.boot({ within: 30_000 });
    await check_forgotten(cs);
    // It is still held, and does it once.
    await nothing_for(14_000, () => assert.equal(cs.calls('BootNotification').length, 2));
  });
});
