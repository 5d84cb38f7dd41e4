// SPDX-License-Identifier: Apache-2.0
// The keys of the Wi-Fi, with NetworkManager as python-dbusmock plays it and without one.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { NetworkManager } from './harness/network_manager.js';
import { until } from './harness/wait.js';

const skip = NetworkManager.available() ? false : 'python3-dbusmock or dbus-daemon is not here';

const home = 'Home, "2nd" floor\\ \u00e9';
const shed = "Shed; '$(x)' \u{1F50C}";
const hex = (text) => Buffer.from(text).toString('hex');

const change = (cs, key, value) =>
  cs.call('ChangeConfiguration', { key, value }).then(({ status }) => status);

async function values(cs) {
  const { configurationKey } = await cs.call('GetConfiguration', {});
  return Object.fromEntries(configurationKey.map((one) => [one.key, one]));
}

async function wifi(cp) {
  const { json } = await cp.ctl('status');
  return json?.wifi ?? {};
}

const ready = (cp) =>
  until(async () => (await wifi(cp)).problem === '', { what: 'a Wi-Fi that can be set' });
const problem = (cp, pattern) =>
  until(async () => pattern.test((await wifi(cp)).problem), { within: 60_000, what: String(pattern) });

async function write(cs, ssid, password, hidden = 'false') {
  assert.equal(await change(cs, 'WiFiSSID', ssid), 'Accepted');
  assert.equal(await change(cs, 'WiFiPassword', password), 'Accepted');
  assert.equal(await change(cs, 'WiFiHidden', hidden), 'Accepted');
}

// In force, and the only profile of ours.
const in_force = (nm, ssid) =>
  until(
    async () => {
      const profiles = await nm.ask('profiles');
      return (
        profiles.length === 1 &&
        profiles[0].ssid === hex(ssid) &&
        profiles[0].autoconnect &&
        profiles[0]
      );
    },
    { within: 60_000, what: `the profile of ${ssid} alone` },
  );

// A charge point with NetworkManager; `body({cs, cp, nm})`.
function wifi_test(name, options, body) {
  const { networks = { [home]: 70, [shed]: 40 }, before = () => {}, ...configuration } = options;
  system_test(name, { skip, start: false, ...configuration }, async ({ cs, cp }) => {
    const nm = await NetworkManager.open();
    try {
      cp.env = { DBUS_SYSTEM_BUS_ADDRESS: nm.address };
      await nm.start(networks);
      await before(nm);
      cp.start();
      await cs.boot();
      await body({ cs, cp, nm });
      const secrets = ['correct, horse', 'battery "staple"'];
      for (const line of cp.words(2_000).split('\n'))
        for (const secret of secrets) assert.ok(!line.includes(secret), line);
    } finally {
      await nm.close();
    }
  });
}

