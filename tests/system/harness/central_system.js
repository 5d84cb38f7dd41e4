// SPDX-License-Identifier: Apache-2.0
// An independent central system (ocpp-rpc, strict in both directions) that keeps a log of every
// message and expects them in order: what a test did not expect fails it in the end.

import { once } from 'node:events';
import https from 'node:https';
import { createRequire } from 'node:module';

import { Ledger } from './ledger.js';
import { is_repeat } from './repeats.js';
import { Statuses } from './statuses.js';
import { until } from './wait.js';

const require = createRequire(import.meta.url);
const { RPCServer, createRPCError } = require('ocpp-rpc');

// Not expected one by one, unless a test does.
const never_surprising = new Set(['Heartbeat', 'MeterValues']);

const authorizing = new Set(['Authorize', 'StartTransaction', 'StopTransaction']);

export class CentralSystem {
  constructor({ heartbeat = 300, tags = {}, password, on_call, tls, host = '127.0.0.1' } = {}) {
    this.host = host;
    this.tls = tls; // options of node's TLS server; none: ws
    this.on_call = on_call; // hears each call of the charge point
    this.heartbeat = heartbeat;
    this.time = () => new Date().toISOString(); // its clock
    this.tags = tags; // idTag -> idTagInfo; any other tag is Accepted
    this.password = password; // undefined: not asked for
    this.data_transfer = 'UnknownVendorId'; // the answer to each
    this.refusal = undefined; // an HTTP status for every connection attempt, while set
    this.protocol = undefined; // a sub-protocol to choose against the rules
    this.log = [];
    this.cursor = 0;
    this.attempts = []; // connection attempts: {at, identity, headers, password, certificate, ...}
    this.connections = 0;
    this.failures = []; // strict validation failures and messages that are no messages
    this.ledger = new Ledger();
    this.statuses = new Statuses();
    this.scripted = new Map(); // action -> [answer, ...], each used once
    this.delays = new Map(); // action, or '*' -> async function run before the answer
    this.allowed = [];
    // With credentials it is security profile 1, in which events are told.
    if (password !== undefined) this.allow('SecurityEventNotification');
  }

  async listen(port = 0) {
    this.server = new RPCServer({
      protocols: ['ocpp1.6'],
      strictMode: true,
      callTimeoutMs: 20_000,
      pingIntervalMs: 0,
    });
    this.server.auth((accept, reject, handshake) => this.#admit(accept, reject, handshake));
    this.server.on('client', (client) => this.#attach(client));
    this.http = this.tls
      ? await this.#listen_with_tls(port)
      : await this.server.listen(port, this.host);
    this.port = this.http.address().port;
    this.url = `${this.tls ? 'wss' : 'ws'}://${this.host}:${this.port}/ocpp`;
    return this;
  }

  async #listen_with_tls(port) {
    const server = https.createServer(this.tls);
    server.on('upgrade', this.server.handleUpgrade);
    server.on('tlsClientError', () => {}); // the charge point tells what was wrong
    server.listen(port, this.host);
    await once(server, 'listening');
    return server;
  }

  // Takes these options of TLS for the next connections.
  secure_with(options) {
    this.http.setSecureContext(options);
  }

  async close() {
    await this.server?.close({ force: true });
    if (this.tls) {
      this.http?.closeAllConnections();
      this.http?.close();
    }
  }

  // Ends as a server does that is stopped in good order, and comes back at the same place with its
  // books, after `meanwhile`.
  async restart(meanwhile) {
    await this.server.close({ code: 1001, reason: 'restart' });
    await until(() => !this.connected, { what: 'the end of the connection' });
    await meanwhile();
    await this.listen(this.port);
    if (!this.refusal) await this.connection();
  }

  // --- connections

  #admit(accept, reject, handshake) {
    const attempt = {
      at: Date.now(),
      identity: handshake.identity,
      headers: handshake.headers,
      password: handshake.password,
      certificate: handshake.request.socket.getPeerX509Certificate?.(),
      protocol: handshake.request.socket.getProtocol?.(),
    };
    this.attempts.push(attempt);
    const wrong_password =
      this.password !== undefined &&
      !(handshake.password && Buffer.compare(handshake.password, Buffer.from(this.password)) === 0);
    attempt.refused = this.refusal ?? (wrong_password ? 401 : undefined);
    if (attempt.refused) reject(attempt.refused, 'refused');
    else accept({}, this.protocol);
  }

