import { expect, it } from '@jest/globals';
import { dayOfRun } from './day-of-run.js';

const NINE = new Date('2025-03-04T09:00:00Z');
const NEXT = new Date('2025-03-05T09:00:00Z');

it.each([
  ['an open window', '09:00-21:00', 'UTC', '2025-03-04'],
  ['no window', null, 'UTC', '2025-03-04'],
  ['a window later in the day', '18:00-20:00', 'UTC', '2025-03-04'],
  ['a night', '21:00-06:00', 'UTC', '2025-03-04'],
  ['a window that is over before the next run', '06:00-08:00', 'UTC', '2025-03-05'],
  ['a window that ends with the next run', '06:00-09:00', 'UTC', '2025-03-05'],
  ['a window that the next run comes into', '06:00-09:30', 'UTC', '2025-03-04'],
  ['a zone where it is night already', '09:00-21:00', 'Pacific/Auckland', '2025-03-05'],
  ['a zone where it is still night', '09:00-21:00', 'America/Los_Angeles', '2025-03-04'],
])('of %s', (_, window, zone, day) => {
  const [start = '', end = ''] = window?.split('-') ?? [];
  expect(dayOfRun(window === null ? null : { start, end }, NINE, zone, NEXT)).toBe(day);
});

it('is today when the run comes late, outside of the window', () => {
  const evening = new Date('2025-03-04T22:00:00Z');
  expect(dayOfRun({ start: '09:00', end: '21:00' }, evening, 'UTC', NEXT)).toBe('2025-03-04');
});
