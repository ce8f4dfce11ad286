import { describe, expect, it } from '@jest/globals';
import { absenceBefore, type Begun, lateMs } from './lateness.js';

const at = (hour: number, minute = 0): Date => new Date(Date.UTC(2027, 0, 1, hour, minute));
const HOUR = 3_600_000;

describe('how late an occurrence is', () => {
  it.each([
    ['not at all without an outage', [], 0],
    ['as long as nobody worked after it was due', [{ from: at(8), to: at(15) }], 5],
    ['not by an outage before it', [{ from: at(5), to: at(10) }], 0],
    [
      'by all outages after it',
      [
        { from: at(9), to: at(12) },
        { from: at(14), to: at(16) },
      ],
      4,
    ],
    ['up to the present', [{ from: at(10), to: at(23) }], 10],
  ])('is %s', (_, absences, hours) => {
    expect(lateMs(at(10), at(20), absences)).toBe(hours * HOUR);
  });
});

describe('the time without a worker before a look', () => {
  const last = { at: at(10), realAt: at(1) };

  it.each<[string, Begun, Date, Date | null]>([
    [
      'none while this worker ran, however far the clock was moved',
      { at: at(9), realAt: at(0) },
      new Date(at(1).getTime() + 59_000),
      null,
    ],
    ['none after a quick restart', { at: at(10), realAt: at(1) }, at(1), null],
    ['until a later worker began', { at: at(17), realAt: at(2) }, at(2), at(17)],
    ['the real time in which the worker could not look', { at: at(9), realAt: at(0) }, at(4), at(13)],
  ])('is %s', (_, begun, realNow, to) => {
    const absence = absenceBefore(last, begun, realNow);
    if (to === null) expect(absence).toBeNull();
    else expect(absence).toEqual({ from: at(10), to });
  });
});
