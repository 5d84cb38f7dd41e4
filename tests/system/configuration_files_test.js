// SPDX-License-Identifier: Apache-2.0
// Bad configuration files: exit code 78 and a message with file, line and key, from both programs.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { configuration_text } from './harness/charge_point.js';
import { run } from './harness/programs.js';

const programs = ['chargepoint-hald', 'chargepointd'];
const daemon = ['chargepointd'];

// [what, section, line, key, programs]: the line replaces that key in its section or is put there.
const bad_lines = [
  ['unknown key', 'charge_point', 'colour = "red"', 'colour'],
  ['unknown key', 'hal', 'speed = 5', 'speed'],
  ['unknown key', 'storage', 'path = "/tmp"', 'path'],
  ['unknown key', 'central_system', 'Url = "ws://x"', 'Url'],
  ['number for text', 'charge_point', 'vendor = 5', 'vendor'],
  ['text too long for BootNotification', 'charge_point', `model = "${'m'.repeat(21)}"`, 'model'],
  ['no URL', 'central_system', 'url = "not a url"', 'url'],
  ['URL of another kind', 'central_system', 'url = "http://127.0.0.1/"', 'url'],
  ['text for number', 'central_system', 'security_profile = "1"', 'security_profile'],
  ['number out of range', 'central_system', 'security_profile = 4', 'security_profile'],
  ['key that is not hex', 'central_system', 'authorization_key = "secret"', 'authorization_key'],
  ['colon in the identity', 'central_system', 'identity = "a:b"', 'identity'],
  ['no file', 'central_system', 'root_certificates = "/no.pem"', 'root_certificates', daemon],
  ['no PEM', 'central_system', 'root_certificates = "/dev/null"', 'no PEM', daemon],
  ['no key', 'central_system', 'client_certificate = "/no.pem"', 'client_key'],
  ['no certificate', 'central_system', 'client_key = "/no.pem"', 'client_certificate'],
  ['no certificate', 'central_system', 'security_profile = 3', 'client_certificate and client_key'],
  ['unknown value', 'central_system', 'client_key_type = "dsa"', 'client_key_type'],
  ['unknown value', 'hal', 'backend = "usb"', 'backend'],
  ['text for number', 'hal', 'lease_seconds = "5"', 'lease_seconds'],
  ['number out of range', 'hal', 'lease_seconds = -1', 'lease_seconds'],
  ['number out of range', 'hal', 'fallback_current = -6.0', 'fallback_current'],
  ['boolean for text', 'hal', 'socket = true', 'socket'],
  ['number out of range', 'simulator', 'speed = 0', 'speed'],
  ['array for text', 'storage', 'directory = ["a"]', 'directory'],
  ['unknown value', 'restart', 'mode = "never"', 'mode'],
  ['unknown value', 'log', 'format = "xml"', 'format'],
  ['unknown level', 'log', 'level = "loud"', 'level'],
  ['unknown OCPP key', 'ocpp', 'HeartBeatIntervall = 5', 'HeartBeatIntervall', daemon],
  ['wrong type of an OCPP key', 'ocpp', 'HeartbeatInterval = "soon"', 'HeartbeatInterval', daemon],
  ['text for a number', 'ocpp', 'HeartbeatInterval = "60"', 'HeartbeatInterval', daemon],
  ['text for a boolean', 'ocpp', 'LocalPreAuthorize = "true"', 'LocalPreAuthorize', daemon],
  ['number for text', 'ocpp', 'ChargePointID = 5', 'ChargePointID', daemon],
  [
    'OCPP key out of range',
    'ocpp',
    'MeterValueSampleInterval = -1',
    'MeterValueSampleInterval',
    daemon,
  ],
  [
    'unknown measurand',
    'ocpp',
    'MeterValuesSampledData = "Beauty"',
    'MeterValuesSampledData',
    daemon,
  ],
];

const bad_connectors = [
  ['unknown type', '[[connector]]\nid = 3\ntype = "chademo"\n', 'type'],
  [
    'unknown key',
    '[[connector]]\nid = 3\ntype = "schuko"\nphases = 1\nmax_current = 10.0\ncolour = 1\n',
    'colour',
  ],
  ['phases', '[[connector]]\nid = 3\ntype = "schuko"\nphases = 2\nmax_current = 10.0\n', 'phases'],
  [
    'current',
    '[[connector]]\nid = 3\ntype = "schuko"\nphases = 1\nmax_current = -1.0\n',
    'max_current',
  ],
  [
    'the same id twice',
    '[[connector]]\nid = 2\ntype = "schuko"\nphases = 1\nmax_current = 10.0\n',
    'id',
  ],
  [
    'a gap in the ids',
    '[[connector]]\nid = 9\ntype = "schuko"\nphases = 1\nmax_current = 10.0\n',
    'id',
  ],
];

