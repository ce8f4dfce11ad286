import type { CsvRow } from './product-row.js';

/** A row of a file between its two passes: read, and waiting to be applied. */
export interface StagedProduct extends CsvRow {
  line: number;
}

/** One line of COPY's text format. A row that could not be read still stands for its SKU. */
export function stagedLine(line: number, sku: string, row: CsvRow | null): string {
  const body = row === null ? null : JSON.stringify([row.input, row.group, row.compliance]);
  return [String(line), field(sku), field(row?.parentSku ?? null), field(body)].join('\t');
}

export function fromStaged(staged: {
  line: number;
  sku: string;
  parentSku: string | null;
  body: string;
}): StagedProduct {
  const { line, sku, parentSku } = staged;
  const [input, group, compliance] = JSON.parse(staged.body) as [
    CsvRow['input'],
    CsvRow['group'],
    CsvRow['compliance'],
  ];
  return { line, sku, parentSku, input, group, compliance };
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function field(text: string | null): string {
  if (text === null) return '\\N';
  // Nearly every text is plain, and testing is much cheaper than replacing.
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (found) => ESCAPES[found] ?? found) : text;
}