  #attach(client) {
    this.client = client;
    const connection = ++this.connections;
    this.statuses.begin(Date.now());
    client.once('close', () => {
      if (this.client === client) this.client = undefined;
    });
    client.on('strictValidationFailure', ({ method, outbound, isCall, params, result, error }) => {
      this.failures.push(
        `${outbound ? 'our' : 'its'} ${method} ${isCall ? 'request' : 'response'} ` +
          `is not valid: ${error.message} in ${JSON.stringify(isCall ? params : result)}`,
      );
    });
    client.on('badMessage', ({ buffer, error }) => {
      this.failures.push(`not a message: ${error.message}: ${String(buffer).slice(0, 300)}`);
    });
    client.on('message', ({ message, outbound }) =>
      this.#record(connection, String(message), outbound),
    );
    client.handle(({ method, params }) => this.#answer(connection, method, params));
  }

  get connected() {
    return this.client !== undefined;
  }

  async connection({ within = 15_000 } = {}) {
    await until(() => this.connected, { within, what: 'a connection from the charge point' });
  }

  // Cuts the connection without a word, as a broken network does.
  drop() {
    this.client?._ws.terminate();
    this.client = undefined;
  }

  // Cuts it and admits nobody until accept_again().
  go_away(status = 503) {
    this.refusal = status;
    this.drop();
  }

  accept_again() {
    this.refusal = undefined;
  }

  // --- the log

