import type { PeopleWords } from '../../../messages/people.ts';
import type { components } from '../../api/schema.d.ts';

export type Explanation = components['schemas']['ExplanationDto'];

/** What a code of Meta means to a shop owner; the title of Meta is the fallback. */
export function sayCode(code: number | null | undefined, title: string | undefined, t: PeopleWords): string {
  const known = code === null || code === undefined ? undefined : t.codes[code];
  return known ?? title ?? t.person.events.failedPlain;
}

/** One event of a person’s story as a sentence. `onDay` writes a calendar day. */
export function sayEvent(event: Explanation, t: PeopleWords, onDay: (day: string) => string): string {
  const words = t.person.events;
  const { detail } = event;
  const which = attemptWords(event.attempt, t);
  switch (event.event) {
    case 'planned': {
      const day = /\d{4}-\d\d-\d\d/.exec(detail)?.[0];
      return day === undefined ? detail : words.planned(onDay(day));
    }
    case 'attempt':
      return words.attempt(which);
    case 'attempt_failed':
      return words.attempt_failed(which, sayCode(event.code, event.title, t));
    case 'replied':
      return withReason(words.replied, detail.replace(/^Replied:?\s*/, ''), t).replace(/\.$/, '');
    case 'skipped':
    case 'opted_out':
      return withReason(words[event.event], detail, t);
    case 'failed':
      return withReason(
        words.failed,
        event.code === undefined ? detail : sayCode(event.code, event.title ?? detail, t),
        t,
      );
    case 'waiting':
    case 'assigned':
      return detail;
    default:
      return words[event.event];
  }
}

function attemptWords(attempt: number | undefined, t: PeopleWords): string {
  const number = attempt ?? 1;
  return t.person.tries[number - 1] ?? t.person.tryN(number);
}

function withReason(what: string, why: string, t: PeopleWords): string {
  return why === '' || why === '.' ? what : t.person.because(what, why);
}
