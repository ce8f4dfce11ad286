import { Injectable } from '@nestjs/common';
import type { GraphFailure } from '../../whatsapp/graph/graph-answer.js';
import { RunFailed, RunMustWait } from '../calls/run-endings.js';
import { forgetReadCounts } from '../calls/run-session.queries.js';
import type { RunSession } from '../calls/run-session.service.js';
import { SyncCalls } from '../calls/sync-calls.service.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { itemOf, type ItemRow } from '../items/item-row.js';
import { itemsById, itemsBySku } from '../items/item-rows.queries.js';
import { NEW_ITEM_FIELDS, NODE_FIELDS, readRemoteItem, type RemoteItem } from '../items/remote-item.js';
import type { WriteRow } from '../products/product-write.js';
import { ProductWrites } from '../products/product-writes.service.js';
import * as queries from './item-states.queries.js';
import { isNewlyRejected, isUnchanged, judgeItem, type Judgement, lingering } from './judge-item.js';
import { planOfRead } from './plan-of-read.js';
import { type Pull, Pulls } from './pulls.service.js';

const PAGE = 500;
const SMALLEST_PAGE = 25;
const FIELDS = [...NODE_FIELDS, ...NEW_ITEM_FIELDS];
const ITEMS_AT_ONCE = 5_000;
const GROUPS_AT_ONCE = 500;
/** A catalog that somebody emptied at Meta is looked up over several nights. */
const MOST_LOOKUPS = 500;

/** Where a read stands. It lives in memory only: a read that breaks off starts at the first page. */
interface Reading {
  seen: Set<string>;
  total: number | null;
}

/**
 * Reads all that Meta shows of the catalog and merges it with ours, page by page. Meta's pages may repeat and miss
 * items, so presence is taken at its word and absence only after two complete reads and a look-up.
 */
@Injectable()
export class ReadPhase {
  constructor(
    private readonly calls: SyncCalls,
    private readonly pulls: Pulls,
    private readonly writes: ProductWrites,
    private readonly events: CatalogEvents,
  ) {}

