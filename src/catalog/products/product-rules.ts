import { DomainError, type FieldError } from '../../rules/errors/domain-error.js';
import { assertDecimals } from '../../rules/money/currency.js';
import { compareMoney, formatMoney, MAX_PRICE, parseMoney } from '../../rules/money/money.js';
import { webAddressProblem } from '../catalogs/web-address.js';
import { MAX_STOCK } from '../stock/count-stock.js';
import { optionsKey } from './options-key.js';
import { AVAILABILITIES, type Compliance, CONDITIONS } from './product-fields.js';
import type { ProductInput, ProductValues, VariantInput, VariantValues } from './product-input.js';

// The rules of products and variants. The API, the CSV import and the pull from Meta all pass through them.

export const MAX_SKU = 100;
export const MAX_NAME = 200;
export const MAX_DESCRIPTION = 5_000;
export const MAX_QUANTITY = MAX_STOCK;
export const MAX_URL = 2_000;
export const MAX_IMAGES = 20;
export const MAX_CATEGORY = 250;
export const MAX_BRAND = 100;
export const MAX_OPTIONS = 10;
export const MAX_OPTION_VALUES = 100;
export const MAX_OPTION = 100;
export const MAX_TAGS = 50;
export const MAX_TAG = 60;
export const MAX_COMPLIANCE = 200;

export interface Reading<Values> {
  values: Partial<Values>;
  errors: FieldError[];
}

class Refused extends Error {}

const refuse = (message: string): never => {
  throw new Refused(message);
};

/** The stored form of a SKU: composed characters, so that one SKU is one SKU. Throws what is wrong with it. */
export function readSku(input: string): string {
  const sku = input.normalize('NFC');
  const problem = problemOfSku(sku);
  if (problem === undefined) return sku;
  throw new DomainError('invalid', 'bad_sku', problem, { errors: [{ field: 'sku', message: problem }] });
}

function problemOfSku(sku: string): string | undefined {
  if (sku === '') return 'must not be empty';
  if (sku.length > MAX_SKU) return `must have at most ${MAX_SKU} characters`;
  if (sku !== sku.trim()) return 'must not begin or end with a blank';
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(sku)) return 'must consist of printable characters';
  return undefined;
}

export function readProduct(input: ProductInput, currency: string): Reading<ProductValues> {
  const fields = new Fields(input);
  return fields.read<ProductValues>({
    name: () => fields.text('name', MAX_NAME, { isRequired: true }),
    description: () => fields.text('description', MAX_DESCRIPTION),
    price: () => fields.price('price', currency),
    salePrice: () => fields.price('salePrice', currency),
    saleStartsAt: () => fields.instant('saleStartsAt'),
    saleEndsAt: () => fields.instant('saleEndsAt'),
    currency: () => {
      fields.currency(currency);
    },
    availability: () => fields.oneOf('availability', AVAILABILITIES),
    quantity: () => fields.quantity(),
    imageUrl: () => fields.url('imageUrl'),
    imageUrls: () => fields.urls('imageUrls'),
    videoUrl: () => fields.url('videoUrl'),
    url: () => fields.url('url'),
    category: () => fields.text('category', MAX_CATEGORY),
    brand: () => fields.text('brand', MAX_BRAND),
    condition: () => fields.oneOf('condition', CONDITIONS),
    variantOptions: () => fields.variantOptions(),
    tags: () => fields.tags(),
    isActive: () => fields.flag('isActive'),
    isVisible: () => fields.flag('isVisible'),
    compliance: () => fields.compliance(),
  });
}

export function readVariant(input: VariantInput, currency: string): Reading<VariantValues> {
  const fields = new Fields(input);
  const reading = fields.read<VariantValues>({
    name: () => fields.text('name', MAX_NAME, { isRequired: true }),
    options: () => fields.options(),
    price: () => fields.price('price', currency),
    salePrice: () => fields.price('salePrice', currency),
    availability: () => fields.oneOf('availability', AVAILABILITIES),
    quantity: () => fields.quantity(),
    imageUrl: () => fields.url('imageUrl'),
    isActive: () => fields.flag('isActive'),
  });
  const { options } = reading.values;
  if (options !== undefined) reading.values.optionsKey = optionsKey(options);
  return reading;
}

/** What only the whole shows: the caller may have sent half of it. */
export function problemsOfWhole(values: {
  price: string;
  salePrice: string | null;
  saleStartsAt?: Date | null;
  saleEndsAt?: Date | null;
}): FieldError[] {
  const { price, salePrice, saleStartsAt = null, saleEndsAt = null } = values;
  const errors: FieldError[] = [];
  if (salePrice !== null && compareMoney(parseMoney(salePrice), parseMoney(price)) >= 0) {
    errors.push({ field: 'salePrice', message: `must be below the price, ${price}` });
  }
  if (saleStartsAt !== null && saleEndsAt !== null && saleEndsAt <= saleStartsAt) {
    errors.push({ field: 'saleEndsAt', message: 'must be after saleStartsAt' });
  }
  return errors;
}

type Readers = Readonly<Record<string, () => unknown>>;

class Fields {
  private readonly input: Readonly<Record<string, unknown>>;

  constructor(input: object) {
    this.input = input as Readonly<Record<string, unknown>>;
  }

