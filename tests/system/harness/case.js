// SPDX-License-Identifier: Apache-2.0
// One system test: a central system, a charge point connected to it, the checks that hold for every
// case, and everything that was said when it fails.

import { test } from 'node:test';

import { CentralSystem } from './central_system.js';
import { ChargePoint, programs_exist } from './charge_point.js';

let last_identity = 0;

// body({cs, cp}); `options` are those of ChargePoint, CentralSystem under `central_system`, and:
//   start: false  the test starts the programs itself
//   boot: false   the test expects the BootNotification itself
//   lenient: true the test judges the log itself
//   skip: 'why'   the test can't be run here
export function system_test(name, options, body) {
  test(name, { timeout: options.timeout ?? 180_000, skip: options.skip ?? false }, async () => {
    await programs_exist();
    const {
      central_system = {},
      start = true,
      boot = true,
      lenient = false,
      ...configuration
    } = options;
    const cs = await new CentralSystem(central_system).listen();
    const cp = new ChargePoint({ url: cs.url, identity: `CP${++last_identity}`, ...configuration });
    let failed = true;
    try {
      const run = (async () => {
        if (start) cp.start();
        if (start && boot) await cs.boot({ connectors: configuration.connectors?.length ?? 2 });
        await body({ cs, cp });
      })();
      run.catch(() => {});
      await Promise.race([run, cp.unexpected_end]);
      cp.check_alive();
      if (!lenient) cs.check();
      cs.statuses.check();
      cs.ledger.check();
      failed = false;
    } catch (error) {
      throw new Error(
        `${error.stack}\n\n=== messages\n${cs.transcript()}\n\n=== programs\n${cp.words()}\n`,
      );
    } finally {
      await cp.close({ keep: failed && process.env.CHARGEPOINT_KEEP === '1' });
      await cs.close();
    }
  });
}
