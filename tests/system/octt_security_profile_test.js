// SPDX-License-Identifier: Apache-2.0
// OCTT cases: keys of Basic authentication and security profiles; and the way back from a key or a
// profile that the central system refuses.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { run } from './harness/programs.js';
import { configuration_key } from './harness/states.js';
import { until } from './harness/wait.js';

const accepted = { status: 'Accepted' };
const rejected = { status: 'Rejected' };

const first_hex = '3131313131313131313131313131313131313131';
const octt_hex = '4F43415F4F4354545F61646D696E5F74657374'; // OCA_OCTT_admin_test
const odd_hex = '003AFF00112233445566778899AABBCCDDEEFF00'; // zeros, a colon, the highest byte
const bytes = (hex) => Buffer.from(hex, 'hex');

// Each case begins with a profile and the first key.
const with_profile = (profile) => ({
  central_system: profile === 0 ? {} : { password: bytes(first_hex) },
  sections: { central_system: { security_profile: profile, authorization_key: first_hex } },
});

const change = (cs, key, value) => cs.call('ChangeConfiguration', { key, value });

// The central system takes no other key from now on (white paper A01).
async function change_key(cs, hex) {
  const connections = cs.connections;
  assert.deepEqual(await change(cs, 'AuthorizationKey', hex), accepted);
  cs.password = bytes(hex);
  await until(() => cs.connections > connections && cs.connected, { what: 'a new connection' });
  assert.deepEqual(cs.attempts.at(-1).password, bytes(hex));
}

async function security_of(cp) {
  return (await cp.ctl('status')).json.security;
}

const settled = (cp) =>
  until(async () => !(await security_of(cp)).candidate, { what: 'the end of the candidate' });

