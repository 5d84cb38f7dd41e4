// SPDX-License-Identifier: Apache-2.0
// A charge point whose machine says that it is 1970, over TLS: it connects, learns the time, and
// judges certificates by the latest time that it has known.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { CentralSystem } from './harness/central_system.js';
import { authority, Certificate } from './harness/certificates.js';
import { ChargePoint } from './harness/charge_point.js';
import { until } from './harness/wait.js';

const host = 'localhost';
const day = 86_400_000;

const behind = Math.floor(Date.now() / 1000) - 300;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-clock-'));
const library = path.join(folder, 'machine_clock.so');
const source = fileURLToPath(new URL('./harness/machine_clock.cpp', import.meta.url));
const in_1970 = [
  'env',
  `LD_PRELOAD=${library}`,
  `CHARGEPOINT_TEST_CLOCK_BEHIND=${behind}`,
  `ASAN_OPTIONS=${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0`,
];

before(() => execFileSync('g++', ['-std=c++20', '-O1', '-shared', '-fPIC', source, '-o', library]));
after(() => fs.rmSync(folder, { recursive: true }));

const root = authority('Test root');
const server = (more = {}) => new Certificate({ subject: host, dns: [host], issuer: root, ...more });

// The hardware process asks for no time of day.
function start(cp) {
  cp.launcher = [];
  cp.start_hald();
  cp.launcher = in_1970;
  cp.start_daemon();
}

// body({cs, cp}); the central system's clock is `ahead` of the true one.
async function in_a_machine_without_clock({ certificate = server(), ahead = 0 }, body) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-roots-'));
  const root_certificates = path.join(directory, 'roots.pem');
  fs.writeFileSync(root_certificates, root.pem);
  const cs = await new CentralSystem({ tls: certificate.credentials }).listen();
  cs.time = () => new Date(Date.now() + ahead).toISOString();
  const cp = new ChargePoint({
    url: `wss://${host}:${cs.port}/ocpp`,
    identity: 'LOST1',
    sections: { central_system: { root_certificates } },
  });
  try {
    start(cp);
    await body({ cs, cp });
    cp.check_alive();
  } catch (error) {
    throw new Error(`${error.stack}\n\n=== programs\n${cp.words()}\n`);
  } finally {
    await cp.close();
    await cs.close();
    fs.rmSync(directory, { recursive: true });
  }
}

const status_of = async (cp) => (await cp.ctl('status')).json ?? {};

const says = (cp, words, within = 30_000) =>
  until(() => cp.daemon.log.some((line) => words.test(line)), { within, what: `words: ${words}` });

describe('a machine that says it is 1970', { concurrency: 3 }, () => {
  test('the time is learned, and outlives the next power cut', { timeout: 120_000 }, () =>
    in_a_machine_without_clock({ ahead: 10 * day }, async ({ cs, cp }) => {
      await cs.boot();
      assert.match((await status_of(cp)).time, new RegExp(`^${cs.time().slice(0, 13)}`));
      assert.ok(cp.daemon.log.some((line) => /is \d{13} ms ahead of the machine's/.test(line)));
      await cp.plug_in(1);
      await cs.status(1, 'Preparing');
      // After an orderly end everything is on the disk.
      await cp.daemon.end('SIGTERM');
      await cp.power_cut();
      // It has ended before the time that was known, and not before the program was built.
      cs.secure_with(server({ ends: Date.now() + 5 * day }).credentials);
      const attempts = cs.attempts.length;
      start(cp);
      await says(cp, /refused, expired: /);
      assert.equal(cs.attempts.length, attempts, 'no request, and no password');
      assert.notEqual((await status_of(cp)).link.state, 'connected');
      // A good one is accepted as before.
      cs.secure_with(server().credentials);
      await cs.connection({ within: 30_000 });
    }),
  );

  test('a certificate that has expired is found out by the time', { timeout: 120_000 }, () => {
    const certificate = server({ ends: Date.now() + 5 * day });
    return in_a_machine_without_clock({ certificate, ahead: 10 * day }, async ({ cs, cp }) => {
      await cs.boot();
      await says(cp, /refused, expired: .*dialling anew/);
      await until(() => !cs.connected, { what: 'the end of the connection' });
      const connections = cs.connections;
      await until(async () => /refused, expired/.test((await status_of(cp)).link.problem), {
        what: 'the refusal of the next handshake',
      });
      assert.equal(cs.connections, connections);
    });
  });

  test('one that is not valid yet is found out as well', { timeout: 120_000 }, () => {
    const certificate = server({ begins: Date.now() + day });
    return in_a_machine_without_clock({ certificate }, async ({ cs, cp }) => {
      await cs.expect('BootNotification');
      await says(cp, /refused, not yet valid: .*dialling anew/);
      await until(async () => /refused, not yet valid/.test((await status_of(cp)).link.problem), {
        what: 'the refusal of the next handshake',
      });
    });
  });
});
