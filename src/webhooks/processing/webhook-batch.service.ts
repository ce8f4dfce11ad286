import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isDataError } from '../../platform/database/database.js';
import { halveOnFailure } from '../../platform/database/halve-on-failure.js';
import { Logger } from '../../platform/logging/logger.js';
import { maskText } from '../../platform/logging/mask.js';
import { settleEvent } from '../inbox/settle-event.js';
import {
  type ClaimedEvent,
  claimEvents,
  type SettledEvent,
  settleEvents,
} from '../inbox/webhook-events.queries.js';
import { WebhookMetrics } from '../inbox/webhook-metrics.service.js';
import { EventReader } from './event-reader.service.js';
import type { OpenEvent, Work } from './open-event.js';
import { type AfterCommit, type WebhookHandler, WebhookHandlers } from './webhook-handlers.service.js';
import { ITEM_KINDS, type ItemKind } from './webhook-items.js';

/** Bounds what a batch holds in memory; a single event may be larger. */
const BATCH = { limit: 500, bytes: 4 * 1_024 * 1_024 };
const LONGEST_REASON = 500;

interface Handled {
  handler: string;
  done: number;
  failed: number;
}

interface Report {
  /** There is probably more. */
  isFull: boolean;
  settled: SettledEvent[];
  handled: Handled[];
  afterCommit: AfterCommit[];
}

/** Takes events out of the inbox and applies them: a whole batch in one transaction, or none of it. */
@Injectable()
export class WebhookBatch {
  constructor(
    private readonly database: Database,
    private readonly reader: EventReader,
    private readonly handlers: WebhookHandlers,
    private readonly metrics: WebhookMetrics,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async processNext(): Promise<{ events: number; isFull: boolean }> {
    const report = await this.database.transaction((tx) => this.process(tx));
    const { settled, handled, afterCommit, isFull } = report;
    // Only what is committed counts.
    for (const work of afterCommit) work();
    for (const { status } of settled) this.metrics.events.inc({ outcome: status });
    for (const { handler, done, failed } of handled) {
      this.metrics.items.inc({ handler }, done);
      this.metrics.failedItems.inc({ handler }, failed);
    }
    return { events: settled.length, isFull };
  }

  private async process(tx: EntityManager): Promise<Report> {
    const now = this.clock.now();
    const claimed = await claimEvents(tx, { now, ...BATCH });
    if (claimed.length === 0) return { settled: [], handled: [], afterCommit: [], isFull: false };
    const events = await this.reader.read(tx, claimed);
    const handled: Handled[] = [];
    const afterCommit: AfterCommit[] = [];
    for (const kind of ITEM_KINDS) handled.push(...(await this.handle(tx, kind, events, afterCommit)));
    const kinds = this.handlers.kinds();
    const settled = events.map((event) => ({
      id: event.id,
      organizationId: event.organizationId ?? this.reader.operatorsOrganizationId,
      ...settleEvent(event.outcome(kinds), event.attempts + 1, now),
    }));
    await settleEvents(tx, settled, now);
    return { settled, handled, afterCommit, isFull: isFull(claimed) };
  }

  private async handle(
    tx: EntityManager,
    kind: ItemKind,
    events: readonly OpenEvent[],
    afterCommit: AfterCommit[],
  ): Promise<Handled[]> {
    const handled: Handled[] = [];
    for (const handler of this.handlers.of(kind)) {
      const work = events.flatMap((event) => event.workFor(handler));
      const failed = work.length === 0 ? 0 : await this.apply(tx, handler, work, afterCommit);
      handled.push({ handler: handler.name, done: work.length - failed, failed });
    }
    return handled;
  }

  /** Returns how many items failed; all others have taken effect. */
  private async apply<K extends ItemKind>(
    tx: EntityManager,
    handler: WebhookHandler<K>,
    work: readonly Work<K>[],
    afterCommit: AfterCommit[],
  ): Promise<number> {
    const failed = await halveOnFailure(
      work,
      // A savepoint: what a failed call has written is rolled back, what others wrote stays.
      async (some) => {
        const owned = some.map((one) => one.owned);
        const later: AfterCommit[] = [];
        await tx.transaction((inner) => handler.apply(inner, owned, (one) => void later.push(one)));
        afterCommit.push(...later);
      },
      // A deadlock undoes more than a savepoint would, and an outage says nothing about the item.
      (error) => !isDataError(error),
    );
    for (const { item, error } of failed) {
      const message = error instanceof Error ? error.message : String(error);
      item.event.fail(item.part, maskText(`${item.part}: ${message}`).slice(0, LONGEST_REASON));
    }
    const [first] = failed;
    if (first !== undefined) {
      const about = { handler: handler.name, items: failed.length, webhookEventId: first.item.event.id };
      this.logger.error({ err: first.error, ...about }, 'webhook items failed, will retry');
    }
    return failed.length;
  }
}

function isFull(claimed: readonly ClaimedEvent[]): boolean {
  const bytes = claimed.reduce((sum, { body }) => sum + body.length, 0);
  return claimed.length >= BATCH.limit || bytes >= BATCH.bytes;
}
