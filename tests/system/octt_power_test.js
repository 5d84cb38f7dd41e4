// SPDX-License-Identifier: Apache-2.0
// OCTT cases: the supply goes, with and without time left to say so; faults.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { is_status } from './harness/central_system.js';
import { system_test } from './harness/case.js';
import { one_connector } from './harness/charge_point.js';
import { charging_locally, stopped, tag1, unplugged, ways_to_charge } from './harness/states.js';
import { charging, check_wh, not_charging, observe } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const still_plugged = { 1: ['Finishing', 'Preparing'] };

const mains = (cp, volts) => cp.simulator({ do: 'mains', volts: [volts, volts, volts] });

const some_energy = (cp, wh) =>
  until(async () => (await observe(cp)).energy_wh >= wh, { what: `${wh} Wh` });

describe('OCTT: power failure and faults', { concurrency: 4 }, () => {
  for (const [way, charge] of ways_to_charge) {
    system_test(
      `TC_032_1_CS Power failure boot charging point - stop before going down (${way})`,
      {},
      async ({ cs, cp }) => {
        const { id, meterStart } = await charge(cs, cp);
        await some_energy(cp, meterStart + 5);
        await mains(cp, 0);
        const { meterStop } = await stopped(cs, { id, reason: 'PowerLoss' });
        const { energy_wh } = await not_charging(cp);
        check_wh(meterStop, energy_wh, 'meterStop');
        await mains(cp, 230);
        await cs.boot({ statuses: still_plugged });
        assert.equal(cs.messages('StopTransaction').length, 1, 'exactly one StopTransaction');
        await unplugged(cs, cp);
      },
    );

    system_test(
      `TC_032_2_CS Power failure boot charging point - stop afterwards (${way})`,
      {},
      async ({ cs, cp }) => {
        const { id, meterStart } = await charge(cs, cp);
        await some_energy(cp, meterStart + 5);
        await cp.power_cut();
        cp.start();
        const from = cs.cursor;
        await cs.boot({ statuses: still_plugged });
        const { payload } = await cs.find('StopTransaction', undefined, { from });
        assert.equal(payload.transactionId, id);
        assert.equal(payload.reason, 'PowerLoss');
        check_wh(payload.meterStop, (await not_charging(cp)).energy_wh, 'meterStop');
        await unplugged(cs, cp);
      },
    );
  }

  system_test('TC_034_CS Power Failure with Unavailable Status', {}, async ({ cs, cp }) => {
    const all = [0, 1, 2];
    const told = (status) => all.map((id) => ['StatusNotification', is_status(id, status)]);
    assert.deepEqual(await cs.call('ChangeAvailability', { connectorId: 0, type: 'Inoperative' }), {
      status: 'Accepted',
    });
    await cs.expect_all(told('Unavailable'));
    await cp.power_cut();
    cp.start();
    await cs.boot({ statuses: Object.fromEntries(all.map((id) => [id, 'Unavailable'])) });
    assert.deepEqual(await cs.call('ChangeAvailability', { connectorId: 0, type: 'Operative' }), {
      status: 'Accepted',
    });
    await cs.expect_all(told('Available'));
  });

  system_test('TC_041_CS Fault Behavior', { connectors: one_connector }, async ({ cs, cp }) => {
    const fault = (on) =>
      cp.simulator({ do: 'fault', name: 'protective_earth', connector: 1, on });
    await fault(true);
    const [seen] = await cs.expect_all([['StatusNotification', is_status(1, 'Faulted')]]);
    assert.equal(seen.payload.errorCode, 'GroundFailure');
    assert.equal(seen.payload.vendorErrorCode, 'ProtectiveEarth');
    await cp.plug_in();
    await cp.present_tag(tag1);
    cs.allow('Authorize');
    await nothing_for(3_000, () => assert.equal(cs.messages('StartTransaction').length, 0));
    await not_charging(cp);
  });

  system_test('a dip of the supply ends the transaction and begins anew', {}, async ({ cs, cp }) => {
    const { id } = await charging_locally(cs, cp);
    await charging(cp);
    await cp.simulator({ do: 'mains', interrupt_ms: 200 });
    await stopped(cs, { id, reason: 'PowerLoss' });
    await cs.boot({ statuses: still_plugged });
    await not_charging(cp);
    assert.equal(cs.messages('StopTransaction').length, 1);
  });
});
