// SPDX-License-Identifier: Apache-2.0
// What is physically so, read from the simulator, against what was reported.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { until } from './wait.js';

export async function observe(charge_point, connector = 1) {
  const { connectors } = await charge_point.simulator({ do: 'observe' });
  const found = connectors.find(({ id }) => id === connector);
  assert.ok(found, `the simulator knows connector ${connector}`);
  return found;
}

export const relays_closed = (seen) => Object.values(seen.relays).some(Boolean);

// IEC 61851-1 Table A.8: 6 to 51 A are duty cycle * 0.6 A.
export function duty_for(amps) {
  return amps / 0.6;
}

export async function charging(charge_point, connector = 1, { within = 10_000 } = {}) {
  let seen;
  await until(
    async () => {
      seen = await observe(charge_point, connector);
      return relays_closed(seen) && Math.max(...seen.amps) > 0.5;
    },
    { within, what: () => `current on connector ${connector}: ${JSON.stringify(seen)}` },
  );
  return seen;
}

export async function not_charging(charge_point, connector = 1, { within = 10_000 } = {}) {
  let seen;
  await until(
    async () => {
      seen = await observe(charge_point, connector);
      return !relays_closed(seen) && Math.max(...seen.amps) === 0;
    },
    { within, what: () => `open contactors on connector ${connector}: ${JSON.stringify(seen)}` },
  );
  return seen;
}

// A Type 2 connector that offers `offered` A: right duty cycle, closed only in state C, and the
// car takes no more than it was offered.
export function check_offer(seen, offered) {
  assert.equal(seen.pilot.pwm, true, 'the pilot oscillates');
  assert.ok(
    Math.abs(seen.pilot.duty_percent - duty_for(offered)) <= 0.2,
    `${offered} A are ${duty_for(offered).toFixed(1)} %, seen ${seen.pilot.duty_percent} %`,
  );
  assert.equal(seen.vehicle_state, 'C', 'contactors are closed only in state C');
  assert.ok(seen.pilot.low_volts < -11, 'the diode lets the negative half through unloaded');
  assert.ok(
    Math.max(...seen.amps) <= offered + 0.5,
    `${seen.amps} A taken of ${offered} A offered`,
  );
}

export function check_wh(reported, metered, what) {
  assert.ok(
    Math.abs(reported - metered) <= 1,
    `${what}: reported ${reported} Wh, metered ${metered} Wh`,
  );
}

// IEC 61851-1 lets the contactors take 100 ms to open after the car left state C; the rest is for
// a machine that is busy.
const time_to_open_ms = 100 + 200;

// Watches the simulator while `body` runs: contactors are closed only as long as `permitted` says.
export async function watched(charge_point, permitted, body) {
  let done = false;
  const since = new Map(); // connector -> when it was first seen closed without permission
  const faults = [];
  const look = ({ id, ...seen }) => {
    if (!relays_closed(seen) || permitted(seen)) return since.delete(id);
    if (!since.has(id)) since.set(id, performance.now());
    if (performance.now() - since.get(id) > time_to_open_ms) faults.push(JSON.stringify(seen));
  };
  const watcher = (async () => {
    while (!done) {
      const { connectors } = await charge_point.simulator({ do: 'observe' });
      connectors.forEach(look);
      await pause(50);
    }
  })();
  try {
    return await body();
  } finally {
    done = true;
    await watcher;
    assert.deepEqual(faults, [], 'contactors closed without permission');
  }
}
