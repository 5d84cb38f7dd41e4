// SPDX-License-Identifier: Apache-2.0
// OCTT 083 and 084 from profile 1 to 2: a root comes over OCPP, and the same port speaks TLS from then
// on (security white paper A05); and the way back from a server that the root does not verify.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { CentralSystem } from './harness/central_system.js';
import { authority, Certificate } from './harness/certificates.js';
import { ChargePoint } from './harness/charge_point.js';
import { configuration_key } from './harness/states.js';
import { TlsFront } from './harness/tls_front.js';
import { nothing_for, until } from './harness/wait.js';

const host = 'localhost';
const key_hex = '4F43415F4F4354545F61646D696E5F74657374';
const password = Buffer.from(key_hex, 'hex');
const central = 'CentralSystemRootCertificate';
const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };

const root = authority('Test root');
const of = (issuer) => new Certificate({ subject: host, dns: [host], issuer });

// body({cp, front, plain, secure}): the charge point dials the front, which leads to the central
// system without TLS at first.
async function upgrade(issuer, body) {
  const plain = await new CentralSystem({ password }).listen();
  const secure = await new CentralSystem({ password, tls: of(issuer).credentials }).listen();
  const front = await new TlsFront(plain.port).listen();
  const cp = new ChargePoint({
    url: `ws://${host}:${front.port}/ocpp`,
    identity: 'UPGRADE1',
    sections: { central_system: { security_profile: 1, authorization_key: key_hex } },
  });
  try {
    cp.start();
    await plain.boot();
    await body({ cp, front, plain, secure });
    cp.check_alive();
    plain.check();
    secure.check();
  } catch (error) {
    throw new Error(`${error.stack}\n\n=== programs\n${cp.words()}\n`);
  } finally {
    await cp.close();
    await front.close();
    await secure.close();
    await plain.close();
  }
}

const install = (cs) =>
  cs.call('InstallCertificate', { certificateType: central, certificate: root.pem });
const raise = (cs, value) => cs.call('ChangeConfiguration', { key: 'SecurityProfile', value });
const security_of = async (cp) => (await cp.ctl('status')).json?.security;
const settled = (cp) =>
  until(async () => (await security_of(cp))?.candidate === undefined, {
    within: 60_000,
    what: 'the end of the candidate',
  });

describe('from profile 1 to 2', { concurrency: 2 }, () => {
  test('TC_083_CS Upgrade security profile, 1 to 2', { timeout: 120_000 }, () =>
    upgrade(root, async ({ cp, front, plain, secure }) => {
      assert.deepEqual(await raise(plain, '2'), rejected, 'there is no root');
      assert.deepEqual(await install(plain), accepted);
      front.forward(secure.port);
      assert.deepEqual(await raise(plain, '2'), accepted);
      await secure.boot();
      assert.deepEqual(secure.attempts[0].password, password);
      await settled(cp);
      assert.equal((await configuration_key(secure, 'SecurityProfile')).value, '2');
      for (const value of ['0', '1', '2']) assert.deepEqual(await raise(secure, value), rejected);

      // The root that verifies this connection stays.
      const { certificateHashData } = await secure.call('GetInstalledCertificateIds', {
        certificateType: central,
      });
      const [data] = certificateHashData;
      assert.deepEqual(
        await secure.call('DeleteCertificate', { certificateHashData: data }),
        { status: 'Failed' },
      );

      // Never in the clear again, whatever answers there, and after a loss of power, too.
      const before = plain.attempts.length;
      front.forward(plain.port);
      secure.drop();
      await cp.power_cut();
      cp.start();
      await nothing_for(3_000, () => assert.equal(plain.attempts.length, before));
      front.forward(secure.port);
      await secure.boot();
    }),
  );

  test('a server that the root does not verify is left again', { timeout: 120_000 }, () =>
    upgrade(authority('Other root'), async ({ cp, front, plain, secure }) => {
      assert.deepEqual(await install(plain), accepted);
      front.forward(secure.port);
      assert.deepEqual(await raise(plain, '2'), accepted);
      await until(
        async () => /from an unknown issuer/.test((await cp.ctl('status')).json?.link?.problem),
        { within: 30_000, what: 'the reason in the status' },
      );
      await settled(cp);
      assert.equal(secure.attempts.length, 0, 'no password to a server that is not verified');
      front.forward(plain.port);
      await plain.boot();
      assert.equal((await configuration_key(plain, 'SecurityProfile')).value, '1');
      assert.match((await security_of(cp)).given_up, /unknown issuer/);
    }),
  );
});
