import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { keptSince, RetentionSettings } from '../../rules/retention-settings.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.js';
import { Logger } from '../logging/logger.js';
import { Timetable } from './timetable.js';
import { Upkeep } from './upkeep.js';

/** What every retention needs. */
@Injectable()
export class RetentionTools {
  constructor(
    readonly timetable: Timetable,
    readonly database: Database,
    readonly clock: Clock,
    readonly settings: RetentionSettings,
    readonly logger: Logger,
  ) {}
}

export interface RetentionRule {
  /** Of the task; stored in the database, like every name of the timetable. */
  name: string;
  expression: string;
  days: (settings: RetentionSettings) => number;
  /** Deletes a few rows that are older; returns how many. Nothing: the work is done. */
  purge: (tx: EntityManager, before: Date) => Promise<number>;
}

/** Deletes what is older than it may be kept, bite by bite, each in a transaction of its own. */
export abstract class Retention implements OnModuleInit, OnModuleDestroy {
  private readonly upkeep: Upkeep;

  constructor(
    private readonly tools: RetentionTools,
    { name, expression, days, purge }: RetentionRule,
  ) {
    const { clock, database, settings, logger } = tools;
    const bite = (): Promise<number> => {
      const before = keptSince(clock.now(), days(settings));
      return database.transaction((tx) => purge(tx, before));
    };
    this.upkeep = new Upkeep(logger, { name, expression, bite });
  }

  onModuleInit(): void {
    this.upkeep.registerIn(this.tools.timetable);
  }

  async onModuleDestroy(): Promise<void> {
    await this.upkeep.stop();
  }

  async run(): Promise<number> {
    return this.upkeep.run();
  }
}
