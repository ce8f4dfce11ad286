import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLines } from '../../platform/csv/csv-lines.js';
import { csvRecords } from '../../platform/csv/csv-records.js';
import { utf8Chunks } from '../../platform/csv/csv-text.js';
import { NEW_PRODUCT, type ProductValues, type VariantValues } from '../products/product-input.js';
import { optionsKey } from '../products/options-key.js';
import { readProduct, readVariant } from '../products/product-rules.js';
import { CSV_HEADER, type CsvHeader, readHeader } from './csv-columns.js';
import { productCells, variantCells } from './product-cells.js';
import { mergeCompliance, readRow, type RowReading } from './product-row.js';

function headerOf(...names: string[]): CsvHeader {
  const read = readHeader(names);
  if (!read.ok) throw new Error(read.reason);
  return read.header;
}

/** A file of one row, given as column and cell. */
function read(row: Record<string, string>, currency = 'INR'): RowReading {
  return readRow(Object.values(row), headerOf(...Object.keys(row)), currency);
}

function rowOf(reading: RowReading) {
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.row;
}

async function recordsOf(text: string): Promise<string[][]> {
  const found: string[][] = [];
  const chunks = (function* () {
    // In small pieces, as from a network: characters and line ends are cut in two.
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  })();
  const records = csvRecords(utf8Chunks(asAsync(chunks), null));
  for await (const portion of records) found.push(...portion.map(({ cells }) => cells));
  return found;
}

async function* asAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

describe('the header', () => {
  it.each([
    ['sku', 'sku'],
    ['SKU', 'sku'],
    ['Parent SKU', 'parentSku'],
    ['Sale-Price', 'salePrice'],
    ['image_urls', 'imageUrls'],
    ['title', 'name'],
    ['item_group_id', 'parentSku'],
    ['Quantity to sell on Facebook', 'quantity'],
    ['google_product_category', 'category'],
  ])('reads %s as %s', (name, field) => {
    const { columns } = headerOf(...(field === 'sku' ? [name] : ['sku', name]));
    expect(columns.at(-1)).toMatchObject({ to: field });
  });

  it('takes id for the SKU, names what it does not know, and needs a SKU', () => {
    expect(headerOf('id', 'title').columns[0]).toMatchObject({ to: 'sku' });
    expect(headerOf('sku', 'colour', '').unknown).toEqual(['colour']);
    expect(readHeader(['title', 'price'])).toMatchObject({
      ok: false,
      reason: expect.stringContaining('no column "sku"'),
    });
    expect(readHeader(['id', 'sku'])).toMatchObject({
      ok: false,
      reason: expect.stringContaining('two columns for sku'),
    });
  });
});

