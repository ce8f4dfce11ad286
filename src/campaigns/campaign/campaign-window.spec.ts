import { describe, expect, it } from '@jest/globals';
import { storeWindow, windowOf } from './campaign-window.js';

const DEFAULT = { start: '09:00', end: '21:00' };
const stored = (start: string | null, end: string | null, off = false) => ({
  sendWindowStart: start,
  sendWindowEnd: end,
  sendWindowOff: off,
});

describe('the send window of a campaign', () => {
  it.each([
    [undefined, undefined, stored(null, null), DEFAULT],
    [null, null, stored(null, null, true), null],
    ['00:00', '24:00', stored(null, null, true), null],
    ['10:00', '18:30', stored('10:00', '18:30'), { start: '10:00', end: '18:30' }],
    ['21:00', '06:00', stored('21:00', '06:00'), { start: '21:00', end: '06:00' }],
  ])('accepts %s to %s', (start, end, expected, effective) => {
    const window = storeWindow(start, end);
    expect(window).toEqual(expected);
    expect(windowOf(window, DEFAULT)).toEqual(effective);
  });

  it.each([
    ['09:00', undefined],
    [undefined, '21:00'],
    ['09:00', null],
    ['9:00', '21:00'],
    ['09:00', '09:00'],
    ['25:00', '26:00'],
  ])('rejects %s to %s', (start, end) => {
    expect(() => storeWindow(start, end)).toThrow(expect.objectContaining({ kind: 'rule' }));
  });
});
