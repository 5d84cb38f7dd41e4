// SPDX-License-Identifier: Apache-2.0
// ChangeAvailability behind a transaction, with contactors that take their time: OCPP 1.6 4.9, 5.2.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { is_status } from './harness/central_system.js';
import { charging_locally, tag1 } from './harness/states.js';
import { not_charging } from './harness/truth.js';

describe('availability', () => {
  system_test('StopTransaction, then Unavailable, then Preparing', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    const change = (type) => cs.call('ChangeAvailability', { connectorId: 1, type });
    assert.deepEqual(await change('Inoperative'), { status: 'Scheduled' });
    await cp.present_tag(tag1);
    await cs.expect('StopTransaction', ({ transactionId }) => transactionId === id);
    await cs.expect('StatusNotification', is_status(1, 'Unavailable'));
    await not_charging(cp);
    assert.deepEqual(await change('Operative'), { status: 'Accepted' });
    await cs.status(1, 'Preparing');
    await cp.unplug(1);
    await cs.status(1, 'Available');
  });
});
