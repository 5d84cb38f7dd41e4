// SPDX-License-Identifier: Apache-2.0
// One end goes away in the middle of a sequence and comes back: the central system, the daemon, or
// the charge point as a whole. Whatever it is, the books must be right in the end.

import assert from 'node:assert/strict';

import { check_wh, not_charging, observe } from './truth.js';
import { until } from './wait.js';

async function booted(cs, boots) {
  await until(() => cs.calls('BootNotification').length > boots, {
    within: 20_000,
    what: 'BootNotification',
  });
  const from = cs.log.findLastIndex((e) => e.action === 'BootNotification' && !e.outbound);
  await until(
    () =>
      [0, 1, 2].every((id) =>
        cs.log.some(
          (e, i) => i > from && e.action === 'StatusNotification' && e.payload.connectorId === id,
        ),
      ),
    { what: 'all statuses' },
  );
}

// `during` happens while one end is away; the simulator goes away with the charge point, so there
// it happens before.
export const interruptions = [
  {
    name: 'the central system restarts',
    both: false,
    run: ({ cs }, during) => cs.restart(during),
  },
  {
    name: 'chargepointd is killed',
    both: false,
    run: async ({ cs, cp }, during) => {
      const boots = cs.calls('BootNotification').length;
      await cp.daemon.end('SIGKILL');
      await during();
      cp.start_daemon();
      if (!cs.refusal) await booted(cs, boots);
    },
  },
  {
    name: 'the charge point restarts',
    both: true,
    run: async ({ cs, cp }, during) => {
      await during();
      const boots = cs.calls('BootNotification').length;
      await Promise.all([cp.daemon.end('SIGTERM'), cp.hald.end('SIGTERM')]);
      cp.start();
      await until(() => cp.simulator({ do: 'observe' }).catch(() => false), { what: 'hardware' });
      if (!cs.refusal) await booted(cs, boots);
    },
  },
];

// All of these may come; the books and the table of 4.9 judge them.
export function judged_by_the_books(cs) {
  for (const action of [
    'BootNotification',
    'StatusNotification',
    'Authorize',
    'StartTransaction',
    'StopTransaction',
  ])
    cs.allow(action);
}

export async function becomes(cs, connector, status) {
  const last = () => cs.calls('StatusNotification', (s) => s.connectorId === connector).at(-1);
  await until(() => last()?.payload.status === status, {
    what: () => `connector ${connector} to be ${status}, not ${last()?.payload.status}`,
  });
}

export async function charged(cp, wh, connector = 1) {
  const { energy_wh } = await observe(cp, connector);
  await until(async () => (await observe(cp, connector)).energy_wh >= energy_wh + wh, {
    within: 20_000,
    what: `${wh} Wh more`,
  });
}

export async function transaction(cs, number = 1) {
  return until(() => cs.ledger.transactions[number - 1], { what: `transaction ${number}` });
}

// The whole life of connector 1 in the books, [[tag, reason of the end], ...], to the watt-hour.
export async function check_books(cs, cp, wanted) {
  const { energy_wh } = await not_charging(cp);
  const all = cs.ledger.transactions;
  await until(() => all.length >= wanted.length && cs.ledger.open.length === 0, {
    within: 15_000,
    what: 'the end of all transactions',
  });
  assert.deepEqual(
    all.map(({ start, stop }) => [start.idTag, stop.reason ?? 'Local']),
    wanted,
  );
  for (const { start } of all) assert.equal(start.connectorId, 1);
  const billed = all.reduce((sum, { start, stop }) => sum + stop.meterStop - start.meterStart, 0);
  // Each of them is rounded.
  assert.ok(Math.abs(billed - energy_wh) <= wanted.length + 1, `${billed} of ${energy_wh} Wh`);
  if (all.length > 0) check_wh(all.at(-1).stop.meterStop, energy_wh, 'the last meterStop');
}
