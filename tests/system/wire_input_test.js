// SPDX-License-Identifier: Apache-2.0
// Wrong input on the WebSocket: every kind of it is answered or dropped as OCPP-J says, and the
// next call is answered as if nothing had been.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ChargePoint } from './harness/charge_point.js';
import { RawServer } from './harness/raw_server.js';
import { until } from './harness/wait.js';

const megabytes = 10;
const long_text = 'x'.repeat(megabytes << 20);

// [what, action, payload, code]
const refused_calls = [
  ['an action nobody knows', 'MakeCoffee', {}, 'NotImplemented'],
  ['an action in the wrong case', 'reset', { type: 'Soft' }, 'NotImplemented'],
  [
    'an action only we may send',
    'BootNotification',
    { chargePointVendor: 'x', chargePointModel: 'y' },
    ['NotImplemented', 'NotSupported'],
  ],
  [
    'an action that is not built in',
    'UpdateFirmware',
    { location: 'ftp://127.0.0.1/x', retrieveDate: '2030-01-01T00:00:00Z' },
    'NotSupported',
  ],
  [
    'a missing field',
    'ChangeConfiguration',
    { key: 'HeartbeatInterval' },
    'OccurenceConstraintViolation',
  ],
  ['no payload where fields are needed', 'Reset', {}, 'OccurenceConstraintViolation'],
  ['null where fields are needed', 'Reset', null, 'OccurenceConstraintViolation'],
  ['a number for a string', 'Reset', { type: 5 }, 'TypeConstraintViolation'],
  [
    'a string for a number',
    'RemoteStopTransaction',
    { transactionId: '1' },
    'TypeConstraintViolation',
  ],
  [
    'a fraction for a number',
    'RemoteStopTransaction',
    { transactionId: 1.5 },
    'TypeConstraintViolation',
  ],
  [
    'a number beyond its range',
    'RemoteStopTransaction',
    { transactionId: 1e30 },
    ['TypeConstraintViolation', 'PropertyConstraintViolation'],
  ],
  ['an array for a payload', 'Reset', [], 'TypeConstraintViolation'],
  ['text for a payload', 'Reset', 'Soft', 'TypeConstraintViolation'],
  ['a value outside the enumeration', 'Reset', { type: 'Gentle' }, 'PropertyConstraintViolation'],
  [
    'a string that is too long',
    'RemoteStartTransaction',
    { idTag: 'x'.repeat(21) },
    'PropertyConstraintViolation',
  ],
  ['an unknown field', 'Reset', { type: 'Soft', now: true }, 'FormationViolation'],
  [
    'a charging profile with a wrong unit',
    'GetCompositeSchedule',
    { connectorId: 1, duration: 60, chargingRateUnit: 'kW' },
    ['PropertyConstraintViolation', 'NotSupported', 'NotImplemented'],
  ],
  [
    'a key of wrong type in a list',
    'GetConfiguration',
    { key: ['HeartbeatInterval', 5] },
    'TypeConstraintViolation',
  ],
];

const nested = (depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

// Frames that get no answer with an id of their own, or one of ours: [what, text or bytes].
const frames = [
  ['nothing at all', ''],
  ['blanks', '   \n'],
  ['no JSON', 'hello'],
  ['half a frame', '[2,"half","Reset",{"type":"So'],
  ['two frames in one', '[3,"a",{}][3,"b",{}]'],
  ['an object', '{"messageTypeId":2}'],
  ['a number', '17'],
  ['null', 'null'],
  ['an empty array', '[]'],
  ['only a type', '[2]'],
  ['a type that does not exist', '[7,"id-7","Reset",{}]'],
  ['a type as text', '["2","id-t","Reset",{}]'],
  ['a fraction for a type', '[2.5,"id-f","Reset",{}]'],
  ['a huge type', '[1e400,"id-h","Reset",{}]'],
  ['an answer to nothing', '[3,"never-asked",{}]'],
  ['an answer to nothing, with a wrong payload', '[3,"never-asked",17]'],
  ['an error to nothing', '[4,"never-asked","GenericError","",{}]'],
  ['an error with too few elements', '[4,"never-asked"]'],
  ['an error with too many', '[4,"never-asked","GenericError","",{},1,2,3]'],
  ['an answer with too few elements', '[3,"never-asked"]'],
  ['10 000 brackets', nested(10_000)],
  ['10 000 open brackets', '['.repeat(10_000)],
  ['10 000 objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['depth in a payload', `[2,"deep","DataTransfer",{"vendorId":"x","data":${nested(10_000)}}]`],
  ['10 MB of text', long_text],
  ['10 MB in a string', `[2,"long","DataTransfer",{"vendorId":"x","data":"${long_text}"}]`],
  ['10 MB in an id', `[2,"${long_text}","Heartbeat",{}]`],
  ['invalid UTF-8', Buffer.from('5b322c22c3282c22526573657422', 'hex')],
  ['an overlong encoding', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d])],
  ['a lone surrogate', '[2,"\\ud800","Reset",{"type":"Soft"}]'],
  ['a NUL in a string', '[2,"nul\\u0000","MakeCoffee",{}]'],
  ['the same key twice', '[2,"twice","MakeCoffee",{"a":1,"a":2}]'],
  [
    'a number of 5 000 digits',
    `[2,"digits","RemoteStopTransaction",{"transactionId":${'9'.repeat(5_000)}}]`,
  ],
];

