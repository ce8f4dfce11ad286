import { describe, expect, it } from '@jest/globals';
import { instantOf, wallTimeOf } from './wall-time.ts';

const iso = (day: string, time: string, zone: string): string | undefined => {
  const instant = instantOf({ day, time }, zone);
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

describe('a time on the clocks of a zone', () => {
  it('is an instant', () => {
    expect(iso('2025-01-15', '09:00', 'Asia/Kolkata')).toBe('2025-01-15T03:30:00.000Z');
    expect(iso('2025-07-15', '09:00', 'Europe/Berlin')).toBe('2025-07-15T07:00:00.000Z');
    expect(iso('2025-01-15', '00:00', 'Pacific/Auckland')).toBe('2025-01-14T11:00:00.000Z');
  });

  it('that the clocks leap over is as much later as they leap', () => {
    expect(iso('2025-03-30', '02:30', 'Europe/Berlin')).toBe('2025-03-30T01:30:00.000Z');
    expect(wallTimeOf('2025-03-30T01:30:00Z', 'Europe/Berlin')).toEqual({ day: '2025-03-30', time: '03:30' });
  });

  it('that the clocks show twice is the earlier one', () => {
    expect(iso('2025-10-26', '02:30', 'Europe/Berlin')).toBe('2025-10-26T00:30:00.000Z');
  });

  it('that does not exist is undefined', () => {
    expect(iso('2025-13-40', '09:00', 'UTC')).toBeUndefined();
    expect(iso('', '', 'UTC')).toBeUndefined();
  });

  it('is shown again as it was written, whatever the zone', () => {
    for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Australia/Lord_Howe', 'Europe/Berlin']) {
      for (let month = 1; month <= 12; month += 1) {
        const written = { day: `2025-${String(month).padStart(2, '0')}-17`, time: '18:45' };
        expect(wallTimeOf(instantOf(written, zone) ?? 0, zone)).toEqual(written);
      }
    }
  });
});
