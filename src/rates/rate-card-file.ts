import type { GivenRow } from './rate-card.js';

const COLUMNS = ['market', 'category', 'from', 'to', 'price'] as const;

/** What a file of prices says: a header with these columns in any order, then a price a line. */
export function readRateFile(
  records: readonly { line: number; cells: readonly string[] }[],
): { rows: GivenRow[] } | { missing: string[] } {
  const [header, ...lines] = records;
  const names = (header?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) return { missing };
  const rows = lines
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ line, cells }) => {
      const cell = (name: (typeof COLUMNS)[number]): string => (cells[names.indexOf(name)] ?? '').trim();
      return {
        place: `line ${line}`,
        ...{ market: cell('market'), category: cell('category'), from: cell('from'), to: cell('to') },
        price: cell('price'),
      };
    });
  return { rows };
}
