import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../../platform/timetable/retention.js';
import { purgeImports } from './import-retention.queries.js';

/** Deletes old imports with the errors of their lines, which quote the file. */
@Injectable()
export class ImportRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-customer-imports',
      expression: '47 * * * *',
      days: ({ importDays }) => importDays,
      purge: purgeImports,
    });
  }
}
