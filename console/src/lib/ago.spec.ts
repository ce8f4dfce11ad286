import { expect, it } from '@jest/globals';
import { ago } from './ago.ts';

it.each([
  [0, 'now'],
  [59, 'now'],
  [720, '12 minutes ago'],
  [7_200, '2 hours ago'],
  [90_000, 'yesterday'],
  [864_000, '10 days ago'],
  // The server was a little behind.
  [-5, 'now'],
])('%d seconds back is %s', (seconds, said) => {
  expect(ago('2026-03-01T12:00:00Z', Date.parse('2026-03-01T12:00:00Z') + seconds * 1_000, 'en-GB')).toBe(
    said,
  );
});