const broken_files = [
  ['no TOML', 'this is not TOML\n'],
  ['an open string', '[charge_point]\nvendor = "x\n'],
  ['the same key twice', '[charge_point]\nvendor = "a"\nvendor = "b"\n'],
  ['an unknown section', '[kitchen]\nsink = true\n'],
  ['a section that is a value', 'hal = 5\n'],
  ['invalid UTF-8', Buffer.from([0x5b, 0xff, 0xfe, 0x5d, 0x0a])],
  ['a deep array', `x = ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`],
  ['a NUL byte', '[charge_point]\nvendor = "a\0b"\n'],
];

describe('configuration files', () => {
  let directory;
  let good;

  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-'));
    good = configuration_text({ directory, url: 'ws://127.0.0.1:9/ocpp', identity: 'CFG1' });
  });

  after(() => fs.rmSync(directory, { recursive: true, force: true }));

  function written(text) {
    const file = path.join(directory, 'chargepoint.toml');
    fs.writeFileSync(file, text);
    return file;
  }

  // Refused at --check-config and at a real start alike.
  async function refused(program, file, { line, key } = {}) {
    for (const more of [['--check-config'], []]) {
      const { code, stdout, stderr } = await run(program, ['--config', file, ...more], {
        within: 10_000,
      });
      const said = stdout + stderr;
      assert.equal(code, 78, `${program} ${more}: ${said}`);
      assert.match(said, /chargepoint\.toml/);
      if (line) assert.match(said, new RegExp(`chargepoint\\.toml:${line}\\b`), `line ${line}`);
      if (key) assert.ok(said.includes(key), `${key} in: ${said}`);
    }
  }

  for (const [what, section, bad, key, which = programs] of bad_lines) {
    for (const program of which) {
      test(`${program}: ${what}: ${bad.slice(0, 60)}`, async () => {
        const lines = good.split('\n');
        const start = lines.indexOf(`[${section}]`);
        const old = lines.findIndex((line, i) => i > start && line.startsWith(`${key} =`));
        const end = lines.findIndex((line, i) => i > start && line.startsWith('['));
        const at = old > 0 && (old < end || end < 0) ? old : start + 1;
        lines.splice(at, at === old ? 1 : 0, bad);
        await refused(program, written(lines.join('\n')), { line: at + 1, key });
      });
    }
  }

  for (const [what, text, key] of bad_connectors) {
    for (const program of programs) {
      test(`${program}: connector: ${what}`, async () => {
        await refused(program, written(`${good}\n${text}`), { line: '\\d+', key });
      });
    }
  }

  for (const [what, text] of broken_files) {
    for (const program of programs) {
      test(`${program}: ${what}`, () => refused(program, written(text), { line: '\\d+' }));
    }
  }

  for (const program of programs) {
    test(`${program}: a file that does not exist`, async () => {
      const file = path.join(directory, 'nowhere', 'chargepoint.toml');
      await refused(program, file);
    });

    test(`${program}: --set with a bad value or key`, async () => {
      const file = written(good);
      for (const [setting, key] of [
        ['hal.lease_seconds=soon', 'lease_seconds'],
        ['hal.colour=1', 'colour'],
      ]) {
        const { code, stdout, stderr } = await run(program, [
          '--config',
          file,
          '--set',
          setting,
          '--check-config',
        ]);
        assert.equal(code, 78, stdout + stderr);
        assert.ok((stdout + stderr).includes(key));
      }
    });

    test(`${program}: wrong usage`, async () => {
      const file = written(good);
      for (const args of [
        ['--nonsense'],
        ['--config', file, '--set'],
        ['--config', file, 'extra'],
      ]) {
        const { code, stdout, stderr } = await run(program, args);
        assert.equal(code, 64, `${args}: ${stdout}${stderr}`);
      }
    });

    test(`${program}: --check-config, --print-config, --version, --help`, async () => {
      const file = written(good);
      assert.equal((await run(program, ['--config', file, '--check-config'])).code, 0);
      const printed = await run(program, [
        '--config',
        file,
        '--set',
        'hal.lease_seconds=7',
        '--print-config',
      ]);
      assert.equal(printed.code, 0);
      assert.match(printed.stdout, /lease_seconds.*7.*--set/);
      assert.match(printed.stdout, /vendor.*Example.*chargepoint\.toml/);
      assert.match(printed.stdout, /fallback_seconds.*60.*default/);
      assert.match((await run(program, ['--version'])).stdout, /\d+\.\d+\.\d+/);
      assert.match((await run(program, ['--help'])).stdout, /--config/);
    });
  }
});
