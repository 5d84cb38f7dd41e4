// SPDX-License-Identifier: Apache-2.0
// An operator of charge points in security profile 3: a root, a central system that knows its
// charge points by their certificates, and a charge point that was delivered with one.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { CentralSystem } from './central_system.js';
import { authority, Certificate, key_pem } from './certificates.js';
import { ChargePoint } from './charge_point.js';
import { TlsFront } from './tls_front.js';

export const host = 'localhost';
export const identity = 'OWN1'; // the serial number as well
export const cpo_name = 'Elbil & Söner AB';

export const root = authority('Operator root');
export const server = new Certificate({ subject: host, dns: [host], issuer: root });

export const own = (more = {}) =>
  new Certificate({
    subject: identity,
    organization: cpo_name,
    usage: 'client',
    issuer: root,
    ...more,
  });

// Options of node's TLS server that wants to know the client. `takes`: the authorities of clients.
export const knows_clients = (takes = [root]) => ({
  ...server.credentials,
  ca: takes.map(({ pem }) => pem),
  requestCert: true,
  rejectUnauthorized: true,
});

// Options of a delivery on profile 2, without a certificate.
const key_hex = '4F43415F4F4354545F61646D696E5F74657374';
export const on_profile_2 = {
  delivered: null,
  settings: { security_profile: 2, authorization_key: key_hex },
  central_system: { password: Buffer.from(key_hex, 'hex') },
  tls: { ...knows_clients(), rejectUnauthorized: false },
};

// body({cs, cp, front, delivered}); the charge point dials the front. `delivered` is the certificate of the configuration file, null for none,
// with profile 3 unless `settings` say something else.
export async function with_operator(options, body) {
  const { delivered = own(), tls = knows_clients(), central_system = {}, ...more } = options;
  const { settings = {}, ocpp = {}, boot = true } = more;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-own-'));
  const file = (name, text) => {
    const at = path.join(directory, name);
    fs.writeFileSync(at, text, { mode: 0o600 });
    return at;
  };
  const files = {
    root_certificates: file('root.pem', root.pem),
    ...(delivered && {
      client_certificate: file('own.pem', delivered.chain_pem),
      client_key: file('own.key', key_pem(delivered.key)),
    }),
  };
  const cs = await new CentralSystem({ tls, ...central_system }).listen();
  cs.allow('SecurityEventNotification');
  const front = await new TlsFront(cs.port).listen();
  const cp = new ChargePoint({
    url: `wss://${host}:${front.port}/ocpp`,
    identity,
    ocpp: { CpoName: cpo_name, ...ocpp },
    sections: { central_system: { ...files, security_profile: 3, ...settings } },
  });
  let failed = true;
  try {
    cp.start();
    if (boot) await cs.boot();
    await body({ cs, cp, front, delivered });
    cp.check_alive();
    cs.check();
    failed = false;
  } catch (error) {
    const words = `\n\n=== messages\n${cs.transcript()}\n\n=== programs\n${cp.words()}\n`;
    throw new Error(`${error.stack}${words}`);
  } finally {
    await cp.close({ keep: failed && process.env.CHARGEPOINT_KEEP === '1' });
    await front.close();
    await cs.close();
    fs.rmSync(directory, { recursive: true });
  }
}
