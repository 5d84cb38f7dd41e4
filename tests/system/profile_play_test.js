// SPDX-License-Identifier: Apache-2.0
// Charging profiles played on both real programs, with the physical truth read each second: duty
// cycle, relays and phases are what the composite schedule has promised, and both outlets together
// never take more than connector 0 may.

import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { system_test } from './harness/case.js';
import { quick_phases } from './harness/charge_point.js';
import { authorized, charging_locally } from './harness/states.js';
import { duty_for, observe, relays_closed } from './harness/truth.js';
import { until } from './harness/wait.js';

// After a boundary: up to 5 s until the next change of the duty cycle (IEC 61851-1 Table A.6), then
// the vehicle's answer; a change of phases needs open contactors and a pause between.
const time_to_follow_ms = 7_500;
const time_to_change_phases_ms = 16_000;

const phases_of = (seen) => ['L1', 'L2', 'L3'].filter((line) => seen.relays[line]).length;
const offer_of = (seen) => (seen.pilot.pwm ? seen.pilot.duty_percent * 0.6 : 0);

function profile(periods, more = {}) {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    ...more,
    chargingSchedule: {
      chargingRateUnit: 'A',
      startSchedule: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
      chargingSchedulePeriod: periods.map(([startPeriod, limit, numberPhases]) => ({
        startPeriod,
        limit,
        ...(numberPhases && { numberPhases }),
      })),
    },
  };
}

async function install(cs, connectorId, csChargingProfiles) {
  const answer = await cs.call('SetChargingProfile', { connectorId, csChargingProfiles });
  assert.deepEqual(answer, { status: 'Accepted' });
}

// The promise for each moment: [{from, limit, phases}], in milliseconds of this machine.
async function promised(cs, connectorId, duration) {
  const { scheduleStart, chargingSchedule } = await cs.call('GetCompositeSchedule', {
    connectorId,
    duration,
    chargingRateUnit: 'A',
  });
  const start = new Date(scheduleStart).getTime();
  return chargingSchedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
    from: start + startPeriod * 1000,
    limit,
    phases: numberPhases ?? 3,
  }));
}

// Exactly what the period says, once there was time to follow it.
function check_settled(seen, { limit, phases }) {
  if (limit < 6) {
    assert.equal(relays_closed(seen), false, 'a pause opens the contactors');
    assert.equal(seen.pilot.pwm, false, 'a pause offers nothing');
    return;
  }
  assert.equal(phases_of(seen), phases, 'the contactors of the phases');
  assert.ok(
    Math.abs(seen.pilot.duty_percent - duty_for(limit)) <= 0.2,
    `${limit} A are ${duty_for(limit).toFixed(1)} %, not ${seen.pilot.duty_percent} %`,
  );
  assert.ok(Math.max(...seen.amps) <= limit + 0.5, `${seen.amps} A taken of ${limit} A`);
  assert.ok(seen.amps[0] > 5, `a vehicle that charges: ${seen.amps} A`);
}

// On the way from one period to the next: one of them, or nothing.
function check_underway(seen, now, before) {
  const most = Math.max(now.limit, before.limit);
  assert.ok(offer_of(seen) <= most + 0.2, `${offer_of(seen)} A offered, at most ${most} A`);
  assert.ok(Math.max(...seen.amps) <= most + 0.5, `${seen.amps} A taken, at most ${most} A`);
}

