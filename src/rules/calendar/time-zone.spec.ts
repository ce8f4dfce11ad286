import { describe, expect, it } from '@jest/globals';
import { parseTimeZone } from './time-zone.js';

describe('parseTimeZone', () => {
  it.each([
    ['UTC', 'UTC'],
    ['utc', 'UTC'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s is %s', (input, zone) => {
    expect(parseTimeZone(input)).toBe(zone);
  });

  it.each(['', 'Mars/Base', '+05:30', '-03', 'UTC+1', 'Europe/Berlin ', 'Z', 'Europe', 'Asia/Kolkata\n'])(
    '"%s" is refused',
    (input) => {
      expect(() => parseTimeZone(input)).toThrow(
        expect.objectContaining({ kind: 'invalid', code: 'bad_time_zone' }),
      );
    },
  );
});
