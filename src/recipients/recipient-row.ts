import { fromCsvCell } from '../platform/csv/csv-cell.js';
import type { RecipientColumns } from './recipient-columns.js';
import { type RecipientCheck, checkRecipient } from './recipient-input.js';

/** One row of a file. An empty cell is no value: what the campaign says for everybody then holds. */
export function readRow(
  cells: readonly string[],
  columns: RecipientColumns,
  defaultCountry: string | undefined,
): RecipientCheck {
  if (cells.length > columns.width && cells.slice(columns.width).some((cell) => cell !== '')) {
    return { ok: false, reason: `The row has ${cells.length} cells, the header ${columns.width}.` };
  }
  const text = (column: number): string => fromCsvCell(cells[column] ?? '').trim();
  const phoneNumber = text(columns.phone);
  if (phoneNumber === '') return { ok: false, reason: 'The row has no phone number.' };
  const variables: Record<string, string> = {};
  for (const { column, name } of columns.variables) {
    const value = text(column);
    if (value !== '') variables[name] = value;
  }
  const name = columns.name === null ? undefined : text(columns.name);
  return checkRecipient({ phoneNumber, name, variables }, defaultCountry);
}
