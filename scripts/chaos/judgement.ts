import type { ChaosCampaign } from './campaigns.ts';
import { judgeDeliveries } from './judge.ts';
import { differences, judgeCounts, judgeInbound, judgeLedger } from './other-judges.ts';
import type { Stage } from './stage.ts';
import {
  attemptsIn,
  type Counts,
  keptCounts,
  ledgerIn,
  recipientsIn,
  standingIn,
  writersIn,
} from './tables.ts';
import type { Finding } from './verdict.ts';

type FaceCounts = Record<string, unknown>;

export async function judgeQuota({ databaseUrl, meta }: Stage): Promise<Finding[]> {
  return judgeLedger(await ledgerIn(databaseUrl), await recipientsIn(databaseUrl), await meta.messages());
}

export interface Judgement {
  findings: Finding[];
  neverSeen: number;
  answersLost: number;
  accepted: number;
  /** What the simulator itself counts as the same message sent twice to the same number. */
  repeated: number;
  /** How often the simulator cut the connection before it accepted a message. */
  cutBeforeAccepting: number;
  peakPerSecond: number;
  states: Record<string, number>;
}

/** Everything that can be judged once nothing moves any more. */
export async function judgeAll(stage: Stage, campaigns: readonly ChaosCampaign[]): Promise<Judgement> {
  const { databaseUrl, meta, api } = stage;
  const [recipients, attempts, messages] = [
    await recipientsIn(databaseUrl),
    await attemptsIn(databaseUrl),
    await meta.messages(),
  ];
  const { findings, neverSeen, answersLost } = judgeDeliveries({ campaigns, recipients, attempts, messages });
  const stats = await meta.stats();
  for (const { to, callback } of stats.repeats) {
    findings.push({ promise: 'twice', about: `the simulator counts ${callback ?? ''} to ${to} twice` });
  }
  const expected = campaigns.reduce((sum, { phones }) => sum + phones.length, 0);
  if (recipients.length !== expected) {
    const about = `${expected} recipients were added, ${recipients.length} exist`;
    findings.push({ promise: 'lost', about });
  }

  const kept = await keptCounts(databaseUrl);
  findings.push(...judgeCounts(kept));
  for (const { id, counted } of kept) findings.push(...(await judgeFaces(api, id, counted)));

  const webhooks = await meta.webhooks();
  findings.push(...judgeInbound(webhooks.updates.message ?? 0, await writersIn(databaseUrl), recipients));
  if (webhooks.updatesGivenUp > 0) {
    findings.push({ promise: 'events', about: `Meta gave up ${webhooks.updatesGivenUp} updates` });
  }
  const { events, states } = await standingIn(databaseUrl);
  for (const state of ['failed', 'retry', 'received']) {
    const count = events[state] ?? 0;
    if (count > 0) findings.push({ promise: 'events', about: `${count} events are ${state}` });
  }
  findings.push(
    ...[...stage.accidents, ...api.serverErrors].map((about): Finding => ({ promise: 'processes', about })),
  );
  const { accepted, repeated, cutBeforeAccepting, perSecond } = stats;
  return {
    findings,
    neverSeen,
    answersLost,
    accepted,
    repeated,
    cutBeforeAccepting,
    peakPerSecond: perSecond.peak,
    states,
  };
}

async function judgeFaces(api: Stage['api'], id: string, counted: Counts): Promise<Finding[]> {
  const { stats } = await api.get<{ stats: FaceCounts }>(`/api/whatsapp/campaigns/${id}/stats`);
  const marketing = await api.get<FaceCounts>(`/api/marketing/campaigns/${id}/stats`);
  const { total, pending, sent, delivered, read, responded, failed, skipped, opted_out } = counted;
  const common = { pending, sent, delivered, read, responded, failed, skipped };
  return [
    ...differences(`${id} WhatsApp API`, { ...common, total, optedOut: opted_out }, numbersOf(stats)),
    ...differences(
      `${id} Marketing API`,
      { ...common, total_target: total, opted_out },
      // Its other numbers are rates.
      numbersOf(marketing, /^(?!.*(_rate|_percentage)$)/),
    ),
  ];
}

function numbersOf(counts: FaceCounts, wanted = /^/): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && wanted.test(entry[0]),
    ),
  );
}
