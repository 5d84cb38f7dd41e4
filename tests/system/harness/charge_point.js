// SPDX-License-Identifier: Apache-2.0
// A charge point of its own: a temporary directory, a configuration file, both real processes,
// the simulator's socket and chargepointctl.

import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { ask } from './line_socket.js';
import { program, run, Running } from './programs.js';

export const two_connectors = [
  { id: 1, type: 'type2-cable', phases: 3, max_current: 32 },
  { id: 2, type: 'schuko', phases: 1, max_current: 10 },
];
export const one_connector = two_connectors.slice(0, 1);
// For `sections`: the pause of a change of phases is 10 s.
export const quick_phases = {
  hal: { board: fileURLToPath(new URL('./quick_phases.toml', import.meta.url)) },
};

// Short times, so that a test waits for nothing that it does not test.
const brisk_keys = {
  RetryBackOffWaitMinimum: 1,
  RetryBackOffRepeatTimes: 0,
  RetryBackOffRandomRange: 0,
  TransactionMessageRetryInterval: 1,
  MessageTimeout: 5,
  MeterValueSampleInterval: 0,
  ClockAlignedDataInterval: 0,
};

function toml_value(value) {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function toml_section(name, values) {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${toml_value(value)}`);
  return [`[${name}]`, ...lines, ''].join('\n');
}

export function configuration_text({
  directory,
  url,
  identity,
  connectors = two_connectors,
  ocpp = {},
  sections = {},
}) {
  const all = {
    charge_point: { vendor: 'Example', model: 'System test', serial_number: identity },
    central_system: { url, identity },
    hal: { backend: 'simulator', socket: path.join(directory, 'hal.sock') },
    simulator: { socket: path.join(directory, 'sim.sock') },
    storage: {
      directory: path.join(directory, 'storage'),
      boot_id_file: path.join(directory, 'boot_id'),
    },
    control: { socket: path.join(directory, 'control.sock') },
    local_interface: { listen: '' },
    restart: { mode: 'reexec' },
    log: { level: process.env.CHARGEPOINT_LOG ?? 'debug', format: 'text' },
    ocpp: { ...brisk_keys, ...ocpp },
  };
  for (const [name, values] of Object.entries(sections)) all[name] = { ...all[name], ...values };
  const text = Object.entries(all).map(([name, values]) => toml_section(name, values));
  for (const { id, type, phases, max_current } of connectors) {
    text.push(
      `[[connector]]\nid = ${id}\ntype = "${type}"\nphases = ${phases}\n` +
        `max_current = ${max_current.toFixed(1)}\n`,
    );
  }
  return text.join('\n');
}

export class ChargePoint {
  // `launcher`: a command that starts the programs, as its last words.
  constructor({
    url = '',
    identity = 'CP0001',
    directory,
    on_line,
    launcher = [],
    ...configuration
  } = {}) {
    this.launcher = launcher;
    this.env = {}; // of the programs, besides the test's own
    this.directory = directory ?? fs.mkdtempSync(path.join(os.tmpdir(), 'cp-'));
    this.config = path.join(this.directory, 'chargepoint.toml');
    this.simulator_socket = path.join(this.directory, 'sim.sock');
    this.hal_socket = path.join(this.directory, 'hal.sock');
    this.control_socket = path.join(this.directory, 'control.sock');
    this.storage = path.join(this.directory, 'storage');
    this.on_line = on_line;
    this.history = []; // every process ever started
    this.unexpected_end = new Promise((_, reject) => {
      this.report_end = reject;
    });
    this.unexpected_end.catch(() => {});
    fs.mkdirSync(this.storage, { recursive: true });
    this.#boot_machine();
    fs.writeFileSync(
      this.config,
      configuration_text({ directory: this.directory, url, identity, ...configuration }),
    );
  }

  start_hald() {
    this.hald = this.#start('chargepoint-hald');
    return this.hald;
  }

  start_daemon() {
    this.daemon = this.#start('chargepointd');
    return this.daemon;
  }

  start() {
    this.start_hald();
    this.start_daemon();
  }

  #start(name) {
    const running = new Running(name, ['--config', this.config], {
      on_line: this.on_line,
      launcher: this.launcher,
      env: this.env,
    });
    this.history.push(running);
    running.exit.then((ended) => {
      if (!running.ending)
        this.report_end(new Error(`${name} ended by itself: ${JSON.stringify(ended)}`));
    });
    return running;
  }

  // As the kernel names each of its boots.
  #boot_machine() {
    fs.writeFileSync(path.join(this.directory, 'boot_id'), `${randomUUID()}\n`);
  }

  // Both at the same instant, and the machine goes on.
  async crash() {
    await Promise.all([this.hald?.end('SIGKILL'), this.daemon?.end('SIGKILL')]);
  }

  // Both at the same instant, and the machine boots anew.
  async power_cut() {
    await this.crash();
    this.#boot_machine();
  }

  // The simulator's answer; {ok: false} is an error unless the test asked for it with `refused`.
  async simulator(request, { refused = false, within } = {}) {
    const answer = await ask(this.simulator_socket, request, { within });
    if (answer.ok !== !refused)
      throw new Error(
        `simulator: ${JSON.stringify(request)} was answered ${JSON.stringify(answer)}`,
      );
    return answer;
  }

  plug_in(connector = 1, more = {}) {
    return this.simulator({ do: 'plug_in', connector, ...more });
  }

  unplug(connector = 1, more = {}) {
    return this.simulator({ do: 'unplug', connector, ...more });
  }

  vehicle(connector, behaviour) {
    return this.simulator({ do: 'vehicle', connector, ...behaviour });
  }

  present_tag(uid) {
    return this.simulator({ do: 'present_tag', uid });
  }

  // chargepointctl with --json: its exit code and what it printed, parsed.
  async ctl(...words) {
    const ended = await run('chargepointctl', ['--config', this.config, ...words, '--json']);
    let json;
    try {
      json = JSON.parse(ended.stdout);
    } catch {
      json = undefined;
    }
    return { ...ended, json };
  }

  start_ctl(words, on_line) {
    const running = new Running('chargepointctl', ['--config', this.config, ...words], { on_line });
    this.history.push(running);
    return running;
  }

  // A program that ended without being told to is a failure, whatever else went right.
  check_alive() {
    for (const running of this.history) {
      if (!running.alive && !running.ending)
        throw new Error(`${running.name} ended by itself: ${JSON.stringify(running.ended)}`);
      const sanitizer = running.log.find((line) => /Sanitizer|runtime error:/.test(line));
      if (sanitizer) throw new Error(`${running.name}: ${sanitizer}`);
    }
  }

  // Ends what still runs, politely first; removes the directory.
  async close({ keep = false } = {}) {
    const running = this.history.filter((process) => process.alive);
    await Promise.all(
      running.map(async (process) => {
        try {
          await process.end('SIGTERM', 6_000);
        } catch {
          await process.end('SIGKILL');
        }
      }),
    );
    if (!keep) fs.rmSync(this.directory, { recursive: true, force: true });
  }

  // For a failure report: the last words of everything.
  words(lines = 120) {
    const told = ({ name, pid, alive, ended, log }) => {
      const state = alive ? 'running' : JSON.stringify(ended);
      return [`--- ${name} (pid ${pid}, ${state})`, ...log.slice(-lines)].join('\n');
    };
    return this.history.map(told).join('\n');
  }
}

export function files_in(directory) {
  return fs.existsSync(directory) ? fs.readdirSync(directory) : [];
}

export async function programs_exist() {
  const missing = ['chargepoint-hald', 'chargepointd', 'chargepointctl'].filter(
    (name) => !fs.existsSync(program(name)),
  );
  if (missing.length > 0) throw new Error(`not built: ${missing.map(program).join(', ')}`);
}
