// SPDX-License-Identifier: Apache-2.0
// Sequences of the OCTT cases with a restart in the middle: of the central system, of chargepointd
// by SIGKILL, of the whole charge point. No transaction is lost, none invented, and the end is right.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { limit, offered } from './harness/energy_managers.js';
import {
  becomes,
  charged,
  check_books,
  interruptions,
  judged_by_the_books,
  transaction,
} from './harness/interruptions.js';
import { cached, charging_locally, configure, tag1, tag2 } from './harness/states.js';
import { charging, not_charging, observe, relays_closed } from './harness/truth.js';
import { nothing_for } from './harness/wait.js';

const accepted = { status: 'Accepted' };

async function asked(cs, action, payload, answer = accepted) {
  assert.deepEqual(await cs.call(action, payload), answer);
}

async function plugged(cs, cp) {
  await cp.plug_in();
  await becomes(cs, 1, 'Preparing');
}

// A session that begins with a plugged vehicle and a tag.
async function local(cs, cp, tag = tag1) {
  await plugged(cs, cp);
  await cp.present_tag(tag);
  await charging(cp);
  await becomes(cs, 1, 'Charging');
}

async function left(cs, cp) {
  await cp.unplug();
  await becomes(cs, 1, 'Available');
}

// After all: the next driver is served as ever.
async function next_session(cs, cp, tag = tag1) {
  await local(cs, cp, tag);
  await charged(cp, 2);
  await cp.present_tag(tag);
  await becomes(cs, 1, 'Finishing');
  await left(cs, cp);
}

const ended_by_both = [tag1, 'Reboot'];

