import { fromCsvCell } from '../../platform/csv/csv-cell.js';
import { AVAILABILITIES, type Compliance, CONDITIONS } from '../products/product-fields.js';
import type { ProductInput, VariantInput } from '../products/product-input.js';
import type { CsvColumn, CsvField, CsvHeader } from './csv-columns.js';
import * as values from './csv-values.js';

/** What a row says of the importer; a part without a column is undefined, an empty cell is null. */
export type CompliancePart = { [Part in keyof Compliance]?: Compliance[Part] | null };

export interface CsvRow {
  /** Composed characters, as in the catalog. */
  sku: string;
  /** The product of a variant; null in the row of a product. */
  parentSku: string | null;
  input: ProductInput | VariantInput;
  /** In a feed: the product to make if no row and no product has the parent's SKU. */
  group: ProductInput | null;
  compliance: CompliancePart | null;
}

export interface RowError {
  /** Index of the column; null if the whole row is wrong. */
  column: number | null;
  message: string;
}

export type RowReading =
  | { ok: true; row: CsvRow }
  /** `sku` as far as it could be read: this row still counts instead of an earlier one with the same SKU. */
  | { ok: false; sku: string | null; errors: RowError[] };

/** Fields that a variant has too. The others of its row are those of its product, and are left alone. */
const OF_VARIANTS = [
  'name',
  'price',
  'salePrice',
  'availability',
  'quantity',
  'imageUrl',
  'isActive',
] as const;
/** What all variants of a group have in common. */
const OF_GROUPS = [
  ...['name', 'description', 'price', 'availability', 'imageUrl', 'imageUrls', 'videoUrl', 'url'],
  ...['category', 'brand', 'condition'],
] as const;

/** Reads one record. An absent column leaves its field out; an empty cell empties it, or gives it its default. */
export function readRow(cells: readonly string[], header: CsvHeader, currency: string): RowReading {
  const draft = new Draft(currency);
  const errors: RowError[] = [];
  for (const [index, cell] of cells.entries()) {
    const column = header.columns[index];
    if (column === undefined || column.to === 'nothing') continue;
    const message = draft.take(column, fromCsvCell(cell));
    if (message !== undefined) errors.push({ column: index, message });
  }
  const { sku } = draft;
  if (cells.length > header.columns.length) {
    errors.push({
      column: null,
      message: `has ${cells.length} cells, the header has ${header.columns.length}`,
    });
  }
  if (sku === '')
    errors.push({ column: header.columns.findIndex(({ to }) => to === 'sku'), message: 'is missing' });
  if (errors.length > 0) return { ok: false, sku: sku === '' ? null : sku, errors };
  return { ok: true, row: draft.row(header.hasGroups) };
}

class Draft {
  sku = '';
  private parentSku = '';
  private readonly input: Record<string, unknown> = {};
  private options: Record<string, unknown> | undefined;
  private readonly compliance: CompliancePart = {};

  constructor(private readonly currency: string) {}

  /** Keeps what the cell says, or returns what is wrong with it. */
  take(column: Exclude<CsvColumn, { to: 'nothing' }>, cell: string): string | undefined {
    // PostgreSQL cannot store it in a text, nor JSON in the staging table.
    if (cell.includes('\0')) return 'holds a character that cannot be stored';
    const text = cell.trim();
    if (column.to === 'option') {
      this.options ??= {};
      if (text !== '') this.options[column.name] = text;
      return undefined;
    }
    switch (column.to) {
      case 'sku':
        this.sku = text.normalize('NFC');
        return undefined;
      case 'parentSku':
        this.parentSku = text.normalize('NFC');
        return undefined;
      case 'options':
        return this.takeOptions(text, column.form);
      case 'saleDates':
        return this.takePeriod(text);
      case 'originCountry':
      case 'importerName':
        this.compliance[column.to] = cell === '' ? null : cell;
        return undefined;
      case 'importerAddress':
        return this.takeAddress(text);
      default:
        return this.takeField(column.to, column.form, cell, text);
    }
  }

