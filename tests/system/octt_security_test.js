// SPDX-License-Identifier: Apache-2.0
// OCTT cases: root certificates over OCPP. The hash data are computed here once more.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { authority, Certificate, ec_key, key_pem, rsa_key } from './harness/certificates.js';
import { elements, pem_bytes } from './harness/der.js';
import { configuration_key } from './harness/states.js';

const central = 'CentralSystemRootCertificate';
const manufacturer = 'ManufacturerRootCertificate';
const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };
const not_found = { status: 'NotFound' };

// As RFC 6960 4.1.1 counts it, of a certificate that signs itself.
function hash_data(pem, hashAlgorithm = 'SHA256') {
  const told = elements(elements(elements(pem_bytes(pem))[0].body)[0].body);
  const [, serial, , issuer, , , key_info] = told;
  const hash = (bytes) => createHash(hashAlgorithm.toLowerCase()).update(bytes).digest('hex');
  return {
    hashAlgorithm,
    issuerNameHash: hash(issuer.whole),
    issuerKeyHash: hash(elements(key_info.body)[1].body.subarray(1)),
    serialNumber: serial.body.toString('hex').replace(/^0+(?=.)/, ''),
  };
}

const lower = (hashes) =>
  hashes.map((hash) => ({ ...hash, serialNumber: hash.serialNumber.toLowerCase() }));

function install(cs, { pem }, certificateType = central) {
  return cs.call('InstallCertificate', { certificateType, certificate: pem });
}

async function installed(cs, certificateType = central) {
  const answer = await cs.call('GetInstalledCertificateIds', { certificateType });
  if (answer.certificateHashData) answer.certificateHashData = lower(answer.certificateHashData);
  return answer;
}

function drop(cs, hash) {
  return cs.call('DeleteCertificate', { certificateHashData: hash });
}

const list_of = (...roots) => ({
  status: 'Accepted',
  certificateHashData: roots.map(({ pem }) => hash_data(pem)),
});

describe('OCTT: root certificates', { concurrency: 4 }, () => {
  system_test('TC_075_1_CS Install Certificate, Manufacturer', {}, async ({ cs, cp }) => {
    const root = authority('manufacturer');
    assert.deepEqual(await installed(cs, manufacturer), not_found);
    assert.deepEqual(await install(cs, root, manufacturer), accepted);
    assert.deepEqual(await installed(cs, manufacturer), list_of(root));
    assert.deepEqual(await installed(cs), not_found);
    await cp.daemon.end('SIGKILL');
    cp.start_daemon();
    await cs.boot();
    assert.deepEqual(await installed(cs, manufacturer), list_of(root));
  });

  system_test('TC_075_2_CS Install Certificate, Central System', {}, async ({ cs, cp }) => {
    const roots = [
      authority('one', { key: rsa_key(2048) }),
      authority('two', { key: ec_key('P-384') }),
    ];
    for (const root of roots) assert.deepEqual(await install(cs, root), accepted);
    assert.deepEqual(await install(cs, roots[0]), accepted, 'twice is once');
    assert.deepEqual(await installed(cs), list_of(...roots));
    const { json } = await cp.ctl('certificates');
    assert.deepEqual(
      json.certificates.map(({ type, subject }) => [type, subject]),
      [
        [central, 'CN=one'],
        [central, 'CN=two'],
      ],
    );
  });

  system_test('TC_076_CS Delete a specific certificate', {}, async ({ cs }) => {
    const roots = [authority('one'), authority('two')];
    for (const root of roots) await install(cs, root);
    assert.deepEqual(await drop(cs, hash_data(roots[0].pem, 'SHA512')), accepted);
    assert.deepEqual(await drop(cs, hash_data(roots[0].pem)), not_found);
    assert.deepEqual(await installed(cs), list_of(roots[1]));
    assert.deepEqual(await drop(cs, hash_data(roots[1].pem)), accepted);
    assert.deepEqual(await installed(cs), not_found);
  });

  system_test('TC_078_CS Invalid CentralSystemCertificate', {}, async ({ cs }) => {
    await cs.call('ChangeConfiguration', { key: 'SecurityEventsWithoutProfile', value: 'true' });
    const day = 86_400_000;
    const old = authority('old', { begins: Date.now() - 2 * day, ends: Date.now() - day });
    assert.deepEqual(await install(cs, old), rejected);
    const told = async () => {
      const { payload } = await cs.expect(
        'SecurityEventNotification',
        ({ type }) => type === 'InvalidCentralSystemCertificate',
      );
      return payload.techInfo;
    };
    assert.match(await told(), /CN=old has expired/);
    for (const bad of [
      new Certificate({ subject: 'no CA' }),
      authority('weak', { key: rsa_key(1024) }),
      { pem: 'nonsense' },
      { pem: authority('x').pem + key_pem(ec_key()) },
    ]) {
      assert.deepEqual(await install(cs, bad), rejected);
      assert.match(await told(), /^InstallCertificate: ./);
    }
    assert.deepEqual(await installed(cs), not_found);
  });

  system_test('the number of certificates is bounded', {}, async ({ cs }) => {
    const { value } = await configuration_key(cs, 'CertificateStoreMaxLength');
    assert.ok(Number(value) >= 10);
    for (let i = 0; i < Number(value); ++i)
      assert.deepEqual(await install(cs, authority(`root ${i}`)), accepted);
    assert.deepEqual(await install(cs, authority('one too many')), rejected);
  });

  system_test('a person installs, lists and deletes certificates', {}, async ({ cs, cp }) => {
    const root = authority('from a file');
    const file = path.join(cp.directory, 'root.pem');
    await fs.writeFile(file, root.pem);
    assert.equal((await cp.ctl('certificates', 'install', central, file)).code, 0);
    assert.deepEqual(await installed(cs), list_of(root));
    const { json } = await cp.ctl('certificates', 'list');
    assert.equal(json.certificates[0].subject, 'CN=from a file');
    await fs.writeFile(file, 'nonsense');
    const refused = await cp.ctl('certificates', 'install', central, file);
    assert.equal(refused.code, 1);
    assert.match(refused.json.error, /no PEM/);
    assert.equal((await cp.ctl('certificates', 'delete', '7')).code, 1);
    const number = String(json.certificates[0].number);
    assert.equal((await cp.ctl('certificates', 'delete', number)).code, 0);
    assert.deepEqual(await installed(cs), not_found);
  });
});