  /** All problems, not the first: a file is corrected once, not field by field. */
  read<Values>(readers: Readers): Reading<Values> {
    const values: Record<string, unknown> = {};
    const errors: FieldError[] = [];
    for (const [field, read] of Object.entries(readers)) {
      if (this.input[field] === undefined) continue;
      try {
        values[field] = read();
      } catch (error) {
        if (!(error instanceof Refused) && !(error instanceof DomainError)) throw error;
        errors.push({ field, message: error.message });
      }
    }
    // Every product of a catalog has its currency; what a caller says is only checked.
    delete values['currency'];
    return { values: values as Partial<Values>, errors };
  }

  text(field: string, max: number, { isRequired = false } = {}): string | null {
    const value = this.input[field];
    if (value === null && !isRequired) return null;
    const text = asText(value, max);
    if (isRequired && text.trim() === '') refuse('must not be empty');
    return !isRequired && text === '' ? null : text;
  }

  price(field: 'price' | 'salePrice', currency: string): string | null {
    const value = this.input[field];
    if (value === null && field === 'salePrice') return null;
    if (typeof value !== 'string' && typeof value !== 'number') return refuse('must be an amount');
    const amount = parseMoney(value, { max: MAX_PRICE });
    assertDecimals(amount, currency);
    return formatMoney(amount);
  }

  currency(currency: string): void {
    if (this.input['currency'] === currency) return;
    refuse(`must be ${currency}, the currency of the catalog`);
  }

  instant(field: string): Date | null {
    const value = this.input[field];
    if (value === null) return null;
    const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : null;
    if (at === null || Number.isNaN(at.getTime()))
      return refuse('must be an instant, as in 2025-06-01T10:00:00Z');
    return at;
  }

  oneOf<Word extends string>(field: string, words: readonly Word[]): Word {
    const value = this.input[field];
    return words.find((word) => word === value) ?? refuse(`must be one of ${words.join(', ')}`);
  }

  quantity(): number | null {
    const value = this.input['quantity'];
    if (value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_QUANTITY)
      return value;
    return refuse(`must be a whole number from 0 to ${MAX_QUANTITY}, or null if stock is not tracked`);
  }

  flag(field: string): boolean {
    const value = this.input[field];
    return typeof value === 'boolean' ? value : refuse('must be true or false');
  }

  url(field: string): string | null {
    const value = this.input[field];
    return value === null || value === '' ? null : asUrl(value);
  }

  urls(field: string): string[] {
    const list = asList(this.input[field], MAX_IMAGES);
    return [...new Set(list.map((entry) => asUrl(entry)))];
  }

  tags(): string[] {
    const list = asList(this.input['tags'], MAX_TAGS);
    return [...new Set(list.map((tag) => asText(tag, MAX_TAG).trim()).filter((tag) => tag !== ''))];
  }

  options(): Record<string, string> {
    const pairs = asPairs(this.input['options']).map(([name, value]) => [name, asOption(value)] as const);
    return Object.fromEntries(pairs);
  }

  variantOptions(): Record<string, string[]> | null {
    const value = this.input['variantOptions'];
    if (value === null) return null;
    return Object.fromEntries(
      asPairs(value).map(([name, values]) => [
        name,
        [...new Set(asList(values, MAX_OPTION_VALUES).map((entry) => asOption(entry)))],
      ]),
    );
  }

  compliance(): Compliance | null {
    const value = this.input['compliance'];
    if (value === null) return null;
    const { importerAddress, ...plain } = asRecord(value);
    const texts = textsOf(plain, ['originCountry', 'importerName']);
    if (importerAddress === undefined || importerAddress === null) return orNull(texts);
    const parts = ['street1', 'street2', 'city', 'region', 'postalCode', 'country'];
    const address = orNull(textsOf(asRecord(importerAddress), parts));
    return orNull(address === null ? texts : { ...texts, importerAddress: address });
  }
}

function asText(value: unknown, max: number): string {
  if (typeof value !== 'string') return refuse('must be a text');
  if (value.length > max) return refuse(`must have at most ${max} characters`);
  // PostgreSQL stores neither.
  if (value.includes('\0') || !value.isWellFormed()) return refuse('holds a character that cannot be stored');
  return value;
}

function asUrl(value: unknown): string {
  const text = asText(value, MAX_URL);
  const problem = webAddressProblem(text);
  if (problem !== undefined) return refuse(problem);
  return text;
}

function asList(value: unknown, max: number): unknown[] {
  if (!Array.isArray(value)) return refuse('must be a list');
  if (value.length > max) return refuse(`must have at most ${max} entries`);
  return value as unknown[];
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  return refuse('must be an object');
}

function asPairs(value: unknown): [string, unknown][] {
  const pairs = Object.entries(asRecord(value)).map(([name, of]): [string, unknown] => [asOption(name), of]);
  if (pairs.length > MAX_OPTIONS) return refuse(`must have at most ${MAX_OPTIONS} options`);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) return refuse('names an option twice');
  return pairs;
}

function asOption(value: unknown): string {
  const text = asText(value, MAX_OPTION).normalize('NFC').trim();
  return text === '' ? refuse('must not hold an empty option') : text;
}

function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length === 0 ? null : value;
}

function textsOf(record: Record<string, unknown>, names: readonly string[]): Record<string, string> {
  const unknown = Object.keys(record).find((name) => !names.includes(name));
  if (unknown !== undefined) return refuse(`has no property ${unknown.slice(0, 50)}`);
  // An empty text says nothing; a CSV file could not tell the two apart.
  const given = Object.entries(record).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries(given.map(([name, value]) => [name, asText(value, MAX_COMPLIANCE)]));
}