describe('a row', () => {
  it('leaves out what has no column and empties what is empty', () => {
    expect(rowOf(read({ sku: 'A', name: 'N' })).input).toEqual({ name: 'N' });
    const empty = Object.fromEntries(CSV_HEADER.map((name) => [name, '']));
    expect(rowOf(read({ ...empty, sku: 'A', name: 'N', price: '1' }))).toEqual({
      sku: 'A',
      parentSku: null,
      input: {
        name: 'N',
        price: '1',
        description: null,
        salePrice: null,
        saleStartsAt: null,
        saleEndsAt: null,
        availability: 'in_stock',
        quantity: null,
        imageUrl: null,
        imageUrls: [],
        videoUrl: null,
        category: null,
        brand: null,
        condition: 'new',
        variantOptions: null,
        tags: [],
        url: null,
        isActive: true,
        isVisible: true,
      },
      group: null,
      compliance: { originCountry: null, importerName: null, importerAddress: null },
    });
  });

  it.each([
    ['price', '', 'must not be empty'],
    ['price', '10 USD', 'must be in INR'],
    ['availability', 'sometimes', 'must be one of'],
    ['condition', 'broken', 'must be one of'],
    ['quantity', '-1', 'must be a whole number'],
    ['quantity', '1.5', 'must be a whole number'],
    ['saleEndsAt', '2025-06-01T10:00', 'must be a moment with its zone'],
    ['saleEndsAt', 'tomorrow', 'must be a moment'],
    ['saleEndsAt', '2025-13-01T10:00Z', 'must be a moment'],
    ['sale_price_effective_date', '2025-06-01T10:00Z', 'must be two moments'],
    ['isActive', 'perhaps', 'must be true or false'],
    ['variantOptions', '[1]', 'must be a JSON object'],
    ['options', 'duration', 'must be a JSON object, or pairs'],
    ['options', 'a=1; a=2', 'must be a JSON object, or pairs'],
    ['imageUrls', '[1]', 'must be a list'],
    ['importerAddress', 'Delhi', 'must be a JSON object'],
    ['name', 'a\0b', 'cannot be stored'],
  ])('refuses %s of %j: %s', (column, cell, message) => {
    const reading = read({ sku: 'A', [column]: cell });
    expect(reading).toMatchObject({
      ok: false,
      sku: 'A',
      errors: [{ column: 1, message: expect.stringContaining(message) }],
    });
  });

  it('reports all that is wrong with it at once', () => {
    const reading = read({ sku: '', price: '', quantity: 'x' });
    expect(reading.ok ? [] : reading.errors.map(({ column }) => column)).toEqual([1, 2, 0]);
    expect(reading).toMatchObject({ sku: null });
  });

  it('of a variant keeps what a variant has', () => {
    const row = rowOf(
      read({
        sku: 'V',
        parentSku: 'P',
        name: 'N',
        brand: 'B',
        options: 'duration=5 days; accommodation=Premium=best',
      }),
    );
    expect(row).toEqual({
      sku: 'V',
      parentSku: 'P',
      input: { name: 'N', options: { duration: '5 days', accommodation: 'Premium=best' } },
      group: null,
      compliance: null,
    });
  });

  it('composes the characters of SKUs, so that one SKU is one SKU', () => {
    expect(rowOf(read({ sku: 'Cafe\u0301', parentSku: 'E\u0301' }))).toMatchObject({
      sku: 'Café',
      parentSku: 'É',
    });
  });
});

describe('a row of a feed', () => {
  it('reads the forms of Meta', () => {
    const row = rowOf(
      read({
        id: 'BALI-5P',
        title: 'Bali',
        description: 'Five days',
        availability: 'available for order',
        condition: 'used_like_new',
        price: '45000.00 INR',
        sale_price: 'INR 40000.00',
        sale_price_effective_date: '2025-06-01T10:00+0530/2025-06-30T23:59:59+05:30',
        link: 'https://shop.example/bali',
        image_link: 'https://cdn.example/a.jpg',
        additional_image_link: 'https://cdn.example/b.jpg,https://cdn.example/c.jpg',
        brand: 'Bali Tours',
        google_product_category: 'Travel',
        quantity_to_sell_on_facebook: '7',
      }),
    );
    expect(row.input).toEqual({
      name: 'Bali',
      description: 'Five days',
      availability: 'preorder',
      condition: 'used',
      price: '45000.00',
      salePrice: '40000.00',
      saleStartsAt: '2025-06-01T04:30:00.000Z',
      saleEndsAt: '2025-06-30T18:29:59.000Z',
      url: 'https://shop.example/bali',
      imageUrl: 'https://cdn.example/a.jpg',
      imageUrls: ['https://cdn.example/b.jpg', 'https://cdn.example/c.jpg'],
      brand: 'Bali Tours',
      category: 'Travel',
      quantity: 7,
    });
  });

  it('in a group is a variant, with its options and the product that the group needs', () => {
    const row = rowOf(
      read({
        id: 'V1',
        item_group_id: 'G',
        title: 'Shirt',
        price: '10.00 INR',
        brand: 'B',
        color: 'red',
        size: '',
        additional_variant_attribute: 'duration:5 days,accommodation:Premium',
      }),
    );
    expect(row).toMatchObject({
      parentSku: 'G',
      input: {
        name: 'Shirt',
        price: '10.00',
        options: { color: 'red', duration: '5 days', accommodation: 'Premium' },
      },
      group: { name: 'Shirt', price: '10.00', brand: 'B' },
    });
  });

  it('that is its own group is a product', () => {
    expect(rowOf(read({ id: 'A', item_group_id: 'A', title: 'N' })).parentSku).toBeNull();
  });
});

