// SPDX-License-Identifier: Apache-2.0
// Where the programs are, and one running program: started, watched, ended, its words kept.

import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { bounded } from './wait.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const folder = path.resolve(repository, process.env.CHARGEPOINT_BIN ?? 'build/dev/bin');

const log_lines_kept = 2_000;

export function program(name) {
  return path.join(folder, name);
}

// Runs a program to its end: {code, signal, stdout, stderr}. Never throws for an exit code.
export function run(name, args, { within = 20_000, input } = {}) {
  return new Promise((resolve) => {
    const child = execFile(
      program(name),
      args,
      { timeout: within, maxBuffer: 64 << 20 },
      (error, stdout, stderr) =>
        resolve({
          code: error ? error.code : 0,
          signal: error?.signal ?? null,
          stdout,
          stderr,
        }),
    );
    if (input !== undefined) child.stdin.end(input);
  });
}

export class Running {
  constructor(name, args, { env = {}, on_line, launcher = [] } = {}) {
    this.name = name;
    this.log = [];
    this.ended = undefined;
    this.ending = false; // an end is expected from now on
    const [command, ...words] = [...launcher, program(name), ...args];
    this.child = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.pid = this.child.pid;
    for (const stream of [this.child.stdout, this.child.stderr]) this.#keep(stream, on_line);
    this.exit = new Promise((resolve) => {
      const finish = (code, signal) => {
        this.ended = { code, signal };
        resolve(this.ended);
      };
      this.child.on('error', (error) => {
        this.log.push(String(error));
        finish(null, 'not started');
      });
      this.child.on('close', finish);
    });
  }

  #keep(stream, on_line) {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        this.log.push(line);
        on_line?.(line, this.name);
      }
      if (this.log.length > log_lines_kept) this.log.splice(0, this.log.length - log_lines_kept);
    });
  }

  get alive() {
    return this.ended === undefined;
  }

  // Sends the signal and waits for the end.
  end(signal, within = 10_000) {
    this.ending = true;
    if (this.alive) this.child.kill(signal);
    return bounded(this.exit, within, `the end of ${this.name} after ${signal}`);
  }
}
