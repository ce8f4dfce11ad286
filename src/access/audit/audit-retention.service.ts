import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../../platform/timetable/retention.js';
import { keepAuditMonths } from './audit.queries.js';

/** Makes the months of the audit log before they begin, and removes those that are over. */
@Injectable()
export class AuditRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'keep-audit-months',
      expression: '13 * * * *',
      days: ({ auditDays }) => auditDays,
      purge: keepAuditMonths,
    });
  }
}
