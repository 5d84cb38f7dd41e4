// SPDX-License-Identifier: Apache-2.0
// A port in front of a central system that can be exchanged while a charge point goes on dialling
// it: for servers that are wrong in their bytes, and for silence at any point of a handshake.

import { once } from 'node:events';
import net from 'node:net';

export class TlsFront {
  // `backend` is a port.
  constructor(backend) {
    this.sockets = new Set();
    this.dialled = 0; // how often somebody has connected
    this.forward(backend);
  }

  async listen() {
    this.server = net.createServer((socket) => {
      this.dialled += 1;
      this.#keep(socket);
      this.serve(socket);
    });
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
    return this;
  }

  #keep(socket) {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.sockets.delete(socket));
  }

  // From now on connections are passed on; with `bytes`, only so many of the answer, and with
  // `flights`, only the answers to so many flights of the client. Then nothing comes any more.
  forward(backend, { bytes = Infinity, flights = Infinity } = {}) {
    this.serve = (socket) => {
      const behind = net.connect(backend, '127.0.0.1');
      this.#keep(behind);
      let left = bytes;
      let flight = 0;
      let answered = true;
      socket.on('data', (data) => {
        if (answered) flight += 1;
        answered = false;
        behind.write(data);
      });
      behind.on('data', (data) => {
        answered = true;
        if (flight > flights) left = 0;
        if (left > 0) socket.write(data.subarray(0, Math.min(left, data.length)));
        left -= data.length;
      });
      socket.on('close', () => behind.destroy());
      behind.on('close', () => {
        if (left > 0) socket.end();
      });
    };
  }

  // Passes on the first bytes of each side; the next ones of the charge point are answered with a
  // fatal alert: in TLS 1.2, the server refuses the client's certificate.
  refuse(backend, alert) {
    this.forward(backend);
    const forward = this.serve;
    this.serve = (socket) => {
      forward(socket);
      const [pass_on] = socket.listeners('data');
      socket.removeListener('data', pass_on);
      let first = true;
      socket.on('data', (data) => {
        if (first) pass_on(data);
        else socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert]));
        first = false;
      });
    };
  }

  // Answers the first bytes of each connection so, and closes it.
  answer(bytes) {
    this.serve = (socket) => {
      socket.once('data', () => socket.end(bytes));
    };
  }

  // Closes each connection without a word.
  slam() {
    this.serve = (socket) => socket.once('data', () => socket.destroy());
  }

  async close() {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}
