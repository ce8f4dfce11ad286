import { expect, it } from '@jest/globals';
import { en } from '../../../messages/en.ts';
import { waitingWords } from './waiting-words.ts';

const words = (reason: string): string =>
  waitingWords(
    reason,
    en,
    (instant) => instant.slice(11, 16),
    (day) => day.slice(5),
  );

it.each([
  ['The send window is closed until 2025-01-15T09:00:00.000Z.', 'the send window; it opens at 09:00.'],
  ['The next recipients are planned for 2025-01-16.', '01-16, the day planned for the next people.'],
  [
    "Today's batch is released by the daily run at 2025-01-15T09:00:00.000Z, or by POST /api/marketing/process-daily.",
    'the daily run at 09:00.',
  ],
  [
    'The portfolio has written to the 250 people that Meta allows in 24 hours; the next one is possible at 2025-01-15T10:30:00.000Z.',
    'room: your number has written to the 250 people that Meta allows in 24 hours. The next is possible at 10:30.',
  ],
  [
    'The portfolio has written to the 250 people that Meta allows in 24 hours.',
    'room: your number has written to the 250 people that Meta allows in 24 hours.',
  ],
  ['Something new at 2025-01-15T10:30:00.000Z.', 'Something new at 10:30.'],
])('says %s in our words', (reason, said) => {
  expect(words(reason)).toBe(said);
});
