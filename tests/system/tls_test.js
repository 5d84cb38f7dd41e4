// SPDX-License-Identifier: Apache-2.0
// TLS to the central system (security white paper A00.FR.306 to 324, 411 to 426): servers that are
// good in every way they can be, and servers that are wrong in every way they can be.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';

import { CentralSystem } from './harness/central_system.js';
import { authority, Certificate, ec_key, rsa_key } from './harness/certificates.js';
import { ChargePoint } from './harness/charge_point.js';
import { run } from './harness/programs.js';
import { TlsFront } from './harness/tls_front.js';
import { nothing_for, until } from './harness/wait.js';

const host = 'localhost';
const key_hex = '4f43415f4f4354545f61646d696e5f74657374';
const hour = 3_600_000;

const keys = { rsa2048: rsa_key(2048), rsa4096: rsa_key(4096), ec256: ec_key(), ec384: ec_key('P-384') };
const root = authority('Test root', { key: keys.rsa2048 });
const ec_root = authority('Test EC root');
const roots = [root, ec_root];

const server = (more = {}) =>
  new Certificate({ subject: host, dns: [host], ip: ['127.0.0.1'], issuer: ec_root, ...more });
const usual = server();

const only = (version, ciphers) => ({ minVersion: version, maxVersion: version, ciphers });

// As many as eight RSA 4096 certificates, each with all that authorities put into them.
function deep() {
  let issuer = authority('Deep 1', { key: keys.rsa4096, issuer: root, padding: 1_500 });
  for (let depth = 2; depth < 8; ++depth)
    issuer = authority(`Deep ${depth}`, { key: keys.rsa4096, issuer, padding: 1_500 });
  const leaf = server({ issuer, key: keys.rsa4096, padding: 1_500 });
  assert.ok(leaf.chain.reduce((sum, { bytes }) => sum + bytes, 0) > 16 * 1024);
  return leaf;
}

const suites = [
  ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', keys.ec256],
  ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', keys.ec256],
  ['ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', keys.rsa2048],
  ['ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', keys.rsa2048],
  ['ECDHE-ECDSA-AES128-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', keys.ec256],
  ['ECDHE-ECDSA-AES256-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', keys.ec256],
  ['ECDHE-RSA-AES128-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', keys.rsa2048],
  ['ECDHE-RSA-AES256-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', keys.rsa2048],
  ['AES128-GCM-SHA256', 'TLS_RSA_WITH_AES_128_GCM_SHA256', keys.rsa2048],
  ['AES256-GCM-SHA384', 'TLS_RSA_WITH_AES_256_GCM_SHA384', keys.rsa2048],
];
const suites_1_3 = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

// [what, certificate, options of the server, what the status must show]
const good_servers = [
  ['EC P-256, TLS 1.2', server({ key: keys.ec256 }), only('TLSv1.2'), { version: 'TLSv1.2' }],
  ['EC P-256, TLS 1.3', server({ key: keys.ec256 }), only('TLSv1.3'), { version: 'TLSv1.3' }],
  ['EC P-384, TLS 1.2', server({ key: keys.ec384 }), only('TLSv1.2'), { version: 'TLSv1.2' }],
  ['EC P-384, TLS 1.3', server({ key: keys.ec384 }), only('TLSv1.3'), { version: 'TLSv1.3' }],
  ['RSA 2048, TLS 1.2', server({ key: keys.rsa2048 }), only('TLSv1.2'), { version: 'TLSv1.2' }],
  ['RSA 2048, TLS 1.3', server({ key: keys.rsa2048 }), only('TLSv1.3'), { version: 'TLSv1.3' }],
  ['RSA 4096, TLS 1.2', server({ key: keys.rsa4096 }), only('TLSv1.2'), { version: 'TLSv1.2' }],
  ['RSA 4096, TLS 1.3', server({ key: keys.rsa4096 }), only('TLSv1.3'), { version: 'TLSv1.3' }],
  ...suites.map(([openssl, cipher, key]) => [
    cipher,
    server({ key }),
    only('TLSv1.2', openssl),
    { version: 'TLSv1.2', cipher },
  ]),
  ...suites_1_3.map((cipher) => [cipher, usual, only('TLSv1.3', cipher), { cipher }]),
  [
    'a chain of two intermediates',
    server({ issuer: authority('Two', { issuer: authority('One', { issuer: root }) }) }),
    {},
    { issuer: 'CN=Two' },
  ],
  ['eight of RSA 4096, more than 16 KiB', deep(), {}, { issuer: 'CN=Deep 7' }],
  ['the name in the common name only', server({ dns: [], ip: [] }), {}, { subject: `CN=${host}` }],
  ['another common name', server({ subject: 'Operator' }), {}, { subject: 'CN=Operator' }],
  ['no usage named', server({ usage: undefined }), {}, {}],
];

