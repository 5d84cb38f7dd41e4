// SPDX-License-Identifier: Apache-2.0
// Transaction messages that the central system does not answer, refuses, or answers with a refusal.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { is_status } from './harness/central_system.js';
import { configure, stopped, tag1, unplugged } from './harness/states.js';
import { charging, not_charging } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

describe('retries', { concurrency: 4 }, () => {
  system_test(
    'a call that is not answered is tried again, and StartTransaction after its CALLERROR',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'TransactionMessageAttempts', '3');
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      cs.answer_once('StartTransaction', cs.error('InternalError'));
      cs.answer_once('StartTransaction', cs.error('GenericError'));
      await cp.present_tag(tag1);
      await cs.expect('Authorize');
      const from = cs.cursor;
      cs.allow('StatusNotification', is_status(1, 'Charging'));
      for (let i = 0; i < 3; ++i) await cs.expect('StartTransaction');
      const [first, second, third] = cs.calls('StartTransaction');
      assert.deepEqual(second.payload, first.payload);
      assert.deepEqual(third.payload, first.payload);
      assert.equal(new Set([first.id, second.id, third.id]).size, 3, 'each time a new id');
      await until(() => cs.ledger.transactions.length === 1, { what: 'one transaction' });
      await cs.find('StatusNotification', is_status(1, 'Charging'), { from });
      await cp.present_tag(tag1);
      await stopped(cs, { id: cs.ledger.transactions[0].ids[0], reason: 'Local' });
      await unplugged(cs, cp);
    },
  );

  system_test(
    'a transaction message that always fails is given up and the queue goes on',
    {},
    async ({ cs, cp }) => {
      await configure(cs, 'TransactionMessageAttempts', '2');
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      for (let i = 0; i < 2; ++i) cs.answer_once('StartTransaction', cs.error('InternalError'));
      await cp.present_tag(tag1);
      await cs.expect('Authorize');
      cs.allow('StatusNotification', ({ connectorId }) => connectorId === 1);
      for (let i = 0; i < 2; ++i) await cs.expect('StartTransaction');
      await charging(cp);
      await cp.present_tag(tag1);
      const { payload } = await cs.expect('StopTransaction');
      assert.equal(payload.transactionId, -1, 'no id was ever given');
      assert.equal(cs.calls('StartTransaction').length, 2);
      cs.ledger.faults.length = 0; // the books know no transaction -1, and that is right here
    },
  );

  system_test('an invalid answer to StartTransaction stops the session', {}, async ({ cs, cp }) => {
    await configure(cs, 'StopTransactionOnInvalidId', 'true');
    await cp.plug_in();
    await cs.status(1, 'Preparing');
    cs.answer_once('StartTransaction', () => ({
      transactionId: cs.ledger.next_id(),
      idTagInfo: { status: 'Blocked' },
    }));
    await cp.present_tag(tag1);
    await cs.expect('Authorize');
    cs.allow('StatusNotification', is_status(1, 'Charging'));
    await cs.expect('StartTransaction');
    const [stop] = await cs.expect_all([
      ['StopTransaction'],
      ['StatusNotification', is_status(1, 'Finishing')],
    ]);
    assert.equal(stop.payload.reason, 'DeAuthorized');
    await not_charging(cp);
  });

  system_test(
    'a tag that is not accepted starts nothing',
    { central_system: { tags: { '04BADBAD': { status: 'Blocked' } } } },
    async ({ cs, cp }) => {
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      await cp.present_tag('04BADBAD');
      await cs.expect('Authorize');
      await nothing_for(1_000, () => assert.equal(cs.messages('StartTransaction').length, 0));
      await not_charging(cp);
      await unplugged(cs, cp);
    },
  );
});
