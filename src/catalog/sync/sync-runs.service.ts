import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Scoped } from '../../platform/database/scoped.js';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import { Catalog } from '../catalogs/catalog.entity.js';
import { SyncRun } from '../calls/sync-run.entity.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import type { RunMode, RunTrigger } from '../calls/sync-run.js';
import { pollAtOnce } from '../pushing/batches.queries.js';
import * as queries from './sync-runs.queries.js';

export interface WantedRun {
  mode: RunMode;
  trigger: RunTrigger;
  isDryRun?: boolean;
  waitingUntil?: Date;
}

export interface CatalogNews {
  metaCatalogId: string;
  /** Of a finished batch; null: of a feed. */
  handle: string | null;
}

interface OfCatalog {
  organizationId: string;
  catalogId: string;
}

const HOUR_MS = 3_600_000;

/** The runs of a catalog as rows: started, asked for again, stopped. A worker carries them out. */
@Injectable()
export class SyncRuns {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly events: CatalogEvents,
  ) {}

  /** One run a catalog at a time: while one is open, that one is returned, and another follows it. */
  async start(organizationId: string, catalogId: string, wanted: WantedRun): Promise<SyncRun> {
    await this.verifyCatalog(organizationId, catalogId);
    const of = { organizationId, catalogId };
    for (;;) {
      const id = uuidV7();
      if (await this.insert(this.database.manager, of, id, wanted))
        return this.get(organizationId, catalogId, id);
      // A dry run changes nothing, so it must not have a real one follow.
      const { manager } = this.database;
      const open = wanted.isDryRun
        ? await queries.openRun(manager, of)
        : await queries.askForAnother(manager, of, wanted.mode, this.clock.now());
      if (open !== undefined) return this.get(organizationId, catalogId, open);
    }
  }

  /** For the runs that start by themselves: an open run does their work too. */
  async startUnlessOpen(db: EntityManager, of: OfCatalog, wanted: WantedRun): Promise<boolean> {
    return this.insert(db, of, uuidV7(), wanted);
  }

  async get(organizationId: string, catalogId: string, id: string): Promise<SyncRun> {
    const [run] = await this.runsOf(organizationId).list({ where: { id, catalogId }, take: 1 });
    // The run of another catalog is as unknown here as one that never existed.
    return run ?? this.runsOf(organizationId).get(catalogId);
  }

  /** Newest first. */
  async list(
    organizationId: string,
    catalogId: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<[SyncRun[], number]> {
    await this.verifyCatalog(organizationId, catalogId);
    return this.runsOf(organizationId).page({
      where: { catalogId },
      order: { id: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  /** The call under way is finished and its answer kept. */
  async stop(organizationId: string, catalogId: string, id: string): Promise<SyncRun> {
    await this.get(organizationId, catalogId, id);
    await this.database.transaction(async (tx) => {
      const hasEnded = await queries.requestStop(tx, organizationId, id, this.clock.now());
      if (hasEnded) await this.events.syncFinished(tx, organizationId, id);
    });
    return this.get(organizationId, catalogId, id);
  }

  /**
   * What webhooks say about catalogs: a batch of ours is polled at once; a batch of somebody else, or a feed, means
   * that another writer is at work, so the catalog is read, at most once an hour.
   */
  async hear(tx: EntityManager, news: readonly CatalogNews[]): Promise<void> {
    const now = this.clock.now();
    const ids = [...new Set(news.map(({ metaCatalogId }) => metaCatalogId))];
    const catalogs = await queries.catalogsAtMeta(tx, ids, new Date(now.getTime() - HOUR_MS));
    const handles = news.flatMap(({ handle }) => handle ?? []);
    const catalogIds = catalogs.map(({ catalogId }) => catalogId);
    const ours = new Set(await pollAtOnce(tx, handles, catalogIds, now));
    const strangers = new Set(
      news
        .filter(({ handle }) => handle === null || !ours.has(handle))
        .map(({ metaCatalogId }) => metaCatalogId),
    );
    for (const catalog of catalogs) {
      if (!catalog.autoSync || catalog.wasWoken || !strangers.has(catalog.metaCatalogId)) continue;
      await this.startUnlessOpen(tx, catalog, { mode: 'full', trigger: 'webhook' });
    }
  }

  /** Who has a catalog with one of these ids at Meta. */
  async owners(
    db: EntityManager,
    metaCatalogIds: readonly string[],
  ): Promise<{ organizationId: string; metaCatalogId: string }[]> {
    if (metaCatalogIds.length === 0) return [];
    return queries.catalogsAtMeta(db, metaCatalogIds, this.clock.now());
  }

  private async insert(db: EntityManager, of: OfCatalog, id: string, wanted: WantedRun): Promise<boolean> {
    const { mode, trigger, isDryRun = false, waitingUntil = null } = wanted;
    return queries.insertRun(db, { ...of, id, mode, trigger, isDryRun, waitingUntil }, this.clock.now());
  }

  private async verifyCatalog(organizationId: string, catalogId: string): Promise<void> {
    await new Scoped(this.database.manager, Catalog, organizationId, 'catalog').get(catalogId);
  }

  private runsOf(organizationId: string): Scoped<SyncRun> {
    return new Scoped(this.database.manager, SyncRun, organizationId, 'sync run');
  }
}
