// SPDX-License-Identifier: Apache-2.0
// Reads DER and PEM, without any library.

// The elements within a DER value, each with its tag, its bytes and its content.
export function elements(bytes) {
  const all = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at];
    let size = bytes[at + 1];
    let start = at + 2;
    if (size > 127) {
      const digits = size & 0x7f;
      size = bytes.readUIntBE(start, digits);
      start += digits;
    }
    const whole = bytes.subarray(at, start + size);
    all.push({ tag, whole, body: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return all;
}

// The bytes of a PEM text with one block of that label.
export function pem_bytes(text, label = 'CERTIFICATE') {
  const block = new RegExp(`^-----BEGIN ${label}-----\\n([^-]+)-----END ${label}-----\\n?$`);
  const [, base64] = block.exec(text) ?? [];
  if (!base64) throw new Error(`no block of ${label}: ${text}`);
  return Buffer.from(base64, 'base64');
}
