import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../rules/errors/domain-error.js';
import { toCsvCell } from '../../platform/csv/csv-cell.js';
import { CSV_HEADER, customerCells } from './customer-csv.js';
import type { CustomerFilterQuery } from '../people/customer.dto.js';
import { errorsAfter, findImport, type ImportError } from './customer-import.queries.js';
import { exportBatch } from '../profiles/profiles.queries.js';
import { CustomersService } from '../people/customers.service.js';

const BATCH = 2_000;
/** A lone carriage return ends a row for many readers, ours among them, unless it is quoted. */
const QUOTED = { quoted_match: /\r/ };

/**
 * Files that are written while they are sent. Between two batches no connection is held and no transaction is open:
 * a caller may take an hour over a slow line without keeping the database from cleaning up.
 */
@Injectable()
export class CustomerExportService {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersService,
  ) {}

  async customersCsv(organizationId: string, query: CustomerFilterQuery): Promise<Readable> {
    const filter = await this.customers.filter(organizationId, query);
    const { manager } = this.database;
    const batches = async function* (): AsyncGenerator<string> {
      yield stringify([CSV_HEADER], QUOTED);
      for (let after: string | undefined; ;) {
        const profiles = await exportBatch(manager, organizationId, filter, after, BATCH);
        if (profiles.length > 0) yield stringify(profiles.map(customerCells), QUOTED);
        if (profiles.length < BATCH) return;
        after = profiles.at(-1)?.id;
      }
    };
    return Readable.from(batches());
  }

  async errorsCsv(organizationId: string, importId: string): Promise<Readable> {
    const { manager } = this.database;
    if ((await findImport(manager, organizationId, importId)) === undefined)
      throw notFound('import', importId);
    const batches = async function* (): AsyncGenerator<string> {
      yield stringify([['line', 'field', 'message']], QUOTED);
      for (let after: Pick<ImportError, 'line' | 'field'> = { line: 0, field: '' }; ;) {
        const errors = await errorsAfter(manager, importId, after, BATCH);
        const rows = errors.map(({ line, field, message }) => [line, toCsvCell(field), toCsvCell(message)]);
        if (rows.length > 0) yield stringify(rows, QUOTED);
        const last = errors.at(-1);
        if (errors.length < BATCH || last === undefined) return;
        after = last;
      }
    };
    return Readable.from(batches());
  }
}
