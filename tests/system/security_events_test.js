// SPDX-License-Identifier: Apache-2.0
// Security events with both processes: what is told, what is logged, and what a kill leaves.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { until } from './harness/wait.js';

async function security_log(cp) {
  const { json, code, stdout, stderr } = await cp.ctl('security', 'log');
  assert.equal(code, 0, `${stdout}${stderr}`);
  return json.events;
}

const told = (cs) => cs.messages('SecurityEventNotification');

const key_hex = '00112233445566778899aabbccddeeff';
const profile_1 = {
  central_system: { password: Buffer.from(key_hex, 'hex') },
  sections: { central_system: { security_profile: 1, authorization_key: key_hex } },
};

const types = async (cp) => (await security_log(cp)).map((event) => event.type);

describe('security events', { concurrency: 3 }, () => {
  system_test('none is told in profile 0, all are logged', {}, async ({ cs, cp }) => {
    const [event] = await security_log(cp);
    assert.equal(event.type, 'StartupOfTheDevice');
    assert.ok(!Number.isNaN(Date.parse(event.time)));
    assert.ok(event.techInfo.length > 0);
    assert.ok(!cs.transcript().includes('SecurityEventNotification'));
  });

  system_test('an enclosure that is opened is told once', profile_1, async ({ cs, cp }) => {
    const opened = () =>
      told(cs).filter(({ payload }) => payload.type === 'TamperDetectionActivated').length;
    const contact = (on) => cp.simulator({ do: 'fault', name: 'tamper', on });
    cs.allow('StatusNotification', ({ vendorErrorCode }) => vendorErrorCode === 'Tamper');
    cs.allow('StatusNotification', ({ errorCode }) => errorCode === 'NoError');
    await contact(true);
    await until(() => opened() === 1, { what: 'the event' });
    await cp.crash();
    cp.start();
    await cs.boot({ within: 60_000 });
    await contact(false);
    const log = await security_log(cp);
    assert.equal(log.filter(({ type }) => type === 'TamperDetectionActivated').length, 1);
  });

  system_test('the log is still there after a kill', {}, async ({ cs, cp }) => {
    const before = await security_log(cp);
    await cp.daemon.end('SIGKILL');
    cp.start_daemon();
    await cs.boot({ connectors: 2 });
    const after = await security_log(cp);
    assert.deepEqual(after.slice(0, before.length), before);
    assert.equal(after.at(-1).type, 'StartupOfTheDevice');
    assert.equal(after.length, before.length + 1);
  });

  system_test('events are told with their own time, once', profile_1, async ({ cs, cp }) => {
    const types_told = () => told(cs).map(({ payload }) => payload.type);
    assert.deepEqual(types_told(), ['StartupOfTheDevice']);
    cs.go_away(401);
    const refused = () => cs.attempts.filter((attempt) => attempt.refused !== undefined).length;
    await until(() => refused() >= 3, { what: 'three attempts', within: 60_000 });
    await cp.daemon.end('SIGKILL');
    cp.start_daemon();
    await until(() => refused() >= 5, { what: 'two more', within: 60_000 });
    const back = Date.now();
    cs.accept_again();
    await cs.boot({ within: 60_000 });
    const wanted = [
      'StartupOfTheDevice',
      'FailedToAuthenticateAtCentralSystem',
      'StartupOfTheDevice',
    ];
    await until(() => told(cs).length >= wanted.length, { what: 'the events' });
    assert.deepEqual(types_told(), wanted);
    for (const { payload } of told(cs)) assert.ok(Date.parse(payload.timestamp) < back);
    assert.deepEqual(await types(cp), wanted);
  });

  system_test('ExtendedTriggerMessage', {}, async ({ cs }) => {
    const trigger = async (requestedMessage, connectorId) =>
      (await cs.call('ExtendedTriggerMessage', { requestedMessage, connectorId })).status;
    assert.equal(await trigger('LogStatusNotification'), 'Accepted');
    await cs.expect('LogStatusNotification', ({ status }) => status === 'Idle');
    assert.equal(await trigger('FirmwareStatusNotification'), 'Accepted');
    await cs.expect('SignedFirmwareStatusNotification', ({ status }) => status === 'Idle');
    assert.equal(await trigger('StatusNotification', 1), 'Accepted');
    await cs.status(1, 'Available');
    assert.equal(await trigger('MeterValues', 3), 'Rejected');
    // CpoName is not set.
    assert.equal(await trigger('SignChargePointCertificate'), 'Rejected');
  });
});
