// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, made byte by byte and signed by node: good ones and those that no
// authority would sign. Nothing here is shared with the code under test.

import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

// --- DER

const length_of = (size) => {
  if (size < 128) return Buffer.from([size]);
  const hex = size.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};
const der = (tag, ...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), length_of(body.length), body]);
};
const sequence = (...parts) => der(0x30, ...parts);
const set = (...parts) => der(0x31, ...parts);
const integer = (bytes) => der(0x02, Buffer.from(bytes));
const bits = (bytes, unused = 0) => der(0x03, Buffer.from([unused]), bytes);
const octets = (bytes) => der(0x04, bytes);
const text = (words) => der(0x0c, Buffer.from(words));
const yes = der(0x01, Buffer.from([0xff]));
const explicit = (number, ...parts) => der(0xa0 | number, ...parts);
const oid = (dotted) => {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
};
const time = (at) => {
  // UTCTime, up to 2049 (RFC 5280 4.1.2.5.1).
  const digits = new Date(at).toISOString().replace(/\.\d+|[-:T]/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
};

const attribute = (id, words) => (words ? [set(sequence(oid(id), text(words)))] : []);
const name = ({ subject, organization }) =>
  sequence(...attribute('2.5.4.10', organization), ...attribute('2.5.4.3', subject));
const extension = (id, critical, value) =>
  sequence(oid(id), ...(critical ? [yes] : []), octets(value));

const ecdsa_sha256 = sequence(oid('1.2.840.10045.4.3.2'));
const rsa_sha256 = sequence(oid('1.2.840.113549.1.1.11'), der(0x05));

const usages = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

// --- keys

export const ec_key = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve }).privateKey;
export const rsa_key = (modulusLength) => generateKeyPairSync('rsa', { modulusLength }).privateKey;

export const key_pem = (key) => key.export({ type: 'pkcs8', format: 'pem' });

// --- certificates

const day = 86_400_000;

function address_bytes(address) {
  return Buffer.from(address.split('.').map(Number));
}

function extensions_of({ ca, usage, dns, ip, padding }) {
  const all = [extension('2.5.29.19', true, sequence(...(ca ? [yes] : [])))];
  if (ca) all.push(extension('2.5.29.15', true, bits(Buffer.from([0x06]), 1)));
  if (usage) all.push(extension('2.5.29.37', false, sequence(oid(usages[usage]))));
  const names = [
    ...dns.map((host) => der(0x82, Buffer.from(host))),
    ...ip.map((address) => der(0x87, address_bytes(address))),
  ];
  if (names.length > 0) all.push(extension('2.5.29.17', false, sequence(...names)));
  // A comment, as long as policies and points of distribution are in the field.
  if (padding > 0)
    all.push(
      extension('2.16.840.1.113730.1.13', false, der(0x16, Buffer.from('x'.repeat(padding)))),
    );
  return explicit(3, sequence(...all));
}

export class Certificate {
  // `issuer` is another Certificate; none: it signs itself. With `public_key` somebody else has the
  // private one.
  constructor({
    subject,
    organization,
    public_key,
    key = public_key ? undefined : ec_key(),
    issuer,
    ca = false,
    usage = ca ? undefined : 'server',
    dns = [],
    ip = [],
    begins = Date.now() - day,
    ends = Date.now() + 30 * day,
    padding = 0,
  }) {
    this.subject = subject;
    this.organization = organization;
    this.key = key;
    this.public = public_key ?? createPublicKey(createPrivateKey(key_pem(key)));
    this.issuer = issuer;
    const signer = issuer?.key ?? key;
    const algorithm = signer.asymmetricKeyType === 'ec' ? ecdsa_sha256 : rsa_sha256;
    const serial = randomBytes(8);
    serial[0] = (serial[0] & 0x3f) | 0x40; // positive, and of full length
    this.serial = serial.toString('hex').toUpperCase();
    const told = sequence(
      explicit(0, integer([2])),
      integer(serial),
      algorithm,
      name(issuer ?? this),
      sequence(time(begins), time(ends)),
      name(this),
      this.public.export({ type: 'spki', format: 'der' }),
      extensions_of({ ca, usage, dns, ip, padding }),
    );
    const whole = sequence(told, algorithm, bits(sign('sha256', told, signer)));
    const lines = whole.toString('base64').match(/.{1,64}/g);
    this.pem = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
    this.bytes = whole.length;
  }

  // From this one up to the last below the root, as a server presents it.
  get chain() {
    const all = [this];
    for (let one = this.issuer; one?.issuer; one = one.issuer) all.push(one);
    return all;
  }

  // As OCPP sends it.
  get chain_pem() {
    return this.chain.map(({ pem }) => pem).join('');
  }

  // Options for node's TLS servers.
  get credentials() {
    return { key: key_pem(this.key), cert: this.chain_pem };
  }
}

export const authority = (subject, more = {}) => new Certificate({ subject, ca: true, ...more });
