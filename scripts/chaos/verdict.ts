/** What a run puts to the test. */
const PROMISES = {
  twice: 'No recipient is messaged twice',
  lost: 'Nothing is lost',
  stuck: 'Every recipient, campaign and wait comes to an end in time',
  states: 'Every state matches Meta',
  log: 'Every message in the log matches Meta',
  retries: 'No recipient is given up early',
  counters: 'The counters match a recount, on both APIs',
  quota: 'The ledger has exactly the people who were reached',
  inbound: 'Every reply is recorded once, and counted',
  pause: 'A pause stops sending within two seconds',
  events: 'No webhook is given up',
  processes: 'No process ends by itself, and none answers with a 500',
} as const;
type PromiseName = keyof typeof PROMISES;

export interface Finding {
  promise: PromiseName;
  about: string;
}

const SHOWN = 8;

/** One line per promise; for a broken one also the findings. */
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
