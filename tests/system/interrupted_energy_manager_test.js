// SPDX-License-Identifier: Apache-2.0
// The sequences of energy managers with a restart in the middle: of the central system, which is the
// manager itself, of chargepointd by SIGKILL, of the whole charge point.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { quick_phases } from './harness/charge_point.js';
import {
  accepted,
  beginning_now,
  limit,
  most_offered,
  offered,
  set_profile,
  set_up,
  trigger,
} from './harness/energy_managers.js';
import {
  becomes,
  charged,
  check_books,
  interruptions,
  judged_by_the_books,
} from './harness/interruptions.js';
import { tag1 } from './harness/states.js';
import { charging } from './harness/truth.js';

async function begins(cs, cp) {
  await cp.plug_in();
  await becomes(cs, 1, 'Preparing');
  await cp.present_tag(tag1);
  await charging(cp);
  await becomes(cs, 1, 'Charging');
}

async function ends(cs, cp) {
  await charged(cp, 1);
  await cp.present_tag(tag1);
  await becomes(cs, 1, 'Finishing');
  await cp.unplug();
  await becomes(cs, 1, 'Available');
}

// Both ask who is there after each connection, also when no boot was told.
async function asks_who_we_are(cs) {
  const from = cs.log.length;
  const requestedMessage = 'BootNotification';
  assert.deepEqual(await cs.call('TriggerMessage', { requestedMessage }), accepted);
  const { payload } = await cs.find(requestedMessage, undefined, { from });
  assert.equal(payload.chargePointVendor, 'Example');
}

const managers = [
  {
    name: 'evcc',
    set_up: async (cs) => {
      await asks_who_we_are(cs);
      const told = await set_up(cs);
      await trigger(cs);
      const level = Number(told.get('ChargeProfileMaxStackLevel'));
      const id = Number(told.get('MaxChargingProfilesInstalled'));
      return (amps) => set_profile(cs, beginning_now(id, level, amps, 3));
    },
  },
  {
    name: 'Home Assistant',
    set_up: async (cs) => {
      await asks_who_we_are(cs);
      const key = ['NumberOfConnectors', 'SupportedFeatureProfiles', 'MeterValuesSampledData'];
      const { configurationKey } = await cs.call('GetConfiguration', { key });
      assert.equal(configurationKey.length, key.length);
      await trigger(cs);
      return async (amps) => {
        const csChargingProfiles = limit(8, 1, 'ChargePointMaxProfile', amps);
        assert.deepEqual(
          await cs.call('SetChargingProfile', { connectorId: 0, csChargingProfiles }),
          accepted,
        );
      };
    },
  },
];

describe('energy managers and a restart in the middle', { concurrency: 6 }, () => {
  for (const { name, set_up: sets_up } of managers)
    for (const { name: interruption, both, run } of interruptions)
      system_test(`${name}: ${interruption}`, { sections: quick_phases }, async ({ cs, cp }) => {
        judged_by_the_books(cs);
        const steer = await sets_up(cs);
        await begins(cs, cp);
        await steer(10);
        await offered(cp, 10);
        const interrupted = async () => {
          await run({ cs, cp }, () => {});
          if (both) {
            // The session has ended; the limit has not.
            await becomes(cs, 1, 'Finishing');
            await cp.unplug();
            await becomes(cs, 1, 'Available');
            await begins(cs, cp);
          }
          await offered(cp, 10);
        };
        // Without its hardware process nothing is offered, and nobody is there to ask.
        if (both) {
          await interrupted();
        } else {
          const most = await most_offered(cp, interrupted);
          assert.ok(most < 10.2, `${most} A offered`);
        }
        const steer_again = await sets_up(cs);
        await steer_again(6);
        await offered(cp, 6);
        await ends(cs, cp);
        const last = [tag1, 'Local'];
        await check_books(cs, cp, both ? [[tag1, 'Reboot'], last] : [last]);
      });
});
