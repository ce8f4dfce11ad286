import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type CsvRecord, csvRecords } from '../platform/csv/csv-records.js';
import { utf8Chunks } from '../platform/csv/csv-text.js';
import { DomainError } from '../rules/errors/domain-error.js';
import {
  AddRecipientsService,
  type AddRules,
  type CampaignRef,
  ROWS_AT_ONCE,
} from './add-recipients.service.js';
import { type AddResult, AddTally } from './add-result.js';
import { readColumns, type RecipientColumns } from './recipient-columns.js';
import type { CheckedRecipient } from './recipient-input.js';
import { readRow } from './recipient-row.js';

/** A file as it arrives; `charset` as its sender names it. */
export interface RecipientFile {
  stream: AsyncIterable<Buffer>;
  charset?: string | null;
}

/** Runs `work` in a transaction of its own, which holds the campaign's lock and has found its state right. */
export type InBatch = <T>(work: (tx: EntityManager) => Promise<T>) => Promise<T>;

/** Reads recipients from a file of any length; at most two portions of it are in memory. */
@Injectable()
export class ImportRecipientsService {
  constructor(private readonly recipients: AddRecipientsService) {}

  /**
   * Adds in portions: a file that breaks off in the middle, or a campaign that is no longer open for it, leaves
   * the portions before in place, and the same file again adds the rest.
   */
  async addCsv(campaign: CampaignRef, file: RecipientFile, inBatch: InBatch): Promise<AddResult> {
    const rules = await this.recipients.rules(campaign);
    const tally = new AddTally();
    // While the database takes one portion, the next one is read.
    let storing: Promise<void> = Promise.resolve();
    try {
      for await (const rows of portions(file, rules.defaultCountry, tally)) {
        await storing;
        storing = this.store(rows, rules, inBatch, tally);
        // Awaited a portion later, or below; until then its failure must not count as unhandled.
        storing.catch(() => undefined);
      }
    } finally {
      await storing;
    }
    return tally.result();
  }

  private async store(
    rows: readonly CheckedRecipient[],
    { target }: AddRules,
    inBatch: InBatch,
    tally: AddTally,
  ): Promise<void> {
    tally.count(rows.length, await inBatch((tx) => this.recipients.insert(tx, target, rows)));
  }
}

async function* portions(
  file: RecipientFile,
  defaultCountry: string | undefined,
  tally: AddTally,
): AsyncGenerator<CheckedRecipient[]> {
  let columns: RecipientColumns | undefined;
  let rows: CheckedRecipient[] = [];
  for await (const records of csvRecords(utf8Chunks(file.stream, file.charset ?? null))) {
    for (const record of records) {
      if (columns === undefined) {
        if (namesSeparator(record)) continue;
        const { hasHeader, ...read } = columnsOf(record, defaultCountry);
        columns = read.columns;
        if (hasHeader) continue;
      }
      const check = readRow(record.cells, columns, defaultCountry);
      if (check.ok) rows.push(check);
      else {
        const input = record.cells[columns.phone] ?? '';
        tally.refuse({ input, reason: check.reason, line: record.line });
      }
      if (rows.length === ROWS_AT_ONCE) {
        yield rows;
        rows = [];
      }
    }
  }
  if (columns === undefined) throw new DomainError('invalid', 'csv_empty', 'The file is empty.');
  if (rows.length > 0) yield rows;
}

/** Excel's own first line, such as `sep=;`. */
function namesSeparator({ line, cells: [first = ''] }: CsvRecord): boolean {
  return line === 1 && /^sep=.?$/i.test(first);
}

function columnsOf(
  { cells }: CsvRecord,
  defaultCountry: string | undefined,
): { columns: RecipientColumns; hasHeader: boolean } {
  const read = readColumns(cells, defaultCountry);
  if (!read.ok) throw new DomainError('invalid', 'csv_header', read.reason);
  return read;
}
