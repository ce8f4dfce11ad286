import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lastTick, nextTick, parseCron, ticksBetween } from './cron.js';

const DAILY_AT_9 = '0 9 * * *';
const iso = (dates: readonly Date[]): string[] => dates.map((date) => date.toISOString());

describe('parseCron', () => {
  it.each([
    ['0 9 * * *', '0 9 * * *'],
    ['  0   9 * *  MON-FRI ', '0 9 * * MON-FRI'],
    ['*/15 9-17 * * 1-5', '*/15 9-17 * * 1-5'],
    ['0 9 L * *', '0 9 L * *'],
    ['0 9 29 2 *', '0 9 29 2 *'],
    ['0 9 * MAR THU', '0 9 * MAR THU'],
  ])('"%s" is %s', (input, expression) => {
    expect(parseCron(input)).toBe(expression);
  });

  it.each([
    '',
    ' ',
    '* * * *',
    '0 0 9 * * *',
    '@daily',
    '60 9 * * *',
    '0 24 * * *',
    '0 9 30 2 *',
    '0 9 31 4,6 *',
    'H 9 * * *',
    '0 H(9-10) * * *',
    '0 9 * * 8',
    '*/0 * * * *',
    'every day at nine sharp',
  ])('"%s" is refused', (input) => {
    expect(() => parseCron(input)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'bad_cron' }));
  });
});

describe('nextTick', () => {
  it.each([
    ['just before', DAILY_AT_9, 'Asia/Kolkata', '2025-01-15T03:29:59.999Z', '2025-01-15T03:30:00.000Z'],
    [
      'at the tick itself',
      DAILY_AT_9,
      'Asia/Kolkata',
      '2025-01-15T03:30:00.000Z',
      '2025-01-16T03:30:00.000Z',
    ],
    ['just after', DAILY_AT_9, 'Asia/Kolkata', '2025-01-15T03:30:00.001Z', '2025-01-16T03:30:00.000Z'],
    ['over a weekend', '0 9 * * 1-5', 'UTC', '2025-01-17T09:00:00Z', '2025-01-20T09:00:00.000Z'],
    ['in summer time', DAILY_AT_9, 'Europe/Berlin', '2025-03-29T12:00:00Z', '2025-03-30T07:00:00.000Z'],
    ['back in winter time', DAILY_AT_9, 'Europe/Berlin', '2025-10-25T12:00:00Z', '2025-10-26T08:00:00.000Z'],
    [
      'in the skipped hour',
      '30 2 * * *',
      'Europe/Berlin',
      '2025-03-29T12:00:00Z',
      '2025-03-30T01:30:00.000Z',
    ],
    [
      'at a missing midnight',
      '0 0 * * *',
      'Africa/Cairo',
      '2025-04-24T12:00:00Z',
      '2025-04-24T22:00:00.000Z',
    ],
    ['over a day left out', DAILY_AT_9, 'Pacific/Apia', '2011-12-29T19:00:00Z', '2011-12-30T19:00:00.000Z'],
  ])('%s', (_, expression, zone, after, tick) => {
    expect(nextTick(expression, zone, new Date(after)).toISOString()).toBe(tick);
  });

  it('ticks once at a time of day that happens twice', () => {
    const [after, upTo] = [new Date('2025-10-25T12:00:00Z'), new Date('2025-10-26T12:00:00Z')];
    expect(iso(ticksBetween('30 2 * * *', 'Europe/Berlin', after, upTo, 10))).toEqual([
      '2025-10-26T00:30:00.000Z',
    ]);
  });

  it('keeps an interval going through both passes of an hour', () => {
    const [after, upTo] = [new Date('2025-10-26T00:00:00Z'), new Date('2025-10-26T02:00:00Z')];
    expect(iso(ticksBetween('*/30 * * * *', 'Europe/Berlin', after, upTo, 10))).toEqual([
      '2025-10-26T00:30:00.000Z',
      '2025-10-26T01:00:00.000Z',
      '2025-10-26T01:30:00.000Z',
      '2025-10-26T02:00:00.000Z',
    ]);
  });
});

describe('ticksBetween', () => {
  const between = (after: string, upTo: string, max = 10): string[] =>
    iso(ticksBetween(DAILY_AT_9, 'UTC', new Date(after), new Date(upTo), max));

  it('excludes its start and includes its end, so that adjacent ranges share no tick', () => {
    expect(between('2025-01-15T09:00:00Z', '2025-01-17T09:00:00Z')).toEqual([
      '2025-01-16T09:00:00.000Z',
      '2025-01-17T09:00:00.000Z',
    ]);
  });

  it('is empty when there is none, or time stands still', () => {
    expect(between('2025-01-15T09:00:00Z', '2025-01-16T08:59:59Z')).toEqual([]);
    expect(between('2025-01-15T09:00:00Z', '2025-01-15T09:00:00Z')).toEqual([]);
    expect(between('2025-01-16T09:00:00Z', '2025-01-15T09:00:00Z')).toEqual([]);
  });

  it('returns the earliest ones when there are too many', () => {
    expect(between('2025-01-01T00:00:00Z', '2030-01-01T00:00:00Z', 2)).toEqual([
      '2025-01-01T09:00:00.000Z',
      '2025-01-02T09:00:00.000Z',
    ]);
  });

  it('finds the tick of a skipped time from any start, forwards and backwards', () => {
    const tick = new Date('2025-03-30T01:30:00Z');
    for (const after of ['2025-03-30T00:59:59Z', '2025-03-30T01:00:00Z', '2025-03-30T01:29:00Z']) {
      expect(nextTick('30 2 * * *', 'Europe/Berlin', new Date(after))).toEqual(tick);
    }
    for (const upTo of ['2025-03-30T01:30:00Z', '2025-03-30T02:00:00Z', '2025-03-31T00:29:59Z']) {
      expect(lastTick('30 2 * * *', 'Europe/Berlin', new Date(upTo))).toEqual(tick);
    }
  });

  it('finds the same ticks in one leap as in many steps', () => {
    const start = Date.parse('2025-03-28T00:00:00Z');
    const hours = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 });
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Asia/Beirut');
    const expressions = fc.constantFrom(DAILY_AT_9, '30 2 * * *', '*/20 * * * *', '0 0 * * *');
    fc.assert(
      fc.property(expressions, zones, hours, (expression, zone, steps) => {
        const inSteps: Date[] = [];
        let at = start;
        for (const step of steps) {
          const next = at + step * 3_600_000;
          inSteps.push(...ticksBetween(expression, zone, new Date(at), new Date(next), 1_000));
          at = next;
        }
        expect(ticksBetween(expression, zone, new Date(start), new Date(at), 1_000)).toEqual(inSteps);
      }),
      { numRuns: 30, examples: [['30 2 * * *', 'Europe/Berlin', [39, 10, 24]]] },
    );
  });
});
