import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../../platform/timetable/retention.js';
import { purgeProductImports } from './product-import-retention.queries.js';

/** Deletes old imports with the errors of their lines, which quote the file. */
@Injectable()
export class ProductImportRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-product-imports',
      expression: '49 * * * *',
      days: ({ importDays }) => importDays,
      purge: purgeProductImports,
    });
  }
}
