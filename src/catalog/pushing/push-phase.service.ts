import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { uuidV7 } from '../../rules/ids/uuid-v7.js';
import type { BatchReceipt } from '../../whatsapp/catalogs/catalog-answers.js';
import type { GraphFailure } from '../../whatsapp/graph/graph-answer.js';
import { RunMustWait } from '../calls/run-endings.js';
import type { RunSession } from '../calls/run-session.service.js';
import type { RunProgress } from '../calls/sync-run.js';
import type { PlannedChange } from '../calls/sync-run.js';
import { type Dealt, SyncCalls } from '../calls/sync-calls.service.js';
import { outageWaitMs } from '../calls/sync-pace.js';
import { CatalogEvents } from '../events/catalog-events.service.js';
import { problemOfRejection } from '../items/item-problem.js';
import { itemOf, type ItemRow, sellableOf } from '../items/item-row.js';
import { itemsToPlan, lockItemsToSend } from '../items/item-rows.queries.js';
import { metaCatalogOf, words } from '../reading/read-phase.service.js';
import { BatchSettling } from './batch-settling.service.js';
import * as queries from './batches.queries.js';
import { firstBatch, MOST_BYTES, MOST_REQUESTS } from './cut-batches.js';
import { planPush, type PushStep } from './plan-push.js';

const MOST_IN_FLIGHT = 4;
const DAY_MS = 86_400_000;

type Send = Extract<PushStep, { kind: 'send' }>;
interface Batch {
  id: string;
  sends: Send[];
}

/**
 * Sends what has changed. An item is in at most one unfinished batch, and what a batch holds is written down before
 * the call: an upsert of state can be repeated, so after a crash or a lost answer the items go out again as they are.
 */
@Injectable()
export class PushPhase {
  constructor(
    private readonly calls: SyncCalls,
    private readonly settling: BatchSettling,
    private readonly events: CatalogEvents,
  ) {}

  async run(session: RunSession, token: string): Promise<void> {
    if (session.run.isDryRun) {
      await this.plan(session);
      return;
    }
    await this.settling.releaseUnsent(session);
    for (;;) {
      session.stopIfAsked();
      await this.settling.makeRoom(session, token, MOST_IN_FLIGHT);
      const batch = await this.take(session);
      if (batch === 'nothing left') return;
      if (batch !== 'no call needed') await this.send(session, token, batch);
    }
  }

  /** Claims the next items, and settles those for which there is nothing to send. */
  private async take(session: RunSession): Promise<Batch | 'nothing left' | 'no call needed'> {
    const { run } = session;
    const most = Math.min(MOST_REQUESTS, run.memory.mostRequests ?? MOST_REQUESTS);
    const taken: { value: Batch | 'nothing left' | 'no call needed' } = { value: 'nothing left' };
    await session.write(async (tx, now) => {
      const rows = await lockItemsToSend(tx, run, { now, most });
      const steps = rows.map((row) => {
        const isActive = sellableOf(row, run.catalogIsActive)?.isActive ?? false;
        return planPush(row, itemOf(row, run, now), isActive);
      });
      const wanted = steps.filter((step): step is Send => step.kind === 'send');
      const count = firstBatch(
        wanted.map(({ sized }) => sized),
        { requests: most, bytes: MOST_BYTES },
      );
      const sends = wanted.slice(0, count);
      const progress = await this.settleOthers(tx, session, steps, now);
      taken.value = rows.length === 0 ? 'nothing left' : 'no call needed';
      if (sends.length > 0) {
        const id = uuidV7();
        await queries.insertBatch(tx, run, { id, items: sends.length }, now);
        const items = sends.map(({ row, sending }) => ({ id: row.id, sending }));
        await queries.putInBatch(tx, run, id, items, now);
        taken.value = { id, sends };
      }
      return progress;
    });
    return taken.value;
  }

  private async settleOthers(
    tx: EntityManager,
    { run }: RunSession,
    steps: readonly PushStep[],
    now: Date,
  ): Promise<RunProgress> {
    const same: string[] = [];
    const missing: string[] = [];
    const forgotten: string[] = [];
    const lacking: { id: string; problems: PushProblems }[] = [];
    for (const step of steps) {
      if (step.kind === 'nothing') (step.status === 'synced' ? same : missing).push(step.row.id);
      else if (step.kind === 'forget') forgotten.push(step.row.id);
      else if (step.kind === 'not-ready') lacking.push({ id: step.row.id, problems: step.problems });
    }
    await queries.settleWithoutCall(tx, run, same, 'synced', now);
    await queries.settleWithoutCall(tx, run, missing, 'missing', now);
    await queries.dropTombstones(tx, run, forgotten);
    await queries.markNotReady(tx, run, lacking, { now, retryAt: new Date(now.getTime() + DAY_MS) });
    return {
      counts: { notReady: lacking.length, unchanged: run.mode === 'push' ? same.length : 0 },
      problems: steps.flatMap((step) =>
        step.kind === 'not-ready'
          ? step.problems.map(({ code, message }) => ({ code, message, sku: step.row.retailerId }))
          : [],
      ),
    };
  }

