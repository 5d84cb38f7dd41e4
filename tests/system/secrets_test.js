// SPDX-License-Identifier: Apache-2.0
// Secrets in settings, keys, URLs and messages: none of them is ever seen in the log, in what
// chargepointctl prints, in what the central system is told, or in /proc.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';

import { system_test } from './harness/case.js';
import { configuration_text } from './harness/charge_point.js';
import { ec_key, key_pem } from './harness/certificates.js';
import { run } from './harness/programs.js';
import { until } from './harness/wait.js';

// Each begins with a word by which a failure names it. A key is hexadecimal digits.
const word = (what) => `${what}${randomBytes(9).toString('hex')}`;
const hex_key = () => randomBytes(20).toString('hex');

// The lines of base64 of a private key, without what stands around them.
function pem_secret() {
  const pem = key_pem(ec_key());
  return { pem, bodies: pem.split('\n').filter((line) => line.length > 20 && !line.includes('-')) };
}

// Every form in which a secret may be seen.
function forms(secret) {
  const all = [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex')];
  if (/^[0-9a-f]{32,40}$/i.test(secret)) {
    const bytes = Buffer.from(secret, 'hex');
    all.push(bytes.toString('base64').replace(/=+$/, ''), bytes.toString('latin1'));
  }
  return all.flatMap((form) => [form, form.toUpperCase(), form.toLowerCase()]);
}

function check_unseen(planted, seen) {
  for (const [what, secrets] of Object.entries(planted))
    for (const secret of secrets)
      for (const form of forms(secret))
        for (const [where, text] of Object.entries(seen)) {
          const at = text.indexOf(form);
          if (at < 0) continue;
          const around = text.slice(Math.max(0, at - 120), at + form.length + 40);
          assert.fail(`${what} is seen in ${where}: ${around}`);
        }
}

const file_key = hex_key();
const url_password = word('url');

function send(cs, action, payload) {
  cs.client._ws.send(JSON.stringify([2, `secret-${randomBytes(4).toString('hex')}`, action, payload]));
}

const url_with = (scheme, password) => `${scheme}://user:${password}@127.0.0.1:1/file`;
const later = new Date(Date.now() + 3_600_000).toISOString();

// A central system plants these while the programs run.
function plant(cs, planted) {
  const secret = (what, value = word(what.replace(/[^a-z]/gi, ''))) => {
    planted[what] = [value];
    return value;
  };
  const pem = (what) => {
    const { pem: text, bodies } = pem_secret();
    // The first characters, too: a text that is cut shows them.
    planted[what] = bodies.map((line) => line.slice(0, 24));
    return text;
  };
  const change = (key, value) => send(cs, 'ChangeConfiguration', { key, value });
  change('AuthorizationKey', secret('a key that is no key'));
  change('AUTHORIZATIONKEY', secret('a key that is too long', hex_key() + hex_key()));
  change('WiFiPassword', secret('the password of the Wi-Fi'));
  change('wifipassword', secret('a password that is too long', 'p'.repeat(64) + word('long')));
  change('AuthorisationKey', secret('a key by another spelling', hex_key()));
  change('MeterValuesSampledData', pem('a private key as a measurand'));
  change('RemoteDebug', pem('a private key as a level'));
  change('InstallationCurrent', pem('a private key as a current'));
  change('ChargePointID', pem('a private key as an identity'));
  change('Nonsense', pem('a private key as nonsense'));
  send(cs, 'ChangeConfiguration', { key: 'AuthorizationKey', value: [secret('a key in a list')] });
  send(cs, 'GetDiagnostics', { location: url_with('ftp', secret('GetDiagnostics')) });
  send(cs, 'UpdateFirmware', {
    location: url_with('https', secret('UpdateFirmware')),
    retrieveDate: later,
  });
  send(cs, 'GetLog', {
    logType: 'SecurityLog',
    requestId: 1,
    log: { remoteLocation: url_with('sftp', secret('GetLog')) },
  });
  send(cs, 'SignedUpdateFirmware', {
    requestId: 1,
    firmware: {
      location: url_with('ftps', secret('SignedUpdateFirmware')),
      retrieveDateTime: later,
      signingCertificate: pem('a private key as a signing certificate'),
      signature: 'AA==',
    },
  });
  send(cs, 'InstallCertificate', {
    certificateType: 'CentralSystemRootCertificate',
    certificate: pem('a private key as a root'),
  });
  send(cs, 'CertificateSigned', { certificateChain: pem('a private key as a chain') });
  send(cs, 'DataTransfer', {
    vendorId: 'Example',
    messageId: 'login',
    data: JSON.stringify({ user: 'me', password: secret('a password in JSON') }),
  });
  send(cs, 'DataTransfer', {
    vendorId: 'Example',
    data: `go to ${url_with('https', secret('a password in a URL in text'))} now`,
  });
  cs.client._ws.send(
    `[2,"broken","GetDiagnostics",{"location":"${url_with('ftp', secret('a frame that is cut'))}`,
  );
}

const profile_1 = {
  lenient: true,
  start: false,
  sections: {
    central_system: { security_profile: 1, authorization_key: file_key },
    log: { level: 'trace' },
  },
};

const wrong_settings = (base) => {
  const put = (section, line, without) =>
    (without ? base.replace(new RegExp(`^${without} = .*\n`, 'm'), '') : base).replace(
      `[${section}]\n`,
      `[${section}]\n${line}\n`,
    );
  const url = (text) => put('central_system', `url = "${text}"`, 'url');
  return {
    'a key in another section': (s) => put('hal', `authorization_key = "${s}"`),
    'a key among the OCPP keys': (s) => put('ocpp', `AuthorizationKey = "${s}"`),
    'a key among them in lower case': (s) => put('ocpp', `authorizationkey = "${s}"`),
    'a password among them': (s) => put('ocpp', `wifipassword = "${s}"`),
    'a key without quotes': (s) => put('central_system', `authorization_key = ${s}`),
    'a key in a list': (s) => put('central_system', `authorization_key = ["${s}"]`),
    'a key that is too long': (s) => put('central_system', `authorization_key = "${s}0"`),
    'a key that is not ended': (s) => put('central_system', `authorization_key = "${s}`),
    'a key as a serial number': (s) =>
      put('charge_point', `serial_number = "${s}"`, 'serial_number'),
    'a URL of another kind': (s) => url(`http://u:${s}@h/`),
    'a URL with a wrong port': (s) => url(`ws://u:${s}@h:x/`),
    'a password before the user': (s) => url(`${s}@ws://h/`),
  };
};

// Values of --set that are wrong in their form.
const wrong_overrides = [
  (s) => `central_system.authorization_key:${s}`,
  (s) => s,
  (s) => `=${s}`,
  (s) => `central_system.authorization_key="${s}`,
  (s) => `central_system.authorization_key=${s}`,
  (s) => `authorization_key="${s}"`,
];

async function check_refused(what, secrets, args) {
  for (const name of ['chargepointd', 'chargepoint-hald'])
    for (const asked of ['--check-config', '--print-config']) {
      const { code, stdout, stderr } = await run(name, [...args, asked]);
      if (name === 'chargepointd') assert.notEqual(code, 0, what);
      check_unseen({ [what]: secrets }, { [`${name} ${asked}`]: stdout + stderr });
    }
}

// Everything that chargepointctl, the programs and the kernel tell of a running charge point.
async function outputs_of(cp) {
  const outputs = {};
  const ask = async (name, ...words) => {
    const { stdout, stderr } = await run(name, ['--config', cp.config, ...words]);
    outputs[`${name} ${words.join(' ')}`] = stdout + stderr;
  };
  for (const json of [[], ['--json']])
    for (const what of ['status', 'config', 'limits', 'certificates', 'security log'])
      await ask('chargepointctl', ...what.split(' '), ...json);
  for (const name of ['chargepointd', 'chargepoint-hald']) await ask(name, '--print-config');
  for (const { pid, name } of [cp.daemon, cp.hald])
    for (const part of ['environ', 'cmdline'])
      outputs[`/proc of ${name}: ${part}`] = fs.readFileSync(`/proc/${pid}/${part}`, 'latin1');
  return outputs;
}

// A person takes a private key for a certificate.
async function install_a_key(cp, planted) {
  const { pem, bodies } = pem_secret();
  planted['a private key in a file'] = bodies.map((line) => line.slice(0, 24));
  const file = path.join(cp.directory, 'key.pem');
  fs.writeFileSync(file, pem);
  const words = ['certificates', 'install', 'CentralSystemRootCertificate', file];
  const { stdout, stderr } = await run('chargepointctl', ['--config', cp.config, ...words]);
  return stdout + stderr;
}

async function change_key(cs, cp, planted) {
  planted['a new key'] = [hex_key()];
  const connections = cs.connections;
  const [value] = planted['a new key'];
  await cs.call('ChangeConfiguration', { key: 'AuthorizationKey', value });
  await until(() => cs.connections > connections && cs.connected, { what: 'a new connection' });
  await until(async () => !(await cp.ctl('status')).json.security.candidate, {
    what: 'the proof of the key',
  });
}

describe('secrets', () => {
  system_test('nobody sees a secret while the programs run', profile_1, async ({ cs, cp }) => {
    const planted = { 'the key in the file': [file_key], 'the password in the URL': [url_password] };
    const settings = fs.readFileSync(cp.config, 'utf8');
    fs.writeFileSync(cp.config, settings.replace('ws://', `ws://me:${url_password}@`));
    cp.start();
    await cs.boot();
    cs.data_transfer = 'Accepted';
    const events = cp.start_ctl(['events'], () => {});
    await cs.call('ChangeConfiguration', { key: 'RemoteDebug', value: 'debug' });
    plant(cs, planted);
    const installed = await install_a_key(cp, planted);
    await change_key(cs, cp, planted);
    const all_keys = await cs.call('GetConfiguration', {});
    assert.ok(all_keys.configurationKey.some(({ key }) => key === 'AuthorizationKey'));
    // The log comes once a second: the last of what was planted is in it by then.
    await until(
      () => cs.calls('DataTransfer', ({ data }) => data?.includes('GetConfiguration')).length > 0,
      { what: 'the log over DataTransfer' },
    );
    const log = cp.daemon.log.join('\n');
    assert.ok(log.includes('InstallCertificate') && log.includes('"value":"***"'), 'it is a log');
    assert.ok(log.includes('user:***@'), 'the URLs stand in it');
    check_unseen(planted, {
      'the log of chargepointd': log,
      'the log of chargepoint-hald': cp.hald.log.join('\n'),
      'chargepointctl events': events.log.join('\n'),
      'chargepointctl certificates install': installed,
      'what the central system was told': cs.log
        .filter(({ outbound }) => !outbound)
        .map(({ text }) => text)
        .join('\n'),
      ...(await outputs_of(cp)),
    });
    assert.ok(Object.keys(planted).length >= 20, 'twenty of them');
    assert.ok(events.log.length > 10, 'the events were heard');
  });

  test('nobody sees a secret in what is said about wrong settings', { timeout: 120_000 }, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cp-secret-'));
    const base = configuration_text({ directory: folder, url: '', identity: 'CP1' });
    const file = path.join(folder, 'settings.toml');
    const args = ['--config', file];
    try {
      for (const [what, text] of Object.entries(wrong_settings(base))) {
        const secret = hex_key();
        fs.writeFileSync(file, text(secret));
        await check_refused(what, [secret], args);
      }
      for (const [section, key] of [
        ['log', 'level'],
        ['charge_point', 'vendor'],
        ['hal', 'backend'],
      ]) {
        const { pem, bodies } = pem_secret();
        const text = base.replace(new RegExp(`^${key} = .*\n`, 'm'), '');
        fs.writeFileSync(file, text.replace(`[${section}]\n`, `[${section}]\n${key} = '''${pem}'''\n`));
        const secrets = bodies.map((line) => line.slice(0, 24));
        await check_refused(`a private key as ${section}.${key}`, secrets, args);
      }
      fs.writeFileSync(file, base);
      for (const text of wrong_overrides) {
        const secret = hex_key();
        await check_refused('a value of --set', [secret], [...args, '--set', text(secret)]);
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
