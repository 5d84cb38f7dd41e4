// SPDX-License-Identifier: Apache-2.0
// OCTT cases: local sessions and sampled meter values, with the physical truth beside them.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { one_connector } from './harness/charge_point.js';
import {
  authorized,
  charging_locally,
  configuration_key,
  configure,
  started,
  stopped,
  tag1,
  tag2,
  unplugged,
  ways_to_charge,
} from './harness/states.js';
import {
  charging,
  check_offer,
  check_wh,
  not_charging,
  observe,
  relays_closed,
  watched,
} from './harness/truth.js';
import { nothing_for, until } from './harness/wait.js';

const sample_interval = 2;

// Contactors are closed in state C only; before `allowed.yes` never.
const permitted = (allowed) => (seen) => allowed.yes && seen.vehicle_state === 'C';

describe('OCTT: local sessions', { concurrency: 4 }, () => {
  system_test('TC_003_CS Regular Charging Session - Plugin First', {}, async ({ cs, cp }) => {
    const allowed = { yes: false };
    await watched(cp, permitted(allowed), async () => {
      await cp.plug_in();
      await cs.status(1, 'Preparing');
      cs.answer_once('Authorize', () => {
        allowed.yes = true;
        return { idTagInfo: { status: 'Accepted' } };
      });
      await authorized(cs, cp, { preparing: true });
      const { id, meterStart } = await started(cs);
      const seen = await charging(cp);
      check_offer(seen, 32);
      await until(async () => (await observe(cp)).energy_wh > meterStart + 5, { what: '5 Wh' });
      await cp.present_tag(tag1);
      const stop = await stopped(cs, { id, reason: 'Local' });
      const { energy_wh } = await not_charging(cp);
      check_wh(stop.meterStop, energy_wh, 'meterStop');
      check_wh(meterStart, 0, 'meterStart');
      assert.equal(stop.idTag, tag1);
      await unplugged(cs, cp);
    });
    assert.equal(cs.calls('Authorize').length, 1, 'the tag that started is not asked about again');
  });

  system_test(
    'TC_003_CS Regular Charging Session - Plugin First (Schuko)',
    {},
    async ({ cs, cp }) => {
      const { id, meterStart } = await charging_locally(cs, cp, { connector: 2 });
      const seen = await charging(cp, 2);
      assert.ok(Math.max(...seen.amps) <= 16, `${seen.amps}`);
      await until(async () => (await observe(cp, 2)).energy_wh > meterStart + 2, { what: '2 Wh' });
      await cp.present_tag(tag1);
      const stop = await stopped(cs, { connector: 2, id, reason: 'Local' });
      const { energy_wh } = await not_charging(cp, 2);
      check_wh(stop.meterStop, energy_wh, 'meterStop');
      await unplugged(cs, cp, 2);
    },
  );

  system_test(
    'TC_004_1_CS Regular Charging Session - Identification First',
    { connectors: one_connector },
    async ({ cs, cp }) => {
      await configure(cs, 'MeterValueSampleInterval', '1');
      await authorized(cs, cp);
      assert.ok(!relays_closed(await observe(cp)), 'a tag alone closes nothing');
      await cp.plug_in();
      const { id } = await started(cs);
      check_offer(await charging(cp), 32);
      await cp.present_tag(tag1);
      await stopped(cs, { id, reason: 'Local' });
      await unplugged(cs, cp);
    },
  );

  system_test(
    'TC_004_2_CS Regular Charging Session - Identification First - ConnectionTimeOut',
    { connectors: one_connector },
    async ({ cs, cp }) => {
      await configure(cs, 'ConnectionTimeOut', '2');
      await authorized(cs, cp);
      const before = Date.now();
      await cs.status(1, 'Available');
      assert.ok(Date.now() - before >= 1_000, 'not before the time is over');
      assert.equal(cs.messages('StartTransaction').length, 0);
    },
  );

  for (const [way, charge] of ways_to_charge) {
    system_test(
      `TC_068_CS Stop transaction - IdTag matches the one in StartTransaction (${way})`,
      { connectors: one_connector },
      async ({ cs, cp }) => {
        const { id } = await charge(cs, cp);
        const asked = cs.calls('Authorize').length;
        await cp.present_tag(tag2);
        await nothing_for(2_000, () => {
          assert.equal(cs.calls('Authorize').length, asked, 'a foreign tag is not asked about');
          assert.equal(cs.messages('StopTransaction').length, 0, 'a foreign tag stops nothing');
        });
        await charging(cp);
        await cp.present_tag(tag1);
        const stop = await stopped(cs, { id, reason: 'Local' });
        assert.equal(stop.idTag, tag1);
      },
    );

    system_test(`TC_070_CS Sampled Meter Values (${way})`, {}, async ({ cs, cp }) => {
      await configure(cs, 'ClockAlignedDataInterval', '0');
      await configure(cs, 'MeterValueSampleInterval', String(sample_interval));
      const { value: measurands } = await configuration_key(cs, 'MeterValuesSampledData');
      const transaction = await charge(cs, cp);
      await check_samples(cs, transaction, measurands.split(',').filter(Boolean));
    });

    system_test(`TC_071_CS Clock-aligned Meter Values (${way})`, {}, async ({ cs, cp }) => {
      const interval = 2;
      await configure(cs, 'MeterValueSampleInterval', '0');
      await configure(cs, 'MeterValuesAlignedData', 'Energy.Active.Import.Register,Voltage');
      await configure(cs, 'ClockAlignedDataInterval', String(interval));
      const { id } = await charge(cs, cp);
      const aligned = () => cs.messages('MeterValues', ({ transactionId }) => transactionId === id);
      await until(() => aligned().length >= 3, { what: 'three of them' });
      const values = aligned().flatMap(({ payload }) => payload.meterValue);
      for (const [index, { timestamp, sampledValue }] of values.entries()) {
        const at = Date.parse(timestamp);
        assert.equal(at % (interval * 1000), 0, `${timestamp} is an even time`);
        if (index > 0) assert.equal(at - Date.parse(values[index - 1].timestamp), interval * 1000);
        const told = new Set(sampledValue.map(({ measurand }) => measurand));
        assert.deepEqual([...told], ['Energy.Active.Import.Register', 'Voltage']);
        for (const { context, location, format } of sampledValue) {
          assert.equal(context, 'Sample.Clock');
          assert.notEqual(location, 'EV');
          assert.equal(format ?? 'Raw', 'Raw');
        }
      }
    });
  }

  system_test('TC_006_CS One reader for multiple connectors (retired)', {}, async ({ cs, cp }) => {
    assert.deepEqual(await cs.call('ClearCache'), { status: 'Accepted' });
    const sessions = [];
    for (const [connector, tag] of [
      [1, tag1],
      [2, tag2],
    ]) {
      await cp.present_tag(tag);
      cs.allow('StatusNotification', ({ status }) => status === 'Preparing');
      await cs.expect('Authorize', ({ idTag }) => idTag === tag);
      await cp.plug_in(connector);
      sessions.push([connector, tag, (await started(cs, { connector, tag })).id]);
    }
    for (const [connector, tag, id] of sessions) {
      await cp.present_tag(tag);
      await stopped(cs, { connector, id, reason: 'Local' });
      await unplugged(cs, cp, connector);
    }
  });

  system_test('TC_070_CS Sampled Meter Values (several measurands)', {}, async ({ cs, cp }) => {
    const measurands = [
      'Energy.Active.Import.Register',
      'Power.Active.Import',
      'Current.Import',
      'Voltage',
      'Current.Offered',
    ];
    await configure(cs, 'MeterValuesSampledData', measurands.join(','));
    await configure(cs, 'MeterValueSampleInterval', String(sample_interval));
    const transaction = await charging_locally(cs, cp);
    const seen = await charging(cp);
    // Not those from before the contactors closed: the monitor may still have been under test.
    const earlier = cs.messages('MeterValues').length;
    const values = await check_samples(cs, transaction, measurands, earlier);
    const offered = values
      .at(-1)
      .sampledValue.find(({ measurand }) => measurand === 'Current.Offered');
    assert.equal(Number(offered.value), 32);
    const power = values
      .at(-1)
      .sampledValue.find(
        ({ measurand, phase }) => measurand === 'Power.Active.Import' && phase === undefined,
      );
    const watts = Number(power.value) * (power.unit === 'kW' ? 1000 : 1);
    assert.ok(
      Math.abs(watts - seen.watts) < 100,
      `reported ${watts} W, physically ${seen.watts} W`,
    );
  });
});

