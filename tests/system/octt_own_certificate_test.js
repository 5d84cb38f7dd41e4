// SPDX-License-Identifier: Apache-2.0
// OCTT cases: the charge point's own certificate (security profile 3). The central system and the
// authority that signs are node's, and share nothing with the code under test.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { authority, ec_key, rsa_key } from './harness/certificates.js';
import {
  cpo_name,
  identity,
  knows_clients,
  on_profile_2,
  own,
  root,
  with_operator,
} from './harness/operator.js';
import { check_strength, read_request, sign_request } from './harness/signing.js';
import { configuration_key } from './harness/states.js';
import { until } from './harness/wait.js';

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };
const hour = 3_600_000;
const day = 24 * hour;

const change = (cs, key, value) => cs.call('ChangeConfiguration', { key, value });
const trigger = (cs) =>
  cs.call('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
const signed = (cs, certificateChain) => cs.call('CertificateSigned', { certificateChain });
const serial_of = (attempt) => attempt?.certificate?.serialNumber;
const security_of = async (cp) => (await cp.ctl('status')).json?.security;

// The request of the charge point, after a trigger.
async function requested(cs) {
  assert.deepEqual(await trigger(cs), accepted);
  const { payload } = await cs.expect('SignCertificate', undefined, { within: 30_000 });
  const request = read_request(payload.csr);
  assert.equal(request.organization, cpo_name);
  assert.equal(request.common_name, identity);
  check_strength(request.key);
  return payload.csr;
}

// The connection is made anew with this certificate, and a message goes over it.
async function reconnects_with(cs, certificate, { within = 30_000 } = {}) {
  await until(() => cs.connected && serial_of(cs.attempts.at(-1)) === certificate.serial, {
    within,
    what: 'a connection with the new certificate',
  });
  assert.equal(cs.attempts.at(-1).headers.authorization, undefined);
}

const settled = (cp) =>
  until(async () => (await security_of(cp))?.candidate === undefined, {
    within: 60_000,
    what: 'the end of the candidate',
  });

const public_of = (key) => key.export({ type: 'spki', format: 'der' }).toString('hex');

describe("OCTT: the charge point's own certificate", { concurrency: 3 }, () => {
  for (const [what, more] of [
    ['TLSv1.3', {}],
    ['TLSv1.2', { key: ec_key('P-384') }],
    ['TLSv1.2', { key: rsa_key(2048) }],
  ])
    test(`TC_086_CS, TC_087_CS TLS certificates of both sides, ${what}`, { timeout: 120_000 }, () => {
      const tls = { ...knows_clients(), minVersion: what, maxVersion: what };
      return with_operator({ delivered: own(more), tls }, async ({ cs, delivered }) => {
        assert.deepEqual(await cs.call('Reset', { type: 'Hard' }), accepted);
        await cs.boot();
        assert.equal(cs.attempts.length, 2);
        for (const { certificate, headers, protocol } of cs.attempts) {
          assert.equal(protocol, what);
          assert.equal(certificate.serialNumber, delivered.serial);
          assert.equal(certificate.subject, `O=${cpo_name}\nCN=${identity}`);
          assert.ok(certificate.verify(root.public));
          check_strength(certificate.publicKey);
          assert.equal(headers.authorization, undefined, 'no password in profile 3');
        }
      });
    });

  test('TC_074_CS Update Charge Point Certificate', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, cp, delivered }) => {
      const first = await requested(cs);
      assert.notEqual(public_of(read_request(first).key), public_of(delivered.public), 'a new key');
      const between = authority('Between', { issuer: root });
      const certificate = sign_request(first, between, { begins: Date.now() - hour });
      assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
      await reconnects_with(cs, certificate);
      await settled(cp);
      assert.equal(cs.messages('BootNotification').length, 1, 'no boot on a reconnect');
      // Once more, another key; and it lasts over a loss of power.
      const second = await requested(cs);
      assert.notEqual(public_of(read_request(second).key), public_of(read_request(first).key));
      const newer = sign_request(second, root, { begins: Date.now() - 1_000 });
      assert.deepEqual(await signed(cs, newer.chain_pem), accepted);
      await reconnects_with(cs, newer);
      await settled(cp);
      await cp.power_cut();
      cp.start();
      await cs.boot();
      assert.equal(serial_of(cs.attempts.at(-1)), newer.serial);
    }),
  );

  test('TC_077_CS Invalid Charge Point Certificate Security Event', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs, delivered }) => {
      const wrong = {
        'another key': () => own({ begins: Date.now() - hour }),
        'an unknown authority': (csr) => sign_request(csr, authority('Nobody')),
        'an expired one': (csr) =>
          sign_request(csr, root, { begins: Date.now() - 2 * day, ends: Date.now() - day }),
        'a CA': (csr) => sign_request(csr, root, { ca: true, usage: undefined }),
        garbage: () => ({ chain_pem: 'garbage' }),
      };
      for (const [what, make] of Object.entries(wrong)) {
        const csr = await requested(cs);
        assert.deepEqual(await signed(cs, make(csr).chain_pem), rejected, what);
        const { payload } = await cs.expect(
          'SecurityEventNotification',
          ({ type }) => type === 'InvalidChargePointCertificate',
        );
        assert.ok(payload.techInfo.length > 0, what);
      }
      assert.equal(cs.connections, 1, 'the connection stands');
      assert.equal(serial_of(cs.attempts[0]), delivered.serial);
    }),
  );

  test('TC_084_CS Downgrade security profile, from 3', { timeout: 120_000 }, () =>
    with_operator({}, async ({ cs }) => {
      for (const value of ['0', '1', '2', '3'])
        assert.deepEqual(await change(cs, 'SecurityProfile', value), rejected, value);
      assert.equal((await configuration_key(cs, 'SecurityProfile')).value, '3');
      assert.equal(cs.connections, 1);
    }),
  );

  test('TC_083_CS Upgrade security profile, 2 to 3', { timeout: 120_000 }, () =>
    with_operator(
      on_profile_2,
      async ({ cs, cp }) => {
        assert.equal(serial_of(cs.attempts[0]), undefined, 'none is shown in profile 2');
        assert.deepEqual(await change(cs, 'SecurityProfile', '3'), rejected, 'there is none yet');
        const certificate = sign_request(await requested(cs), root);
        assert.deepEqual(await signed(cs, certificate.chain_pem), accepted);
        assert.deepEqual(await change(cs, 'SecurityProfile', '3'), accepted);
        cs.password = undefined;
        await cs.boot();
        const { headers } = cs.attempts.at(-1);
        assert.equal(serial_of(cs.attempts.at(-1)), certificate.serial);
        assert.equal(headers.authorization, undefined);
        await settled(cp);
        for (const value of ['1', '2', '3'])
          assert.deepEqual(await change(cs, 'SecurityProfile', value), rejected, value);
        // Never without the certificate again.
        const from = cs.attempts.length;
        cs.go_away();
        await cp.power_cut();
        cp.start();
        await until(() => cs.attempts.length > from + 4, { within: 30_000, what: 'five attempts' });
        for (const attempt of cs.attempts.slice(from)) {
          assert.equal(serial_of(attempt), certificate.serial);
          assert.equal(attempt.headers.authorization, undefined);
        }
        cs.accept_again();
        await cs.boot();
      },
    ),
  );
});
