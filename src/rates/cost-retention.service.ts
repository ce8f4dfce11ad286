import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../platform/timetable/retention.js';
import { purgeCosts } from './rate-cards.queries.js';

/** Longer than any question may reach back. */
const KEPT_DAYS = 1_100;

/** Deletes days of costs that are older than three years. What a campaign was billed stays on it. */
@Injectable()
export class CostRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-cost-days',
      expression: '23 3 * * *',
      days: () => KEPT_DAYS,
      purge: purgeCosts,
    });
  }
}