  async run(session: RunSession, token: string): Promise<void> {
    const { run } = session;
    await session.write(async (tx) => {
      await queries.forgetFinds(tx, run.id);
      await forgetReadCounts(tx, run.id);
      return {};
    });
    const reading: Reading = { seen: new Set(), total: null };
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      session.stopIfAsked();
      const page = await this.page(session, token, after);
      reading.total = page.total ?? reading.total;
      await this.merge(session, page.nodes, reading);
      after = page.after;
    }
    await this.createFound(session);
    await this.countMissing(session, token, reading);
  }

  /** The next page, as large as Meta will give. */
  private async page(session: RunSession, token: string, after: string | null) {
    const catalogId = metaCatalogOf(session);
    for (;;) {
      const limit = session.run.memory.mostProducts ?? PAGE;
      const answer = await this.calls.make(
        session,
        'read',
        token,
        (client) => client.productsPage(token, catalogId, { fields: FIELDS, limit, after }),
        isTooMuch,
      );
      if (answer.outcome === 'ok') return answer.value;
      // A cursor that has expired: the read starts again.
      if (answer.error.code === 131_059) throw new RunMustWait(session.clock.now(), words(answer));
      if (!isTooMuch(answer) || limit <= SMALLEST_PAGE) throw new RunFailed(words(answer));
      await session.note({ memory: { mostProducts: Math.max(SMALLEST_PAGE, Math.floor(limit / 2)) } });
    }
  }

  private async merge(session: RunSession, nodes: readonly unknown[], reading: Reading): Promise<void> {
    const { run } = session;
    const remotes = new Map<string, RemoteItem>();
    for (const node of nodes) {
      const remote = readRemoteItem(node, run.defaults.currency);
      if (remote !== null && !reading.seen.has(remote.retailerId)) remotes.set(remote.retailerId, remote);
    }
    if (remotes.size === 0) return;
    const rows = await itemsBySku(session.manager, run, [...remotes.keys()]);
    const judged = this.judge(session, rows, remotes);
    const known = new Set(rows.map(({ retailerId }) => retailerId));
    const unknown = [...remotes.values()].filter(({ retailerId }) => !known.has(retailerId));
    await session.write(async (tx, now) => {
      if (run.isDryRun) return planOfRead(judged, unknown, now);
      await queries.storeFinds(tx, run, unknown.map(findOf));
      const states = judged.flatMap(({ state, pull }) => (state === null || pull.length > 0 ? [] : [state]));
      const stored = await queries.storeStates(tx, run, states, now);
      await queries.storeProductIds(tx, run, stored, now);
      const rejected = judged.filter(({ row, state }) => state !== null && isNewlyRejected(row, state));
      await this.events.rejected(
        tx,
        run,
        rejected.map(({ row }) => row),
      );
      const pulled = await this.pulls.update(tx, run, judged.flatMap(pullOf), now);
      return {
        counts: {
          pulledUpdated: pulled,
          conflicts: judged.filter(({ conflicts }) => conflicts.length > 0).length,
          unchanged: judged.filter(isUnchanged).length,
        },
      };
    });
    for (const sku of remotes.keys()) reading.seen.add(sku);
    if (run.isDryRun) for (const { row } of judged) session.planned.add(row.retailerId);
  }

  private judge(
    session: RunSession,
    rows: readonly ItemRow[],
    remotes: ReadonlyMap<string, RemoteItem>,
  ): Judgement[] {
    const { run } = session;
    const now = session.clock.now();
    return rows.flatMap((row) => {
      const remote = remotes.get(row.retailerId);
      // What is under way is judged when its batch is done, and what we have deleted is on its way out.
      if (remote === undefined || row.isRemoved || row.isInFlight) return [];
      const item = itemOf(row, run, now);
      return [item === null ? lingering(row, remote) : judgeItem(row, item, remote, run)];
    });
  }

  /** When the read is complete: now all siblings of a group are known. */
  private async createFound(session: RunSession): Promise<void> {
    const { run } = session;
    if (run.isDryRun) return;
    for (;;) {
      const finds = await queries.nextFinds(session.manager, run.id, GROUPS_AT_ONCE);
      if (finds.length === 0) return;
      await session.write(async (tx, now) => {
        const { created, problems } = await this.pulls.create(
          tx,
          run,
          finds.map(({ item }) => item),
          now,
        );
        await queries.forgetFinds(tx, run.id, [...new Set(finds.map(({ groupId }) => groupId))]);
        return { counts: { pulledCreated: created }, problems };
      });
      session.stopIfAsked();
    }
  }

  private async countMissing(session: RunSession, token: string, { seen, total }: Reading): Promise<void> {
    const { run } = session;
    if (total !== null && seen.size < total) {
      const message = `Meta listed ${seen.size} of ${total} items. Those that were not listed are not taken for missing.`;
      await session.note({ problems: [{ code: 'read_incomplete', message }] });
      return;
    }
    const gone: { id: string; retailerId: string }[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const expected = await queries.expectedItems(session.manager, run, after, ITEMS_AT_ONCE);
      const absent = expected.filter(({ retailerId }) => !seen.has(retailerId));
      gone.push(...absent.filter(({ missingReads }) => missingReads > 0));
      if (absent.length > 0) {
        await session.write(async (tx, now) => {
          if (!run.isDryRun) await queries.markMissing(tx, run, idsOf(absent), now);
          return { counts: { missing: absent.length } };
        });
      }
      after = expected.length < ITEMS_AT_ONCE ? undefined : expected.at(-1)?.retailerId;
    }
    if (!run.isDryRun) await this.lookUp(session, token, gone.slice(0, MOST_LOOKUPS));
  }

  /** The last word: Meta is asked for each item by its SKU. */
  private async lookUp(
    session: RunSession,
    token: string,
    items: readonly { id: string; retailerId: string }[],
  ): Promise<void> {
    const { run } = session;
    const gone: string[] = [];
    for (const { id, retailerId } of items) {
      session.stopIfAsked();
      const answer = await this.calls.make(session, 'read', token, (client) =>
        client.productBySku(token, metaCatalogOf(session), { fields: FIELDS, sku: retailerId }),
      );
      if (answer.outcome !== 'ok') continue;
      if (answer.value === null) gone.push(id);
      else await this.merge(session, [answer.value], { seen: new Set(), total: null });
    }
    if (gone.length === 0) return;
    await session.write(async (tx, now) => {
      const rows = await itemsById(tx, run, gone);
      await this.deactivate(tx, session, rows);
      await queries.markGone(tx, run, gone, now);
      await queries.storeProductIds(tx, run, gone, now);
      return {};
    });
  }

  private async deactivate(
    tx: Parameters<ProductWrites['apply']>[0],
    { run }: RunSession,
    rows: readonly ItemRow[],
  ): Promise<void> {
    const changes = rows.flatMap(({ product, variant, productId }): WriteRow[] => {
      if (variant !== null) {
        const { sku } = variant;
        return [{ kind: 'variant', sku, parent: { id: productId }, input: { isActive: false } }];
      }
      return product === null ? [] : [{ kind: 'product', sku: product.sku, input: { isActive: false } }];
    });
    if (changes.length === 0) return;
    const scope = { organizationId: run.organizationId, catalogId: run.catalogId, keyId: null };
    await this.writes.apply(tx, scope, changes, { mode: 'update', stock: 'keep', movement: 'set' });
  }
}

function pullOf({ row, remote, pull, state }: Judgement): Pull[] {
  if (pull.length === 0 || state === null) return [];
  return [
    { row, remote, values: remote.values, fields: pull, agreed: state.agreed, conflict: state.conflict },
  ];
}

function findOf(item: RemoteItem) {
  return { retailerId: item.retailerId, groupId: item.groupId ?? item.retailerId, item };
}

function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id);
}

export function metaCatalogOf({ run }: RunSession): string {
  if (run.metaCatalogId === null) throw new RunFailed('The catalog does not exist at Meta.');
  return run.metaCatalogId;
}

/** Meta answers code 1 when a call is too large, among other things. */
export function isTooMuch({ error }: GraphFailure): boolean {
  return error.code === 1;
}

export function words({ error }: GraphFailure): string {
  const code = error.code === null ? '' : ` (code ${error.code})`;
  return `Meta refused: ${error.details ?? error.title}${code}`;
}
