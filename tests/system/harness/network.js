// SPDX-License-Identifier: Apache-2.0
// A network of its own for one charge point, with a cable to the test that can be cut: what is sent
// vanishes, and nobody is told. Needs the rights to make network namespaces.

import { execFileSync } from 'node:child_process';

const ip = (...words) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] });

let made = 0;

export class Network {
  static available() {
    const name = `cp-${process.pid}-try`;
    try {
      ip('netns', 'add', name);
      ip('netns', 'del', name);
      return true;
    } catch {
      return false;
    }
  }

  constructor() {
    this.name = `cp-${process.pid}-${++made}`;
    this.cable = `cp${process.pid}`.slice(0, 13) + made;
    const subnet = `10.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}`;
    this.host = `${subnet}.${4 * made + 1}`; // the test's end
    const other = `${subnet}.${4 * made + 2}`;
    ip('netns', 'add', this.name);
    ip('link', 'add', this.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.name);
    ip('address', 'add', `${this.host}/30`, 'dev', this.cable);
    ip('link', 'set', this.cable, 'up');
    ip('-n', this.name, 'address', 'add', `${other}/30`, 'dev', 'eth0');
    ip('-n', this.name, 'link', 'set', 'lo', 'up');
    ip('-n', this.name, 'link', 'set', 'eth0', 'up');
  }

  // What starts a program in it.
  get launcher() {
    return ['ip', 'netns', 'exec', this.name];
  }

  cut() {
    ip('link', 'set', this.cable, 'down');
  }

  mend() {
    ip('link', 'set', this.cable, 'up');
  }

  remove() {
    ip('netns', 'del', this.name);
  }
}