describe('the Wi-Fi', { concurrency: true }, () => {
  system_test('without a bus the keys are read-only, and the reason is told', {}, async ({ cs, cp }) => {
    await problem(cp, /no system bus/);
    const all = await values(cs);
    for (const key of ['WiFiSSID', 'WiFiPassword', 'WiFiHidden', 'ConnectedWifiSSID']) {
      assert.equal(all[key].readonly, true, key);
      assert.equal(await change(cs, key, 'true12345'), 'Rejected');
    }
    assert.ok(cp.daemon.log.some((line) => /WiFiSSID refused: .*no system bus/.test(line)));
    const { json } = await cp.ctl('network');
    assert.ok(json.ok && Array.isArray(json.interfaces), JSON.stringify(json));
    for (const { name, kind, up, addresses } of json.interfaces)
      assert.ok(
        name && kind && typeof up === 'boolean' && Array.isArray(addresses),
        JSON.stringify(json),
      );
  });

  wifi_test('a network is set, proven and replaced', {}, async ({ cs, cp, nm }) => {
    await ready(cp);
    await write(cs, home, 'correct, horse');
    assert.equal((await values(cs)).WiFiSSID.value, home);
    assert.equal((await values(cs)).WiFiPassword.value, undefined);
    const first = await in_force(nm, home);
    assert.deepEqual(first.security, { 'key-mgmt': 'wpa-psk', psk: 'correct, horse' });
    assert.equal(first.hidden, false);
    await until(async () => (await wifi(cp)).ssid === home, { what: 'the connected network' });
    assert.equal((await values(cs)).ConnectedWifiSSID.value, home);
    const { json } = await cp.ctl('network');
    const wlan = json.interfaces.find(({ name }) => name === 'wlan7');
    assert.deepEqual(wlan, {
      name: 'wlan7',
      kind: 'wifi',
      up: true,
      addresses: [],
      ssid: home,
      signal: 70,
    });
    assert.ok(json.interfaces.some(({ name, kind }) => name === 'eth7' && kind === 'ethernet'));
    // An open, hidden network; the old one stays until the new one is proven.
    await write(cs, shed, '', 'true');
    const second = await in_force(nm, shed);
    assert.notEqual(second.uuid, first.uuid);
    assert.deepEqual(second.security, {});
    assert.equal(second.hidden, true);
    await until(async () => (await wifi(cp)).ssid === shed, { what: 'the connected network' });
  });

  wifi_test(
    'a wrong password leads back to the network before, and says so',
    { networks: { [home]: 70, [shed]: 40 } },
    async ({ cs, cp, nm }) => {
      await ready(cp);
      await write(cs, home, 'correct, horse');
      const before = await in_force(nm, home);
      await nm.ask('manner', { activate: 'activating' });
      await write(cs, shed, 'battery "staple"');
      let failures = 0;
      await until(
        async () => {
          if (await nm.ask('fail', { reason: 7 })) ++failures;
          if (failures > 0) await nm.ask('manner', { activate: 'activating' });
          return (await wifi(cp)).given_up;
        },
        { within: 90_000, what: 'the end of the attempts' },
      );
      assert.equal(failures, 3);
      await nm.ask('manner', {});
      assert.match((await wifi(cp)).given_up, /the password is wrong or missing/);
      assert.deepEqual(await in_force(nm, home), before);
      await until(async () => (await nm.ask('active')).includes(before.uuid), {
        within: 60_000,
        what: 'the connection before',
      });
      assert.equal((await values(cs)).WiFiSSID.value, home);
    },
  );

  wifi_test('what NetworkManager refuses is told in its words', {}, async ({ cs, cp, nm }) => {
    await ready(cp);
    await nm.ask('manner', { add: 'denied' });
    await write(cs, home, 'correct, horse');
    await until(async () => /Insufficient privileges/.test((await wifi(cp)).given_up), {
      within: 90_000,
      what: 'the refusal',
    });
    assert.deepEqual(await nm.ask('profiles'), []);
  });

  wifi_test(
    'without permission the keys are read-only',
    { before: (nm) => nm.ask('manner', { permission: 'auth' }) },
    async ({ cs, cp }) => {
      await problem(cp, /does not permit it .*settings\.modify\.system: auth/);
      assert.equal(await change(cs, 'WiFiSSID', home), 'Rejected');
    },
  );

  wifi_test(
    'a silent NetworkManager stops nothing, and one that goes and comes back is used again',
    {},
    async ({ cs, cp, nm }) => {
      await ready(cp);
      await nm.ask('freeze');
      // Somebody has to ask it: the change does, ten seconds later.
      await write(cs, home, 'correct, horse');
      await problem(cp, /does not answer/);
      assert.equal(await change(cs, 'WiFiSSID', shed), 'Rejected');
      assert.equal((await values(cs)).WiFiSSID.readonly, true);
      await nm.ask('stop');
      await problem(cp, /does not run/);
      await nm.start({ [home]: 70 });
      await ready(cp);
      await in_force(nm, home);
    },
  );

  wifi_test(
    'a kill between the change and its proof costs neither network',
    // Messages from before the kill are told again.
    { lenient: true },
    async ({ cs, cp, nm }) => {
      await ready(cp);
      await write(cs, home, 'correct, horse');
      await in_force(nm, home);
      await write(cs, shed, 'battery "staple"');
      await cp.daemon.end('SIGKILL');
      cp.start_daemon();
      await cs.boot();
      await in_force(nm, shed);
      await cp.daemon.end('SIGKILL');
      await nm.ask('stop');
      await nm.start({ [home]: 70, [shed]: 40 });
      cp.start_daemon();
      await cs.boot();
      // NetworkManager has lost its profiles: the charge point has not.
      await in_force(nm, shed);
    },
  );

  wifi_test(
    'a network that somebody else has set up is seen and left alone',
    {
      before: async (nm) =>
        nm.ask('foreign', { device: 'wlan7', ssid: home, point: 'ap0' }),
    },
    async ({ cs, cp, nm }) => {
      await until(async () => (await wifi(cp)).ssid === home, { what: 'the network of others' });
      assert.equal((await values(cs)).ConnectedWifiSSID.value, home);
      assert.equal((await values(cs)).WiFiSSID.value, '');
      await write(cs, shed, '');
      await until(async () => (await wifi(cp)).ssid === shed, {
        within: 30_000,
        what: 'the new network',
      });
      const profiles = await nm.ask('profiles');
      assert.ok(profiles.some(({ ssid }) => ssid === hex(home)));
    },
  );

  wifi_test(
    'a factory reset takes our profiles away',
    {},
    async ({ cs, cp, nm }) => {
      await ready(cp);
      await write(cs, home, 'correct, horse');
      await in_force(nm, home);
      await cp.ctl('factory-reset');
      await until(async () => (await nm.ask('profiles')).length === 0, {
        within: 60_000,
        what: 'no profile',
      });
      await cs.boot();
    },
  );
});
