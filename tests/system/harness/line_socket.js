// SPDX-License-Identifier: Apache-2.0
// JSON lines over a Unix socket: the simulator's control and the HAL's own socket.

import net from 'node:net';
import readline from 'node:readline';

import { bounded, until } from './wait.js';

export class LineSocket {
  constructor(socket, lines = []) {
    this.socket = socket;
    this.lines = lines;
    this.closed = false;
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
    const reader = readline.createInterface({ input: socket });
    reader.on('line', (line) => this.lines.push(line));
    reader.on('error', () => {}); // as the socket's
  }

  static connect(path) {
    return new Promise((resolve, reject) => {
      const socket = net.createConnection(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.removeListener('error', reject);
        resolve(new LineSocket(socket));
      });
    });
  }

  write(text) {
    this.socket.write(text);
  }

  send(message) {
    this.write(JSON.stringify(message) + '\n');
  }

  // The next line as JSON; undefined when the other side closed first.
  async receive(within = 5_000) {
    await until(() => this.lines.length > 0 || this.closed, { within, what: 'a line' });
    return this.lines.length > 0 ? JSON.parse(this.lines.shift()) : undefined;
  }

  close() {
    this.socket.destroy();
  }
}

// One request, one answer. Waits for the socket to appear: its program may just be starting.
export async function ask(path, request, { within = 10_000 } = {}) {
  let trouble;
  const connection = await until(
    () =>
      LineSocket.connect(path).catch((error) => {
        trouble = error;
      }),
    { within, what: () => `a connection to ${path} (${trouble?.message})` },
  );
  try {
    connection.send(request);
    const answer = await bounded(
      connection.receive(within),
      within,
      `an answer to ${JSON.stringify(request)}`,
    );
    if (answer === undefined)
      throw new Error(`${path} closed before it answered ${JSON.stringify(request)}`);
    return answer;
  } finally {
    connection.close();
  }
}
