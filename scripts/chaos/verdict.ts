/** What a run puts to the test. */
export const PROMISES = {
  twice: 'Nobody is written to twice',
  lost: 'Nothing is lost',
  stuck: 'Everybody and everything comes to an end, in time',
  states: 'Every state is what Meta says',
  log: 'Every message is in the log as Meta says',
  retries: 'Nobody is given up early',
  counters: 'The counters are what a recount says, on both faces',
  quota: 'The ledger has exactly those who were reached',
  inbound: 'Every reply is taken in once, and counted',
  pause: 'A pause stops sending within two seconds',
  events: 'No webhook is given up',
  processes: 'No process ends by itself, and none answers with a 500',
} as const;
export type PromiseName = keyof typeof PROMISES;

export interface Finding {
  promise: PromiseName;
  about: string;
}

const SHOWN = 8;

/** One line a promise; for a broken one also what was found. */
export function verdictLines(findings: readonly Finding[]): string[] {
  return Object.entries(PROMISES).flatMap(([promise, sentence]) => {
    const broken = findings.filter((finding) => finding.promise === promise);
    if (broken.length === 0) return [`✓ ${sentence}`];
    const shown = broken.slice(0, SHOWN).map(({ about }) => `    ${about}`);
    const more = broken.length > SHOWN ? [`    and ${broken.length - SHOWN} more`] : [];
    return [`✗ ${sentence}: ${broken.length}`, ...shown, ...more];
  });
}

export function countBroken(findings: readonly Finding[]): Record<PromiseName, number> {
  const names = Object.keys(PROMISES) as PromiseName[];
  return Object.fromEntries(
    names.map((name) => [name, findings.filter(({ promise }) => promise === name).length]),
  ) as Record<PromiseName, number>;
}
