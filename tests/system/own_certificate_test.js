// SPDX-License-Identifier: Apache-2.0
// The charge point's own certificate beyond OCTT: kills between the messages of a renewal, keys on
// the disk, central systems that refuse the certificate or don't want to know it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { authority, key_pem } from './harness/certificates.js';
import { files_in } from './harness/charge_point.js';
import { knows_clients, on_profile_2, own, root, server, with_operator } from './harness/operator.js';
import { run } from './harness/programs.js';
import { read_request, sign_request } from './harness/signing.js';
import { nothing_for, until } from './harness/wait.js';

const accepted = { status: 'Accepted' };
const hour = 3_600_000;
const day = 24 * hour;

const trigger = (cs) =>
  cs.call('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
const signed = (cs, certificateChain) => cs.call('CertificateSigned', { certificateChain });
const serial_of = (attempt) => attempt?.certificate?.serialNumber;
const status_of = async (cp) => (await cp.ctl('status')).json;
const keys_of = (cp) => files_in(path.join(cp.storage, 'keys'));

async function request_of(cs) {
  const { payload } = await cs.expect('SignCertificate', undefined, { within: 30_000 });
  return payload.csr;
}

const newer = (csr, issuer = root) => sign_request(csr, issuer, { begins: Date.now() - hour });

const connected_with = (cs, serial) =>
  until(() => cs.connected && serial_of(cs.attempts.at(-1)) === serial, {
    within: 60_000,
    what: `a connection with the certificate ${serial}`,
  });

const settled = (cp) =>
  until(async () => (await status_of(cp))?.security?.candidate === undefined, {
    within: 60_000,
    what: 'the end of the candidate',
  });

async function restart(cs, cp) {
  cp.start();
  await cs.boot({ within: 30_000 });
}

const problem_like = (cp, words) =>
  until(
    async () => {
      const problem = (await status_of(cp))?.link?.problem;
      return words.test(problem) && problem;
    },
    { within: 30_000, what: `a problem like ${words}` },
  );

describe("the charge point's own certificate", { concurrency: 3 }, () => {
  test('a kill before the answer to SignCertificate', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp, delivered }) => {
      const release = cs.hold('SignCertificate');
      assert.deepEqual(await trigger(cs), accepted);
      const csr = await request_of(cs);
      await cp.crash();
      release();
      await restart(cs, cp);
      assert.equal(serial_of(cs.attempts.at(-1)), delivered.serial);
      const { payload } = await cs.find('SignCertificate');
      assert.equal(payload.csr, csr, 'nobody has answered it: it is sent again');
      const certificate = newer(csr);
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
      await connected_with(cs, certificate.serial);
      await settled(cp);
    }),
  );

  test('a kill between SignCertificate and CertificateSigned', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp, delivered }) => {
      assert.deepEqual(await trigger(cs), accepted);
      const csr = await request_of(cs);
      const state = async () => (await status_of(cp)).security.certificate_request?.state;
      await until(async () => (await state()) === 'waits for CertificateSigned', {
        what: 'an answer that was heard',
      });
      await cp.power_cut();
      await restart(cs, cp);
      assert.equal(serial_of(cs.attempts.at(-1)), delivered.serial);
      const certificate = newer(csr);
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted, 'the key is still there');
      await connected_with(cs, certificate.serial);
      await settled(cp);
      await cp.crash();
      await restart(cs, cp);
      assert.equal(serial_of(cs.attempts.at(-1)), certificate.serial);
    }),
  );

  test('a kill between CertificateSigned and the connection', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp }) => {
      assert.deepEqual(await trigger(cs), accepted);
      const certificate = newer(await request_of(cs));
      cs.refusal = 503; // nobody comes in meanwhile
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
      await until(() => serial_of(cs.attempts.at(-1)) === certificate.serial, {
        what: 'an attempt with the new certificate',
      });
      await cp.power_cut();
      cs.accept_again();
      await restart(cs, cp);
      await connected_with(cs, certificate.serial);
      await settled(cp);
    }),
  );

  test('chargepointctl shows it, and what it waits for', { timeout: 120_000 }, () =>
    with_operator({ delivered: own({ ends: Date.now() + 20.5 * day }) }, async (all) => {
      const { cs, cp, delivered } = all;
      const shown = async (...words) =>
        (await run('chargepointctl', ['--config', cp.config, ...words])).stdout;
      const { certificate } = (await status_of(cp)).security;
      assert.equal(certificate.serial, delivered.serial);
      assert.equal(certificate.issuer, 'CN=Operator root');
      assert.equal(certificate.days_left, 20);
      assert.match(await shown('status'), /Certificate +CN=OWN1.*, serial \w+, 20 days left\n/);
      assert.deepEqual(await trigger(cs), accepted);
      const csr = await request_of(cs);
      await until(async () => /waits for CertificateSigned/.test(await shown('status')), {
        what: 'the request in the status',
      });
      const next = newer(csr);
      assert.deepEqual(await signed(cs, next.chain_pem), accepted);
      await connected_with(cs, next.serial);
      await settled(cp);
      const { certificates } = (await cp.ctl('certificates')).json;
      assert.deepEqual(
        certificates
          .filter(({ type }) => type === 'ChargePointCertificate')
          .map(({ serial, in_use, number }) => [serial, in_use, number]),
        [
          [delivered.serial, false, undefined],
          [next.serial, true, undefined],
        ],
      );
      assert.match(await shown('certificates'), new RegExp(`${next.serial}.*in use`));
    }),
  );

  test('an RSA key, when the settings say so', { timeout: 120_000 }, () =>
    with_operator({ settings: { client_key_type: 'rsa' } }, async ({ cs, cp }) => {
      assert.deepEqual(await trigger(cs), accepted);
      const csr = await request_of(cs);
      const { key } = read_request(csr);
      assert.equal(key.asymmetricKeyType, 'rsa');
      assert.equal(key.asymmetricKeyDetails.modulusLength, 2048);
      const certificate = newer(csr);
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
      await connected_with(cs, certificate.serial);
      await settled(cp);
    }),
  );

  test('a refused certificate gives way to the old one', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp, delivered }) => {
      const other = authority('Other root');
      assert.deepEqual(
        await cs.call('InstallCertificate', {
          certificateType: 'CentralSystemRootCertificate',
          certificate: other.pem,
        }),
        accepted,
      );
      assert.deepEqual(await trigger(cs), accepted);
      const certificate = newer(await request_of(cs), other);
      const connections = cs.connections;
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
      await problem_like(cp, /refused our certificate/);
      await until(() => cs.connections > connections && cs.connected, {
        within: 60_000,
        what: 'a connection again',
      });
      assert.equal(serial_of(cs.attempts.at(-1)), delivered.serial);
      await settled(cp);
      assert.match((await status_of(cp)).security.given_up, /certificate/);
    }),
  );

  test('a refusal by an alert is told by name', { timeout: 120_000 }, () =>
    with_operator(
      { tls: { ...knows_clients(), maxVersion: 'TLSv1.2' } },
      async ({ cs, cp, front }) => {
        await cp.crash();
        front.refuse(cs.port, 48);
        cp.start();
        const words = 'the central system refused our certificate: unknown authority (TLS alert 48)';
        assert.equal(await problem_like(cp, /alert 48/), `localhost: ${words}`);
        const { events } = (await cp.ctl('security', 'log')).json;
        const event = events.find(({ type }) => type === 'FailedToAuthenticateAtCentralSystem');
        assert.ok(event.techInfo.includes(words), event.techInfo);
        front.forward(cs.port);
        await cs.boot({ within: 30_000 });
      },
    ),
  );

  test('a central system that does not ask for it', { timeout: 120_000 }, () =>
    with_operator({ tls: server.credentials, boot: false }, async ({ cs, cp }) => {
      await problem_like(cp, /^localhost: it does not ask for our certificate/);
      await nothing_for(3_000, () => assert.equal(cs.attempts.length, 0, 'nothing was said'));
    }),
  );

  test('a key that can not be read', { timeout: 120_000 }, () =>
    with_operator(on_profile_2, async ({ cs, cp }) => {
      assert.deepEqual(await trigger(cs), accepted);
      await signed(cs, sign_request(await request_of(cs), root).chain_pem);
      const raised = { key: 'SecurityProfile', value: '3' };
      assert.deepEqual(await cs.call('ChangeConfiguration', raised), accepted);
      cs.password = undefined;
      await cs.boot();
      await settled(cp);
      const [name, ...others] = keys_of(cp);
      assert.deepEqual(others, []);
      const file = path.join(cp.storage, 'keys', name);
      assert.equal(fs.statSync(file).mode & 0o777, 0o600);
      assert.equal(fs.statSync(path.dirname(file)).mode & 0o777, 0o700);
      const whole = fs.readFileSync(file);
      const wrong = [
        [/set its mode to 0600/, () => fs.chmodSync(file, 0o644)],
        [/no private key/, () => fs.writeFileSync(file, 'garbage')],
        [/no private key/, () => fs.truncateSync(file)],
        [/symbolic link/, () => fs.rmSync(file) ?? fs.symlinkSync('/dev/null', file)],
      ];
      for (const [words, spoil] of wrong) {
        await cp.crash();
        const attempts = cs.attempts.length;
        spoil();
        cp.start();
        const problem = await problem_like(cp, words);
        assert.match(problem, /^security profile 3 can't be used: /);
        assert.ok(cp.daemon.log.some((line) => line.includes(problem)), 'it is in the log');
        assert.equal(cs.attempts.length, attempts, 'nobody is called');
        fs.rmSync(file);
        fs.writeFileSync(file, whole, { mode: 0o600 });
        await cs.boot({ within: 30_000 });
      }
    }),
  );

  test('a key that can not be kept is no request', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp }) => {
      const folder = path.join(cp.storage, 'keys');
      fs.chmodSync(folder, 0o755);
      assert.deepEqual(await trigger(cs), accepted);
      await until(() => cp.daemon.log.some((line) => /keys: .*set its mode to 0700/.test(line)), {
        what: 'the reason in the log',
      });
      assert.equal(keys_of(cp).length, 1);
      assert.equal(cs.messages('SignCertificate').length, 0);
      fs.chmodSync(folder, 0o700);
      await cp.crash();
      await restart(cs, cp);
      const { payload } = await cs.find('SignCertificate');
      const certificate = newer(payload.csr);
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
      await connected_with(cs, certificate.serial);
      await settled(cp);
    }),
  );

  test('keys are written nowhere else, and go when they are over', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp, delivered }) => {
      assert.equal(keys_of(cp).length, 1);
      const events = cp.start_ctl(['--json', 'events']);
      await until(() => events.log.length > 0 || events.alive, { what: 'the events' });
      assert.deepEqual(await trigger(cs), accepted);
      const csr = await request_of(cs);
      assert.equal(keys_of(cp).length, 2);
      assert.deepEqual(await signed(cs, newer(csr).chain_pem), accepted);
      await settled(cp);
      const secrets = [
        key_pem(delivered.key),
        ...keys_of(cp).map((name) => fs.readFileSync(path.join(cp.storage, 'keys', name), 'utf8')),
      ].map((pem) => pem.split('\n')[1].slice(36)); // the beginning is that of every key
      const shown = [
        JSON.stringify(await status_of(cp)),
        JSON.stringify((await cp.ctl('certificates')).json),
        JSON.stringify((await cp.ctl('config', 'get')).json),
        (await run('chargepointctl', ['--config', cp.config, 'status'])).stdout,
        (await run('chargepointctl', ['--config', cp.config, 'certificates'])).stdout,
        (await run('chargepointd', ['--config', cp.config, '--print-config'])).stdout,
        cs.transcript(1_000),
        ...cp.history.flatMap(({ log }) => log),
      ];
      await events.end('SIGINT');
      for (const secret of secrets)
        for (const text of shown) assert.ok(!text.includes(secret), 'a key is shown');
      assert.equal((await cp.ctl('factory-reset')).code, 0);
      await cs.boot({ within: 30_000 });
      assert.equal(serial_of(cs.attempts.at(-1)), delivered.serial);
      await until(() => keys_of(cp).length === 1, { what: 'one key' });
    }),
  );
});
