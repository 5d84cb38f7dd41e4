// SPDX-License-Identifier: Apache-2.0
// The cable to the central system is cut while nobody says good-bye: the kernel finds out by what is
// never acknowledged (TCP_USER_TIMEOUT), without WebSocket pings and long before a call is given up.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CentralSystem, is_status } from './harness/central_system.js';
import { ChargePoint } from './harness/charge_point.js';
import { Network } from './harness/network.js';
import { until } from './harness/wait.js';

const skip = Network.available() ? false : 'no right to make network namespaces';

test('what is never acknowledged ends the connection, and is told on the next', { skip, timeout: 240_000 }, async () => {
  const network = new Network();
  const cs = await new CentralSystem({ host: network.host }).listen();
  const cp = new ChargePoint({
    url: cs.url,
    identity: 'CUT1',
    launcher: network.launcher,
    ocpp: { MessageTimeout: 600, WebSocketPingInterval: 0, ConnectionTimeOut: 600 },
  });
  const ended = () => cp.daemon.log.some((line) => /no connection to the central system/.test(line));
  try {
    cp.start();
    await cs.boot();
    network.cut();
    assert.ok(!ended());
    await cp.plug_in();
    await until(ended, { within: 120_000, what: 'the end of the connection' });
    network.mend();
    // The old connection may still bring what nobody answered; it is told anew on the next.
    cs.allow('StatusNotification', is_status(1, 'Preparing'));
    await cs.expect('StatusNotification', is_status(1, 'Preparing'), { within: 60_000 });
    assert.equal(cs.calls('BootNotification').length, 1);
    cp.check_alive();
    cs.check();
  } catch (error) {
    throw new Error(`${error.stack}\n\n${cs.transcript()}\n\n${cp.words()}\n`);
  } finally {
    await cp.close();
    await cs.close();
    network.remove();
  }
});
