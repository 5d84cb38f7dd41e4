// SPDX-License-Identifier: Apache-2.0
// NetworkManager as python-dbusmock plays it, on a bus of its own.

import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { bounded } from './wait.js';

// Debian's modules are those of Debian's Python.
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('./network_manager.py', import.meta.url));

export class NetworkManager {
  static available() {
    try {
      execFileSync(python, ['-c', 'import dbus, dbusmock'], { stdio: 'ignore' });
      execFileSync('dbus-daemon', ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  // A bus without NetworkManager; `start` puts it there.
  static async open() {
    const self = new NetworkManager();
    self.child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    self.lines = createInterface({ input: self.child.stdout })[Symbol.asyncIterator]();
    self.address = (await self.#line()).address;
    return self;
  }

  async #line() {
    const { value, done } = await bounded(this.lines.next(), 20_000, 'a word of dbusmock');
    if (done) throw new Error('dbusmock has ended');
    return JSON.parse(value);
  }

  async ask(what, request = {}) {
    this.child.stdin.write(`${JSON.stringify({ do: what, ...request })}\n`);
    const answer = await this.#line();
    if (!answer.ok) throw new Error(`${what}: ${answer.error}`);
    return answer.result;
  }

  // With a Wi-Fi device wlan0, and networks in reach: {ssid: strength in percent}.
  async start(networks = {}) {
    await this.ask('start');
    await this.ask('device', { kind: 'ethernet', name: 'eth7' });
    await this.ask('device', { kind: 'wifi', name: 'wlan7' });
    let number = 0;
    for (const [ssid, strength] of Object.entries(networks))
      await this.ask('point', { device: 'wlan7', name: `ap${number++}`, ssid, strength });
  }

  async close() {
    const ended = new Promise((resolve) => this.child.on('close', resolve));
    this.child.stdin.end();
    await bounded(ended, 10_000, 'the end of dbusmock');
  }
}
