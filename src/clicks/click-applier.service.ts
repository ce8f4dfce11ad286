import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OpenClick } from '../links/click.js';
import { ClickLedger } from '../links/click-ledger.service.js';
import { Database, isDataError } from '../platform/database/database.js';
import { halveOnFailure } from '../platform/database/halve-on-failure.js';
import { Logger } from '../platform/logging/logger.js';
import { Rounds } from '../platform/rounds/rounds.js';
import { ClickEffects } from './click-effects.service.js';

const LOOK_MS = 200;
const BATCH = 1_000;

/** Gives stored clicks their effect, in every worker; a lock lets one of them work at a time. */
@Injectable()
export class ClickApplier implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly ledger: ClickLedger,
    private readonly effects: ClickEffects,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not apply clicks, will retry');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async look(): Promise<void> {
    let count = BATCH;
    while (count === BATCH && !this.rounds.isStopped) {
      count = await this.database.transaction((tx) => this.applyNext(tx));
    }
  }

  private async applyNext(tx: EntityManager): Promise<number> {
    const clicks = await this.ledger.open(tx, BATCH);
    const failed = await halveOnFailure(
      clicks,
      (some) => tx.transaction((inner) => this.effects.apply(inner, some)),
      (error) => !isDataError(error),
    );
    const [first] = failed;
    if (first === undefined) return clicks.length;
    this.logger.error({ err: first.error, clicks: failed.length }, 'clicks count for their link only');
    await this.effects.giveUp(
      tx,
      failed.map(({ item }): OpenClick => item),
    );
    return clicks.length;
  }
}
