import { type CustomerRow, identityOf, mergeRows } from './customer-row.js';
import { stagedRow } from './staged-row.js';

/** Enough rows to make a statement worthwhile. The byte limit keeps a file of huge rows from filling the memory. */
const MAX_ROWS = 2_000;
const MAX_BYTES = 4 * 1024 * 1024;

export interface BatchEntry {
  id: string;
  line: number;
  row: CustomerRow;
  text: string;
}

export interface FailedField {
  line: number;
  field: string;
  message: string;
}

/** Rows of a file on their way into the database: one per person, merged from all rows about that person. */
export class ImportBatch {
  readonly errors: FailedField[] = [];
  rowsRead = 0;
  rowsFailed = 0;
  /** Rows about a person further up in the same batch: those that added something, and those that did not. */
  rowsRepeated = { updated: 0, unchanged: 0 };
  private readonly people = new Map<string, BatchEntry>();
  private bytes = 0;

  constructor(private readonly areTagsAdded: boolean) {}

  get entries(): BatchEntry[] {
    return [...this.people.values()];
  }

  get isFull(): boolean {
    return this.rowsRead >= MAX_ROWS || this.bytes >= MAX_BYTES;
  }

  get isEmpty(): boolean {
    return this.rowsRead === 0;
  }

  /** `newId` is the id of the person if they are new: ids keep the order of each person's first row. */
  add(line: number, row: CustomerRow, newId: () => string): void {
    this.rowsRead++;
    const identity = identityOf(row);
    const known = this.people.get(identity);
    if (known === undefined) {
      const id = newId();
      const text = stagedRow(id, line, row);
      this.people.set(identity, { id, line, row, text });
      this.bytes += text.length;
      return;
    }
    const merged = mergeRows(known.row, row, this.areTagsAdded);
    const text = stagedRow(known.id, known.line, merged);
    this.rowsRepeated[text === known.text ? 'unchanged' : 'updated']++;
    this.bytes += text.length - known.text.length;
    Object.assign(known, { row: merged, text });
  }

  fail(line: number, errors: readonly Omit<FailedField, 'line'>[]): void {
    this.rowsRead++;
    this.rowsFailed++;
    for (const error of errors) this.errors.push({ line, ...error });
  }
}