  #record(connection, text, outbound) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return; // reported as a bad message
    }
    const [type, id] = frame;
    const entry = { at: Date.now(), connection, outbound, type, id, text, consumed: false };
    if (type === 2) {
      entry.action = frame[2];
      entry.payload = frame[3];
      entry.repeat = !outbound && is_repeat(entry, this.log);
    } else {
      const call = this.log.find((e) => e.type === 2 && e.id === id && e.outbound !== outbound);
      entry.action = call?.action;
      entry.payload = type === 3 ? frame[2] : { error: frame[2], description: frame[3] };
    }
    this.log.push(entry);
    if (outbound && type !== 2) this.statuses.answered(id);
    if (!outbound && type === 2) {
      if (entry.action === 'BootNotification') this.statuses.begin(entry.at);
      if (entry.action === 'StatusNotification') this.statuses.told(id, entry.payload);
      // Not even over connections and restarts.
      const repeated = this.log.find(
        (e) => e !== entry && !e.outbound && e.type === 2 && e.id === id,
      );
      if (repeated) this.failures.push(`the message id ${id} was used twice`);
      this.on_call?.(entry.action, entry.payload);
    }
  }

  // --- answers

  // The next call of that action is answered so: a payload, an Error, or a function of the request.
  answer_once(action, answer) {
    const queue = this.scripted.get(action) ?? [];
    queue.push(answer);
    this.scripted.set(action, queue);
  }

  // Calls of that action are not answered until the returned function is called.
  hold(action) {
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    this.delays.set(action, () => held);
    return () => {
      this.delays.delete(action);
      release();
    };
  }

  error(code, description = '') {
    return createRPCError(code, description, {});
  }

  async #answer(connection, action, request) {
    const scripted = this.scripted.get(action)?.shift();
    await (this.delays.get(action) ?? this.delays.get('*'))?.(action, request);
    const given = typeof scripted === 'function' ? await scripted(request) : scripted;
    if (given instanceof Error) throw given;
    const answer = given ?? this.#usual_answer(action, request);
    // An answer that can no longer be sent was never given.
    if (connection !== this.connections || !this.client) return answer;
    return this.ledger.book(connection, action, request, answer);
  }

  #usual_answer(action, request) {
    const idTagInfo =
      authorizing.has(action) && request.idTag !== undefined
        ? (this.tags[request.idTag] ?? { status: 'Accepted' })
        : undefined;
    switch (action) {
      case 'BootNotification':
        return {
          status: 'Accepted',
          currentTime: this.time(),
          interval: this.heartbeat,
        };
      case 'Heartbeat':
        return { currentTime: this.time() };
      case 'Authorize':
        return { idTagInfo };
      case 'StartTransaction':
        return { transactionId: this.ledger.next_id(), idTagInfo };
      case 'StopTransaction':
        return idTagInfo ? { idTagInfo } : {};
      case 'SignCertificate':
        return { status: 'Accepted' };
      case 'DataTransfer':
        return { status: this.data_transfer };
      default:
        return {};
    }
  }

  // --- expectations

  #position(action, predicate, from) {
    return this.log.findIndex(
      (entry, index) =>
        index >= from &&
        !entry.outbound &&
        entry.type === 2 &&
        !entry.consumed &&
        entry.action === action &&
        predicate(entry.payload, entry),
    );
  }

  // The next call of that action for which `predicate` holds. What it skips stays unexpected.
  async expect(action, predicate = () => true, { within = 10_000 } = {}) {
    const [entry] = await this.expect_all([[action, predicate]], { within });
    return entry;
  }

  // Several calls, in any order among themselves.
  async expect_all(wanted, { within = 10_000 } = {}) {
    const from = this.cursor;
    const found = [];
    for (const [action, predicate] of wanted)
      found.push(await this.find(action, predicate, { from, within }));
    for (const entry of found) this.cursor = Math.max(this.cursor, this.log.indexOf(entry) + 1);
    return found;
  }

  // A call anywhere since `from`; what is expected next does not move.
  async find(action, predicate = () => true, { from = 0, within = 10_000 } = {}) {
    const entry = await until(() => this.log[this.#position(action, predicate, from)], {
      within,
      what: `${action} ${predicate}`,
    });
    entry.consumed = true;
    return entry;
  }

  status(connectorId, status, options) {
    return this.expect('StatusNotification', is_status(connectorId, status), options);
  }

  // A start: BootNotification, then the status of the charge point and of each connector.
  async boot({ connectors = 2, statuses = {}, within = 15_000 } = {}) {
    const boot = await this.expect('BootNotification', undefined, { within });
    const ids = Array.from({ length: connectors + 1 }, (_, id) => id);
    await this.expect_all(
      ids.map((id) => ['StatusNotification', is_status(id, statuses[id] ?? 'Available')]),
    );
    return boot;
  }

  // These calls may come without being expected.
  allow(action, predicate = () => true) {
    this.allowed.push([action, predicate]);
  }

  async call(action, payload = {}) {
    await this.connection();
    return this.client.call(action, payload);
  }

  // Every call of that action, those that were sent again included.
  calls(action, predicate = () => true) {
    return this.log.filter(
      (e) => !e.outbound && e.type === 2 && e.action === action && predicate(e.payload, e),
    );
  }

  // The calls of that action without those that were rightly sent again: what a test counts.
  messages(action, predicate = () => true) {
    return this.calls(action, predicate).filter(({ repeat }) => !repeat);
  }

  // The calls that arrived and that no test expected or allowed.
  get surprises() {
    return this.log.filter(
      (entry) =>
        !entry.outbound &&
        entry.type === 2 &&
        !entry.consumed &&
        !entry.repeat &&
        !never_surprising.has(entry.action) &&
        !this.allowed.some(
          ([action, predicate]) => action === entry.action && predicate(entry.payload, entry),
        ),
    );
  }

  check() {
    this.statuses.check();
    if (this.failures.length > 0) throw new Error(this.failures.join('\n'));
    const surprises = this.surprises.map((entry) => entry.text);
    if (surprises.length > 0) throw new Error(`not expected:\n${surprises.join('\n')}`);
  }

  // `?` marks a call that nobody expected, `=` one that was sent again.
  transcript(last = 80) {
    const start = this.log[0]?.at ?? 0;
    const line = ({ at, outbound, type, consumed, repeat, text }) => {
      const unexpected = outbound || consumed || type !== 2 ? ' ' : '?';
      const mark = repeat ? '=' : unexpected;
      const who = outbound ? 'CS>' : 'CP>';
      return `${String(at - start).padStart(7)} ms ${who} ${mark} ${text.slice(0, 400)}`;
    };
    return this.log.slice(-last).map(line).join('\n');
  }
}

export function is_status(connectorId, status) {
  const wanted = Array.isArray(status) ? status : [status];
  const predicate = (request) =>
    request.connectorId === connectorId && wanted.includes(request.status);
  predicate.toString = () => `of connector ${connectorId}: ${wanted.join(' or ')}`;
  return predicate;
}
