import { describe, expect, it } from '@jest/globals';
import { asInstant } from '../json/json-fields.js';
import { parseMessagingLimit } from './messaging-limit.js';
import { normaliseLanguage } from './template-language.js';

describe('parseMessagingLimit', () => {
  it.each([
    ['TIER_50', 50],
    ['TIER_250', 250],
    ['TIER_1K', 1_000],
    ['TIER_2K', 2_000],
    ['TIER_10K', 10_000],
    ['TIER_100K', 100_000],
    ['tier_1m', 1_000_000],
    ['TIER_UNLIMITED', 'unlimited'],
    ['UNLIMITED', 'unlimited'],
    [-1, 'unlimited'],
    ['-1', 'unlimited'],
    [2000, 2_000],
    ['2000', 2_000],
    [0, 0],
    [-2, null],
    [2.5, null],
    ['TIER_NOT_SET', null],
    ['', null],
    [null, null],
    [{}, null],
  ])('reads %p as %p', (raw, limit) => {
    expect(parseMessagingLimit(raw)).toBe(limit);
  });
});

describe('normaliseLanguage', () => {
  it.each([
    ['en-US', 'en_US'],
    ['en_US', 'en_US'],
    ['pt-br', 'pt_BR'],
    ['en', 'en'],
    ['fil', 'fil'],
    ['zh-Hant-TW', 'zh_Hant_TW'],
  ])('writes %s as %s', (code, expected) => {
    expect(normaliseLanguage(code)).toBe(expected);
  });
});

describe('asInstant', () => {
  it.each([
    ['1794000001', '2026-11-06T21:20:01.000Z'],
    [1794000001, '2026-11-06T21:20:01.000Z'],
    [1794000001000, '2026-11-06T21:20:01.000Z'],
    ['2026-11-06T21:20:01Z', '2026-11-06T21:20:01.000Z'],
  ])('reads %p', (raw, iso) => {
    expect(asInstant(raw)?.toISOString()).toBe(iso);
  });

  it.each([-5, 1e300, '9999999999999999', 'April 17, 2025', '', null, {}, 1.5])(
    'knows no instant in %p',
    (raw) => {
      expect(asInstant(raw)).toBeNull();
    },
  );
});
