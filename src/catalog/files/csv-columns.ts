import type { ProductInput } from '../products/product-input.js';

/** What a column of a product file can mean: a field of a product or variant, or a part of one. */
export type CsvField =
  | 'sku'
  | 'parentSku'
  | Exclude<keyof ProductInput, 'compliance'>
  | 'options'
  | 'saleDates'
  | 'originCountry'
  | 'importerName'
  | 'importerAddress';

export type CsvColumn =
  | { to: CsvField; form: 'own' | 'feed' }
  /** One option of a variant, as Meta's feeds have them. */
  | { to: 'option'; name: string }
  | { to: 'nothing' };

export interface CsvHeader {
  /** As they stand in the file. */
  names: readonly string[];
  columns: readonly CsvColumn[];
  unknown: readonly string[];
  /**
   * The file names groups as Meta's feeds do. There a group has no row of its own: it is made from its first variant.
   */
  hasGroups: boolean;
  /** Some parts of the compliance have a column and others have none. */
  hasPartOfCompliance: boolean;
}

export type ReadHeader = { ok: true; header: CsvHeader } | { ok: false; reason: string };

/** The columns of our own files, in their order. */
export const CSV_HEADER = [
  ...[
    'sku',
    'parentSku',
    'name',
    'description',
    'price',
    'salePrice',
    'saleStartsAt',
    'saleEndsAt',
    'currency',
  ],
  ...['availability', 'quantity', 'imageUrl', 'imageUrls', 'videoUrl', 'category', 'brand', 'condition'],
  ...['options', 'variantOptions', 'tags', 'url', 'isActive', 'isVisible'],
  ...['originCountry', 'importerName', 'importerAddress'],
] as const satisfies readonly CsvField[];

const COMPLIANCE: readonly string[] = [
  'originCountry',
  'importerName',
  'importerAddress',
] satisfies CsvField[];
const MAX_COLUMNS = 500;
const MAX_NAME = 100;

const FEED: Readonly<Record<string, CsvField>> = {
  id: 'sku',
  item_group_id: 'parentSku',
  title: 'name',
  link: 'url',
  image_link: 'imageUrl',
  additional_image_link: 'imageUrls',
  sale_price_effective_date: 'saleDates',
  google_product_category: 'category',
  quantity_to_sell_on_facebook: 'quantity',
  additional_variant_attribute: 'options',
};
/** Names of columns, which are the names that the options get. */
const OPTIONS = ['color', 'size', 'gender', 'pattern', 'material', 'age_group'];

const MEANINGS = new Map<string, CsvColumn>([
  ...CSV_HEADER.map((field): [string, CsvColumn] => [folded(field), { to: field, form: 'own' }]),
  ...Object.entries(FEED).map(([name, to]): [string, CsvColumn] => [folded(name), { to, form: 'feed' }]),
  ...OPTIONS.map((name): [string, CsvColumn] => [folded(name), { to: 'option', name }]),
]);

/** Names match regardless of case, blanks and punctuation: `Sale price` and `sale_price` are `salePrice`. */
export function readHeader(cells: readonly string[]): ReadHeader {
  if (cells.length > MAX_COLUMNS) {
    return refused(`has ${cells.length} columns; at most ${MAX_COLUMNS} are allowed`);
  }
  const names = cells.map((cell) => cell.trim().slice(0, MAX_NAME));
  const columns = names.map((name): CsvColumn => MEANINGS.get(folded(name)) ?? { to: 'nothing' });
  const taken = new Map<string, string>();
  for (const [index, column] of columns.entries()) {
    if (column.to === 'nothing') continue;
    const meaning = column.to === 'option' ? column.name : column.to;
    const name = names[index] ?? '';
    const other = taken.get(meaning);
    if (other !== undefined) return refused(`has two columns for ${meaning}: "${other}" and "${name}"`);
    taken.set(meaning, name);
  }
  if (!taken.has('sku')) {
    const listed = names.slice(0, 20).map((name) => `"${name}"`);
    return refused(`has no column "sku" (or "id"). Its columns are ${listed.join(', ')}`);
  }
  const parts = COMPLIANCE.filter((field) => taken.has(field)).length;
  return {
    ok: true,
    header: {
      names,
      columns,
      unknown: names.filter((name, index) => name !== '' && columns[index]?.to === 'nothing'),
      hasGroups: columns.some((column) => column.to === 'parentSku' && column.form === 'feed'),
      hasPartOfCompliance: parts > 0 && parts < COMPLIANCE.length,
    },
  };
}

/** What a column becomes by itself; `-` if its name is not known. */
export function guessColumn(header: string): string {
  const column = MEANINGS.get(folded(header.trim().slice(0, MAX_NAME))) ?? { to: 'nothing' };
  if (column.to === 'nothing') return '-';
  return column.to === 'option' ? `options.${column.name}` : column.to;
}

function folded(name: string): string {
  return name.toLowerCase().replace(/[\s\p{P}\p{S}]/gu, '');
}

function refused(reason: string): ReadHeader {
  return { ok: false, reason: `The file ${reason}.` };
}
