import type { Messages } from '../../../messages/en.ts';

type Say = (t: Messages, at: (instant: string) => string, found: readonly string[]) => string;

const INSTANT = String.raw`(\d{4}-\d\d-\d\dT[\d:.]+Z)`;

/** The API says in one English sentence what a campaign waits for; these are the kinds that we have words for. */
const KINDS: readonly [RegExp, Say][] = [
  [
    new RegExp(`^The send window is closed until ${INSTANT}`),
    (t, at, [open = '']) => t.waiting.window(at(open)),
  ],
  [new RegExp(`released by the daily run at ${INSTANT}`), (t, at, [run = '']) => t.waiting.run(at(run))],
  [new RegExp(`^Begins at ${INSTANT}`), (t, at, [begin = '']) => t.waiting.begins(at(begin))],
  [
    new RegExp(`has written to the (\\d+) people .*?(?:possible at ${INSTANT})?\\.?$`),
    (t, at, [count = '0', next]) => t.waiting.limit(t.count(Number(count)), next && at(next)),
  ],
  [new RegExp(`came too fast.*at ${INSTANT}`), (t, at, [from = '']) => t.waiting.slower(at(from))],
];
const PLANNED = /^The next recipients are planned for (\d{4}-\d\d-\d\d)/;

/** What a campaign is waiting for, in our words. A reason that we do not know stays as it is, but for its times. */
export function waitingWords(
  reason: string,
  t: Messages,
  at: (instant: string) => string,
  onDay: (day: string) => string,
): string {
  const day = PLANNED.exec(reason)?.[1];
  if (day !== undefined) return t.waiting.planned(onDay(day));
  for (const [pattern, say] of KINDS) {
    const found = pattern.exec(reason);
    if (found !== null) return say(t, at, found.slice(1));
  }
  return withTimes(reason, at);
}

/** Texts of the API carry instants of machines. */
export function withTimes(text: string, at: (instant: string) => string): string {
  return text.replace(new RegExp(INSTANT, 'g'), (instant) => at(instant));
}
