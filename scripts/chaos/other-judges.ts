import type { JudgedRecipient } from './judge.ts';
import type { MetaMessage } from './meta.ts';
import type { KeptCounts } from './tables.ts';
import type { Finding } from './verdict.ts';

/** Compares every stored counter with the recount. Counters that a place does not keep are skipped. */
export function judgeCounts(campaigns: readonly KeptCounts[]): Finding[] {
  return campaigns.flatMap(({ id, counted, ...places }) =>
    Object.entries(places).flatMap(([place, kept]) => differences(`${id} ${place}`, counted, kept)),
  );
}

export function differences(
  where: string,
  counted: Readonly<Record<string, number>>,
  kept: Readonly<Record<string, number | null>>,
): Finding[] {
  return Object.entries(kept).flatMap(([name, value]): Finding[] => {
    const right = counted[name];
    const about = `${where}: ${name} is ${value ?? 0}, the recount is ${right ?? 0}`;
    return right === (value ?? 0) ? [] : [{ promise: 'counters', about }];
  });
}

/**
 * Which people count towards the portfolio's limit: everyone who was reached or may have been, and none of those
 * whose every message was refused.
 */
export function judgeLedger(
  ledger: readonly string[],
  recipients: readonly JudgedRecipient[],
  messages: readonly MetaMessage[],
): Finding[] {
  const reached = new Set(
    messages
      .filter(({ template, statuses }) => template !== undefined && !statuses.includes('failed'))
      .map(({ to }) => `+${to}`),
  );
  const inDoubt = new Set(recipients.filter(({ status }) => status === 'sending').map(({ phone }) => phone));
  const counted = new Set(ledger);
  const missing = [...reached].filter((phone) => !counted.has(phone));
  const surplus = ledger.filter((phone) => !reached.has(phone) && !inDoubt.has(phone));
  return [
    ...missing.map((phone): Finding => ({
      promise: 'quota',
      about: `${phone} was reached and is not counted`,
    })),
    ...surplus.map((phone): Finding => ({
      promise: 'quota',
      about: `${phone} was never reached and is counted`,
    })),
  ];
}

/** `told`: how many customers' messages the simulator has passed on. */
export function judgeInbound(
  told: number,
  writers: readonly string[],
  recipients: readonly JudgedRecipient[],
): Finding[] {
  const findings: Finding[] = [];
  if (writers.length !== told) {
    const about = `${told} messages came in, ${writers.length} are in the log`;
    findings.push({ promise: 'inbound', about });
  }
  const wrote = new Set(writers);
  const responded = new Set(
    recipients.filter(({ status }) => status === 'responded').map(({ phone }) => phone),
  );
  for (const phone of wrote) {
    if (!responded.has(phone))
      findings.push({ promise: 'inbound', about: `${phone} replied, and no campaign knows` });
  }
  for (const phone of responded) {
    if (!wrote.has(phone))
      findings.push({ promise: 'inbound', about: `${phone} never replied, but counts as a reply` });
  }
  return findings;
}
