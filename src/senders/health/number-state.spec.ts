import { describe, expect, it } from '@jest/globals';
import { readNumberState } from './number-state.js';
import { throughputOf } from '../accounts/throughput.js';

const LIMIT = 'whatsapp_business_manager_messaging_limit';

describe('readNumberState', () => {
  it('reads the answer from Meta', () => {
    const state = readNumberState({
      id: '106540352242922',
      display_phone_number: '+1 555-078-3881',
      verified_name: 'Bali Tours',
      quality_rating: 'green',
      throughput: { level: 'HIGH' },
      status: 'CONNECTED',
      health_status: { can_send_message: 'AVAILABLE', entities: [] },
      [LIMIT]: 'TIER_2K',
    });
    expect(state).toEqual({
      displayPhoneNumber: '+1 555-078-3881',
      verifiedName: 'Bali Tours',
      qualityRating: 'GREEN',
      throughputLevel: 'HIGH',
      health: 'AVAILABLE',
      blockedBecause: null,
      limit: 2_000,
      unreadableLimit: null,
    });
  });

  it.each([[{}], [null], ['x'], [[]], [{ health_status: 'BLOCKED', throughput: 80, status: {} }]])(
    'reads nothing from %j',
    (answer) => {
      const said = Object.values(readNumberState(answer)).filter((value) => value !== null);
      expect(said).toEqual([]);
    },
  );

  it.each([
    ['TIER_250', 250, null],
    [100_000, 100_000, null],
    [-1, 'unlimited', null],
    ['999999999999K', 'unlimited', null],
    ['TIER_NOT_SET', null, '"TIER_NOT_SET"'],
    [{ tier: 1 }, null, '{"tier":1}'],
    [null, null, null],
  ])('reads the limit %j', (raw, limit, unreadableLimit) => {
    expect(readNumberState({ [LIMIT]: raw })).toMatchObject({ limit, unreadableLimit });
  });

  it('names what is blocked and why', () => {
    const error = { error_code: 131042, error_description: 'No payment method.' };
    const entities = [
      { entity_type: 'PHONE_NUMBER', can_send_message: 'LIMITED', errors: [{ error_code: 1 }] },
      { entity_type: 'WABA', can_send_message: 'BLOCKED', errors: [error, {}] },
    ];
    const state = readNumberState({ health_status: { can_send_message: 'BLOCKED', entities } });
    expect(state.blockedBecause).toBe(
      'Meta blocks sending. WABA: No payment method. (code 131042) WABA: no reason given',
    );
  });

  it.each([
    ['DISCONNECTED', 'Meta reports the number as DISCONNECTED.'],
    ['FLAGGED', null],
    ['CONNECTED', null],
  ])('reads the status %s', (status, reason) => {
    expect(readNumberState({ status }).blockedBecause).toBe(reason);
  });
});

it.each([
  ['STANDARD', 80],
  ['HIGH', 1_000],
  ['NOT_APPLICABLE', undefined],
  [null, undefined],
])('maps the level %s to %s messages per second', (level, perSecond) => {
  expect(throughputOf(level)).toBe(perSecond);
});