  private async send(session: RunSession, token: string, batch: Batch): Promise<void> {
    const requests = batch.sends.map(({ sized }) => sized.request);
    const call = () =>
      this.calls.make(
        session,
        'write',
        token,
        (client) => client.sendItems(token, metaCatalogOf(session), requests),
        () => true,
      );
    let answer: Dealt<BatchReceipt>;
    try {
      answer = await call();
    } catch (error) {
      // Throttled, or blocked: Meta took nothing.
      await this.giveBack(session, batch, 'failed');
      throw error;
    }
    if (answer.outcome === 'ok') await this.taken(session, batch, answer.value);
    else await this.refused(session, batch, answer);
  }

  private async taken(session: RunSession, { id, sends }: Batch, receipt: BatchReceipt): Promise<void> {
    const { handle, remarks } = receipt;
    if (handle !== null) {
      await session.write(async (tx, now) => {
        await queries.storeHandle(tx, id, handle, now);
        return {};
      });
      return;
    }
    const said = new Map(
      remarks.map((remark) => [remark.retailerId, [...remark.errors, ...remark.warnings]]),
    );
    await this.reject(
      session,
      { id, sends },
      (sku) => said.get(sku)?.join(' ') ?? 'Meta took nothing of this batch.',
    );
  }

  private async refused(session: RunSession, batch: Batch, failure: GraphFailure): Promise<void> {
    const isCertain = failure.outcome === 'refused' || failure.error.code === 1;
    if (!isCertain) {
      await this.giveBack(session, batch, 'lost');
      const { failures = 0 } = session.run.memory;
      session.run.memory.failures = failures + 1;
      const until = new Date(session.clock.now().getTime() + outageWaitMs(failures));
      throw new RunMustWait(until, words(failure));
    }
    if (batch.sends.length === 1) {
      await this.reject(session, batch, () => words(failure));
      return;
    }
    // Too large, or one value that Meta cannot read spoils the whole call: halves find it.
    await this.giveBack(session, batch, 'failed', { mostRequests: Math.ceil(batch.sends.length / 2) });
  }

  private async giveBack(
    session: RunSession,
    { id }: Batch,
    status: 'failed' | 'lost',
    memory: { mostRequests?: number } = {},
  ): Promise<void> {
    await session.write(async (tx, now) => {
      if (await queries.closeBatch(tx, id, status, { errorsTotal: null, problems: [] }, now)) {
        await queries.releaseItems(tx, session.run, id, now);
      }
      return { memory };
    });
  }

  private async reject(
    session: RunSession,
    { id, sends }: Batch,
    said: (sku: string) => string,
  ): Promise<void> {
    await session.write(async (tx, now) => {
      const closed = await queries.closeBatch(
        tx,
        id,
        'failed',
        { errorsTotal: sends.length, problems: [] },
        now,
      );
      if (!closed) return {};
      const items = sends.map(({ row }) => ({
        id: row.id,
        problems: [problemOfRejection(said(row.retailerId))],
      }));
      await queries.settleRejected(tx, session.run, id, items, {
        now,
        retryAt: new Date(now.getTime() + DAY_MS),
      });
      const newly = sends.filter(({ row, change }) => change !== 'delete' && !wasRejected(row));
      await this.events.rejected(
        tx,
        session.run,
        newly.map(({ row }) => row),
      );
      return {
        counts: { rejected: items.length },
        problems: sends.map(({ row }) => ({
          code: 'rejected',
          sku: row.retailerId,
          message: said(row.retailerId),
        })),
      };
    });
  }

  /** A dry run reads the dirty items page by page and writes down what would be sent. */
  private async plan(session: RunSession): Promise<void> {
    const { run } = session;
    for (let after: string | undefined = ''; after !== undefined;) {
      session.stopIfAsked();
      const now = session.clock.now();
      const rows = await itemsToPlan(session.manager, run, { now, most: MOST_REQUESTS, after });
      const counts = { created: 0, updated: 0, deleted: 0, notReady: 0 };
      const plan = rows.flatMap((row): PlannedChange[] => {
        if (session.planned.has(row.retailerId)) return [];
        const isActive = sellableOf(row, run.catalogIsActive)?.isActive ?? false;
        const step = planPush(row, itemOf(row, run, now), isActive);
        const sku = row.retailerId;
        if (step.kind === 'not-ready') {
          counts.notReady += 1;
          return [{ sku, change: 'not-ready', fields: step.problems.map(({ code }) => code) }];
        }
        if (step.kind !== 'send') return [];
        counts[COUNT_OF[step.change]] += 1;
        return [
          { sku, change: step.change, ...(step.change === 'update' ? { fields: [...step.fields] } : {}) },
        ];
      });
      await session.note({ plan, counts });
      after = rows.length < MOST_REQUESTS ? undefined : rows.at(-1)?.retailerId;
    }
  }
}

const COUNT_OF = { create: 'created', update: 'updated', delete: 'deleted' } as const;
type PushProblems = Extract<PushStep, { kind: 'not-ready' }>['problems'];

function wasRejected({ problems }: ItemRow): boolean {
  return problems.some(({ code }) => code === 'rejected');
}
