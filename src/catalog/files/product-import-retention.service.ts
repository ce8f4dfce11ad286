import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Timetable } from '../../platform/timetable/timetable.js';
import { Upkeep } from '../../platform/timetable/upkeep.js';
import { keptSince, RetentionSettings } from '../../rules/retention-settings.js';
import { purgeProductImports } from './product-import-retention.queries.js';

/** Deletes old imports with the errors of their lines, which quote the file. */
@Injectable()
export class ProductImportRetention implements OnModuleInit, OnModuleDestroy {
  private readonly upkeep: Upkeep;

  constructor(
    private readonly timetable: Timetable,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly settings: RetentionSettings,
    logger: Logger,
  ) {
    const bite = (): Promise<number> => this.bite();
    this.upkeep = new Upkeep(logger, { name: 'purge-product-imports', expression: '49 * * * *', bite });
  }

  onModuleInit(): void {
    this.upkeep.registerIn(this.timetable);
  }

  async onModuleDestroy(): Promise<void> {
    await this.upkeep.stop();
  }

  async run(): Promise<number> {
    return this.upkeep.run();
  }

  private async bite(): Promise<number> {
    const before = keptSince(this.clock.now(), this.settings.importDays);
    return this.database.transaction((tx) => purgeProductImports(tx, before));
  }
}