const weak = { ciphers: 'DEFAULT@SECLEVEL=0' };

// [what, certificate, options of the server, what the status must say, the security event if it is
// another than InvalidCentralSystemCertificate]
const bad_servers = [
  ['expired', server({ ends: Date.now() - hour }), {}, /refused, expired: /],
  ['not yet valid', server({ begins: Date.now() + hour }), {}, /refused, not yet valid: /],
  ['the name of another', server({ dns: ['other.example'] }), {}, /refused, for another name: /],
  ['an unknown root', server({ issuer: authority('Other root') }), {}, /refused, from an unknown/],
  ['a root of the same name', server({ issuer: authority('Test EC root') }), {}, /refused, (wrongly signed|from an unknown issuer)/],
  ['self-signed', server({ issuer: undefined }), {}, /refused, from an unknown issuer: /],
  ['for clients only', server({ usage: 'client' }), {}, /refused, not for this use: /],
  ['RSA 1024', server({ key: rsa_key(1024) }), weak, /refused, too weak a key: /],
  [
    'an intermediate that is no CA',
    server({ issuer: server({ subject: 'No CA', issuer: root }) }),
    {},
    /refused, not for this use: /,
  ],
  ['TLS 1.1', usual, { ...only('TLSv1.1'), ...weak }, /neither TLS 1\.2 nor TLS 1\.3/, 'InvalidTLSVersion'],
  ['no common cipher', usual, only('TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'), /no cipher suite/, 'InvalidTLSCipherSuite'],
];

// An own charge point, and a front between it and a central system with TLS.
async function with_tls(options, body) {
  const { name = host, credentials = usual.credentials, trusted = roots, ...more } = options;
  const { central_system = {}, settings = {}, launcher } = more;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-roots-'));
  const root_certificates = path.join(directory, 'roots.pem');
  fs.writeFileSync(root_certificates, trusted.map(({ pem }) => pem).join(''));
  const cs = await new CentralSystem({ tls: credentials, ...central_system }).listen();
  const front = await new TlsFront(cs.port).listen();
  const cp = new ChargePoint({
    url: `${more.scheme ?? 'wss'}://${name}:${front.port}/ocpp`,
    identity: 'TLS1',
    launcher,
    sections: { central_system: { root_certificates, ...settings } },
  });
  try {
    cp.start();
    await body({ cs, cp, front });
    cp.check_alive();
    cs.check();
  } catch (error) {
    throw new Error(`${error.stack}\n\n=== programs\n${cp.words()}\n`);
  } finally {
    await cp.close();
    await front.close();
    await cs.close();
    fs.rmSync(directory, { recursive: true });
  }
}

const security_log = async (cp) => (await cp.ctl('security', 'log')).json.events;
const link_of = async (cp) => (await cp.ctl('status')).json?.link;

async function dial_anew(cs, cp, prepare) {
  assert.equal((await cp.ctl('link', 'down')).code, 0);
  await until(async () => (await link_of(cp)).state === 'held', { what: 'the link held down' });
  await until(() => !cs.connected, { what: 'the end of the connection' });
  prepare();
  assert.equal((await cp.ctl('link', 'up')).code, 0);
}

async function told(cp, words, what) {
  const link = await until(
    async () => {
      const now = await link_of(cp);
      return now && now.state !== 'connected' && words.test(now.problem) && now;
    },
    { within: 40_000, what: `${what}: words like ${words}` },
  );
  assert.ok(link.problem.startsWith(`${host}: `), `${what}: names the host: ${link.problem}`);
  assert.equal(link.tls, undefined);
  return link.problem;
}

