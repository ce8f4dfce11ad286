import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { WebhookBatch } from './webhook-batch.service.js';
import { reopenParts } from '../inbox/webhook-events.queries.js';
import { WebhookHandlers } from './webhook-handlers.service.js';
import { kindPart } from './webhook-items.js';

/**
 * A poll costs a third of a millisecond, so a short interval beats NOTIFY: its commits wait for one another, and it
 * needs a connection that a pooler must not share. Polling also lets events gather into batches.
 */
const LOOK_MS = 100;

/** Empties the inbox, in every worker: the row locks keep any number of workers apart. */
@Injectable()
export class WebhookProcessor implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private reopened = false;

  constructor(
    private readonly batch: WebhookBatch,
    private readonly handlers: WebhookHandlers,
    private readonly database: Database,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not process webhook events, will retry');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** Waits for the batch in progress. */
  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async look(): Promise<void> {
    if (!this.reopened) await this.reopen();
    let isFull = true;
    while (isFull && !this.rounds.isStopped) ({ isFull } = await this.batch.processNext());
  }

  /** Once after the start: this version may handle what an earlier one could not. */
  private async reopen(): Promise<void> {
    const parts = this.handlers.kinds().map(kindPart);
    const events = await this.database.transaction((tx) => reopenParts(tx, parts));
    this.reopened = true;
    if (events > 0) this.logger.info({ events }, 'reopened events now have a handler');
  }
}
