import { expect, it } from '@jest/globals';
import { peopleWords } from '../../../messages/people.ts';
import { sayEvent, type Explanation } from './say-event.ts';

const at = '2025-01-15T09:00:00.000Z';

it.each<[Omit<Explanation, 'at'>, string]>([
  [{ event: 'added', detail: 'Added to the campaign.' }, 'Chosen'],
  [{ event: 'planned', detail: 'Planned for 2025-01-15.' }, 'Planned for 15 Jan'],
  [{ event: 'attempt', detail: 'Attempt 2.', attempt: 2 }, 'Second try: handed to Meta'],
  [
    { event: 'attempt_failed', detail: 'x', attempt: 1, code: 131026, title: 'Message undeliverable' },
    'First try: This number may have no WhatsApp, or an old one.',
  ],
  [
    { event: 'attempt_failed', detail: 'x', attempt: 6, code: 999, title: 'Something new' },
    'Try 6: Something new',
  ],
  [{ event: 'replied', detail: 'Replied: Yes' }, 'Replied: Yes'],
  [{ event: 'replied', detail: 'Replied.' }, 'Replied'],
  [{ event: 'skipped', detail: 'Had a message today.' }, 'Left out: Had a message today.'],
])('says %j', (event, said) => {
  expect(sayEvent({ at, ...event }, peopleWords, () => '15 Jan')).toBe(said);
});