describe('export, then import', () => {
  /** Text of every kind that spreadsheets and CSV readers stumble over, and any other. */
  const awkward = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        ',',
        ';',
        '"',
        "'",
        '\r',
        '\n',
        '\t',
        '|',
        ' ',
        '=',
        '+',
        '-',
        '@',
        '{',
        '[',
        '\\',
        'a',
        '1',
        '\ufeff',
        '\u2028',
        '＝',
        '💙',
      ),
      minLength: 1,
      maxLength: 12,
    }),
    fc.constantFrom(
      '=1+1',
      "'",
      "''=",
      '+919978783238',
      '-5',
      'NULL',
      '\\N',
      '\r\n',
      ' x ',
      'true',
      '{}',
      '[]',
      '[]]',
    ),
  );
  const text = awkward.filter((value) => !value.includes('\0') && value.isWellFormed());
  const name = text.filter((value) => value.trim() !== '');
  const option = text
    .map((value) => value.normalize('NFC').trim())
    .filter((value) => value !== '' && value.length <= 100);
  const sku = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .map((value) =>
      value
        .normalize('NFC')
        .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
        .trim(),
    )
    .filter((value) => value !== '');
  const price = fc
    .integer({ min: 100, max: 999_999 })
    .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`);
  const url = fc.webUrl({ withQueryParameters: true, withFragments: true });
  const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
  const tag = text.map((value) => value.trim()).filter((value) => value !== '' && value.length <= 60);
  const dictionary = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
    fc.dictionary(
      option.filter((key) => key !== '__proto__'),
      value,
      { minKeys: 1, maxKeys: 4 },
    );
  const moment = fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

  const product = fc.record<ProductValues>({
    name,
    description: orNull(text),
    price,
    salePrice: orNull(fc.constant('0.50')),
    saleStartsAt: orNull(moment),
    saleEndsAt: orNull(moment),
    availability: fc.constantFrom('in_stock', 'out_of_stock', 'preorder'),
    quantity: orNull(fc.nat(10_000_000)),
    imageUrl: orNull(url),
    imageUrls: fc.uniqueArray(url, { maxLength: 4 }),
    videoUrl: orNull(url),
    url: orNull(url),
    category: orNull(text),
    brand: orNull(text),
    condition: fc.constantFrom('new', 'refurbished', 'used'),
    variantOptions: orNull(dictionary(fc.uniqueArray(option, { maxLength: 4 }))),
    tags: fc.uniqueArray(tag, { maxLength: 5 }),
    isActive: fc.boolean(),
    isVisible: fc.boolean(),
    compliance: orNull(
      fc.record({
        originCountry: text,
        importerName: text,
        importerAddress: fc.record({ street1: text, city: text }),
      }),
    ),
  });
  const variant = fc
    .record<Omit<VariantValues, 'optionsKey'>>({
      name,
      options: fc.oneof(fc.constant({}), dictionary(option)),
      price,
      salePrice: orNull(fc.constant('0.50')),
      availability: fc.constantFrom('in_stock', 'out_of_stock', 'preorder'),
      quantity: orNull(fc.nat(10_000_000)),
      imageUrl: orNull(url),
      isActive: fc.boolean(),
    })
    .map((values): VariantValues => ({ ...values, optionsKey: optionsKey(values.options) }));

  const reread = async (cells: string[]) => {
    const [names = [], ...rows] = await recordsOf(csvLines([CSV_HEADER, cells], '\r\n'));
    expect(rows).toHaveLength(1);
    return rowOf(readRow(rows[0] ?? [], headerOf(...names), 'INR'));
  };

  it('gives back every product as it was', async () => {
    await fc.assert(
      fc.asyncProperty(sku, product, async (ownSku, values) => {
        const row = await reread(productCells({ ...values, id: 'x', sku: ownSku, currency: 'INR' }));
        expect([row.sku, row.parentSku]).toEqual([ownSku, null]);
        const compliance = mergeCompliance(row.compliance ?? {}, null);
        const { values: after, errors } = readProduct({ ...row.input, compliance }, 'INR');
        expect(errors).toEqual([]);
        expect({ ...NEW_PRODUCT, ...after }).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  it('gives back every variant as it was', async () => {
    await fc.assert(
      fc.asyncProperty(sku, sku, variant, async (ownSku, productSku, values) => {
        fc.pre(ownSku !== productSku);
        const row = await reread(
          variantCells({ ...values, productId: 'x', sku: ownSku }, { sku: productSku, currency: 'INR' }),
        );
        expect([row.sku, row.parentSku]).toEqual([ownSku, productSku]);
        const { values: after, errors } = readVariant(row.input, 'INR');
        expect(errors).toEqual([]);
        expect(after).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });
});
