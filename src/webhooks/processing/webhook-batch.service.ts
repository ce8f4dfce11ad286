import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessBootstrap } from '../../access/keys/access-bootstrap.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database, isOutage, sqlState } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { maskText } from '../../platform/logging/mask.js';
import { SenderDirectory } from '../../senders/directory/sender-directory.service.js';
import { parseWebhook } from '../../whatsapp/parsing/parse-webhook.js';
import { halveOnFailure } from '../../platform/database/halve-on-failure.js';
import { namedIn, ownerOf, type OwningSender } from './item-owner.js';
import { OpenEvent, type Work } from './open-event.js';
import { settleEvent } from '../inbox/settle-event.js';
import {
  type ClaimedEvent,
  claimEvents,
  type SettledEvent,
  settleEvents,
} from '../inbox/webhook-events.queries.js';
import { type WebhookHandler, WebhookHandlers } from './webhook-handlers.service.js';
import { type AnyItem, itemsOf, type Owned } from './webhook-items.js';
import { WebhookMetrics } from '../inbox/webhook-metrics.service.js';
import { WebhookSecrets } from '../inbox/webhook-secrets.service.js';

/** Bounds what a batch holds in memory; a single event may be larger. */
const BATCH = { limit: 500, bytes: 4 * 1_024 * 1_024 };
const LONGEST_REASON = 500;

interface Report {
  /** There is probably more. */
  isFull: boolean;
  settled: SettledEvent[];
  handled: { handler: string; done: number; failed: number }[];
}

/** Takes events out of the inbox and lets them take effect: a whole batch in one transaction, or none of it. */
@Injectable()
export class WebhookBatch {
  constructor(
    private readonly database: Database,
    private readonly handlers: WebhookHandlers,
    private readonly senders: SenderDirectory,
    private readonly secrets: WebhookSecrets,
    private readonly access: AccessBootstrap,
    private readonly metrics: WebhookMetrics,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async processNext(): Promise<{ events: number; isFull: boolean }> {
    const { settled, handled, isFull } = await this.database.transaction((tx) => this.process(tx));
    // Only what is committed counts.
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
    if (claimed.length === 0) return { settled: [], handled: [], isFull: false };
    const events = await this.open(tx, claimed);
    const handled: Report['handled'] = [];
    for (const handler of this.handlers.all()) {
      const work = events.flatMap((event) => event.workFor(handler));
      const failed = work.length === 0 ? 0 : await this.apply(tx, handler, work);
      handled.push({ handler: handler.name, done: work.length - failed, failed });
    }
    const kinds = this.handlers.kinds();
    const settled = events.map((event, index) => ({
      id: event.id,
      organizationId: event.organizationId(this.access.defaultOrganizationId),
      ...settleEvent(event.outcome(kinds), (claimed[index]?.attempts ?? 0) + 1, now),
    }));
    await settleEvents(tx, settled, now);
    return { settled, handled, isFull: isFull(claimed) };
  }

  private async open(tx: EntityManager, claimed: readonly ClaimedEvent[]): Promise<OpenEvent[]> {
    const parsed = claimed.map(({ body }) => parseWebhook(body));
    const named = namedIn(parsed.flatMap(itemsOf));
    const senders = (await this.senders.among(tx, named)).map(({ appSecret, ...sender }): OwningSender => ({
      ...sender,
      signer: appSecret === null ? null : this.secrets.fingerprint(appSecret),
    }));
    const operator = this.secrets.ofOperator;
    return claimed.flatMap(({ id, signedWith, openParts }, index) => {
      const webhook = parsed[index];
      const signedBy = { signer: signedWith, isOperator: signedWith === operator };
      const owner = (item: AnyItem) => ownerOf(item, senders, signedBy);
      return webhook === undefined ? [] : [new OpenEvent(id, openParts, webhook, owner)];
    });
  }

  /** How many items failed; all others have taken effect. */
  private async apply(tx: EntityManager, handler: WebhookHandler, work: readonly Work[]): Promise<number> {
    const failed = await halveOnFailure(
      work,
      // A savepoint: what a failed call has written is undone, what others wrote stays.
      (some) => tx.transaction((inner) => handler.apply(inner, ownedOf(some) as never)),
      isNobodysFault,
    );
    for (const { item, error } of failed) {
      const message = error instanceof Error ? error.message : String(error);
      item.event.fail(item.part, maskText(`${item.part}: ${message}`).slice(0, LONGEST_REASON));
    }
    const [first] = failed;
    if (first !== undefined) {
      const about = { handler: handler.name, items: failed.length, webhookEventId: first.item.event.id };
      this.logger.error({ err: first.error, ...about }, 'webhook items failed; they are tried again');
    }
    return failed.length;
  }
}

function ownedOf(work: readonly Work[]): Owned<AnyItem>[] {
  return work.map(({ owned }) => owned);
}

/** A deadlock undoes more than a savepoint would, and an outage says nothing about the item. */
function isNobodysFault(error: unknown): boolean {
  return isOutage(error) || ['40P01', '40001'].includes(sqlState(error) ?? '');
}

function isFull(claimed: readonly ClaimedEvent[]): boolean {
  const bytes = claimed.reduce((sum, { body }) => sum + body.length, 0);
  return claimed.length >= BATCH.limit || bytes >= BATCH.bytes;
}
