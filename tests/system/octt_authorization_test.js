// SPDX-License-Identifier: Apache-2.0
// OCTT cases: the authorization cache, tags that are refused, groups.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import {
  authorized,
  cached,
  charging_locally,
  charging_remotely,
  configure,
  invalid_tag,
  started,
  stopped,
  tag1,
  tag2,
  ways_to_charge,
} from './harness/states.js';
import { charging } from './harness/truth.js';
import { nothing_for } from './harness/wait.js';

const family = { status: 'Accepted', parentIdTag: 'FAMILY' };

const asked = (cs, tag, from) =>
  cs.calls('Authorize', ({ idTag }, entry) => idTag === tag && cs.log.indexOf(entry) >= from).length;

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

  for (const [way, withdraw] of [
    ['ConnectionTimeOut', async () => {}],
    ['the tag again', (cp) => cp.present_tag(tag1)],
  ])
    system_test(
      `TC_061_1_CS Clear Authorization Data in Authorization Cache - Local (${way})`,
      { ocpp: { ConnectionTimeOut: way === 'ConnectionTimeOut' ? 3 : 60 } },
      async ({ cs, cp }) => {
        await configure(cs, 'AuthorizationCacheEnabled', 'true');
        await configure(cs, 'LocalPreAuthorize', 'true');
        await authorized(cs, cp);
        await withdraw(cp);
        await cs.status(1, 'Available');
        assert.deepEqual(await cs.call('ClearCache'), { status: 'Accepted' });
        await authorized(cs, cp);
        await withdraw(cp);
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

  const orders = ['tag first', 'plug first'];
  for (const [status, order] of ['Invalid', 'Blocked', 'Expired'].flatMap((status) =>
    orders.map((order) => [status, order]),
  ))
    system_test(
      `TC_023_4_CS Start local Charging Session - Authorize ${status.toLowerCase()} (${order})`,
      { central_system: { tags: { [invalid_tag]: { status } } } },
      async ({ cs, cp }) => {
        await configure(cs, 'LocalPreAuthorize', 'true');
        const show = async () => {
          await cp.present_tag(invalid_tag);
          await cs.expect('Authorize', ({ idTag }) => idTag === invalid_tag);
        };
        const plug = async () => {
          await cp.plug_in();
          await cs.status(1, 'Preparing');
        };
        for (const act of order === 'tag first' ? [show, plug] : [plug, show]) await act();
        await nothing_for(2_000, () => assert.equal(cs.messages('StartTransaction').length, 0));
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
      await nothing_for(2_000, () => assert.equal(cs.messages('StartTransaction').length, 0));
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

  for (const [way, begin] of ways_to_charge)
    system_test(
      `TC_069_CS Stop transaction - ParentIdTag, the other connector is free (${way})`,
      { central_system: { tags: { [tag1]: family, [tag2]: family } } },
      async ({ cs, cp }) => {
        const { id } = await begin(cs, cp);
        await cp.present_tag(tag2);
        await cs.expect('Authorize', ({ idTag }) => idTag === tag2);
        const stop = await stopped(cs, { id, reason: 'Local' });
        assert.equal(stop.idTag, tag2);
      },
    );
});
