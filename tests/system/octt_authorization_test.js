// SPDX-License-Identifier: Apache-2.0
// OCTT cases: the authorization cache, tags that are refused, groups, and starts and stops without
// a connection.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import {
  authorized,
  charging_locally,
  charging_remotely,
  configure,
  invalid_tag,
  started,
  stopped,
  tag1,
  tag2,
  unplugged,
} from './harness/states.js';
import { charging, not_charging } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const family = { status: 'Accepted', parentIdTag: 'FAMILY' };

// Memory state IdTagCached.
async function cached(cs, cp) {
  await configure(cs, 'AuthorizationCacheEnabled', 'true');
  const { id } = await charging_remotely(cs, cp);
  await cp.present_tag(tag1);
  await stopped(cs, { id, reason: 'Local' });
  await unplugged(cs, cp);
}

const asked = (cs, tag, from) =>
  cs.calls('Authorize', ({ idTag }, entry) => idTag === tag && cs.log.indexOf(entry) >= from).length;

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

describe('OCTT: authorization', { concurrency: 4 }, () => {
  system_test('TC_007_1_CS Regular Start Charging Session - Cached Id', {}, async ({ cs, cp }) => {
    await configure(cs, 'LocalPreAuthorize', 'true');
    await cached(cs, cp);
    const from = cs.log.length;
    await cp.present_tag(tag1);
    await cs.status(1, 'Preparing');
    await cp.plug_in();
    await started(cs);
    assert.equal(asked(cs, tag1, from), 0, 'nobody is asked');
    await charging(cp);
  });

  system_test('TC_007_2_CS Remote Start Charging Session - Cached Id', {}, async ({ cs, cp }) => {
    await configure(cs, 'LocalPreAuthorize', 'true');
    await cached(cs, cp);
    await configure(cs, 'AuthorizeRemoteTxRequests', 'true');
    const from = cs.log.length;
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    assert.deepEqual(await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: tag1 }), {
      status: 'Accepted',
    });
    await started(cs);
    assert.equal(asked(cs, tag1, from), 0, 'nobody is asked');
  });

  system_test(
    'TC_061_1_CS Clear Authorization Data in Authorization Cache - Local',
    { ocpp: { ConnectionTimeOut: 3 } },
    async ({ cs, cp }) => {
      await configure(cs, 'AuthorizationCacheEnabled', 'true');
      await configure(cs, 'LocalPreAuthorize', 'true');
      await authorized(cs, cp);
      await cs.status(1, 'Available');
      assert.deepEqual(await cs.call('ClearCache'), { status: 'Accepted' });
      await authorized(cs, cp);
      await cs.status(1, 'Available');
    },
  );

  system_test(
    'TC_061_2_CS Clear Authorization Data in Authorization Cache - Remote',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'LocalPreAuthorize', 'true');
      await cached(cs, cp);
      await configure(cs, 'AuthorizeRemoteTxRequests', 'true');
      assert.deepEqual(await cs.call('ClearCache'), { status: 'Accepted' });
      await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: tag1 });
      await cs.expect_all([
        ['Authorize', ({ idTag }) => idTag === tag1],
        ['StatusNotification', is_status(1, 'Preparing')],
      ]);
    },
  );

  for (const status of ['Invalid', 'Blocked', 'Expired'])
    system_test(
      `TC_023_4_CS Start local Charging Session - Authorize ${status.toLowerCase()}`,
      { central_system: { tags: { [invalid_tag]: { status } } } },
      async ({ cs, cp }) => {
        await configure(cs, 'LocalPreAuthorize', 'true');
        await cp.present_tag(invalid_tag);
        await cs.expect('Authorize', ({ idTag }) => idTag === invalid_tag);
        await cp.plug_in();
        await cs.status(1, 'Preparing');
        await nothing_for(2_000, () => assert.equal(cs.calls('StartTransaction').length, 0));
      },
    );

  system_test(
    'TC_023_5_CS Start remote Charging Session - Authorize invalid',
    { central_system: { tags: { [invalid_tag]: { status: 'Invalid' } } } },
    async ({ cs, cp }) => {
      await configure(cs, 'AuthorizeRemoteTxRequests', 'true');
      assert.deepEqual(
        await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: invalid_tag }),
        { status: 'Accepted' },
      );
      await cs.expect('Authorize', ({ idTag }) => idTag === invalid_tag);
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      await nothing_for(2_000, () => assert.equal(cs.calls('StartTransaction').length, 0));
    },
  );

  for (const [told, tags] of [
    ['Authorize.conf', { [tag1]: family, [tag2]: family }],
    ['StartTransaction.conf alone', { [tag1]: family, [tag2]: family }],
  ])
    system_test(
      `TC_069_CS Stop transaction - ParentIdTag matches the one in StartTransaction (${told})`,
      { central_system: { tags } },
      async ({ cs, cp }) => {
        const begin = told.includes('alone') ? charging_remotely : charging_locally;
        // One reader for two connectors: the other one is taken.
        await charging_locally(cs, cp, { connector: 2, tag: '04EEEEEE' });
        const { id } = await begin(cs, cp);
        await cp.present_tag(tag2);
        await cs.expect('Authorize', ({ idTag }) => idTag === tag2);
        const stop = await stopped(cs, { id, reason: 'Local' });
        assert.equal(stop.idTag, tag2);
      },
    );

  system_test(
    'TC_037_1_CS Offline Start Transaction - Valid IdTag',
    {},
    async ({ cs, cp }) => {
      await cached(cs, cp);
      const back = await offline(cs, cp);
      await cp.plug_in();
      await cp.present_tag(tag1);
      await charging(cp);
      await status_of(cp, 1, 'Charging');
      await back();
      await started(cs);
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

  system_test('TC_038_CS Offline Stop Transaction', {}, async ({ cs, cp }) => {
    const { id } = await charging_remotely(cs, cp);
    const back = await offline(cs, cp);
    await cp.present_tag(tag1);
    await not_charging(cp);
    await status_of(cp, 1, 'Finishing');
    await back();
    const stop = await stopped(cs, { id, reason: 'Local' });
    assert.equal(stop.idTag, tag1);
    assert.equal(cs.calls('BootNotification').length, 1, 'a reconnect is no boot');
  });

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
});
