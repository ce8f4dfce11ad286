import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../../platform/timetable/retention.js';
import { purgeMessages } from './message-retention.queries.js';

/** Deletes messages that are older than they may be kept. */
@Injectable()
export class MessageRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-messages',
      expression: '41 * * * *',
      days: ({ messageDays }) => messageDays,
      purge: purgeMessages,
    });
  }
}