describe('profiles, played', { concurrency: 2 }, () => {
  system_test(
    'each second is what the composite schedule has promised',
    { timeout: 240_000, sections: quick_phases },
    async ({ cs, cp }) => {
      cs.allow('StatusNotification', ({ connectorId }) => connectorId === 1);
      await cp.vehicle(1, { max_current: 32 });
      await charging_locally(cs, cp);
      await install(
        cs,
        1,
        profile([
          [0, 16, 3],
          [15, 6, 3],
          [30, 0],
          [45, 10.5, 1],
          [75, 20, 3],
          [105, 4],
          [120, 32, 3],
        ]),
      );
      const periods = await promised(cs, 1, 140);
      assert.deepEqual(
        periods.map(({ limit }) => limit),
        [16, 6, 0, 10.5, 20, 0, 32],
      );
      const end = periods[0].from + 138_000;
      let settled = 0;
      for (let next = Date.now() + 1000; next < end; next += 1000) {
        await pause(next - Date.now());
        const seen = await observe(cp, 1);
        const at = Date.now();
        const index = periods.findLastIndex(({ from }) => from <= at);
        const now = periods[index];
        const before = periods[index - 1] ?? { limit: 32, phases: 3 };
        const follow =
          now.phases === before.phases || now.limit < 6
            ? time_to_follow_ms
            : time_to_change_phases_ms;
        if (at - now.from < follow) {
          check_underway(seen, now, before);
        } else {
          check_settled(seen, now);
          ++settled;
        }
      }
      console.log(`profiles, played: ${settled} seconds equal the composite schedule`);
      assert.ok(settled >= 40, `${settled} seconds compared`);
    },
  );

  system_test(
    'both outlets together never take more than connector 0 may',
    { timeout: 240_000, ocpp: { InstallationCurrent: '0.16' }, sections: quick_phases },
    async ({ cs, cp }) => {
      const supply = 16;
      // A load on the household outlet knows of no limit: it takes all that the outlet is for.
      const load = 10;
      cs.allow('StatusNotification');
      cs.allow('StartTransaction');
      await cp.vehicle(1, { max_current: 32 });
      await cp.vehicle(2, { max_current: load, phases: 1 });
      await charging_locally(cs, cp);
      const faults = [];
      let looks = 0;
      let over = false;
      const watch = (async () => {
        while (!over) {
          const { connectors } = await cp.simulator({ do: 'observe' });
          const [one, two] = [1, 2].map((id) => connectors.find((seen) => seen.id === id));
          ++looks;
          for (const phase of [0, 1, 2]) {
            const sum = one.amps[phase] + two.amps[phase];
            if (sum > supply + 0.5) faults.push(`L${phase + 1}: ${one.amps} and ${two.amps} A`);
          }
          // The most that may be taken now: the offer, and the household outlet's rating.
          const most = offer_of(one) + (relays_closed(two) ? load : 0);
          if (most > supply + 0.5) faults.push(`${offer_of(one)} A offered beside ${two.amps} A`);
          await pause(50);
        }
      })();
      const takes = (connector, check, what) =>
        until(async () => check(await observe(cp, connector)), { within: 40_000, what });
      try {
        await takes(1, (seen) => seen.amps[0] > 15, 'the whole supply on connector 1');
        for (const phases of [3, 1]) {
          // The other one starts ...
          await cp.plug_in(2);
          await cs.status(2, 'Preparing');
          await authorized(cs, cp, { connector: 2, tag: '04EEEEEE', preparing: true });
          await takes(2, (seen) => seen.amps[0] > 9, 'current on connector 2');
          // ... the phases change beside it ...
          await install(cs, 1, profile([[0, 32, phases === 3 ? 1 : 3]]));
          const wanted = phases === 3 ? 1 : 3;
          await takes(
            1,
            (seen) => phases_of(seen) === wanted && Math.abs(seen.amps[0] - 6) < 0.5,
            `${wanted} phases on connector 1`,
          );
          // ... and it stops.
          await cp.present_tag('04EEEEEE');
          await cs.expect('StopTransaction');
          await cp.unplug(2);
          await takes(1, (seen) => seen.amps[0] > 15, 'the whole supply on connector 1 again');
        }
      } finally {
        over = true;
        await watch;
      }
      assert.deepEqual(faults.slice(0, 5), [], `${faults.length} of ${looks} looks`);
    },
  );
});
