import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Rounds } from '../../platform/rounds/rounds.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { CatalogConnection } from './catalog-connection.service.js';
import * as queries from './visibility.queries.js';

const LOOK_MS = 2_000;
const AT_ONCE = 10;
/** After a refusal, or when a worker has died in between. */
const AGAIN_MS = 10 * 60_000;

/** Tells the numbers at Meta what somebody has set as `isPublic` of a catalog, once the account sells from it. */
@Injectable()
export class CatalogVisibility implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly connection: CatalogConnection,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds(
      () => this.run(),
      LOOK_MS,
      (error) => {
        logger.error({ err: error }, 'could not look for catalogs to show or hide; retrying');
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
    const now = this.clock.now();
    const again = new Date(now.getTime() + AGAIN_MS);
    const due = await this.database.transaction((tx) =>
      queries.takeVisibilities(tx, { now, again, most: AT_ONCE }),
    );
    for (const catalog of due) {
      if (await this.show(catalog)) await queries.finishVisibility(this.database.manager, catalog, again);
    }
  }

  private async show({ organizationId, catalogId, isPublic }: queries.DueVisibility): Promise<boolean> {
    try {
      return await this.connection.show(organizationId, catalogId, isPublic);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.logger.warn({ err: error, catalogId }, 'could not show or hide a catalog at Meta; retrying later');
      return false;
    }
  }
}
