import { invalidGroup } from './invalid-group.js';

/** The parts of a row by which an answer is grouped, as `day,campaign`. */
export function groupingOf<Part extends string>(
  text: string | undefined,
  known: readonly Part[],
  usual: readonly Part[],
): Part[] {
  if (text === undefined || text === '') return [...usual];
  const parts = [...new Set(text.split(',').map((part) => part.trim()))];
  const asked = parts.filter((part): part is Part => (known as readonly string[]).includes(part));
  if (asked.length !== parts.length) throw invalidGroup(known);
  return known.filter((part) => asked.includes(part));
}

/** Rows that agree in all of these, in the order of their first. */
export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => readonly unknown[]): Row[][] {
  return [...Map.groupBy(rows, (row) => JSON.stringify(keyOf(row))).values()];
}