// Each has what comes before the middle, what happens while one end is away, and the rest; it gives
// the books that must be found in the end.
const sequences = [
  {
    name: 'TC_003_CS local session',
    before: local,
    rest: async ({ cs, cp, both }) => {
      if (!both) {
        await charged(cp, 3);
        await cp.present_tag(tag1);
      }
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return [both ? ended_by_both : [tag1, 'Local']];
    },
  },
  {
    name: 'TC_004_1_CS identification first',
    before: async (cs, cp) => {
      await cp.present_tag(tag1);
      await becomes(cs, 1, 'Preparing');
    },
    rest: async ({ cs, cp, both }) => {
      await cp.plug_in();
      if (both) {
        await becomes(cs, 1, 'Preparing');
        assert.ok(!relays_closed(await observe(cp)), 'nobody knows whose vehicle it is');
        await cp.present_tag(tag1);
      }
      await charging(cp);
      await charged(cp, 2);
      await cp.present_tag(tag1);
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return [[tag1, 'Local']];
    },
  },
  {
    name: 'TC_010_CS, TC_012_CS remote start and stop',
    before: async (cs, cp) => {
      await plugged(cs, cp);
      await asked(cs, 'RemoteStartTransaction', { connectorId: 1, idTag: tag1 });
      await charging(cp);
      await becomes(cs, 1, 'Charging');
    },
    rest: async ({ cs, cp, both }) => {
      const transactionId = (await transaction(cs)).ids.at(-1);
      if (!both) await charged(cp, 3);
      const answer = both ? { status: 'Rejected' } : accepted;
      await asked(cs, 'RemoteStopTransaction', { transactionId }, answer);
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return [[tag1, both ? 'Reboot' : 'Remote']];
    },
  },
  {
    name: 'TC_011_1_CS remote start first',
    before: async (cs) => {
      await asked(cs, 'RemoteStartTransaction', { connectorId: 1, idTag: tag1 });
      await becomes(cs, 1, 'Preparing');
    },
    rest: async ({ cs, cp, both }) => {
      await cp.plug_in();
      if (both) {
        await becomes(cs, 1, 'Preparing');
        await asked(cs, 'RemoteStartTransaction', { connectorId: 1, idTag: tag1 });
      }
      await charging(cp);
      await charged(cp, 2);
      await cp.unplug();
      await becomes(cs, 1, 'Available');
      return [[tag1, 'EVDisconnected']];
    },
  },
  {
    name: 'TC_005_CS the vehicle leaves meanwhile',
    before: local,
    during: async (cs, cp) => {
      await cp.unplug();
      await not_charging(cp);
    },
    rest: async ({ cs }) => {
      await becomes(cs, 1, 'Available');
      return [[tag1, 'EVDisconnected']];
    },
  },
  {
    name: 'TC_037_3_CS started offline with a tag that is invalid by now',
    before: async (cs, cp) => {
      await configure(cs, 'StopTransactionOnInvalidId', 'true');
      await configure(cs, 'MaxEnergyOnInvalidId', '0');
      await cached(cs, cp);
      cs.go_away();
      await cp.plug_in();
      await cp.present_tag(tag1);
      await charging(cp);
    },
    rest: async ({ cs, cp, both }) => {
      cs.tags[tag1] = { status: 'Invalid' };
      cs.accept_again();
      await transaction(cs, 2);
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return [
        [tag1, 'Local'],
        [tag1, both ? 'Reboot' : 'DeAuthorized'],
      ];
    },
    next: tag2,
  },
  {
    name: 'TC_038_CS stopped offline',
    before: async (cs, cp) => {
      await local(cs, cp);
      cs.go_away();
      await cp.present_tag(tag1);
      await not_charging(cp);
    },
    rest: async ({ cs, cp }) => {
      cs.accept_again();
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return [[tag1, 'Local']];
    },
  },
  {
    name: 'TC_039_CS a whole transaction offline',
    before: async (cs, cp) => {
      await cached(cs, cp);
      cs.go_away();
      await cp.plug_in();
      await cp.present_tag(tag1);
      await charging(cp);
      await charged(cp, 2);
      await cp.present_tag(tag1);
      await not_charging(cp);
      await cp.unplug();
    },
    rest: async ({ cs }) => {
      cs.accept_again();
      await transaction(cs, 2);
      await becomes(cs, 1, 'Available');
      return [
        [tag1, 'Local'],
        [tag1, 'Local'],
      ];
    },
  },
  {
    name: 'TC_046_1_CS reservation',
    before: async (cs) => {
      await asked(cs, 'ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
      const expiryDate = new Date(Date.now() + 600_000).toISOString();
      await asked(cs, 'ReserveNow', { connectorId: 1, reservationId: 4711, idTag: tag1, expiryDate });
      await becomes(cs, 1, 'Reserved');
    },
    rest: async ({ cs, cp }) => {
      await becomes(cs, 1, 'Reserved');
      await becomes(cs, 2, 'Unavailable');
      await cp.present_tag(tag2);
      await nothing_for(1_000, () => assert.equal(cs.calls('Authorize').length, 0));
      await cp.present_tag(tag1);
      await becomes(cs, 1, 'Preparing');
      await cp.plug_in();
      await charging(cp);
      assert.equal((await transaction(cs)).start.reservationId, 4711);
      await cp.present_tag(tag1);
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return [[tag1, 'Local']];
    },
  },
  {
    name: 'TC_021_CS, TC_022_CS availability, scheduled behind a transaction',
    before: async (cs, cp) => {
      await local(cs, cp);
      const scheduled = { status: 'Scheduled' };
      await asked(cs, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' }, scheduled);
    },
    rest: async ({ cs, cp, both }) => {
      if (!both) {
        await charged(cp, 2);
        await cp.present_tag(tag1);
      }
      await becomes(cs, 1, 'Unavailable');
      await cp.unplug();
      await asked(cs, 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
      await becomes(cs, 1, 'Available');
      return [both ? ended_by_both : [tag1, 'Local']];
    },
  },
  {
    name: 'TC_056_CS, TC_057_CS profiles by default and of the transaction',
    before: async (cs, cp) => {
      const csChargingProfiles = limit(16, 0, 'TxDefaultProfile', 16);
      await asked(cs, 'SetChargingProfile', { connectorId: 1, csChargingProfiles });
      await local(cs, cp);
      const transactionId = (await transaction(cs)).ids.at(-1);
      const own = { ...limit(8, 0, 'TxProfile', 8), transactionId };
      await asked(cs, 'SetChargingProfile', { connectorId: 1, csChargingProfiles: own });
      await charged(cp, 1);
      await offered(cp, 8);
    },
    rest: async ({ cs, cp, both }) => {
      const books = [[tag1, 'Local']];
      if (both) {
        books.unshift(ended_by_both);
        await becomes(cs, 1, 'Finishing');
        await left(cs, cp);
        await local(cs, cp);
      }
      await charged(cp, 1);
      await offered(cp, both ? 16 : 8);
      await cp.present_tag(tag1);
      await becomes(cs, 1, 'Finishing');
      await left(cs, cp);
      return books;
    },
  },
];

describe('a restart in the middle', { concurrency: 8 }, () => {
  for (const { name, before, during = () => {}, rest, next = tag1 } of sequences)
    for (const { name: interruption, both, run } of interruptions) {
      system_test(`${name}: ${interruption}`, {}, async ({ cs, cp }) => {
        judged_by_the_books(cs);
        await before(cs, cp);
        await run({ cs, cp }, () => during(cs, cp));
        const books = await rest({ cs, cp, both });
        await check_books(cs, cp, books);
        await next_session(cs, cp, next);
        await check_books(cs, cp, [...books, [next, 'Local']]);
      });
    }
});
