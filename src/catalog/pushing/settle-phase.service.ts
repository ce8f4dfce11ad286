import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RunSession } from '../calls/run-session.service.js';
import { SyncCalls } from '../calls/sync-calls.service.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { NODE_FIELDS, readRemoteItem, type RemoteItem } from '../items/remote-item.js';
import { storeProductIds } from '../reading/item-states.queries.js';
import { isNewlyRejected } from '../reading/judge-item.js';
import { metaCatalogOf } from '../reading/read-phase.service.js';
import { BatchSettling } from './batch-settling.service.js';
import * as queries from './batches.queries.js';

const PAGE = 500;
const SKUS_A_CALL = 50;
/** Up to here the items are asked for by SKU, beyond it all pages are read. */
const MOST_BY_SKU = 1_000;

/** Waits until every batch is settled, then reads back the ids that Meta gave to new items. */
@Injectable()
export class SettlePhase {
  constructor(
    private readonly calls: SyncCalls,
    private readonly settling: BatchSettling,
    private readonly events: CatalogEvents,
  ) {}

  async run(session: RunSession, token: string): Promise<void> {
    if (session.run.isDryRun) return;
    await this.settling.makeRoom(session, token, 1);
    const skus = await queries.withoutMetaId(session.manager, session.run, '', MOST_BY_SKU + 1);
    if (skus.length > MOST_BY_SKU) await this.readAll(session, token);
    else await this.readThese(session, token, skus);
  }

  private async readThese(session: RunSession, token: string, skus: readonly string[]): Promise<void> {
    for (let start = 0; start < skus.length; start += SKUS_A_CALL) {
      session.stopIfAsked();
      const items = await this.settling.itemsBySku(session, token, skus.slice(start, start + SKUS_A_CALL));
      await this.store(
        session,
        items.filter(({ id }) => id !== ''),
      );
    }
  }

  private async readAll(session: RunSession, token: string): Promise<void> {
    const { run } = session;
    const limit = run.memory.mostProducts ?? PAGE;
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      session.stopIfAsked();
      const answer = await this.calls.make(session, 'read', token, (client) =>
        client.productsPage(token, metaCatalogOf(session), { fields: NODE_FIELDS, limit, after }),
      );
      // The ids come with the next full read too: no reason for the run to fail.
      if (answer.outcome !== 'ok') return;
      const items = answer.value.nodes.flatMap((node) => readRemoteItem(node, run.defaults.currency) ?? []);
      await this.store(session, items);
      after = answer.value.after;
    }
  }

  private async store(session: RunSession, items: readonly RemoteItem[]): Promise<void> {
    if (items.length === 0) return;
    await session.write(async (tx: EntityManager, now: Date) => {
      const bySku = new Map(items.map((item) => [item.retailerId, item]));
      const seen = [...bySku.values()].map((item) => ({ ...item, metaProductId: item.id }));
      const stored = await queries.storeSeen(tx, session.run, seen, now);
      const ids = stored.map(({ id }) => id);
      await storeProductIds(tx, session.run, ids, now);
      const unreviewed = { reviewStatus: null };
      const rejected = stored.filter((item) => isNewlyRejected(unreviewed, item));
      await this.events.rejected(tx, session.run, rejected);
      return {};
    });
  }
}