describe('security profiles', () => {
  system_test('TC_073_CS Update Charge Point Password', with_profile(1), async ({ cs, cp }) => {
    await change_key(cs, octt_hex);
    await change_key(cs, odd_hex);
    await settled(cp);
    assert.equal(cs.messages('BootNotification').length, 1, 'no boot on a reconnect');
    await cp.crash();
    cp.start();
    await cs.boot();
    assert.deepEqual(cs.attempts.at(-1).password, bytes(odd_hex));
    assert.equal(cs.attempts.filter(({ refused }) => refused).length, 0);
  });

  system_test('a key that is no key is refused', with_profile(1), async ({ cs }) => {
    for (const wrong of ['', '31'.repeat(15), '31'.repeat(21), `${'1'.repeat(39)}x`, 'password'])
      assert.deepEqual(await change(cs, 'AuthorizationKey', wrong), rejected, wrong);
    assert.equal(cs.connections, 1);
  });

  system_test('TC_083_CS Upgrade security profile', with_profile(0), async ({ cs, cp }) => {
    cs.allow('SecurityEventNotification');
    assert.equal(cs.attempts[0].password, undefined, 'no credentials in profile 0');
    assert.deepEqual(await change(cs, 'AuthorizationKey', octt_hex), accepted);
    assert.equal(cs.connections, 1, 'nobody needs the key yet');
    assert.deepEqual(await change(cs, 'SecurityProfile', '1'), accepted);
    cs.password = bytes(octt_hex);
    await cs.boot();
    assert.deepEqual(cs.attempts.at(-1).password, bytes(octt_hex));
    assert.equal((await configuration_key(cs, 'SecurityProfile')).value, '1');
    // Never without credentials again, however long nobody takes them.
    cs.go_away(401);
    const from = cs.attempts.length;
    await until(() => cs.attempts.length > from + 5, { within: 20_000, what: 'six attempts' });
    await cp.power_cut();
    cp.start();
    await until(() => cs.attempts.length > from + 8, { within: 20_000, what: 'three more' });
    for (const attempt of cs.attempts.slice(from))
      assert.deepEqual(attempt.password, bytes(octt_hex));
    cs.accept_again();
    await cs.boot();
  });

  system_test('TC_084_CS Downgrade security profile', with_profile(1), async ({ cs }) => {
    for (const value of ['0', '1'])
      assert.deepEqual(await change(cs, 'SecurityProfile', value), rejected, value);
    // Neither a root nor a certificate of its own is there.
    assert.deepEqual(await change(cs, 'SecurityProfile', '3'), rejected);
    assert.equal(cs.connections, 1);
  });

  system_test('TC_085_CS Basic Authentication', with_profile(1), async ({ cs }) => {
    assert.deepEqual(await cs.call('Reset', { type: 'Hard' }), accepted);
    await cs.boot();
    const { identity, headers, password } = cs.attempts.at(-1);
    assert.deepEqual(password, bytes(first_hex));
    const sent = Buffer.from(headers.authorization.slice('Basic '.length), 'base64');
    assert.deepEqual(sent, Buffer.concat([Buffer.from(`${identity}:`), bytes(first_hex)]));
  });

  system_test('a refused key gives way to the old one', with_profile(1), async ({ cs, cp }) => {
    // This central system says Accepted, and forgets to change it.
    assert.deepEqual(await change(cs, 'AuthorizationKey', odd_hex), accepted);
    await until(() => cs.attempts.filter(({ refused }) => refused === 401).length === 3, {
      within: 20_000,
      what: 'three refused attempts',
    });
    await cs.connection();
    await settled(cp);
    assert.deepEqual(cs.attempts.at(-1).password, bytes(first_hex));
    assert.match((await security_of(cp)).given_up, /401/);
    await configuration_key(cs, 'HeartbeatInterval');
    await change_key(cs, octt_hex);
    await settled(cp);
    assert.equal((await security_of(cp)).given_up, undefined);
  });

  system_test('a kill between attempts ends with a way', with_profile(1), async ({ cs, cp }) => {
    assert.deepEqual(await change(cs, 'AuthorizationKey', odd_hex), accepted);
    await until(() => cs.attempts.some(({ refused }) => refused), { what: 'a refused attempt' });
    await cp.power_cut();
    cp.start();
    await cs.boot({ within: 30_000 });
    assert.deepEqual(cs.attempts.at(-1).password, bytes(first_hex));
  });

  system_test('chargepointctl alone goes down', with_profile(1), async ({ cs, cp }) => {
    cs.password = undefined;
    assert.equal((await cp.ctl('security-profile', '3')).code, 1);
    assert.equal((await cp.ctl('security-profile', '0')).code, 0);
    await cs.boot();
    assert.equal(cs.attempts.at(-1).password, undefined);
    assert.equal((await security_of(cp)).profile, 0);
    assert.deepEqual(await change(cs, 'SecurityProfile', '1'), accepted);
    await cs.boot();
    assert.deepEqual(cs.attempts.at(-1).password, bytes(first_hex));
    assert.equal((await cp.ctl('factory-reset')).code, 0);
    await cs.boot();
    assert.equal((await security_of(cp)).profile, 1);
  });

  system_test('the key is shown nowhere', with_profile(1), async ({ cs, cp }) => {
    const events = cp.start_ctl(['--json', 'events']);
    await until(() => events.log.length > 0 || events.alive, { what: 'the events' });
    await change_key(cs, octt_hex);
    await settled(cp);
    assert.deepEqual(await change(cs, 'AuthorizationKey', `${odd_hex}AA`), rejected);
    const key = await configuration_key(cs, 'AuthorizationKey');
    assert.equal(key.value, undefined);
    const shown = [
      JSON.stringify((await cp.ctl('status')).json),
      JSON.stringify((await cp.ctl('config', 'get')).json),
      (await run('chargepointctl', ['--config', cp.config, 'status'])).stdout,
      (await run('chargepointd', ['--config', cp.config, '--print-config'])).stdout,
      ...cp.history.flatMap(({ log }) => log),
    ];
    await events.end('SIGINT');
    const secrets = [first_hex, octt_hex, odd_hex].flatMap((hex) => [
      hex,
      bytes(hex).toString('latin1'),
      bytes(hex).toString('base64').slice(0, 20),
      Buffer.from(`${cs.attempts[0].identity}:${bytes(hex).toString('latin1')}`, 'latin1')
        .toString('base64')
        .slice(8, 30),
    ]);
    assert.ok(shown.join('\n').includes('AuthorizationKey'), 'the change is told');
    for (const secret of secrets)
      for (const text of shown)
        assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `${secret} in ${text}`);
  });
});
