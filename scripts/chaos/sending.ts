import { AnswerLost } from './api.ts';
import { type ChaosCampaign, badDay, startCampaigns } from './campaigns.ts';
import { type Disaster, planDisasters } from './disasters.ts';
import type { ChaosOptions } from './options.ts';
import type { Patience } from './patience.ts';
import { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { standingIn } from './tables.ts';
import type { Finding } from './verdict.ts';

/** How soon the contract says a pause takes effect, and how long the run then watches that nothing more arrives. */
const PAUSE_TAKES_MS = 2_000;
const PAUSE_WATCHED_MS = 1_500;
/** As long as a managed database takes to promote its standby. */
const FAILOVER_MS = 5_000;

/** What was done to the product while it was sending. */
export interface Damage {
  kills: Record<string, number>;
  postgresRestarts: number;
  failovers: number;
  queueLosses: number;
}

export class Sending {
  readonly findings: Finding[] = [];
  readonly damage: Damage = { kills: {}, postgresRestarts: 0, failovers: 0, queueLosses: 0 };
  private readonly stage: Stage;
  private readonly options: ChaosOptions;
  private readonly patience: Patience;
  private readonly log: (line: string) => void;
  private readonly random: Random;
  private accepted = 0;
  private acceptedAt = performance.now();
  private currentStandstillMs = 0;

  constructor(stage: Stage, options: ChaosOptions, patience: Patience, log: (line: string) => void) {
    this.stage = stage;
    this.options = options;
    this.patience = patience;
    this.log = log;
    this.random = new Random(options.seed);
  }

  /** The longest time without a single message. */
  get standstillMs(): number {
    return this.currentStandstillMs;
  }

  /** A number that may send fast and to many, and the campaigns that use it. */
  async begin(): Promise<ChaosCampaign[]> {
    const { api, meta, phoneId } = this.stage;
    await meta.stage(badDay(this.options.seed));
    await meta.setPhone(phoneId, { messaging_limit: 'TIER_100K', throughput: 'HIGH', notify: false });
    const { data } = await api.get<{ data: { id: string }[] }>('/api/whatsapp/senders');
    const path = `/api/whatsapp/senders/${data[0]?.id ?? ''}`;
    await api.put(path, { throughputPerSecond: this.options.perSecond });
    await api.post(`${path}/sync`);
    return startCampaigns(api, this.options.recipients);
  }

  /** Runs every disaster in order while the messages go out. Resolves when all recipients are attempted. */
  async goThrough(campaigns: readonly ChaosCampaign[]): Promise<void> {
    const { recipients, kills, postgresRestarts, failovers, queueLosses } = this.options;
    const plan = planDisasters({ kills, postgresRestarts, failovers, queueLosses }, this.random);
    for (const { disaster, at } of plan) {
      const wanted = Math.floor(at * recipients);
      const accepted = await this.patience.until({
        what: `${wanted} of ${recipients} messages are accepted`,
        look: () => this.watchAccepted(),
        holds: (seen) => seen >= wanted,
        everyMs: 20,
      });
      const what = await this.strike(disaster, campaigns);
      this.log(`after ${accepted} messages: ${what}`);
    }
    await this.patience.until({
      what: 'all recipients are attempted',
      look: async () => {
        await this.watchAccepted();
        return standingIn(this.stage.databaseUrl);
      },
      holds: ({ states }) => (states.pending ?? 0) + (states.queued ?? 0) === 0,
    });
  }

  private async watchAccepted(): Promise<number> {
    const { accepted } = await this.stage.meta.stats();
    const now = performance.now();
    if (accepted !== this.accepted) this.acceptedAt = now;
    else if (accepted > 0)
      this.currentStandstillMs = Math.max(this.currentStandstillMs, now - this.acceptedAt);
    this.accepted = accepted;
    return accepted;
  }

  private async strike(disaster: Disaster, [urgent]: readonly ChaosCampaign[]): Promise<string> {
    if (disaster === 'kill') return this.kill();
    if (disaster === 'pause a campaign') {
      if (urgent !== undefined) await this.pause(urgent);
      return 'paused a campaign and resumed it';
    }
    if (disaster === 'restart PostgreSQL') {
      await this.stage.restartPostgres();
      this.damage.postgresRestarts += 1;
      return 'PostgreSQL was stopped immediately and restarted';
    }
    if (disaster === 'fail over') {
      await this.stage.failOver(FAILOVER_MS);
      this.damage.failovers += 1;
      return 'PostgreSQL took no writes for five seconds';
    }
    await this.patience.until({
      what: 'the queue is emptied',
      look: async () => {
        await this.stage.loseQueue(this.damage.queueLosses);
        return 'done';
      },
      holds: () => true,
    });
    this.damage.queueLosses += 1;
    return 'the queue lost everything';
  }

  private kill(): string {
    const victim = this.random.pick(this.stage.replicas.filter(({ isAlive }) => isAlive));
    if (victim === undefined) return 'no process was up to be killed';
    const was = victim.url === undefined ? 'while it started' : 'at work';
    victim.kill();
    const [kind = ''] = victim.name.split('-');
    this.damage.kills[kind] = (this.damage.kills[kind] ?? 0) + 1;
    return `kill -9 ${victim.name}, ${was}`;
  }

  private async pause({ id, template }: ChaosCampaign): Promise<void> {
    await this.change(id, 'pause', 'paused');
    await this.patience.pause(PAUSE_TAKES_MS);
    const before = await this.stage.meta.newest(template);
    await this.patience.pause(PAUSE_WATCHED_MS);
    const after = await this.stage.meta.newest(template);
    if (after !== before) {
      this.findings.push({ promise: 'pause', about: `message ${after} came after the end at ${before}` });
    }
    await this.change(id, 'resume', 'sending');
  }

  private async change(id: string, verb: 'pause' | 'resume', becomes: string): Promise<void> {
    const path = `/api/whatsapp/campaigns/${id}`;
    try {
      await this.stage.api.post(`${path}/${verb}`);
    } catch (error) {
      if (!(error instanceof AnswerLost)) throw error;
      const { status } = await this.stage.api.get<{ status: string }>(path);
      if (status !== becomes) throw error;
    }
  }
}
