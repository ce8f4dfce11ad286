import { expect, it } from '@jest/globals';
import { paceOf } from './pace.ts';

const row = {
  ...{ rowsRead: 600, status: 'running' as const },
  ...{ startedAt: '2025-01-15T10:00:00.000Z', progressAt: '2025-01-15T10:00:06.000Z' },
};

it('says how fast rows are read, and how long the rest takes', () => {
  expect(paceOf(row, 0.75)).toEqual({ perSecond: 100, estimatedRows: 800, secondsLeft: 2 });
});

it.each([[undefined], [0], [1]])('makes nothing up when the sent part is %s', (part) => {
  expect(paceOf(row, part)).toEqual({ perSecond: 100, estimatedRows: undefined, secondsLeft: undefined });
});

it('has no pace before the first rows', () => {
  expect(paceOf({ ...row, rowsRead: 0, progressAt: row.startedAt }, 0.5).perSecond).toBe(0);
});
