import { Aftermath } from './aftermath.ts';
import { type Judgement, judgeAll, judgeQuota } from './judgement.ts';
import type { ChaosOptions } from './options.ts';
import { Missed, Patience } from './patience.ts';
import { type Damage, Sending } from './sending.ts';
import { type Place, Stage } from './stage.ts';
import type { Finding } from './verdict.ts';

export interface ChaosOutcome extends Judgement {
  damage: Damage;
  failedStarts: number;
  /** From the first message to the last first attempt. */
  sendSeconds: number;
  /** The longest time in it without a single message. */
  standstillSeconds: number;
  /** The whole run, including start and judgement. */
  seconds: number;
}

interface ChaosRun extends Place {
  signal: AbortSignal;
  log: (line: string) => void;
}

/** One run from an empty database to the judgement. Whatever happens, nothing of it keeps running afterwards. */
export async function runChaos(
  options: ChaosOptions,
  { signal, log, ...place }: ChaosRun,
): Promise<ChaosOutcome> {
  const begun = performance.now();
  const patience = new Patience({
    stallMs: options.stallSeconds * 1_000,
    totalMs: options.minutes * 60_000,
    signal,
  });
  const say = (line: string): void => {
    log(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
  };
  const stage = new Stage(options, place, patience);
  try {
    await stage.open();
    say(`${options.apis} APIs, ${options.workers} workers and the simulator are up`);
    const sending = new Sending(stage, options, patience, say);
    const campaigns = await sending.begin();
    const sendingBegun = performance.now();
    say(`${campaigns.map(({ phones }) => phones.length).join(' + ')} recipients: sending`);
    const found = await goOn(() => sending.goThrough(campaigns));
    const sendSeconds = (performance.now() - sendingBegun) / 1_000;
    if (found.length === 0) found.push(...(await afterwards(stage, patience, say)));
    for (const { about } of found) say(about);

    const judgement = await judgeAll(stage, campaigns);
    return {
      ...judgement,
      findings: [...found, ...sending.findings, ...judgement.findings],
      damage: sending.damage,
      failedStarts: stage.replicas.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
      sendSeconds,
      standstillSeconds: sending.standstillMs / 1_000,
      seconds: (performance.now() - begun) / 1_000,
    };
  } finally {
    await stage.close();
  }
}

async function afterwards(stage: Stage, patience: Patience, say: (line: string) => void): Promise<Finding[]> {
  const aftermath = new Aftermath(stage, patience);
  const findings: Finding[] = [];
  const missed = await goOn(async () => {
    say('all recipients are attempted; waiting for statuses and retries');
    const { states } = await aftermath.exhaustRetries();
    say(`nothing moves: ${JSON.stringify(states)}`);
    findings.push(...(await judgeQuota(stage)));
    await aftermath.letADayPass();
    say('25 hours later all campaigns are completed');
  });
  return [...findings, ...missed];
}

/** A missed condition is a finding, and the rest can still be judged. */
async function goOn(work: () => Promise<void>): Promise<Finding[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof Missed)) throw error;
    return [{ promise: 'stuck', about: error.message }];
  }
}
