// SPDX-License-Identifier: Apache-2.0
// OCTT cases: reservations.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import { authorized, charging_locally, configure, started, tag1, tag2 } from './harness/states.js';
import { charging } from './harness/truth.js';
import { nothing_for } from './harness/wait.js';

const accepted = { status: 'Accepted' };
const family = { status: 'Accepted', parentIdTag: 'FAMILY' };
const tags_of_one_family = { central_system: { tags: { [tag1]: family, [tag2]: family } } };
const reservationId = 4711;

async function reserve(cs, more = {}, status = 'Accepted') {
  const { seconds = 600, ...given } = more;
  const expiryDate = new Date(Date.now() + seconds * 1000).toISOString();
  const request = { connectorId: 1, reservationId, idTag: tag1, expiryDate, ...given };
  assert.deepEqual(await cs.call('ReserveNow', request), { status });
}

async function reserved(cs, more) {
  await reserve(cs, more);
  await cs.status(1, 'Reserved');
}

async function others_unavailable(cs) {
  await unavailable(cs, 2);
}

async function unavailable(cs, connectorId) {
  const request = { connectorId, type: 'Inoperative' };
  assert.deepEqual(await cs.call('ChangeAvailability', request), accepted);
  await cs.status(connectorId, 'Unavailable');
}

async function faulted(cs, cp, connector) {
  await cp.simulator({
    do: 'fault',
    name: 'temperature',
    connector,
    place: 'Outlet',
    celsius: 110,
    on: true,
  });
  await cs.status(connector, 'Faulted');
}

async function remote_start(cs, idTag) {
  const request = { connectorId: 1, idTag };
  assert.deepEqual(await cs.call('RemoteStartTransaction', request), accepted);
}

describe('OCTT: reservation', { concurrency: 4 }, () => {
  system_test('TC_046_1_CS Reservation of a Connector - Local start', {}, async ({ cs, cp }) => {
    await others_unavailable(cs);
    await reserved(cs);
    await cp.present_tag(tag2);
    await nothing_for(2_000, () => assert.equal(cs.calls('Authorize').length, 0));
    await authorized(cs, cp);
    await cp.plug_in();
    assert.equal((await started(cs)).reservationId, reservationId);
    await charging(cp);
  });

  system_test('TC_046_2_CS Reservation of a Connector - Remote start', {}, async ({ cs, cp }) => {
    await reserved(cs);
    await cp.plug_in();
    await remote_start(cs, tag1);
    await cs.expect_all([
      ['StatusNotification', is_status(1, 'Preparing')],
      [
        'StartTransaction',
        (request) => request.idTag === tag1 && request.reservationId === reservationId,
      ],
      ['StatusNotification', is_status(1, 'Charging')],
    ]);
  });

  system_test('TC_047_CS Reservation of a Connector - Expire', {}, async ({ cs, cp }) => {
    await others_unavailable(cs);
    await reserved(cs, { seconds: 3 });
    await cs.status(1, 'Available');
    const { reservationId: used } = await charging_locally(cs, cp, { tag: tag2 });
    assert.equal(used, undefined);
  });

  system_test('TC_048_1_CS Reservation of a Connector - Faulted', {}, async ({ cs, cp }) => {
    await faulted(cs, cp, 1);
    await reserve(cs, {}, 'Faulted');
  });

  system_test('TC_048_2_CS Reservation of a Connector - Occupied', {}, async ({ cs, cp }) => {
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    await reserve(cs, {}, 'Occupied');
  });

  system_test('TC_048_3_CS Reservation of a Connector - Unavailable', {}, async ({ cs }) => {
    await unavailable(cs, 1);
    await reserve(cs, {}, 'Unavailable');
  });

  system_test(
    'TC_048_4_CS Reservation of a Connector - Rejected',
    { ocpp: { ReservationEnabled: false } },
    async ({ cs }) => reserve(cs, {}, 'Rejected'),
  );

  system_test('TC_049_CS Reservation of a Charge Point - Transaction', {}, async ({ cs, cp }) => {
    await others_unavailable(cs);
    await reserve(cs, { connectorId: 0 });
    await cs.status(1, 'Reserved');
    await cp.plug_in();
    await remote_start(cs, tag1);
    await cs.status(1, 'Preparing');
    assert.equal((await started(cs)).reservationId, reservationId);
  });

  system_test('TC_050_1_CS Reservation of a Charge Point - Faulted', {}, async ({ cs, cp }) => {
    await faulted(cs, cp, 1);
    await faulted(cs, cp, 2);
    await reserve(cs, { connectorId: 0 }, 'Faulted');
  });

  system_test('TC_050_2_CS Reservation of a Charge Point - Occupied', {}, async ({ cs, cp }) => {
    for (const connector of [1, 2]) {
      await cp.plug_in(connector);
      await cs.status(connector, 'Preparing');
    }
    await reserve(cs, { connectorId: 0 }, 'Occupied');
  });

  system_test('TC_050_3_CS Reservation of a Charge Point - Unavailable', {}, async ({ cs }) => {
    const request = { connectorId: 0, type: 'Inoperative' };
    assert.deepEqual(await cs.call('ChangeAvailability', request), accepted);
    await cs.expect_all([0, 1, 2].map((id) => ['StatusNotification', is_status(id, 'Unavailable')]));
    await reserve(cs, { connectorId: 0 }, 'Unavailable');
  });

  system_test(
    'TC_050_4_CS Reservation of a Charge Point - Rejected',
    { ocpp: { ReservationEnabled: false } },
    async ({ cs }) => reserve(cs, { connectorId: 0 }, 'Rejected'),
  );

  system_test('TC_051_CS Cancel Reservation', {}, async ({ cs, cp }) => {
    await reserved(cs);
    assert.deepEqual(await cs.call('CancelReservation', { reservationId }), accepted);
    await cs.status(1, 'Available');
    const { reservationId: used } = await charging_locally(cs, cp, { tag: tag2 });
    assert.equal(used, undefined);
  });

  system_test('TC_052_CS Cancel Reservation - Rejected', {}, async ({ cs, cp }) => {
    await reserved(cs);
    assert.deepEqual(await cs.call('CancelReservation', { reservationId: reservationId + 1 }), {
      status: 'Rejected',
    });
    // Still reserved, after a power cut, too.
    await cp.power_cut();
    cp.start();
    await cs.boot({ statuses: { 1: 'Reserved' } });
    assert.deepEqual(await cs.call('CancelReservation', { reservationId }), accepted);
    await cs.status(1, 'Available');
  });

  system_test(
    'TC_053_1_CS Use a reserved Connector with parentIdTag - Local',
    tags_of_one_family,
    async ({ cs, cp }) => {
      await others_unavailable(cs);
      await reserved(cs, { parentIdTag: 'FAMILY' });
      await authorized(cs, cp, { tag: tag2 });
      await cp.plug_in();
      assert.equal((await started(cs, { tag: tag2 })).reservationId, reservationId);
    },
  );

  system_test(
    'TC_053_2_CS Use a reserved Connector with parentIdTag - Remote',
    tags_of_one_family,
    async ({ cs, cp }) => {
      await configure(cs, 'AuthorizeRemoteTxRequests', 'true');
      await reserved(cs, { parentIdTag: 'FAMILY' });
      await remote_start(cs, tag2);
      await cs.expect_all([
        ['Authorize', ({ idTag }) => idTag === tag2],
        ['StatusNotification', is_status(1, 'Preparing')],
      ]);
      await cp.plug_in();
      assert.equal((await started(cs, { tag: tag2 })).reservationId, reservationId);
    },
  );
});