  row(hasGroups: boolean): CsvRow {
    // A feed may name a group for a product of its own: it is its own group.
    const parentSku = this.parentSku === '' || this.parentSku === this.sku ? null : this.parentSku;
    const hasCompliance = Object.keys(this.compliance).length > 0;
    if (parentSku === null) {
      const input: ProductInput = this.input;
      return {
        sku: this.sku,
        parentSku,
        input,
        group: null,
        compliance: hasCompliance ? this.compliance : null,
      };
    }
    const options = this.options === undefined ? {} : { options: this.options as Record<string, string> };
    const input: VariantInput = { ...picked(this.input, OF_VARIANTS), ...options };
    const group: ProductInput | null = hasGroups ? picked(this.input, OF_GROUPS) : null;
    return { sku: this.sku, parentSku, input, group, compliance: null };
  }

  private takeField(
    field: Exclude<CsvField, 'sku' | 'parentSku' | 'options' | 'saleDates' | keyof CompliancePart>,
    form: 'own' | 'feed',
    cell: string,
    text: string,
  ): string | undefined {
    switch (field) {
      case 'name':
        return this.keep(field, cell);
      case 'description':
      case 'category':
      case 'brand':
        return this.keep(field, cell === '' ? null : cell);
      case 'price':
      case 'salePrice':
        return this.takePrice(field, text);
      case 'currency':
        return text === '' ? undefined : this.keep(field, text.toUpperCase());
      case 'saleStartsAt':
      case 'saleEndsAt':
        return text === ''
          ? this.keep(field, null)
          : this.keep(
              field,
              values.readInstant(text),
              'must be a moment with its zone, as in 2025-06-01T10:00:00Z',
            );
      case 'availability':
        return this.keep(
          field,
          text === '' ? 'in_stock' : values.readAvailability(text),
          `must be one of ${AVAILABILITIES.join(', ')}`,
        );
      case 'condition':
        return this.keep(
          field,
          text === '' ? 'new' : values.readCondition(text),
          `must be one of ${CONDITIONS.join(', ')}`,
        );
      case 'quantity':
        return this.keep(field, text === '' ? null : values.readWhole(text), 'must be a whole number');
      case 'imageUrl':
      case 'videoUrl':
      case 'url':
        return this.keep(field, text === '' ? null : text);
      case 'imageUrls':
      case 'tags':
        return this.keep(field, values.readList(text, form), 'must be a list, joined by | or in JSON');
      case 'variantOptions':
        return this.keep(
          field,
          text === '' ? null : values.readObject(text),
          'must be a JSON object, as in {"size": ["S", "M"]}',
        );
      case 'isActive':
      case 'isVisible':
        return this.keep(field, text === '' ? true : values.readFlag(text), 'must be true or false');
    }
  }

  private takePrice(field: 'price' | 'salePrice', text: string): string | undefined {
    if (text === '') return field === 'price' ? 'must not be empty' : this.keep(field, null);
    const { amount, currency } = values.readPrice(text);
    if (currency !== undefined && currency !== this.currency) {
      return `must be in ${this.currency}, the currency of the catalog`;
    }
    return this.keep(field, amount);
  }

  private takePeriod(text: string): string | undefined {
    const period = text === '' ? { start: null, end: null } : values.readPeriod(text);
    if (period === undefined)
      return 'must be two moments with their zone, as in 2025-06-01T10:00+05:30/2025-06-30T23:59+05:30';
    this.input['saleStartsAt'] = period.start;
    this.input['saleEndsAt'] = period.end;
    return undefined;
  }

  private takeOptions(text: string, form: 'own' | 'feed'): string | undefined {
    const read = text === '' ? {} : values.readOptions(text, form);
    if (read === undefined)
      return 'must be a JSON object, or pairs as in duration=5 days; accommodation=Premium';
    this.options = { ...this.options, ...read };
    return undefined;
  }

  private takeAddress(text: string): string | undefined {
    const address = text === '' ? null : values.readObject(text);
    if (address === undefined) return 'must be a JSON object';
    this.compliance.importerAddress = address;
    return undefined;
  }

  private keep(field: string, value: unknown, message?: string): string | undefined {
    if (value === undefined) return message;
    this.input[field] = value;
    return undefined;
  }
}

/** The compliance after a row: its parts, and for those without a column what is known. */
export function mergeCompliance(part: CompliancePart, known: Compliance | null): Compliance | null {
  const merged = Object.entries({ ...known, ...part }).filter(([, value]) => value !== null);
  return merged.length === 0 ? null : Object.fromEntries(merged);
}

function picked(input: Record<string, unknown>, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(input).filter(([field]) => fields.includes(field)));
}
