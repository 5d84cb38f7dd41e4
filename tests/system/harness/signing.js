// SPDX-License-Identifier: Apache-2.0
// A certificate authority for charge points: reads their requests (PKCS#10) as strictly as OCTT
// does, and signs certificates for them.

import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';

import { Certificate } from './certificates.js';
import { elements, pem_bytes } from './der.js';

const attributes = { '55040a': 'organization', 550403: 'common_name' };
const with_sha256 = new Set(['2a8648ce3d040302', '2a864886f70d01010b']); // ECDSA, RSA
const utf8_string = 0x0c;

function subject_of(name) {
  const subject = {};
  for (const { body: set } of elements(name)) {
    const [pair] = elements(set);
    const [type, value] = elements(pair.body);
    const attribute = attributes[type.body.toString('hex')];
    assert.ok(attribute, `an attribute that nobody asked for: ${type.body.toString('hex')}`);
    assert.equal(value.tag, utf8_string, `${attribute} is a UTF8String`);
    assert.equal(subject[attribute], undefined, `${attribute} is there once`);
    subject[attribute] = value.body.toString('utf8');
  }
  return subject;
}

// {organization, common_name, key}, of a request whose signature is right.
export function read_request(pem) {
  assert.ok(pem.length <= 5500, `a request of ${pem.length} characters`);
  const [{ body }] = elements(pem_bytes(pem, 'CERTIFICATE REQUEST'));
  const [told, algorithm, signature] = elements(body);
  const [version, name, key_info] = elements(told.body);
  assert.equal(version.body.toString('hex'), '00');
  const key = createPublicKey({ key: key_info.whole, format: 'der', type: 'spki' });
  const [id] = elements(algorithm.body);
  assert.ok(with_sha256.has(id.body.toString('hex')), 'signed with SHA-256');
  assert.ok(verify('sha256', told.whole, key, signature.body.subarray(1)), 'it proves its key');
  return { ...subject_of(name.body), key };
}

// At least 112 bits (white paper A00.FR.501).
export function check_strength(key) {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') assert.ok(modulusLength >= 2048, `RSA ${modulusLength}`);
  else assert.match(namedCurve, /^(prime256v1|secp384r1|secp521r1)$/);
}

// A certificate for the key and the subject of the request; `more` are further options of
// Certificate.
export function sign_request(pem, issuer, more = {}) {
  const { organization, common_name, key } = read_request(pem);
  return new Certificate({
    subject: common_name,
    organization,
    public_key: key,
    usage: 'client',
    issuer,
    ...more,
  });
}