describe('TLS', { concurrency: 4 }, () => {
  test('every good server is accepted, and the status shows how', { timeout: 180_000 }, () =>
    with_tls({}, async ({ cs, cp }) => {
      await cs.boot();
      for (const [what, certificate, options, shown] of good_servers) {
        const before = cs.connections;
        await dial_anew(cs, cp, () => cs.secure_with({ ...certificate.credentials, ...options }));
        await until(() => cs.connections > before, {
          what: `${what}: a connection`,
        }).catch(async (error) => {
          throw new Error(`${what}: ${(await link_of(cp)).problem}`, { cause: error });
        });
        const { tls } = await until(
          async () => {
            const link = await link_of(cp);
            return link.state === 'connected' && link;
          },
          { what: `${what}: a connected link` },
        );
        for (const [key, value] of Object.entries(shown)) assert.equal(tls[key], value, what);
        assert.equal(tls.resumed, false, what);
        assert.equal(tls.days_left, 29, what);
      }
      const { stdout } = await run('chargepointctl', ['--config', cp.config, 'status']);
      assert.match(stdout, /TLS +TLSv1\.3, TLS_\w+; certificate of CN=\w+, issued by .*29 days left/);
    }),
  );

  test('every bad server is refused, by name', { timeout: 180_000 }, () =>
    with_tls({}, async ({ cs, cp, front }) => {
      await cs.boot();
      const refused = async (what, words, prepare, event) => {
        // A connection that works ends every cause, so that this one is an event of its own.
        await dial_anew(cs, cp, () => {
          front.forward(cs.port);
          cs.secure_with(usual.credentials);
        });
        await cs.connection();
        const events = (await security_log(cp)).length;
        const attempts = cs.attempts.length;
        await dial_anew(cs, cp, prepare);
        const problem = await told(cp, words, what);
        assert.ok(
          cp.daemon.log.some((line) => line.includes(problem)),
          `${what}: the log says ${problem}`,
        );
        assert.equal(cs.attempts.length, attempts, `${what}: no request, and no password`);
        // It is dialled again and again, and told once.
        const dialled = front.dialled;
        await until(() => front.dialled >= dialled + 2, { what: `${what}: further attempts` });
        const told_now = (await security_log(cp)).slice(events).map(({ type }) => type);
        assert.deepEqual(told_now, event ? [event] : [], what);
      };
      for (const [what, certificate, options, words, event] of bad_servers)
        await refused(
          what,
          words,
          () => cs.secure_with({ ...certificate.credentials, ...options }),
          event ?? 'InvalidCentralSystemCertificate',
        );
      await refused('plain HTTP', /speaks plain HTTP and not TLS/, () =>
        front.answer('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
      );
      await refused('garbage', /does not speak TLS/, () => front.answer(Buffer.alloc(4_000, 0x5a)));
      await refused('another protocol', /does not speak TLS/, () =>
        front.answer('SSH-2.0-OpenSSH_9.2p1\r\n'),
      );
      await refused('a slammed door', /closed the connection .*before its first answer/, () =>
        front.slam(),
      );
      // None of it has spoilt anything.
      await dial_anew(cs, cp, () => front.forward(cs.port));
      await cs.connection();
    }),
  );

  test('a server that wants a client certificate is told by name', { timeout: 90_000 }, () =>
    with_tls({ credentials: { ...usual.credentials, requestCert: true } }, async ({ cs, cp }) => {
      for (const version of ['TLSv1.2', 'TLSv1.3']) {
        cs.secure_with({ ...usual.credentials, ...only(version), ca: [root.pem] });
        await told(cp, /demands a client certificate/, version);
      }
      assert.equal(cs.attempts.length, 0);
    }),
  );

  for (const [phase, limits, words] of [
    ['before the first answer', { bytes: 0 }, /fell silent .*before its first answer/],
    ['in the middle of the first answer', { bytes: 20 }, /fell silent .*in the middle of its first/],
    ['after the ServerHello', { bytes: 150 }, /fell silent .*after its ServerHello/],
    ['before its Finished', { flights: 1 }, /fell silent .*after its certificate/],
  ])
    test(`a server that stalls ${phase} is given up`, { timeout: 90_000 }, () =>
      with_tls({ credentials: { ...usual.credentials, ...only('TLSv1.2') } }, async (one) => {
        const { cs, cp, front } = one;
        await cs.boot();
        await dial_anew(cs, cp, () => {
          front.forward(cs.port, limits);
          // Another certificate: the session of the first connection does not go on.
          cs.secure_with({ ...server().credentials, ...only('TLSv1.2') });
        });
        await told(cp, words, phase);
      }),
    );

  test('a server that stalls before it answers the request is given up', { timeout: 90_000 }, () =>
    with_tls({ credentials: { ...usual.credentials, ...only('TLSv1.2') } }, async (one) => {
      const { cs, cp, front } = one;
      await cs.boot();
      await dial_anew(cs, cp, () => {
        front.forward(cs.port, { flights: 2 });
        cs.secure_with({ ...server().credentials, ...only('TLSv1.2') });
      });
      await until(async () => /WebSocket handshake took too long/.test((await link_of(cp)).problem), {
        within: 60_000,
        what: 'the end of the attempt',
      });
      assert.deepEqual(
        (await security_log(cp)).map(({ type }) => type),
        ['StartupOfTheDevice'],
      );
    }),
  );

  test('an address is found in the certificate, and nowhere else', { timeout: 60_000 }, () =>
    with_tls({ name: '127.0.0.1' }, async ({ cs, cp }) => {
      await cs.boot();
      for (const [what, wrong] of [
        ['as a DNS name', server({ ip: [], dns: ['127.0.0.1'] })],
        ['as the common name', server({ ip: [], dns: [], subject: '127.0.0.1' })],
      ]) {
        await dial_anew(cs, cp, () => cs.secure_with(wrong.credentials));
        await until(async () => /for another name/.test((await link_of(cp)).problem), { what });
      }
    }),
  );

  for (const version of ['TLSv1.2', 'TLSv1.3'])
    test(`a second connection resumes the session, ${version}`, { timeout: 60_000 }, () =>
      with_tls({ credentials: { ...usual.credentials, ...only(version) } }, async ({ cs, cp }) => {
        await cs.boot();
        for (let i = 0; i < 3; ++i) {
          const before = cs.connections;
          cs.drop();
          await until(() => cs.connections > before, { what: 'a new connection' });
          const link = await until(
            async () => {
              const now = await link_of(cp);
              return now.state === 'connected' && now;
            },
            { what: 'a connected link' },
          );
          assert.equal(link.tls.resumed, true);
          assert.equal(link.tls.subject, `CN=${host}`);
        }
      }),
    );

  test('the connection ends with the certificate, and is dialled anew', { timeout: 60_000 }, () => {
    const brief = server({ ends: Date.now() + 8_000 });
    return with_tls({ credentials: brief.credentials }, async ({ cs, cp }) => {
      await cs.boot();
      cs.secure_with(usual.credentials);
      const before = cs.connections;
      await until(() => cs.connections > before, { within: 20_000, what: 'a new connection' });
      assert.ok(cp.daemon.log.some((line) => /refused, expired: .*dialling anew/.test(line)));
      const link = await until(
        async () => {
          const now = await link_of(cp);
          return now.state === 'connected' && now;
        },
        { what: 'a connected link' },
      );
      assert.equal(link.tls.resumed, false);
      assert.equal(link.tls.days_left, 29);
    });
  });

  test('a server is verified in profile 0 too, and never without a root', { timeout: 60_000 }, () =>
    with_tls({ trusted: [authority('Nobody')] }, async ({ cs, cp }) => {
      await told(cp, /refused, from an unknown issuer: /, 'no root');
      await nothing_for(3_000, () => assert.equal(cs.attempts.length, 0));
    }),
  );

  test("the machine's openssl.cnf decides nothing", { timeout: 60_000 }, async () => {
    const file = path.join(os.tmpdir(), `cp-openssl-${process.pid}.cnf`);
    fs.writeFileSync(
      file,
      'openssl_conf = a\n[a]\nssl_conf = b\n[b]\nsystem_default = c\n[c]\n' +
        'MinProtocol = TLSv1.3\nCiphersuites = TLS_AES_256_GCM_SHA384\n' +
        'CipherString = ECDHE-ECDSA-CHACHA20-POLY1305\n',
    );
    try {
      await with_tls(
        {
          credentials: {
            ...server({ key: keys.rsa2048 }).credentials,
            ...only('TLSv1.2', 'AES128-GCM-SHA256'),
          },
          launcher: ['env', `OPENSSL_CONF=${file}`],
        },
        async ({ cs, cp }) => {
          await cs.boot();
          assert.equal((await link_of(cp)).tls.version, 'TLSv1.2');
        },
      );
    } finally {
      fs.rmSync(file);
    }
  });

  // The ClientHello itself is decoded in tests/daemon/link/tls_context_test.cpp.
  test('TC_086_CS TLS - server-side certificate - Valid certificate', { timeout: 90_000 }, () =>
    with_tls(
      {
        scheme: 'ws', // profile 2 makes it wss
        settings: { security_profile: 2, authorization_key: key_hex },
        central_system: { password: Buffer.from(key_hex, 'hex') },
      },
      async ({ cs }) => {
        await cs.boot();
        assert.deepEqual(await cs.call('Reset', { type: 'Hard' }), { status: 'Accepted' });
        await cs.boot();
        const refused = cs.attempts.filter((attempt) => attempt.refused !== undefined);
        assert.equal(refused.length, 0);
        assert.equal(cs.attempts.at(-1).identity, 'TLS1');
        assert.ok(cs.attempts.at(-1).headers.authorization);
      },
    ),
  );
});
