// SPDX-License-Identifier: Apache-2.0
// What energy managers at home do when a charge point connects, in their order: no reboot, no
// refusal without a reason, keys that say what is so.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { system_test } from './harness/case.js';
import { quick_phases } from './harness/charge_point.js';
import {
  accepted,
  beginning_now,
  change,
  keys,
  limit,
  most_offered,
  offered,
  set_profile,
  set_up,
  trigger,
} from './harness/energy_managers.js';
import { charging_locally } from './harness/states.js';
import { duty_for, observe } from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const phases_of = (seen) => ['L1', 'L2', 'L3'].filter((line) => seen.relays[line]).length;

// Changes with each write of the file.
function stamp(file) {
  const { mtimeNs, size } = fs.statSync(file, { bigint: true });
  return `${mtimeNs} ${size}`;
}

describe('energy managers', { concurrency: 2 }, () => {
  system_test('evcc sets up and steers', { sections: quick_phases }, async ({ cs, cp }) => {
    const told = await set_up(cs);
    await charging_locally(cs, cp);
    await trigger(cs);
    cs.allow('MeterValues');
    cs.allow('StatusNotification', ({ connectorId }) => connectorId === 1);
    // The highest level and the highest id that the keys allow.
    const level = Number(told.get('ChargeProfileMaxStackLevel'));
    const id = Number(told.get('MaxChargingProfilesInstalled'));
    const steer = async (profile, amps) => {
      await set_profile(cs, profile);
      await offered(cp, amps);
    };
    for (const amps of [16, 10, 6]) await steer(beginning_now(id, level, amps, 3), amps);
    // An equal profile from a clock that is ahead: nothing happens in between.
    const most = await most_offered(cp, async () => {
      await steer(beginning_now(id, level, 6, 3, 900), 6);
      await pause(8_000);
    });
    assert.ok(most < 6.2, `${most} A offered`);
    for (const phases of [1, 3]) {
      await set_profile(cs, beginning_now(id, level, 8, phases));
      await until(async () => phases_of(await observe(cp, 1)) === phases, {
        within: 30_000,
        what: `${phases} phases`,
      });
      await offered(cp, 8);
    }
  });

  system_test(
    'a load balancer that writes every second costs one write of the disk a minute',
    { timeout: 240_000 },
    async ({ cs, cp }) => {
      const log = path.join(cp.storage, 'chargepoint.db-wal');
      await until(() => fs.existsSync(log), { what: 'the database' });
      // Relaxed changes of the start are written within a minute, too.
      const seen = [];
      let over = false;
      const watch = (async () => {
        for (let last = stamp(log); !over; await pause(20)) {
          const now = stamp(log);
          if (now !== last) seen.push(Date.now());
          last = now;
        }
      })();
      const writes = 130;
      for (let i = 0; i < writes; ++i) {
        const next = Date.now() + 1000;
        assert.equal(await change(cs, 'AssignedCurrent', `1.${6 + (i % 20)}`), 'Accepted');
        await pause(next - Date.now());
      }
      over = true;
      await watch;
      console.log(`AssignedCurrent written ${writes} times: ${seen.length} writes of the disk`);
      assert.ok(seen.length >= 1 && seen.length <= 3, `${seen.length} writes`);
    },
  );

  system_test('an assigned current outlives a killed daemon', {}, async ({ cs, cp }) => {
    await charging_locally(cs, cp);
    assert.equal(await change(cs, 'AssignedCurrent', '1.16'), 'Accepted');
    await offered(cp, 16);
    assert.equal(await change(cs, 'AssignedCurrent', '1.6'), 'Accepted');
    await offered(cp, 6);
    await cp.daemon.end('SIGKILL');
    cp.start_daemon();
    await cs.boot({ statuses: { 1: 'Charging' } });
    assert.match((await keys(cs)).get('AssignedCurrent'), /(^|,)1\.6(,|$)/);
    const full = duty_for(6) + 0.2;
    await nothing_for(7_000, async () => {
      const { pilot } = await observe(cp, 1);
      assert.ok(pilot.duty_percent <= full, `${pilot.duty_percent} %`);
    });
  });

  system_test('Home Assistant limits the whole charge point', {}, async ({ cs, cp }) => {
    for (const key of ['NumberOfConnectors', 'SupportedFeatureProfiles', 'MeterValuesSampledData'])
      assert.equal((await cs.call('GetConfiguration', { key: [key] })).configurationKey.length, 1);
    cs.allow('MeterValues');
    await charging_locally(cs, cp);
    const told = await keys(cs);
    const units = told.get('ChargingScheduleAllowedChargingRateUnit').split(',');
    assert.ok(units.includes('Current'), 'it steers with amps');
    const level = Number(told.get('ChargeProfileMaxStackLevel'));
    for (const [connectorId, purpose, stackLevel] of [
      [0, 'ChargePointMaxProfile', level],
      [0, 'TxDefaultProfile', level - 1],
      [1, 'TxDefaultProfile', level - 1],
    ]) {
      for (const amps of [8, 14]) {
        const csChargingProfiles = limit(8, stackLevel, purpose, amps);
        assert.deepEqual(
          await cs.call('SetChargingProfile', { connectorId, csChargingProfiles }),
          accepted,
        );
        await offered(cp, amps);
      }
      assert.deepEqual(await cs.call('ClearChargingProfile', {}), accepted);
      await offered(cp, 32);
    }
  });
});
