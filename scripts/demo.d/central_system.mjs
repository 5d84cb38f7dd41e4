// SPDX-License-Identifier: Apache-2.0
// The demo's own central system: it accepts every charge point and every tag. It needs no npm, only
// Debian's package node-ws, so that a machine without Node.js shows a session within minutes.

import { once } from 'node:events';
import { createRequire } from 'node:module';

// Debian's own Node.js looks here by itself, one from elsewhere does not.
const { WebSocketServer } = createRequire('/usr/share/nodejs/')('./ws');

const call = 2;
const result = 3;
const error = 4;

const heartbeat_seconds = 300;

export class CentralSystem {
  // `on_call` is given the action and the payload of each call of the charge point.
  constructor(on_call) {
    this.on_call = on_call;
    this.failures = []; // messages that are no calls of OCPP, in words
    this.last_transaction = 100;
  }

  async listen() {
    this.server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      maxPayload: 1 << 20,
      handleProtocols: (offered) => (offered.has('ocpp1.6') ? 'ocpp1.6' : false),
    });
    this.server.on('connection', (socket) => this.#attach(socket));
    await once(this.server, 'listening');
    this.url = `ws://127.0.0.1:${this.server.address().port}/ocpp`;
    return this;
  }

  async close() {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #attach(socket) {
    if (socket.protocol !== 'ocpp1.6') this.failures.push('a client that does not offer ocpp1.6');
    socket.on('error', (cause) => this.failures.push(`the WebSocket: ${cause.message}`));
    socket.on('message', (data) => this.#take(socket, String(data)));
  }

  #take(socket, text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      frame = undefined;
    }
    const [type, id, action, payload] = Array.isArray(frame) ? frame : [];
    if (type !== call || typeof id !== 'string' || typeof payload !== 'object') {
      this.failures.push(`not a call: ${text.slice(0, 300)}`);
      return;
    }
    const answer = this.#answer(action, payload);
    if (!answer) this.failures.push(`an unknown action: ${text.slice(0, 300)}`);
    socket.send(
      JSON.stringify(answer ? [result, id, answer] : [error, id, 'NotImplemented', action, {}]),
    );
    this.on_call(action, payload);
  }

  #answer(action, { idTag }) {
    const currentTime = new Date().toISOString();
    const idTagInfo = { status: 'Accepted' };
    switch (action) {
      case 'BootNotification':
        return { status: 'Accepted', currentTime, interval: heartbeat_seconds };
      case 'Heartbeat':
        return { currentTime };
      case 'Authorize':
        return { idTagInfo };
      case 'StartTransaction':
        return { transactionId: ++this.last_transaction, idTagInfo };
      case 'StopTransaction':
        return idTag === undefined ? {} : { idTagInfo };
      case 'DataTransfer':
        return { status: 'UnknownVendorId' };
      case 'MeterValues':
      case 'StatusNotification':
        return {};
      default:
        return undefined;
    }
  }
}
