// SPDX-License-Identifier: Apache-2.0
// A WebSocket server that knows no OCPP: for frames that no proper central system would send.

import { once } from 'node:events';

import { WebSocketServer } from 'ws';

import { until } from './wait.js';

export class RawServer {
  constructor({ protocol = 'ocpp1.6', host = '127.0.0.1' } = {}) {
    this.host = host;
    this.protocol = protocol; // false: none is chosen
    this.received = []; // parsed frames
    this.connections = 0;
    this.closes = [];
    this.last_id = 0;
    this.talking = true; // answers the charge point's calls
  }

  async listen() {
    this.server = new WebSocketServer({
      port: 0,
      host: this.host,
      handleProtocols: () => this.protocol,
      maxPayload: 1 << 20,
    });
    this.server.on('connection', (socket) => this.#attach(socket));
    await once(this.server, 'listening');
    const name = this.host.includes(':') ? `[${this.host}]` : this.host;
    this.port = this.server.address().port;
    this.url = `ws://${name}:${this.port}/ocpp`;
    return this;
  }

  #attach(socket) {
    ++this.connections;
    this.socket = socket;
    this.on_connection?.();
    socket.on('error', () => {});
    socket.on('close', (code) => {
      this.closes.push(code);
      if (this.socket === socket) this.socket = undefined;
    });
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      this.received.push(frame);
      if (this.talking && frame[0] === 2)
        socket.send(JSON.stringify([3, frame[1], usual_answer(frame)]));
    });
  }

  // Connected, registered and quiet.
  async ready(statuses = 3) {
    await until(() => this.socket && this.calls('StatusNotification').length >= statuses, {
      within: 20_000,
      what: 'a registered charge point',
    });
  }

  calls(action) {
    return this.received.filter((frame) => frame[0] === 2 && frame[2] === action);
  }

  // Sends text (or bytes, as a text frame all the same) as it is.
  send(data) {
    this.socket.send(data, { binary: false });
  }

  // Several texts in one write.
  send_at_once(texts) {
    const { _socket: tcp } = this.socket;
    tcp.cork();
    for (const text of texts) this.send(text);
    tcp.uncork();
  }

  // From now on neither reads nor answers anything, and keeps the connection: a peer that is gone
  // without having said so.
  vanish() {
    this.socket._socket.pause();
  }

  // A call as raw text around `body`, and the frame that answers it.
  async call(action, payload, { id = `raw-${++this.last_id}`, within = 10_000 } = {}) {
    this.send(JSON.stringify([2, id, action, payload]));
    return this.answer(id, { within });
  }

  answer(id, { within = 10_000 } = {}) {
    return until(() => this.received.find((frame) => frame[0] !== 2 && frame[1] === id), {
      within,
      what: `an answer to ${id}`,
    });
  }

  async close() {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function usual_answer([, , action]) {
  const currentTime = new Date().toISOString();
  switch (action) {
    case 'BootNotification':
      return { status: 'Accepted', currentTime, interval: 300 };
    case 'Heartbeat':
      return { currentTime };
    case 'Authorize':
      return { idTagInfo: { status: 'Accepted' } };
    case 'StartTransaction':
      return { transactionId: 1, idTagInfo: { status: 'Accepted' } };
    default:
      return {};
  }
}
