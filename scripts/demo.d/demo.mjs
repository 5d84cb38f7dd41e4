// SPDX-License-Identifier: Apache-2.0
// Plays one charging session in front of a person, checks it, and stays up for them to play on.

import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { ChargePoint } from '../../tests/system/harness/charge_point.js';
import { program } from '../../tests/system/harness/programs.js';
import {
  charging,
  check_offer,
  check_wh,
  not_charging,
  observe,
} from '../../tests/system/harness/truth.js';
import { until } from '../../tests/system/harness/wait.js';
import { CentralSystem } from './central_system.mjs';
import { bold, chapter, detail, dim, green, message, receipt, red, say } from './narrator.mjs';

const identity = 'DEMO0001';
const connector = 1;
const tag = '04A1B2C3';
const energy_to_charge = 30; // Wh, about ten seconds at 11 kW

const { values: options } = parseArgs({
  options: { once: { type: 'boolean' }, 'central-system': { type: 'string' } },
});

// The calls that the charge point made, told as they come.
class Messages {
  calls = [];

  take(action, payload) {
    this.calls.push({ action, payload });
    if (action !== 'Heartbeat') message(action, payload);
  }

  // With a foreign central system the charge point's own event stream is the place to see them.
  async follow_events(charge_point) {
    const events = charge_point.start_ctl(['events', '--json'], (line) => {
      const call = call_of(line);
      if (call) this.take(...call);
    });
    // The stream has begun when it tells of a change.
    let timeout = 30;
    await until(
      async () => {
        await charge_point.ctl('config', 'set', 'MessageTimeout', String(++timeout));
        return events.log.length > 0;
      },
      { what: 'the stream of events' },
    );
  }

  // The first such call after `position`.
  next(action, predicate = () => true, { position = 0, within = 30_000 } = {}) {
    return until(
      () =>
        this.calls.slice(position).find((call) => call.action === action && predicate(call.payload))
          ?.payload,
      { within, what: action },
    );
  }
}

// [action, payload] when the event is a call that was sent.
function call_of(line) {
  try {
    const event = JSON.parse(line);
    if (event.kind !== 'message' || event.direction !== 'out') return undefined;
    const [type, , action, payload] = JSON.parse(event.frame);
    return type === 2 ? [action, payload] : undefined;
  } catch {
    return undefined;
  }
}

function charge_point_for(url) {
  const charge_point = new ChargePoint({
    url,
    identity,
    ocpp: {
      MeterValueSampleInterval: 2,
      MeterValuesSampledData: 'Energy.Active.Import.Register,Power.Active.Import,Current.Import',
    },
    sections: { log: { level: 'info' }, charge_point: { vendor: 'Example', model: 'Demo' } },
    on_line: (line, name) =>
      fs.appendFileSync(path.join(charge_point.directory, `${name}.log`), `${line}\n`),
  });
  return charge_point;
}

const status_is = (status) => (payload) =>
  payload.connectorId === connector && payload.status === status;

async function session(charge_point, messages) {
  chapter('The car is plugged in');
  await charge_point.plug_in(connector);
  await messages.next('StatusNotification', status_is('Preparing'));

  chapter(`The driver shows the tag ${tag}`);
  await charge_point.present_tag(tag);
  const start = await messages.next('StartTransaction');

  chapter('The car is offered current and charges');
  const seen = await charging(charge_point, connector, { within: 20_000 });
  const duty = seen.pilot.duty_percent;
  const amps = seen.amps.map((value) => value.toFixed(1)).join(' / ');
  detail(
    `control pilot ${duty.toFixed(1)} %, that is ${(duty * 0.6).toFixed(0)} A; ` +
      `the car takes ${amps} A, ${(seen.watts / 1000).toFixed(1)} kW`,
  );
  check_offer(seen, 32);
  await messages.next('StatusNotification', status_is('Charging'));
  await until(
    async () =>
      (await observe(charge_point, connector)).energy_wh >= start.meterStart + energy_to_charge,
    { within: 60_000, what: `${energy_to_charge} Wh` },
  );
  await messages.next('MeterValues', ({ transactionId }) => transactionId !== undefined);

  chapter('The driver shows the tag again');
  await charge_point.present_tag(tag);
  const stop = await messages.next('StopTransaction');
  const { energy_wh } = await not_charging(charge_point, connector);
  check_wh(stop.meterStop, energy_wh, 'meterStop');
  await messages.next('StatusNotification', status_is('Finishing'));

  chapter('The car leaves');
  const position = messages.calls.length;
  await charge_point.unplug(connector);
  await messages.next('StatusNotification', status_is('Available'), { position });

  chapter('The receipt');
  receipt({
    tag,
    connector,
    transaction: stop.transactionId,
    start: start.meterStart,
    stop: stop.meterStop,
    from: start.timestamp,
    to: stop.timestamp,
  });
}

function play_on(charge_point) {
  const chargepointctl = path.relative(process.cwd(), program('chargepointctl'));
  const ctl = `${chargepointctl} --config ${charge_point.config}`;
  say(`\n${bold('It stays up. Play on in another terminal:')}\n`);
  for (const words of [
    'status --watch',
    'sim plug_in connector=1',
    `sim present_tag uid=${tag}`,
    'sim vehicle connector=1 max_current=10',
    'sim observe',
    'sim unplug connector=1',
    'sim plug_in connector=2',
    'link down',
    'link up',
    'config set MeterValueSampleInterval 5',
    'transactions',
    'events',
  ])
    say(`  ${ctl} ${words}`);
  say(`\n${dim(`Logs: ${charge_point.directory}/*.log`)}\n${bold('Ctrl-C ends everything.')}\n`);
}

async function main() {
  const url = options['central-system'];
  const messages = new Messages();
  const central_system =
    url === undefined
      ? await new CentralSystem((action, payload) => messages.take(action, payload)).listen()
      : undefined;
  const charge_point = charge_point_for(url ?? central_system.url);
  let ending = false;
  const end = async (code) => {
    if (ending) return;
    ending = true;
    await charge_point.close();
    await central_system?.close();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => end(options.once ? 1 : 0));

  say(
    `Central system: ${url ?? `${central_system.url} (the demo's own)`}\n` +
      `Charge point:   ${identity} in ${charge_point.directory}`,
  );
  try {
    chapter('Both processes start and the charge point registers');
    charge_point.start();
    const registered = async () => {
      const { json } = await charge_point.ctl('status');
      return json?.registration === 'Accepted' && json.queued_messages === 0;
    };
    const what = `${url ?? 'the central system'} to accept the charge point`;
    await until(registered, { within: 60_000, what });
    if (!central_system) await messages.follow_events(charge_point);
    await session(charge_point, messages);
    charge_point.check_alive();
    if (central_system?.failures.length > 0) throw new Error(central_system.failures.join('\n'));
    say(`\n${green('Everything went right.')}`);
  } catch (error) {
    if (ending) return;
    say(`\n${red(`It went wrong: ${error.message}`)}\n\n${charge_point.words(40)}`);
    await end(1);
  }
  if (options.once) await end(0);
  play_on(charge_point);
}

await main();
