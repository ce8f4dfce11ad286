import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { Rounds } from '../platform/rounds/rounds.js';
import * as queries from './event-wants.queries.js';

const LOOK_MS = 1_000;
/** Older than this, what is remembered proves nothing: an event counts as wanted, and a statement asks the table. */
const STALE_MS = 1_800;

/** The campaigns whose events are wanted; null: of all. */
type Campaigns = Set<string> | null;

/**
 * Who wants which events, remembered by each process and read again when the one counter row says that it changed. So
 * an event that nobody wants costs a look into a map, and one that is committed two seconds after its want is seen.
 */
@Injectable()
export class EventWants implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private known = new Map<string, Map<string, Campaigns>>();
  private version: number | undefined;
  private readAt = -Infinity;
  private readonly everywhere = new Set<string>();
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.warn({ err: error }, 'could not read who wants events; retrying');
      },
    );
  }

  async onModuleInit(): Promise<void> {
    await this.look();
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  /** Without a campaign: whether those of any campaign are wanted. */
  has(organizationId: string, kind: string, campaignId?: string | null): boolean {
    if (this.everywhere.has(kind)) return true;
    if (this.isStale) return true;
    const wants = this.known.get(organizationId);
    if (wants === undefined) return false;
    const area = `${kind.slice(0, kind.indexOf('.'))}.*`;
    return [kind, area, '*'].some((name) => {
      const campaigns = wants.get(name);
      if (campaigns === undefined) return false;
      return (
        campaigns === null || campaignId === undefined || (campaignId !== null && campaigns.has(campaignId))
      );
    });
  }

  /**
   * Those that somebody wants. For events that cost something to build: when what is remembered proves nothing, as it
   * may on a machine under load, one statement asks the table.
   */
  async among<T extends queries.WantedEvent>(tx: EntityManager, events: readonly T[]): Promise<T[]> {
    const likely = events.filter(({ organizationId, kind, campaignId }) =>
      this.has(organizationId, kind, campaignId ?? null),
    );
    if (likely.length === 0 || !this.isStale) return likely;
    const byKey = new Map(likely.map((event) => [keyOf(event), event]));
    const wanted = new Set((await queries.wantedAmong(tx, [...byKey.values()])).map(keyOf));
    return likely.filter((event) => this.everywhere.has(event.kind) || wanted.has(keyOf(event)));
  }

  /** Kinds that are written for every organization. */
  get alwaysWanted(): string[] {
    return [...this.everywhere];
  }

  always(kinds: readonly string[]): void {
    for (const kind of kinds) this.everywhere.add(kind);
  }

  /** Replaces everything that this source wants. Expired wants go away by themselves. */
  async set(
    tx: EntityManager,
    source: queries.WantSource,
    wants: readonly queries.Want[],
    expiresAt: Date | null = null,
  ): Promise<void> {
    await queries.deleteWants(tx, source);
    if (wants.length > 0) await queries.insertWants(tx, source, wants, expiresAt);
  }

  /**
   * Wants these kinds for all campaigns until `expiresAt` at least, beside what the source wants already. Writes only
   * when a want is missing or ends before `renewFrom`: each write has every process read the wants again.
   */
  async keep(
    source: queries.WantSource,
    kinds: readonly string[],
    { renewFrom, expiresAt }: { renewFrom: Date; expiresAt: Date },
  ): Promise<void> {
    if (!(await queries.isWantDue(this.database.manager, source, kinds, renewFrom))) return;
    await this.database.transaction((tx) => queries.extendWants(tx, source, kinds, expiresAt));
  }

  private get isStale(): boolean {
    return performance.now() - this.readAt > STALE_MS;
  }

  private async look(): Promise<void> {
    const { manager } = this.database;
    const startedAt = performance.now();
    const version = await queries.readVersion(manager);
    if (version !== this.version) {
      // Read after the version: wants that are newer than it are read once more with the next look.
      this.known = byOrganization(await queries.readWants(manager));
      this.version = version;
    }
    this.readAt = startedAt;
  }
}

function keyOf({ organizationId, kind, campaignId }: queries.WantedEvent): string {
  return `${organizationId} ${kind} ${campaignId ?? ''}`;
}

function byOrganization(
  wants: readonly (queries.Want & { organizationId: string })[],
): Map<string, Map<string, Campaigns>> {
  const known = new Map<string, Map<string, Campaigns>>();
  for (const { organizationId, kind, campaignId } of wants) {
    const ofOne = known.get(organizationId) ?? new Map<string, Campaigns>();
    known.set(organizationId, ofOne);
    const campaigns = ofOne.get(kind);
    if (campaignId === null) ofOne.set(kind, null);
    else if (campaigns === undefined) ofOne.set(kind, new Set([campaignId]));
    else campaigns?.add(campaignId);
  }
  return known;
}
