// SPDX-License-Identifier: Apache-2.0
// RemoteDebug: the daemon's log as the central system gets it.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { configuration_key, configure } from './harness/states.js';
import { nothing_for, until } from './harness/wait.js';

const is_log = ({ messageId }) => messageId === 'log';
const a_line = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warn |info |debug) [a-z]+: /;

function lines_of(cs) {
  return cs.calls('DataTransfer', is_log).flatMap(({ payload }) => payload.data.split('\n'));
}

describe('RemoteDebug', { concurrency: 2 }, () => {
  system_test('on, a vehicle is plugged in, off', {}, async ({ cs, cp }) => {
    cs.data_transfer = 'Accepted';
    cs.allow('DataTransfer', is_log);
    await configure(cs, 'RemoteDebug', 'ocpp=debug,*=info');
    await until(() => lines_of(cs).some((line) => line.includes('RemoteDebug')), {
      what: 'the log that begins',
    });
    await cp.plug_in(1);
    await cs.status(1, 'Preparing');
    await until(
      () => lines_of(cs).some((line) => / debug ocpp: -> .*"status":"Preparing"/.test(line)),
      { what: 'the frame of the StatusNotification in the log' },
    );
    for (const line of lines_of(cs)) assert.match(line, a_line);
    // Nothing happens, nothing is said: above all not of the messages that carry the log.
    const before = cs.calls('DataTransfer').length;
    await nothing_for(3_000, () => assert.equal(cs.calls('DataTransfer').length, before));
    for (const line of lines_of(cs)) assert.doesNotMatch(line, /DataTransfer/);

    const secret = { key: 'AuthorizationKey', value: 'abad1deaabad1deaabad1dea' };
    await cs.call('ChangeConfiguration', secret);
    await until(() => lines_of(cs).some((line) => line.includes('"value":"***"')), {
      what: 'the call in the log',
    });
    for (const line of lines_of(cs)) assert.ok(!line.includes(secret.value), line);

    await configure(cs, 'RemoteDebug', 'off');
    const last = cs.calls('DataTransfer').length;
    await cp.unplug(1);
    await cs.status(1, 'Available');
    await nothing_for(2_000, () => assert.equal(cs.calls('DataTransfer').length, last));
  });

  system_test('who does not know the log is told no more', {}, async ({ cs, cp }) => {
    cs.allow('DataTransfer', is_log);
    await configure(cs, 'RemoteDebug', 'debug');
    await until(async () => (await configuration_key(cs, 'RemoteDebug')).value === 'off', {
      what: 'RemoteDebug to be off again',
    });
    await cp.plug_in(1);
    await cs.status(1, 'Preparing');
    await nothing_for(2_000, () => assert.equal(cs.calls('DataTransfer').length, 1));
  });
});
