import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../../platform/timetable/retention.js';
import { purgeOutbox } from './outbox-retention.queries.js';

/** Deletes finished messages of the outbox: each still holds a number and a text. */
@Injectable()
export class OutboxRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-outbox',
      expression: '43 * * * *',
      days: ({ outboxDays }) => outboxDays,
      purge: purgeOutbox,
    });
  }
}
