import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../platform/timetable/retention.js';
import { purgeClicks } from './link-clicks.queries.js';

/** Deletes single clicks that are older than they may be kept. Their sums stay. */
@Injectable()
export class ClickRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-clicks',
      expression: '47 * * * *',
      days: ({ linkDays }) => linkDays,
      purge: purgeClicks,
    });
  }
}
