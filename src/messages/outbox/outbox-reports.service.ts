import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { MessageLog } from '../log/message-log.service.js';
import type { MessageReport } from '../log/message-progress.js';
import * as queries from './outbox.queries.js';

/** Stores what Meta reports of messages outside campaigns after it has accepted them. */
@Injectable()
export class OutboxReports {
  constructor(
    private readonly log: MessageLog,
    private readonly clock: Clock,
  ) {}

  async report(tx: EntityManager, reports: readonly MessageReport[]): Promise<void> {
    await this.log.report(tx, reports);
    const failed = reports.flatMap(({ message, status, error }) =>
      status === 'failed' && error !== null && 'messageId' in message ? [message.messageId] : [],
    );
    if (failed.length > 0) await queries.fallBackLate(tx, failed, this.clock.now());
  }
}
