// SPDX-License-Identifier: Apache-2.0
// Both processes killed at random instants of sessions, with a central system that is slow, drops
// the connection and goes away. In the end each transaction was reported once, in order, with the
// right ids, and every watt-hour of the register belongs to one of them: nothing lost, nothing
// invented.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { CentralSystem } from './harness/central_system.js';
import { ChargePoint, programs_exist } from './harness/charge_point.js';
import { Random } from './harness/random.js';
import { observe } from './harness/truth.js';
import { until } from './harness/wait.js';

const rounds = Number(process.env.CHARGEPOINT_KILL_ROUNDS ?? 8);
const seed = Number(process.env.CHARGEPOINT_KILL_SEED ?? Date.now() % 1_000_000);
const charge_points = Math.min(4, rounds);
const connectors = [1, 2];
const tags = ['04000001', '04000002', '04000003'];

class Trial {
  constructor(number) {
    this.random = new Random(seed + number);
    this.number = number;
    this.wishes = 0; // tags shown and remote starts: no more transactions than these
  }

  async begin() {
    this.cs = await new CentralSystem().listen();
    this.cp = new ChargePoint({
      url: this.cs.url,
      identity: `KILL${this.number}`,
      ocpp: { MeterValueSampleInterval: 1, TransactionMessageAttempts: 50, MessageTimeout: 3 },
    });
    this.cp.start();
    await this.settled();
    // A car that takes what it is offered at once, so that there is something to lose.
    for (const connector of connectors)
      await this.cp.vehicle(connector, { response_ms: 100, max_current: 32 });
  }

  // Until the world is so; requests that a kill swallows are made again, as a person would.
  insist(request, done, what) {
    return until(
      async () => {
        try {
          if (done(await observe(this.cp, request.connector))) return true;
          await this.cp.simulator(request, { within: 1_000 });
          return done(await observe(this.cp, request.connector));
        } catch {
          return false;
        }
      },
      { within: 30_000, what },
    );
  }

  plug_in(connector) {
    return this.insist(
      { do: 'plug_in', connector },
      (seen) => seen.vehicle_state !== 'A',
      'a plug in',
    );
  }

  unplug(connector) {
    return this.insist(
      { do: 'unplug', connector },
      (seen) => seen.vehicle_state === 'A',
      'a plug out',
    );
  }

  async show_tag(uid) {
    try {
      await this.cp.simulator({ do: 'present_tag', uid }, { within: 2_000 });
      ++this.wishes;
    } catch (error) {
      if (!/closed before|in vain/.test(error.message)) throw error;
      ++this.wishes; // it may have been read
    }
  }

  async call(action, payload) {
    try {
      return await this.cs.client?.call(action, payload, { callTimeoutMs: 2_000 });
    } catch {
      return undefined;
    }
  }

  async ask_for_power(connector, tag) {
    if (this.random.chance(0.3)) {
      ++this.wishes;
      await this.call('RemoteStartTransaction', { connectorId: connector, idTag: tag });
    } else {
      await this.show_tag(tag);
    }
  }

  async ask_for_end(connector, tag) {
    switch (this.random.below(3)) {
      case 0:
        return this.show_tag(tag);
      case 1: {
        const transaction = this.cs.ledger.open.find(
          ({ start }) => start.connectorId === connector,
        );
        return (
          transaction &&
          this.call('RemoteStopTransaction', { transactionId: transaction.ids.at(-1) })
        );
      }
      default:
        return this.unplug(connector);
    }
  }

  async kill() {
    const choice = this.random.next();
    const both = choice < 0.6;
    const daemon = both || choice < 0.8;
    const hald = both || !daemon;
    await Promise.all([
      daemon && this.cp.daemon.end('SIGKILL'),
      hald && this.cp.hald.end('SIGKILL'),
    ]);
    await pause(this.random.below(200));
    const starts = [];
    if (hald) starts.push(() => this.cp.start_hald());
    if (daemon) starts.push(() => this.cp.start_daemon());
    if (this.random.chance(0.5)) starts.reverse();
    for (const start of starts) {
      start();
      await pause(this.random.below(100));
    }
  }

  async trouble() {
    for (let kills = 1 + this.random.below(3); kills > 0; --kills) {
      await pause(this.random.below(kills === 1 ? 4_000 : 1_000));
      await this.kill();
    }
  }

  async bad_network() {
    const { cs, random } = this;
    if (random.chance(0.3)) cs.delays.set('*', () => pause(random.below(400)));
    if (random.chance(0.3)) {
      await pause(random.below(2_000));
      cs.drop();
    }
    if (random.chance(0.2)) {
      await pause(random.below(1_000));
      cs.go_away();
      await pause(random.below(1_500));
    }
    cs.accept_again();
    cs.delays.delete('*');
  }

  // From plugging in to the first current pass seconds, and most kills of other rounds fall into
  // them. The network may have swallowed a remote start: then nothing charges, and that is no fault.
  current(connector) {
    return until(
      async () => (await observe(this.cp, connector).catch(() => ({}))).watts > 0,
      { within: 10_000, what: 'current' },
    ).catch(() => {});
  }

