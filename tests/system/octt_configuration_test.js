// SPDX-License-Identifier: Apache-2.0
// OCTT cases: GetConfiguration and ChangeConfiguration.

import assert from 'node:assert/strict';
import { describe } from 'node:test';

import { system_test } from './harness/case.js';
import { configuration_key } from './harness/states.js';

const either = undefined; // R or RW
const core_keys = {
  AuthorizeRemoteTxRequests: either,
  ClockAlignedDataInterval: false,
  ConnectionTimeOut: false,
  ConnectorPhaseRotation: false,
  GetConfigurationMaxKeys: true,
  HeartbeatInterval: false,
  LocalAuthorizeOffline: false,
  LocalPreAuthorize: false,
  MeterValuesAlignedData: false,
  MeterValuesSampledData: false,
  MeterValueSampleInterval: false,
  NumberOfConnectors: true,
  ResetRetries: false,
  StopTransactionOnInvalidId: false,
  StopTxnAlignedData: false,
  StopTxnSampledData: false,
  SupportedFeatureProfiles: true,
  TransactionMessageAttempts: false,
  TransactionMessageRetryInterval: false,
  UnlockConnectorOnEVSideDisconnect: either,
};
const profile_keys = {
  LocalAuthListManagement: {
    LocalAuthListEnabled: false,
    LocalAuthListMaxLength: true,
    SendLocalListMaxLength: true,
  },
  SmartCharging: {
    ChargeProfileMaxStackLevel: true,
    ChargingScheduleAllowedChargingRateUnit: true,
    ChargingScheduleMaxPeriods: true,
    MaxChargingProfilesInstalled: true,
  },
};
const known_profiles = [
  'Core',
  'FirmwareManagement',
  'LocalAuthListManagement',
  'Reservation',
  'SmartCharging',
  'RemoteTrigger',
];
const booleans = [
  'AuthorizeRemoteTxRequests',
  'LocalAuthorizeOffline',
  'LocalPreAuthorize',
  'StopTransactionOnInvalidId',
  'UnlockConnectorOnEVSideDisconnect',
  'LocalAuthListEnabled',
];
const integers =
  /^NumberOf|(Interval|TimeOut|Keys|Retries|Attempts|Length|Periods|StackLevel|Installed)$/;

function check_keys(keys, wanted) {
  for (const [name, readonly] of Object.entries(wanted)) {
    const key = keys.find((candidate) => candidate.key === name);
    assert.ok(key, `${name} is there`);
    if (readonly !== either) assert.equal(key.readonly, readonly, `${name} readonly`);
    if (booleans.includes(name)) assert.match(key.value, /^(true|false)$/, name);
    else if (integers.test(name)) assert.match(key.value, /^\d+$/, name);
    assert.ok((key.value ?? '').length <= 500);
  }
}

describe('OCTT: configuration', { concurrency: 4 }, () => {
  system_test('TC_019_CS Retrieve configuration', {}, async ({ cs }) => {
    const profiles = (await configuration_key(cs, 'SupportedFeatureProfiles')).value.split(',');
    assert.ok(profiles.includes('Core'));
    assert.deepEqual(
      profiles.filter((profile) => !known_profiles.includes(profile)),
      [],
    );

    for (const request of [{}, { key: [] }]) {
      const { configurationKey, unknownKey } = await cs.call('GetConfiguration', request);
      assert.deepEqual(unknownKey ?? [], []);
      check_keys(configurationKey, core_keys);
      for (const profile of profiles) check_keys(configurationKey, profile_keys[profile] ?? {});
      assert.ok(
        !configurationKey.some(({ key, value }) => key === 'AuthorizationKey' && value),
        'a secret stays one',
      );
    }

    const most = Number((await configuration_key(cs, 'GetConfigurationMaxKeys')).value);
    const all = (await cs.call('GetConfiguration')).configurationKey.map(({ key }) => key);
    const some = all.slice(0, Math.min(most, all.length));
    const { configurationKey, unknownKey } = await cs.call('GetConfiguration', { key: some });
    assert.deepEqual(unknownKey ?? [], []);
    assert.deepEqual(configurationKey.map(({ key }) => key).sort(), [...some].sort());
  });

  system_test('TC_021_CS Change/set Configuration', {}, async ({ cs, cp }) => {
    assert.notEqual((await configuration_key(cs, 'MeterValueSampleInterval')).value, '17');
    assert.deepEqual(
      await cs.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '17' }),
      { status: 'Accepted' },
    );
    assert.equal((await configuration_key(cs, 'MeterValueSampleInterval')).value, '17');
    // An accepted value is kept, wherever the power goes.
    await cp.power_cut();
    cp.start();
    await cs.boot();
    assert.equal((await configuration_key(cs, 'MeterValueSampleInterval')).value, '17');
  });

  system_test('TC_040_1_CS Configuration key - NotSupported', {}, async ({ cs }) => {
    assert.deepEqual(await cs.call('ChangeConfiguration', { key: 'Testing', value: 'true' }), {
      status: 'NotSupported',
    });
    const answer = await cs.call('GetConfiguration', { key: ['Testing'] });
    assert.deepEqual(answer.unknownKey, ['Testing']);
    assert.deepEqual(answer.configurationKey ?? [], []);
  });

  system_test('TC_040_2_CS Configuration key - Invalid value', {}, async ({ cs }) => {
    const before = await configuration_key(cs, 'MeterValueSampleInterval');
    try {
      assert.deepEqual(
        await cs.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '-1' }),
        { status: 'Rejected' },
      );
    } catch (error) {
      assert.equal(error.rpcErrorCode, 'PropertyConstraintViolation');
    }
    assert.deepEqual(await configuration_key(cs, 'MeterValueSampleInterval'), before);
  });
});
