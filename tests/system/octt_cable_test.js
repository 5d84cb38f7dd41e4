// SPDX-License-Identifier: Apache-2.0
// OCTT cases: vehicles that leave, sockets with a lock, fixed cables without one.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import { one_connector } from './harness/charge_point.js';
import {
  charging_locally,
  charging_remotely,
  configure,
  stopped,
  tag1,
  ways_to_charge,
} from './harness/states.js';
import { charging, not_charging, observe } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const socket = { connectors: [{ id: 1, type: 'type2-socket', phases: 3, max_current: 32 }] };
const fixed = { connectors: one_connector };

const left = (connector, statuses) => (request) =>
  is_status(connector, statuses)(request) && request.info === 'EV side disconnected';

async function locked(cp, wanted) {
  await until(async () => (await observe(cp)).locked === wanted, {
    what: `the lock to be ${wanted ? 'closed' : 'open'}`,
  });
}

async function unlock(cs, status, connectorId = 1) {
  assert.deepEqual(await cs.call('UnlockConnector', { connectorId }), { status });
}

async function left_by_vehicle(cs, cp, id) {
  await cp.unplug(1, { end: 'vehicle' });
  const [stop] = await cs.expect_all([
    ['StopTransaction', ({ transactionId }) => transactionId === id],
    ['StatusNotification', left(1, 'Finishing')],
  ]);
  assert.equal(stop.payload.reason, 'EVDisconnected');
  assert.equal(stop.payload.idTag, undefined, 'no tag stopped it');
}

describe('OCTT: cables', { concurrency: 4 }, () => {
  for (const [way, begin] of ways_to_charge) {
    system_test(
      `TC_005_1_CS EV Side Disconnected - stop, unlock (${way})`,
      socket,
      async ({ cs, cp }) => {
        await configure(cs, 'StopTransactionOnEVSideDisconnect', 'true');
        await configure(cs, 'UnlockConnectorOnEVSideDisconnect', 'true');
        const { id } = await begin(cs, cp);
        await charging(cp);
        await left_by_vehicle(cs, cp, id);
        await locked(cp, false);
        await cp.unplug(1, { end: 'charge_point' });
        await cs.status(1, 'Available');
      },
    );

    system_test(
      `TC_005_2_CS EV Side Disconnected - stop, no unlock (${way})`,
      socket,
      async ({ cs, cp }) => {
        await configure(cs, 'UnlockConnectorOnEVSideDisconnect', 'false');
        const { id } = await begin(cs, cp);
        await charging(cp);
        await left_by_vehicle(cs, cp, id);
        await nothing_for(1_500, async () => assert.equal((await observe(cp)).locked, true));
        await unlock(cs, 'Unlocked');
        await cp.unplug(1, { end: 'charge_point' });
        await cs.status(1, 'Available');
      },
    );

    system_test(
      `TC_005_3_CS EV Side Disconnected - no stop, no unlock (${way})`,
      socket,
      async ({ cs, cp }) => {
        await configure(cs, 'StopTransactionOnEVSideDisconnect', 'false');
        await configure(cs, 'UnlockConnectorOnEVSideDisconnect', 'false');
        const { id } = await begin(cs, cp);
        await charging(cp);
        await cp.unplug(1, { end: 'vehicle' });
        await cs.expect('StatusNotification', left(1, ['SuspendedEV', 'SuspendedEVSE']));
        await not_charging(cp);
        assert.deepEqual(await cs.call('RemoteStopTransaction', { transactionId: id }), {
          status: 'Accepted',
        });
        await stopped(cs, { id, reason: 'Remote' });
      },
    );

    system_test(
      `TC_018_1_CS Unlock Connector - With Charging Session (${way})`,
      socket,
      async ({ cs, cp }) => {
        const { id } = await begin(cs, cp);
        await charging(cp);
        await unlock(cs, 'Unlocked');
        const answered = cs.log.findIndex((e) => e.type === 3 && e.action === 'UnlockConnector');
        await stopped(cs, { id, reason: 'UnlockCommand' });
        const stop = cs.log.findIndex((e) => e.action === 'StopTransaction');
        assert.ok(answered < stop, 'the answer comes first');
        await cp.unplug();
        await cs.status(1, 'Available');
      },
    );

    system_test(
      `TC_018_2_CS Unlock Connector - With Charging Session, fixed cable (${way})`,
      fixed,
      async ({ cs, cp }) => {
        await begin(cs, cp);
        await charging(cp);
        await unlock(cs, 'NotSupported');
        await nothing_for(1_500, () => assert.equal(cs.messages('StopTransaction').length, 0));
      },
    );
  }

  system_test('TC_005_3_CS EV Side Disconnected - fixed cable', fixed, async ({ cs, cp }) => {
    await configure(cs, 'StopTransactionOnEVSideDisconnect', 'false');
    const { id } = await charging_remotely(cs, cp);
    await charging(cp);
    await cp.unplug();
    await cs.expect('StatusNotification', left(1, ['SuspendedEV', 'SuspendedEVSE']));
    await cs.call('RemoteStopTransaction', { transactionId: id });
    await cs.expect_all([
      ['StopTransaction', ({ reason }) => reason === 'Remote'],
      ['StatusNotification', is_status(1, 'Available')],
    ]);
  });

  system_test(
    'TC_017_1_CS Unlock connector - no charging session running',
    socket,
    async ({ cs }) => {
      await unlock(cs, 'Unlocked');
    },
  );

  system_test(
    'TC_017_2_CS Unlock connector - no charging session, fixed cable',
    fixed,
    async ({ cs }) => {
      await unlock(cs, 'NotSupported');
    },
  );

  system_test('TC_031_CS Unlock Connector - Unknown Connector', socket, async ({ cs }) => {
    await unlock(cs, 'NotSupported', 5);
  });

  system_test('TC_030_CS Unlock Connector - Unlock Failure', socket, async ({ cs, cp }) => {
    const { id } = await charging_remotely(cs, cp);
    await charging(cp);
    await cp.simulator({ do: 'fault', name: 'lock_jammed', connector: 1, on: true });
    await unlock(cs, 'UnlockFailed');
    cs.allow('StatusNotification', is_status(1, ['Finishing', 'Faulted']));
    await cs.expect('StopTransaction', ({ transactionId }) => transactionId === id);
  });

  system_test('a vehicle that leaves a fixed cable is Available once', fixed, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    await charging(cp);
    await cp.unplug();
    cs.allow('StatusNotification', is_status(1, 'Available'));
    await cs.expect('StopTransaction', ({ transactionId }) => transactionId === id);
    await nothing_for(1_000, () => {
      const told = cs.messages('StatusNotification', is_status(1, 'Available'));
      assert.equal(told.filter(({ payload }) => payload.info !== undefined).length, 1);
      assert.equal(told.length, 2, 'after the boot, and now');
    });
  });

  system_test('TC_024_CS Start Charging Session - Lock Failure', socket, async ({ cs, cp }) => {
    await cp.simulator({ do: 'fault', name: 'lock_jammed', connector: 1, on: true });
    await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: tag1 });
    await cs.status(1, 'Preparing');
    await cp.plug_in();
    await cs.expect(
      'StatusNotification',
      ({ status, errorCode }) => status === 'Faulted' && errorCode === 'ConnectorLockFailure',
    );
    await nothing_for(1_500, () => assert.equal(cs.messages('StartTransaction').length, 0));
  });
});