  async session({ killed_while_charging }) {
    const connector = this.random.of(connectors);
    const tag = this.random.of(tags);
    await this.plug_in(connector);
    await pause(this.random.below(300));
    await this.ask_for_power(connector, tag);
    if (killed_while_charging) {
      await this.current(connector);
      await this.trouble();
    }
    await pause(this.random.below(5_000));
    await this.ask_for_end(connector, tag);
    await pause(this.random.below(600));
    await this.unplug(connector);
  }

  last_status(connector) {
    return this.cs
      .calls('StatusNotification', ({ connectorId }) => connectorId === connector)
      .at(-1)?.payload.status;
  }

  // Nothing plugged, nothing running, everything told.
  settled() {
    return until(
      () =>
        this.cs.connected &&
        this.cs.ledger.open.length === 0 &&
        [0, ...connectors].every((connector) => this.last_status(connector) === 'Available'),
      {
        within: 40_000,
        what: () =>
          `a settled charge point, open: ${JSON.stringify(this.cs.ledger.open)}, ` +
          `status ${[0, ...connectors].map((id) => this.last_status(id))}`,
      },
    );
  }

  async round() {
    const killed_while_charging = this.random.chance(0.4);
    await Promise.all([
      this.session({ killed_while_charging }),
      killed_while_charging || this.trouble(),
      this.bad_network(),
    ]);
    await this.settled();
    this.cp.check_alive();
    this.cp.history = this.cp.history.slice(-8);
    assert.deepEqual(
      this.cs.failures.filter((failure) => !/^our /.test(failure)),
      [],
    );
  }

  async check() {
    const { ledger, statuses } = this.cs;
    ledger.check();
    statuses.check();
    assert.equal((await this.cp.ctl('status')).json.queued_messages, 0, 'everything was told');
    assert.deepEqual(ledger.open, [], 'every transaction was stopped');
    assert.ok(
      ledger.transactions.length <= this.wishes,
      `${ledger.transactions.length} of ${this.wishes} wishes`,
    );
    check_order(this.cs);
    let energy = 0;
    for (const connector of connectors) {
      let register = 0;
      for (const { start, stop } of ledger.transactions.filter(
        ({ start: { connectorId } }) => connectorId === connector,
      )) {
        assert.ok(tags.includes(start.idTag));
        assert.ok(
          Math.abs(start.meterStart - register) <= 1,
          `the one before ended at ${register} Wh: ${JSON.stringify(start)}`,
        );
        register = stop.meterStop;
      }
      const { energy_wh } = await observe(this.cp, connector);
      assert.ok(
        Math.abs(energy_wh - register) <= 1,
        `metered ${energy_wh} Wh, accounted for ${register} Wh`,
      );
      energy += register;
    }
    return { transactions: ledger.transactions.length, energy };
  }

  async end() {
    await this.cp?.close();
    await this.cs?.close();
  }
}

// Transaction messages are one queue: their own times never run backwards. The clock is set anew
// with each boot, hence the tolerance.
function check_order(cs) {
  let last = 0;
  const queue = ['StartTransaction', 'StopTransaction', 'MeterValues'];
  const told = cs.log.filter((entry) => !entry.outbound && entry.type === 2 && !entry.repeat);
  for (const { action, payload } of told.filter((entry) => queue.includes(entry.action))) {
    const at = Date.parse(payload.timestamp ?? payload.meterValue[0].timestamp);
    assert.ok(
      at >= last - 1_500,
      `out of order by ${last - at} ms: ${action} ${JSON.stringify(payload)}`,
    );
    last = Math.max(last, at);
  }
}

test(
  `killed at random instants: ${rounds} rounds, seed ${seed}`,
  { timeout: 3_000_000 },
  async () => {
    await programs_exist();
    console.log(`kill test: CHARGEPOINT_KILL_ROUNDS=${rounds} CHARGEPOINT_KILL_SEED=${seed}`);
    let done = 0;
    const results = await Promise.all(
      Array.from({ length: charge_points }, async (_, number) => {
        const trial = new Trial(number);
        let round = 0;
        try {
          await trial.begin();
          const share =
            Math.floor(rounds / charge_points) + (number < rounds % charge_points ? 1 : 0);
          for (; round < share; ++round) {
            await trial.round();
            if (++done % 20 === 0) console.log(`kill test: ${done} of ${rounds} rounds`);
          }
          return await trial.check();
        } catch (error) {
          error.message +=
            `\n\n=== seed ${seed}, charge point ${number}, round ${round}\n` +
            `${trial.cs.transcript(150)}\n${trial.cp.words(150)}`;
          throw error;
        } finally {
          await trial.end();
        }
      }),
    );
    const transactions = results.reduce((sum, result) => sum + result.transactions, 0);
    const energy = results.reduce((sum, result) => sum + result.energy, 0);
    console.log(`kill test: ${transactions} transactions, ${energy} Wh, each accounted for once`);
    // A few rounds may all be cut short.
    if (rounds >= 50) assert.ok(transactions > 0 && energy > 0, 'something was charged');
  },
);
