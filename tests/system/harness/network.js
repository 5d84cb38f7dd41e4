// SPDX-License-Identifier: Apache-2.0
// A network of its own for one charge point, with a cable to the test that can be cut: what is sent
// vanishes, and nobody is told. Needs the rights to make network namespaces.

import { execFileSync } from 'node:child_process';

const run = (command, ...words) =>
  execFileSync(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
const ip = (...words) => run('ip', ...words);

// Not `ip netns exec`, which mounts things, and can't in every environment.
const inside = (name) => ['nsenter', `--net=/run/netns/${name}`];

let made = 0;

export class Network {
  static available() {
    const name = `cp-${process.pid}-try`;
    try {
      ip('netns', 'add', name);
    } catch {
      return false;
    }
    try {
      run(...inside(name), 'true');
      return true;
    } catch {
      return false;
    } finally {
      ip('netns', 'del', name);
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
    const ip_inside = (...words) => run(...this.launcher, 'ip', ...words);
    ip_inside('address', 'add', `${other}/30`, 'dev', 'eth0');
    ip_inside('link', 'set', 'lo', 'up');
    ip_inside('link', 'set', 'eth0', 'up');
  }

  // The words that start a program in it.
  get launcher() {
    return inside(this.name);
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
