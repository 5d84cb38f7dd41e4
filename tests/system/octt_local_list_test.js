// SPDX-License-Identifier: Apache-2.0
// OCTT cases: the local authorization list.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { configure, started, tag1, tag2 } from './harness/states.js';
import { charging } from './harness/truth.js';

const accepted = { status: 'Accepted' };
const entry = (idTag, idTagInfo = accepted) => ({ idTag, idTagInfo });

function send(cs, listVersion, updateType, localAuthorizationList) {
  return cs.call('SendLocalList', { listVersion, updateType, localAuthorizationList });
}

async function version(cs) {
  return (await cs.call('GetLocalListVersion')).listVersion;
}

// Memory state IdTagLocalAuthList, where only the list can know the tag.
async function listed(cs) {
  await configure(cs, 'LocalPreAuthorize', 'true');
  await configure(cs, 'AuthorizationCacheEnabled', 'false');
  await configure(cs, 'LocalAuthListEnabled', 'true');
  assert.deepEqual(await send(cs, (await version(cs)) + 1, 'Full', [entry(tag1)]), accepted);
}

describe('OCTT: local authorization list', { concurrency: 4 }, () => {
  system_test('TC_008_1_CS Id in Local Authorization List, local', {}, async ({ cs, cp }) => {
    await listed(cs);
    await cp.present_tag(tag1);
    await cs.status(1, 'Preparing');
    await cp.plug_in();
    await started(cs);
    assert.equal(cs.calls('Authorize').length, 0, 'nobody is asked');
    await charging(cp);
  });

  system_test('TC_008_2_CS Id in Local Authorization List, remote', {}, async ({ cs, cp }) => {
    await listed(cs);
    await configure(cs, 'AuthorizeRemoteTxRequests', 'true');
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    assert.deepEqual(
      await cs.call('RemoteStartTransaction', { connectorId: 1, idTag: tag1 }),
      accepted,
    );
    await started(cs);
    assert.equal(cs.calls('Authorize').length, 0, 'nobody is asked');
  });

  system_test('TC_042_1_CS Get Local List Version (not supported)', {}, async ({ cs }) => {
    await configure(cs, 'LocalAuthListEnabled', 'false');
    assert.equal(await version(cs), -1);
  });

  system_test('TC_042_2_CS Get Local List Version (empty)', {}, async ({ cs }) => {
    await configure(cs, 'LocalAuthListEnabled', 'true');
    assert.deepEqual(
      await cs.call('SendLocalList', { listVersion: 1, updateType: 'Full' }),
      accepted,
    );
    assert.equal(await version(cs), 0);
  });

  system_test('TC_043_CS Send Local Authorization List', {}, async ({ cs, cp }) => {
    await configure(cs, 'LocalAuthListEnabled', 'true');
    assert.deepEqual(await send(cs, 1, 'Full', [entry(tag1)]), accepted);
    assert.deepEqual(await send(cs, 2, 'Differential', [entry(tag2)]), accepted);
    assert.equal(await version(cs), 2);
    // As it was, after a power cut.
    await cp.power_cut();
    cp.start();
    await cs.boot();
    assert.equal(await version(cs), 2);
  });

  system_test('TC_043_1_CS Send Local Authorization List - NotSupported', {}, async ({ cs }) => {
    await configure(cs, 'LocalAuthListEnabled', 'false');
    assert.deepEqual(await send(cs, 1, 'Full', [entry(tag1)]), { status: 'NotSupported' });
  });

  system_test('TC_043_2_CS Send Local Authorization List - VersionMismatch', {}, async ({ cs }) => {
    await configure(cs, 'LocalAuthListEnabled', 'true');
    assert.deepEqual(await send(cs, 2, 'Full', [entry(tag1)]), accepted);
    assert.equal(await version(cs), 2);
    assert.deepEqual(await send(cs, 5, 'Differential', [entry(tag2)]), accepted);
    assert.equal(await version(cs), 5);
    for (const old of [4, 5])
      assert.deepEqual(await send(cs, old, 'Differential', [entry(tag2)]), {
        status: 'VersionMismatch',
      });
    assert.equal(await version(cs), 5);
  });

  system_test('TC_043_3_CS Send Local Authorization List - Failed', {}, async ({ cs }) => {
    await configure(cs, 'LocalAuthListEnabled', 'true');
    const { configurationKey } = await cs.call('GetConfiguration', {
      key: ['SendLocalListMaxLength'],
    });
    const most = Number(configurationKey[0].value);
    const many = (count) => Array.from({ length: count }, (_, i) => entry(`TAG${i}`));
    assert.deepEqual(await send(cs, 1, 'Full', many(most)), accepted);
    assert.deepEqual(await send(cs, 2, 'Full', many(most + 1)), { status: 'Failed' });
    assert.equal(await version(cs), 1);
  });
});
