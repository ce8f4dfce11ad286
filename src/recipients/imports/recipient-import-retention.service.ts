import { Injectable } from '@nestjs/common';
import { Retention, RetentionTools } from '../../platform/timetable/retention.js';
import { purgeRecipientImports } from './recipient-imports.queries.js';

/** Deletes old imports with the errors of their lines, which quote the file. */
@Injectable()
export class RecipientImportRetention extends Retention {
  constructor(tools: RetentionTools) {
    super(tools, {
      name: 'purge-recipient-imports',
      expression: '51 * * * *',
      days: ({ importDays }) => importDays,
      purge: purgeRecipientImports,
    });
  }
}