// Three intervals' worth of MeterValues: spacing, context, measurands, location, format.
async function check_samples(cs, transaction, measurands, earlier = 0) {
  const wanted = measurands.length > 0 ? measurands : ['Energy.Active.Import.Register'];
  const periodic = () =>
    cs
      .messages('MeterValues')
      .slice(earlier)
      .flatMap(({ payload }) => payload.meterValue.map((value) => ({ ...value, of: payload })))
      .filter(({ sampledValue }) =>
        sampledValue.every(({ context }) => (context ?? 'Sample.Periodic') === 'Sample.Periodic'),
      );
  const values = await until(() => periodic().length >= 3 && periodic(), {
    within: 4 * sample_interval * 1000 + 5_000,
    what: 'three samples',
  });
  for (const [index, { timestamp, sampledValue, of }] of values.entries()) {
    assert.equal(of.transactionId, transaction.id);
    assert.equal(of.connectorId, transaction.connectorId);
    for (const measurand of wanted) {
      assert.ok(
        sampledValue.some((v) => (v.measurand ?? 'Energy.Active.Import.Register') === measurand),
        `${measurand} is in ${JSON.stringify(sampledValue)}`,
      );
    }
    for (const value of sampledValue) {
      assert.ok(value.measurand === 'SoC' || (value.location ?? 'Outlet') !== 'EV');
      assert.equal(value.format ?? 'Raw', 'Raw');
    }
    if (index === 0) continue;
    const gap = Date.parse(timestamp) - Date.parse(values[index - 1].timestamp);
    assert.ok(Math.abs(gap - sample_interval * 1000) < 500, `samples are ${gap} ms apart`);
  }
  return values;
}
