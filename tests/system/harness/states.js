// SPDX-License-Identifier: Apache-2.0
// The reusable states of the OCTT cases.

import assert from 'node:assert/strict';

import { is_status } from './central_system.js';
import { until } from './wait.js';

export const tag1 = '04A1B2C3';
export const tag2 = '04D4E5F6';
export const invalid_tag = '04BADBAD';

export async function configuration_key(cs, key) {
  const { configurationKey, unknownKey } = await cs.call('GetConfiguration', { key: [key] });
  assert.deepEqual(unknownKey ?? [], [], `${key} is known`);
  assert.equal(configurationKey.length, 1);
  assert.equal(configurationKey[0].key, key);
  return configurationKey[0];
}

// Configuration state: the key has that value afterwards.
export async function configure(cs, key, value) {
  const { value: now } = await configuration_key(cs, key);
  if (now === value) return;
  assert.deepEqual(await cs.call('ChangeConfiguration', { key, value }), { status: 'Accepted' });
}

// A tag is shown; the connector becomes Preparing unless it was.
export async function authorized(cs, cp, { connector = 1, tag = tag1, preparing = false } = {}) {
  await cp.present_tag(tag);
  const wanted = [['Authorize', ({ idTag }) => idTag === tag]];
  if (!preparing) wanted.push(['StatusNotification', is_status(connector, 'Preparing')]);
  await cs.expect_all(wanted);
}

// StartTransaction ~ StatusNotification(Charging); gives the transaction.
export async function started(cs, { connector = 1, tag = tag1 } = {}) {
  const [start] = await cs.expect_all([
    ['StartTransaction', (request) => request.connectorId === connector],
    ['StatusNotification', is_status(connector, 'Charging')],
  ]);
  assert.equal(start.payload.idTag, tag);
  const transaction = await until(() => cs.ledger.started_by(start.payload), {
    what: 'its answer',
  });
  return { ...start.payload, id: transaction.ids.at(-1) };
}

export async function charging_locally(cs, cp, { connector = 1, tag = tag1 } = {}) {
  await cp.plug_in(connector);
  await cs.status(connector, 'Preparing');
  await authorized(cs, cp, { connector, tag, preparing: true });
  return started(cs, { connector, tag });
}

export async function charging_remotely(cs, cp, { connector = 1, tag = tag1 } = {}) {
  const { value: authorize } = await configuration_key(cs, 'AuthorizeRemoteTxRequests');
  await cp.plug_in(connector);
  await cs.status(connector, 'Preparing');
  assert.deepEqual(
    await cs.call('RemoteStartTransaction', { connectorId: connector, idTag: tag }),
    { status: 'Accepted' },
  );
  if (authorize === 'true') await cs.expect('Authorize', ({ idTag }) => idTag === tag);
  return started(cs, { connector, tag });
}

// Cases that start from "Charging" are run from both kinds of it.
export const ways_to_charge = [
  ['remote', charging_remotely],
  ['local', charging_locally],
];

// StopTransaction ~ StatusNotification(Finishing).
export async function stopped(cs, { connector = 1, id, reason }) {
  const [stop] = await cs.expect_all([
    ['StopTransaction', (request) => request.transactionId === id],
    ['StatusNotification', is_status(connector, 'Finishing')],
  ]);
  assert.equal(stop.payload.reason, reason);
  return stop.payload;
}

export async function unplugged(cs, cp, connector = 1) {
  await cp.unplug(connector);
  await cs.status(connector, 'Available');
}

// Memory state IdTagCached.
export async function cached(cs, cp) {
  await configure(cs, 'AuthorizationCacheEnabled', 'true');
  const { id } = await charging_remotely(cs, cp);
  await cp.present_tag(tag1);
  await stopped(cs, { id, reason: 'Local' });
  await unplugged(cs, cp);
}
