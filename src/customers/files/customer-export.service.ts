import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { csvLines } from '../../platform/csv/csv-lines.js';
import { CSV_HEADER, customerCells } from './customer-csv.js';
import { errorsAfter, findImport, type ImportError, linesWithErrors } from './customer-import.queries.js';
import { exportBatch } from '../profiles/profiles.queries.js';
import { Customers, type CustomerSearch } from '../people/customers.service.js';

const BATCH = 2_000;

/**
 * Writes files while they are sent. Between two batches it holds no connection and no open transaction, so a caller
 * may take an hour over a slow line without blocking the database's clean-up.
 */
@Injectable()
export class CustomerExport {
  constructor(
    private readonly database: Database,
    private readonly customers: Customers,
  ) {}

  async customersCsv(organizationId: string, search: CustomerSearch): Promise<Readable> {
    const filter = await this.customers.filter(organizationId, search);
    const { manager } = this.database;
    const batches = async function* (): AsyncGenerator<string> {
      yield csvLines([CSV_HEADER]);
      for (let after: string | undefined; ;) {
        const profiles = await exportBatch(manager, organizationId, filter, after, BATCH);
        if (profiles.length > 0) yield csvLines(profiles.map(customerCells));
        if (profiles.length < BATCH) return;
        after = profiles.at(-1)?.id;
      }
    };
    return Readable.from(batches());
  }

  async errorsCsv(organizationId: string, importId: string): Promise<Readable> {
    const { manager } = this.database;
    const found = await findImport(manager, organizationId, importId);
    if (found === undefined) throw notFound('import', importId);
    const batches = async function* (): AsyncGenerator<string> {
      yield csvLines([['line', 'field', 'message']]);
      for (let after: Pick<ImportError, 'line' | 'field'> = { line: 0, field: '' }; ;) {
        const errors = await errorsAfter(manager, importId, after, BATCH);
        const rows = errors.map(({ line, field, message }) => [line, field, message]);
        if (rows.length > 0) yield csvLines(rows);
        const last = errors.at(-1);
        if (errors.length < BATCH || last === undefined) break;
        after = last;
      }
      const unlisted = found.rowsFailed - (await linesWithErrors(manager, importId));
      if (unlisted > 0) yield csvLines([[null, null, `${unlisted} more rejected rows are not listed`]]);
    };
    return Readable.from(batches());
  }
}
