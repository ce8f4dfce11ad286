import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Logger } from '../../platform/logging/logger.js';
import { LOGGER } from '../../platform/logging/logging.module.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { WebhookBatch } from './webhook-batch.service.js';
import { reopenParts } from '../inbox/webhook-events.queries.js';
import { WebhookHandlers } from './webhook-handlers.service.js';
import { kindPart } from './webhook-items.js';

/**
 * A look costs a third of a millisecond, so a short poll beats NOTIFY, whose commits wait for one another, and which
 * needs a connection that no pooler may share. It also lets events gather into batches.
 */
const LOOK_MS = 100;

/** Empties the inbox, in every worker: the lock on the rows keeps any number of them apart. */
@Injectable()
export class WebhookProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private reopened = false;

  constructor(
    private readonly batch: WebhookBatch,
    private readonly handlers: WebhookHandlers,
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'webhook events could not be processed; they are tried again');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** What is under way is finished. */
  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async look(): Promise<void> {
    if (!this.reopened) await this.reopen();
    let isFull = true;
    while (isFull && !this.rounds.isStopped) ({ isFull } = await this.batch.processNext());
  }

  /** Once after the start: what no handler was there for may have one now. */
  private async reopen(): Promise<void> {
    const parts = this.handlers.kinds().map(kindPart);
    const events = await this.database.transaction((tx) => reopenParts(tx, parts));
    this.reopened = true;
    if (events > 0) this.logger.info({ events }, 'webhook events found a handler');
  }
}
