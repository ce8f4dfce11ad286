import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
import { Logger } from '../platform/logging/logger.js';
import { Rounds } from '../platform/rounds/rounds.js';
import { Attributions } from './attributions.service.js';

const LOOK_MS = 250;
const BITE = 200;

/**
 * Attributes orders a moment after they were placed, so that the order itself does not wait, and everything again a day
 * later. In every worker; a bite is a transaction of its own.
 */
@Injectable()
export class AttributionRounds implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly attributions: Attributions,
    logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.run(),
      LOOK_MS,
      (error) => {
        logger.warn({ err: error }, 'could not attribute conversions; retrying');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async run(): Promise<void> {
    let taken = BITE;
    while (taken === BITE && !this.rounds.isStopped) {
      taken = await this.database.transaction((tx) => this.attributions.attributeDue(tx, BITE));
    }
  }
}
