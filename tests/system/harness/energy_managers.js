// SPDX-License-Identifier: Apache-2.0
// The sequences of energy managers at home, in pieces: evcc and Home Assistant's integration.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { check_offer, duty_for, observe, relays_closed } from './truth.js';
import { until } from './wait.js';

export const accepted = { status: 'Accepted' };

export async function keys(cs) {
  const { configurationKey, unknownKey } = await cs.call('GetConfiguration', {});
  assert.deepEqual(unknownKey ?? [], []);
  return new Map(configurationKey.map(({ key, value }) => [key, value]));
}

export async function change(cs, key, value) {
  return (await cs.call('ChangeConfiguration', { key, value })).status;
}

// As Home Assistant writes it: relative to when it is set.
export function limit(id, stackLevel, chargingProfilePurpose, amps) {
  return {
    chargingProfileId: id,
    stackLevel,
    chargingProfileKind: 'Relative',
    chargingProfilePurpose,
    chargingSchedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: amps }],
    },
  };
}

// As evcc does: it begins now, by a clock of its own, and says how many phases.
export function beginning_now(id, stackLevel, amps, numberPhases, ahead_ms = 0) {
  return {
    chargingProfileId: id,
    stackLevel,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      startSchedule: new Date(Date.now() + ahead_ms).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: amps, numberPhases }],
    },
  };
}

export async function offered(cp, amps) {
  await until(
    async () => {
      const seen = await observe(cp, 1);
      const told = Math.abs(seen.pilot.duty_percent - duty_for(amps)) < 0.2;
      return told && relays_closed(seen) && Math.max(...seen.amps) <= amps + 0.5;
    },
    { within: 30_000, what: `a vehicle that follows an offer of ${amps} A` },
  );
  check_offer(await observe(cp, 1), amps);
}

// The keys that evcc asks for and changes; returns what it was told.
export async function set_up(cs) {
  assert.deepEqual(
    await cs.call('ChangeAvailability', { connectorId: 0, type: 'Operative' }),
    accepted,
  );
  const told = await keys(cs);
  for (const key of [
    'ChargeProfileMaxStackLevel',
    'ChargingScheduleAllowedChargingRateUnit',
    'ConnectorSwitch3to1PhaseSupported',
    'ACPhaseSwitchingSupported',
    'MaxChargingProfilesInstalled',
    'MeterValuesSampledData',
    'MeterValuesSampledDataMaxLength',
    'NumberOfConnectors',
  ])
    assert.ok(told.has(key), key);
  assert.match(told.get('SupportedFeatureProfiles'), /SmartCharging/);
  // Each measurand alone, to learn which there are; then all of them.
  const taken = [];
  for (const measurand of [
    'Power.Active.Import',
    'Energy.Active.Import.Register',
    'Current.Import',
    'Voltage',
    'Current.Offered',
    'Power.Offered',
    'SoC',
  ])
    if ((await change(cs, 'MeterValuesSampledData', measurand)) === 'Accepted')
      taken.push(measurand);
  assert.equal(taken.length, 6, 'all but SoC');
  assert.equal(await change(cs, 'MeterValuesSampledData', taken.join(',')), 'Accepted');
  assert.equal(await change(cs, 'MeterValueSampleInterval', '10'), 'Accepted');
  assert.equal(await change(cs, 'WebSocketPingInterval', '30'), 'Accepted');
  return told;
}

export async function trigger(cs) {
  for (const requestedMessage of ['StatusNotification', 'MeterValues']) {
    const told_now = cs.expect(requestedMessage, ({ connectorId }) => connectorId === 1);
    const trigger = { requestedMessage, connectorId: 1 };
    assert.deepEqual(await cs.call('TriggerMessage', trigger), accepted);
    await told_now;
  }
}

export async function set_profile(cs, csChargingProfiles) {
  assert.deepEqual(
    await cs.call('SetChargingProfile', { connectorId: 1, csChargingProfiles }),
    accepted,
  );
  const [period] = csChargingProfiles.chargingSchedule.chargingSchedulePeriod;
  // It believes the first period of what it reads back.
  const { chargingSchedule } = await cs.call('GetCompositeSchedule', {
    connectorId: 1,
    duration: 60,
    chargingRateUnit: 'A',
  });
  assert.equal(chargingSchedule.chargingSchedulePeriod[0].limit, period.limit);
}

// The most that connector 1 is offered while `body` runs, in amperes.
export async function most_offered(cp, body) {
  let most = 0;
  let over = false;
  const watch = (async () => {
    while (!over) {
      const { pilot } = await observe(cp, 1);
      most = Math.max(most, pilot.duty_percent * 0.6);
      await pause(20);
    }
  })();
  try {
    await body();
  } finally {
    over = true;
    await watch;
  }
  return most;
}