// [what, text, id, codes]: arity and ids.
const malformed_calls = [
  ['a call without a payload', '[2,"three","Reset"]', 'three', 'FormationViolation'],
  ['a call without an action', '[2,"two"]', 'two', 'FormationViolation'],
  [
    'a call with five elements',
    '[2,"five","Reset",{"type":"Soft"},{}]',
    'five',
    'FormationViolation',
  ],
  [
    'an action that is no text',
    '[2,"action",17,{}]',
    'action',
    ['FormationViolation', 'ProtocolError', 'TypeConstraintViolation', 'NotImplemented'],
  ],
];

const codes = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
];

function check_error(frame, id, wanted) {
  assert.equal(frame.length, 5, JSON.stringify(frame));
  const [type, of, code, description, details] = frame;
  assert.equal(type, 4, JSON.stringify(frame));
  assert.equal(of, id);
  assert.ok([wanted].flat().includes(code), `${code} is one of ${wanted}`);
  assert.ok(codes.includes(code));
  assert.equal(typeof description, 'string');
  assert.ok(details !== null && typeof details === 'object' && !Array.isArray(details));
}

describe('wrong input on the WebSocket', () => {
  let server;
  let cp;

  before(async () => {
    server = await new RawServer().listen();
    cp = new ChargePoint({
      url: server.url,
      identity: 'RAW1',
      sections: { log: { level: 'info' } },
    });
    cp.start();
    await server.ready();
  });

  after(async () => {
    await cp?.close();
    await server?.close();
  });

  // Still there, still answering; it may have to connect again first.
  async function answers_on() {
    const answer = await until(
      () =>
        server.socket &&
        server
          .call('GetConfiguration', { key: ['HeartbeatInterval'] }, { within: 1_000 })
          .catch(() => false),
      { within: 20_000, what: 'an answer' },
    );
    cp.check_alive();
    const [type, , payload] = answer;
    assert.equal(type, 3);
    assert.equal(payload.configurationKey[0].key, 'HeartbeatInterval');
  }

  const reported = (error) => {
    error.message += `\n${cp.words(40)}`;
    throw error;
  };

  for (const [what, action, payload, wanted] of refused_calls) {
    test(what, async () => {
      try {
        const id = `call-${++server.last_id}`;
        check_error(await server.call(action, payload, { id }), id, wanted);
        await answers_on();
      } catch (error) {
        reported(error);
      }
    });
  }

  for (const [what, text, id, wanted] of malformed_calls) {
    test(what, async () => {
      try {
        server.send(text);
        check_error(await server.answer(id), id, wanted);
        await answers_on();
      } catch (error) {
        reported(error);
      }
    });
  }

  for (const [what, data] of frames) {
    test(what, async () => {
      try {
        server.send(data);
        await answers_on();
      } catch (error) {
        reported(error);
      }
    });
  }

  test('a message id of more than 36 characters', async () => {
    const id = 'i'.repeat(37);
    server.send(JSON.stringify([2, id, 'GetConfiguration', {}]));
    const frame = await server.answer(id.slice(0, 36));
    check_error(frame, id.slice(0, 36), [
      'FormationViolation',
      'GenericError',
      'PropertyConstraintViolation',
    ]);
    await answers_on();
  });

  test('a binary message', async () => {
    server.socket.send(Buffer.from('[2,"binary","MakeCoffee",{}]'), { binary: true });
    await answers_on();
  });

  test('a message in many fragments is put together', async () => {
    const text = JSON.stringify([
      2,
      'fragments',
      'GetConfiguration',
      { key: ['NumberOfConnectors'] },
    ]);
    for (const [index, character] of [...text].entries())
      server.socket.send(character, { fin: index === text.length - 1, binary: false });
    const [type, , payload] = await server.answer('fragments');
    assert.equal(type, 3);
    assert.equal(payload.configurationKey[0].value, '2');
  });

  test('an answer that is not valid does not stop the queue', async () => {
    server.talking = false;
    const before = server.calls('Heartbeat').length;
    await server.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
    const call = await until(() => server.calls('Heartbeat')[before], { what: 'a Heartbeat' });
    server.send(JSON.stringify([3, call[1], { currentTime: 'yesterday' }]));
    server.talking = true;
    await server.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
    await until(() => server.calls('Heartbeat').length >= before + 2, {
      what: 'the next Heartbeat',
    });
    await answers_on();
  });
});
