import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { BatchStatus } from '../../whatsapp/catalogs/catalog-answers.js';
import type { RunSession } from '../calls/run-session.service.js';
import type { RunProgress } from '../calls/sync-run.js';
import { SyncCalls } from '../calls/sync-calls.service.js';
import { GIVE_UP_POLLING_MS, pollDelayMs } from '../calls/sync-pace.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { digestOf } from '../items/item-digest.js';
import { cutTitle } from '../items/item-text.js';
import { type Digests, TWO_WAY_FIELDS } from '../items/item-fields.js';
import { problemOfRejection } from '../items/item-problem.js';
import { NODE_FIELDS, readRemoteItem, type RemoteItem } from '../items/remote-item.js';
import { storeProductIds } from '../reading/item-states.queries.js';
import { metaCatalogOf } from '../reading/read-phase.service.js';
import * as queries from './batches.queries.js';

const DAY_MS = 86_400_000;
const DELETE_AGAIN_MS = 5 * 60_000;
const SKUS_A_CALL = 50;
/** How often to look whether a poll is due; a webhook makes one due at once. */
const LOOK_MS = 200;
/** The lease is renewed this often while nothing else happens. */
const RENEW_MS = 15_000;

/** Asks Meta what became of the batches, and applies it to their items one by one. */
@Injectable()
export class BatchSettling {
  constructor(
    private readonly calls: SyncCalls,
    private readonly events: CatalogEvents,
  ) {}

  /** Batches that were written down and perhaps never sent: their worker died before it could note the handle. */
  async releaseUnsent(session: RunSession): Promise<void> {
    const open = await queries.openBatches(session.manager, session.run);
    for (const { id, handle } of open) {
      if (handle !== null) continue;
      await session.write(async (tx, now) => {
        if (await queries.closeBatch(tx, id, 'lost', { errorsTotal: null, problems: [] }, now)) {
          await queries.releaseItems(tx, session.run, id, now);
        }
        return {};
      });
    }
  }

  /** Returns when fewer than `most` batches are in flight. */
  async makeRoom(session: RunSession, token: string, most: number): Promise<void> {
    for (;;) {
      const open = await queries.openBatches(session.manager, session.run);
      const now = session.clock.now();
      const due = open.filter(({ nextPollAt }) => nextPollAt !== null && nextPollAt <= now);
      for (const batch of due) {
        session.stopIfAsked();
        await this.poll(session, token, batch);
      }
      if (due.length > 0) continue;
      if (open.length < most) return;
      await this.rest(session);
    }
  }

  private async rest(session: RunSession): Promise<void> {
    await delay(LOOK_MS);
    const left = session.held.getTime() - session.clock.now().getTime();
    if (left < 60_000 - RENEW_MS) await session.note({});
    session.stopIfAsked();
  }

  private async poll(session: RunSession, token: string, batch: queries.OpenBatch): Promise<void> {
    const { handle } = batch;
    if (handle === null) return;
    const isTooOld = session.clock.now().getTime() - batch.sentAt.getTime() > GIVE_UP_POLLING_MS;
    const answer = await this.calls.make(session, 'poll', token, (client) =>
      client.batchStatus(token, metaCatalogOf(session), handle),
    );
    if (answer.outcome === 'ok' && answer.value.isFinished)
      await this.finish(session, token, batch, answer.value);
    // Meta has forgotten the handle, or will never finish: what the catalog shows is believed.
    else if (answer.outcome !== 'ok' || isTooOld) await this.believe(session, token, batch);
    else {
      await session.write(async (tx, now) => {
        const polls = batch.polls + 1;
        const next = new Date(now.getTime() + pollDelayMs(polls));
        await queries.putOffPoll(tx, batch.id, polls, next, now);
        return {};
      });
    }
  }

  private async finish(
    session: RunSession,
    token: string,
    batch: queries.OpenBatch,
    status: BatchStatus,
  ): Promise<void> {
    const { run } = session;
    const items = await queries.itemsOfBatch(session.manager, run, batch.id);
    const invalid = new Set(status.invalidIds);
    // Errors without a list of ids: then the texts name the items.
    if (invalid.size === 0 && status.errorsTotal > 0)
      for (const id of status.messages.keys()) invalid.add(id);
    const rejected = items.filter(({ retailerId }) => invalid.has(retailerId));
    const accepted = items.filter(({ retailerId }) => !invalid.has(retailerId));
    const deletions = accepted.filter(({ isDeletion }) => isDeletion);
    const present = await this.look(session, token, deletions);
    const said = (sku: string) =>
      status.messages.get(sku)?.join(' ') ?? 'Meta rejected the item without a reason.';
    await session.write(async (tx, now) => {
      const problems = rejected.map(({ retailerId }) => ({ sku: retailerId, message: said(retailerId) }));
      const outcome = { errorsTotal: status.errorsTotal, problems: problems.slice(0, 100) };
      if (!(await queries.closeBatch(tx, batch.id, 'finished', outcome, now))) return {};
      const updates = accepted.filter(({ isDeletion }) => !isDeletion);
      await queries.settleAccepted(tx, run, batch.id, updates.map(agreeAsSent), now);
      const retryAt = new Date(now.getTime() + DAY_MS);
      const refusals = rejected.map(({ id, retailerId }) => ({
        id,
        problems: [problemOfRejection(said(retailerId))],
      }));
      await queries.settleRejected(tx, run, batch.id, refusals, { now, retryAt });
      const newly = rejected.filter(({ wasRejected, isDeletion }) => !wasRejected && !isDeletion);
      await this.events.rejected(tx, run, newly);
      const progress = await this.settleDeletions(tx, session, deletions, present, now);
      return {
        problems: problems.map((problem) => ({ code: 'rejected', ...problem })),
        counts: {
          ...progress.counts,
          created: updates.filter(({ isNew }) => isNew).length,
          updated: updates.filter(({ isNew }) => !isNew).length,
          rejected: rejected.length,
        },
      };
    });
  }

