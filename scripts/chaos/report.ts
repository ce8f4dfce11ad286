import type { ChaosOptions } from './options.ts';
import type { ChaosOutcome } from './run-chaos.ts';
import { countBroken, verdictLines } from './verdict.ts';

const round = (value: number): number => Math.round(value * 10) / 10;

/** For people: what was done, the result, and the verdict on every promise. */
export function reportText(options: ChaosOptions, outcome: ChaosOutcome): string {
  const { damage, accepted, sendSeconds, seconds, states, peakPerSecond, failedStarts } = outcome;
  const kills = Object.entries(damage.kills).map(([kind, count]) => `${count} of ${kind}s`);
  const tally = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  return [
    `${options.recipients} recipients, seed ${options.seed}, queue on ${options.redis ? 'Redis' : 'PostgreSQL'}`,
    `kill -9: ${kills.join(', ') || 'none'}; PostgreSQL restarted ${damage.postgresRestarts} times, ` +
      `read-only ${damage.failovers} times; ` +
      `queue lost ${damage.queueLosses} times; ${failedStarts} starts failed meanwhile`,
    `${accepted} messages accepted, ${round(accepted / sendSeconds)} a second (peak ${peakPerSecond}, ` +
      `allowed ${options.perSecond}) over ${round(sendSeconds)} s; the whole run took ${round(seconds)} s`,
    `no message at all for at most ${round(outcome.standstillSeconds)} s`,
    `in the end: ${tally.join(', ')}`,
    `answers of Meta that reached no process because of kills and crashes: ${outcome.answersLost}; ` +
      `unconfirmed, and Meta never accepted them: ${outcome.neverSeen} (it cut ${outcome.cutBeforeAccepting} off)`,
    ...verdictLines(outcome.findings),
  ].join('\n');
}

/** For machines: one line. */
export function reportLine(options: ChaosOptions, outcome: ChaosOutcome): string {
  const { findings, damage, accepted, repeated, peakPerSecond, failedStarts, states } = outcome;
  return JSON.stringify({
    name: 'chaos',
    ok: findings.length === 0,
    recipients: options.recipients,
    seed: options.seed,
    queue: options.redis ? 'redis' : 'postgres',
    kills: Object.values(damage.kills).reduce((sum, count) => sum + count, 0),
    postgresRestarts: damage.postgresRestarts,
    failovers: damage.failovers,
    queueLosses: damage.queueLosses,
    failedStarts,
    accepted,
    repeated,
    answersLost: outcome.answersLost,
    unconfirmedNeverSeen: outcome.neverSeen,
    cutBeforeAccepting: outcome.cutBeforeAccepting,
    states,
    broken: countBroken(findings),
    seconds: round(outcome.seconds),
    sendSeconds: round(outcome.sendSeconds),
    perSecond: round(accepted / outcome.sendSeconds),
    peakPerSecond,
    standstillSeconds: round(outcome.standstillSeconds),
  });
}
