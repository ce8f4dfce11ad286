import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../platform/timetable/retention.js';
import { purgeConversions } from './conversions.queries.js';

/** As long as messages are kept: without them nothing is left to attribute. What a day earned stays. */
@Injectable()
export class ConversionRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-conversions',
      expression: '29 3 * * *',
      // Older ones are refused after 90 days, whatever their id is.
      days: ({ messageDays }) => Math.max(messageDays, 120),
      purge: purgeConversions,
    });
  }
}