  private async settleDeletions(
    tx: Parameters<typeof queries.settleDeleted>[0],
    { run }: RunSession,
    deletions: readonly queries.BatchItem[],
    present: ReadonlyMap<string, RemoteItem>,
    now: Date,
  ): Promise<RunProgress> {
    const gone = deletions.filter(({ retailerId }) => !present.has(retailerId)).map(({ id }) => id);
    const still = deletions.filter(({ retailerId }) => present.has(retailerId)).map(({ id }) => id);
    await queries.settleDeleted(tx, run, gone, now);
    await storeProductIds(tx, run, gone, now);
    await queries.retryDeletions(tx, run, still, { now, retryAt: new Date(now.getTime() + DELETE_AGAIN_MS) });
    return { counts: { deleted: gone.length } };
  }

  /** The batch will never be reported finished: its items are what Meta shows of them now. */
  private async believe(session: RunSession, token: string, batch: queries.OpenBatch): Promise<void> {
    const { run } = session;
    const items = await queries.itemsOfBatch(session.manager, run, batch.id);
    const present = await this.look(session, token, items);
    await session.write(async (tx, now) => {
      if (!(await queries.closeBatch(tx, batch.id, 'lost', { errorsTotal: null, problems: [] }, now)))
        return {};
      const deletions = items.filter(({ isDeletion }) => isDeletion);
      const progress = await this.settleDeletions(tx, session, deletions, present, now);
      const there = items.flatMap((item) => {
        const remote = present.get(item.retailerId);
        // Without an answer of Meta's nothing is known, so it is sent again.
        return remote === undefined || remote.id === '' || item.isDeletion ? [] : [believed(item, remote)];
      });
      // Those that show all that was sent. The others, and those that are not there, are sent again.
      const done = there.filter(({ isAsSent }) => isAsSent);
      await queries.settleAccepted(tx, run, batch.id, done, now);
      await queries.releaseItems(tx, run, batch.id, now);
      return { counts: { ...progress.counts, updated: done.length } };
    });
  }

  /** Those of the items that Meta has. */
  private async look(
    session: RunSession,
    token: string,
    items: readonly { retailerId: string }[],
  ): Promise<Map<string, RemoteItem>> {
    const present = new Map<string, RemoteItem>();
    for (let start = 0; start < items.length; start += SKUS_A_CALL) {
      const skus = items.slice(start, start + SKUS_A_CALL).map(({ retailerId }) => retailerId);
      for (const remote of await this.itemsBySku(session, token, skus))
        present.set(remote.retailerId, remote);
    }
    return present;
  }

  async itemsBySku(session: RunSession, token: string, skus: readonly string[]): Promise<RemoteItem[]> {
    const answer = await this.calls.make(session, 'read', token, (client) =>
      client.productsBySku(token, metaCatalogOf(session), { fields: NODE_FIELDS, skus }),
    );
    // Refused: nothing is known about them, so nothing is concluded.
    if (answer.outcome !== 'ok') return skus.map(unknownItem);
    const { currency } = session.run.defaults;
    return answer.value.nodes.flatMap((node) => readRemoteItem(node, currency) ?? []);
  }
}

function agreeAsSent({ id }: queries.BatchItem): { id: string; agreed: Digests | null } {
  return { id, agreed: null };
}

function believed({ id, sending }: queries.BatchItem, { values }: RemoteItem) {
  const isAsSent = TWO_WAY_FIELDS.every((field) => {
    const [sent, shown] = [sending[field], values[field]];
    return (
      sent === undefined ||
      shown === undefined ||
      sent === digestOf(field === 'name' ? cutTitle(shown) : shown)
    );
  });
  return { id, agreed: null, isAsSent };
}

/** Stands for an item about which Meta would not answer: it counts as there, with nothing known about it. */
function unknownItem(retailerId: string): RemoteItem {
  return {
    id: '',
    retailerId,
    groupId: null,
    values: {},
    problems: [],
    reviewStatus: null,
    reviewReasons: [],
    imageStatus: null,
    isHidden: false,
    images: [],
    options: {},
  };
}
