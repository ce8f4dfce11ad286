import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logging/logger.js';
import { LOGGER } from '../platform/logging/logging.module.js';
import { WebhookBatch } from './webhook-batch.service.js';
import { reopenParts } from './webhook-events.queries.js';
import { WebhookHandlers } from './webhook-handlers.service.js';
import { kindPart } from './webhook-items.js';

/**
 * A look costs a third of a millisecond, so a short poll beats NOTIFY, whose commits wait for one another, and which
 * needs a connection that no pooler may share. It also lets events gather into batches.
 */
const LOOK_MS = 100;
const AFTER_FAILURE_MS = 1_000;

/** Empties the inbox, in every worker: the lock on the rows keeps any number of them apart. */
@Injectable()
export class WebhookProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;
  private reopened = false;

  constructor(
    private readonly batch: WebhookBatch,
    private readonly handlers: WebhookHandlers,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  /** What is under way is finished. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private schedule(ms: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
    }, ms);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    let next = LOOK_MS;
    try {
      if (!this.reopened) await this.reopen();
      let isFull = true;
      while (isFull && !this.stopped) ({ isFull } = await this.batch.processNext());
    } catch (error) {
      this.logger.error({ err: error }, 'webhook events could not be processed; they are tried again');
      next = AFTER_FAILURE_MS;
    }
    this.schedule(next);
  }

  /** Once after the start: what no handler was there for may have one now. */
  private async reopen(): Promise<void> {
    const parts = this.handlers.kinds().map(kindPart);
    const events = await this.database.transaction((tx) => reopenParts(tx, parts));
    this.reopened = true;
    if (events > 0) this.logger.info({ events }, 'webhook events found a handler');
  }
}
