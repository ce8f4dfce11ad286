import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../platform/timetable/retention.js';
import { purgeLinks } from './tracked-links.queries.js';

/** Deletes links of single messages and of deleted campaigns once no kept message has them. */
@Injectable()
export class LinkRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-links',
      expression: '53 * * * *',
      days: ({ messageDays }) => messageDays,
      purge: purgeLinks,
    });
  }
}
