import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import * as leases from '../slices/leases.queries.js';
import { SliceReturns } from '../slices/slice-returns.service.js';

const LOOK_MS = 500;
const CAMPAIGNS_AT_ONCE = 20;

/** Gives back the slices of stopped campaigns and of a former pace, beside the dispatch of the others and never in its way. */
@Injectable()
export class OrphanReturns implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly returns: SliceReturns,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.look(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not look for slices of stopped campaigns; retrying');
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
    for (const { organizationId, campaignId } of await leases.findOrphans(
      this.database.manager,
      CAMPAIGNS_AT_ONCE,
    )) {
      if (this.rounds.isStopped) return;
      try {
        await this.returns.giveBackAll(organizationId, campaignId);
      } catch (error) {
        this.logger.error({ err: error, campaignId }, 'could not give back the slices of a stopped campaign');
      }
    }
  }
}
