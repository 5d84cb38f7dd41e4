// SPDX-License-Identifier: Apache-2.0
// OCTT cases: remote start, remote stop, triggers and DataTransfer.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import {
  charging_remotely,
  configuration_key,
  configure,
  started,
  stopped,
  tag1,
  tag2,
  unplugged,
  ways_to_charge,
} from './harness/states.js';
import {
  charging,
  check_offer,
  check_wh,
  not_charging,
  observe,
  relays_closed,
} from './harness/truth.js';
import { nothing_for } from './harness/wait.js';

const for_both = ['true', 'false'];

// Steps 1 to 7 of TC_011: remote start without a cable.
async function remote_start_first(cs, authorize) {
  await configure(cs, 'AuthorizeRemoteTxRequests', authorize);
  const { value } = await configuration_key(cs, 'AuthorizeRemoteTxRequests');
  assert.deepEqual(await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: tag1 }), {
    status: 'Accepted',
  });
  const wanted = [['StatusNotification', is_status(1, 'Preparing')]];
  if (value === 'true') wanted.push(['Authorize', ({ idTag }) => idTag === tag1]);
  await cs.expect_all(wanted);
}

// Rejected, or a CALLERROR.
async function refused(cs, action, payload) {
  try {
    assert.deepEqual(await cs.call(action, payload), { status: 'Rejected' });
  } catch (error) {
    assert.ok(error.rpcErrorCode, `a CALLERROR, not ${error}`);
  }
}

async function triggered(cs, requestedMessage, connectorId, action, predicate = () => true) {
  const from = cs.log.length;
  const { status } = await cs.call('TriggerMessage', {
    requestedMessage,
    ...(connectorId && { connectorId }),
  });
  assert.equal(status, 'Accepted', requestedMessage);
  const call = await cs.find(action, predicate, { from });
  const reply = cs.log.findIndex(
    (e, i) => i >= from && !e.outbound && e.type === 3 && e.action === 'TriggerMessage',
  );
  assert.ok(reply < cs.log.indexOf(call), 'the answer goes before the triggered message');
  return call.payload;
}

// Without that feature NotImplemented, with it the message says Idle.
async function triggered_idle(cs, requestedMessage) {
  const from = cs.log.length;
  const { status } = await cs.call('TriggerMessage', { requestedMessage });
  if (status === 'NotImplemented') return;
  assert.equal(status, 'Accepted', requestedMessage);
  const { payload } = await cs.find(requestedMessage, undefined, { from });
  assert.equal(payload.status, 'Idle');
}

describe('OCTT: remote start and stop', { concurrency: 4 }, () => {
  for (const authorize of for_both) {
    const told = `AuthorizeRemoteTxRequests=${authorize}`;
    system_test(
      `TC_010_CS Remote Start Charging Session - Cable Plugged in First (${told})`,
      {},
      async ({ cs, cp }) => {
        await configure(cs, 'AuthorizeRemoteTxRequests', authorize);
        await charging_remotely(cs, cp);
        check_offer(await charging(cp), 32);
        assert.equal(cs.calls('Authorize').length, authorize === 'true' ? 1 : 0);
      },
    );

    system_test(
      `TC_011_1_CS Remote Start Charging Session - Remote Start First (${told})`,
      {},
      async ({ cs, cp }) => {
        await remote_start_first(cs, authorize);
        assert.ok(!relays_closed(await observe(cp)));
        await cp.plug_in();
        await started(cs);
        check_offer(await charging(cp), 32);
      },
    );

    system_test(
      `TC_011_2_CS Remote Start Charging Session - Time Out (${told})`,
      {},
      async ({ cs }) => {
        await configure(cs, 'ConnectionTimeOut', '2');
        await remote_start_first(cs, authorize);
        await cs.status(1, 'Available');
        assert.equal(cs.messages('StartTransaction').length, 0);
      },
    );
  }

  for (const [way, charge] of ways_to_charge) {
    system_test(`TC_012_CS Remote Stop Charging Session (${way})`, {}, async ({ cs, cp }) => {
      const { id } = await charge(cs, cp);
      await charging(cp);
      assert.deepEqual(await cs.call('RemoteStopTransaction', { transactionId: id }), {
        status: 'Accepted',
      });
      const stop = await stopped(cs, { id, reason: 'Remote' });
      assert.equal(stop.idTag, undefined, 'no tag stopped it');
      const { energy_wh } = await not_charging(cp);
      check_wh(stop.meterStop, energy_wh, 'meterStop');
      await unplugged(cs, cp);
    });

    system_test(
      `TC_026_CS Remote Start Charging Session - Rejected (${way})`,
      {},
      async ({ cs, cp }) => {
        await configure(cs, 'LocalPreAuthorize', 'false');
        await charge(cs, cp);
        assert.deepEqual(await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: tag2 }), {
          status: 'Rejected',
        });
        await charging(cp);
      },
    );

    system_test(`TC_028_CS Remote Stop Transaction - Rejected (${way})`, {}, async ({ cs, cp }) => {
      const { id } = await charge(cs, cp);
      assert.deepEqual(await cs.call('RemoteStopTransaction', { transactionId: id + 4711 }), {
        status: 'Rejected',
      });
      await nothing_for(500, () => assert.equal(cs.messages('StopTransaction').length, 0));
      check_offer(await charging(cp), 32);
    });
  }

  system_test(
    'TC_027_CS Remote start transaction - connector id shall not be 0',
    {},
    async ({ cs }) => {
      await refused(cs, 'RemoteStartTransaction', { connectorId: 0, idTag: tag1 });
    },
  );

  system_test('TC_054_CS Trigger Message', {}, async ({ cs }) => {
    const { connectorId, meterValue } = await triggered(cs, 'MeterValues', 1, 'MeterValues');
    assert.equal(connectorId, 1);
    for (const { context } of meterValue[0].sampledValue) assert.equal(context, 'Trigger');
    await triggered(cs, 'Heartbeat', undefined, 'Heartbeat');
    await triggered(cs, 'StatusNotification', 1, 'StatusNotification', is_status(1, 'Available'));
    await triggered_idle(cs, 'DiagnosticsStatusNotification');
    await triggered_idle(cs, 'FirmwareStatusNotification');
  });

  system_test('TC_062_CS Data Transfer to a Charge Point', {}, async ({ cs }) => {
    for (const request of [
      { vendorId: 'com.nobody' },
      { vendorId: 'com.nobody', messageId: 'anything', data: '{"some": "data"}' },
    ])
      assert.deepEqual(await cs.call('DataTransfer', request), { status: 'UnknownVendorId' });
    assert.deepEqual(await cs.call('DataTransfer', { vendorId: 'Example', messageId: 'nothing' }), {
      status: 'UnknownMessageId',
    });
  });

  system_test('TC_055_CS Trigger Message - Rejected', {}, async ({ cs }) => {
    await refused(cs, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 3 });
    await nothing_for(500, () =>
      assert.equal(cs.messages('MeterValues').length, 0, 'nothing is sent'),
    );
  });
});
