import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { ProductWrites } from '../../../src/catalog/products/product-writes.service.js';
import type { WritePolicy, WriteRow } from '../../../src/catalog/products/product-write.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let database: Database;
let writes: ProductWrites;
let organizationId: string;
let catalogId: string;
beforeAll(async () => {
  app = await startTestApp();
  database = app.app.get(Database);
  writes = app.app.get(ProductWrites, { strict: false });
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ id: organizationId } = await newOrganization(app.api));
  catalogId = await newCatalog('INR');
});

type Row = Record<string, any>;
const sql = (text: string, values: unknown[] = []): Promise<Row[]> => database.manager.query(text, values);
const newCatalog = async (currency: string): Promise<string> => {
  const [row] = await sql(
    `INSERT INTO whatsapp_catalogs (organization_id, name, currency, created_at, updated_at)
     VALUES ($1, 'Shop', $2, now(), now()) RETURNING id`,
    [organizationId, currency],
  );
  return row?.['id'] as string;
};
const VERSIONS = `SELECT xmin FROM whatsapp_products WHERE catalog_id = $1
  UNION ALL SELECT xmin FROM whatsapp_product_variants WHERE catalog_id = $1`;
const UPSERT: WritePolicy = { mode: 'upsert', stock: 'set', movement: 'import' };
const apply = (rows: WriteRow[], policy: WritePolicy = UPSERT) =>
  database.transaction((tx) => writes.apply(tx, { organizationId, catalogId, keyId: null }, rows, policy));
const product = (sku: string, input: object = {}): WriteRow => ({
  kind: 'product',
  sku,
  input: { name: sku, price: '100', ...input },
});
const variant = (sku: string, parent: string, input: object = {}): WriteRow => ({
  kind: 'variant',
  sku,
  parent: { sku: parent },
  input: { name: sku, price: '100', options: { size: sku }, ...input },
});
const codes = (results: Awaited<ReturnType<typeof apply>>): unknown[] =>
  results.map((result) => (result.outcome === 'refused' ? result.problems[0]?.code : result.outcome));
const items = () =>
  sql(
    `SELECT retailer_id AS sku, role, status, version, dirty_at IS NOT NULL AS dirty, removed_at IS NOT NULL AS removed
       FROM whatsapp_catalog_items WHERE catalog_id = $1 ORDER BY retailer_id`,
    [catalogId],
  );
const synced = () =>
  sql(
    `UPDATE whatsapp_catalog_items SET status = 'synced', agreed = '{}', dirty_at = NULL, dirty_since = NULL,
            sent_at = now() WHERE catalog_id = $1`,
    [catalogId],
  );
const dirtySkus = async () => (await items()).filter(({ dirty }) => dirty).map(({ sku }) => sku);

describe('rows of a batch', () => {
  it('become products and variants, whatever their order, and one claim of a SKU each', async () => {
    const results = await apply([
      variant('BALI-5', 'BALI', { quantity: 3 }),
      product('BALI', { tags: ['Beach', 'Beach '], quantity: 7 }),
      product('MUG', { salePrice: 99.5, imageUrls: ['https://a.example/1.jpg'] }),
    ]);
    expect(codes(results)).toEqual(['created', 'created', 'created']);
    expect(await items()).toMatchObject([
      { sku: 'BALI', role: 'group', dirty: true },
      { sku: 'BALI-5', role: 'variant', dirty: true },
      { sku: 'MUG', role: 'product', dirty: true },
    ]);
    expect(
      await sql(
        `SELECT sku, has_variants, price, sale_price, tags FROM whatsapp_products WHERE catalog_id = $1 ORDER BY sku`,
        [catalogId],
      ),
    ).toMatchObject([
      { sku: 'BALI', has_variants: true, price: '100.00', tags: ['Beach'] },
      { sku: 'MUG', has_variants: false, sale_price: '99.50' },
    ]);
    expect(
      await sql(
        `SELECT kind, quantity, quantity_after FROM stock_movements WHERE organization_id = $1 ORDER BY id`,
        [organizationId],
      ),
    ).toEqual([
      { kind: 'import', quantity: 7, quantity_after: 7 },
      { kind: 'import', quantity: 3, quantity_after: 3 },
    ]);
    expect(
      await sql(`SELECT total_products, active_products FROM whatsapp_catalogs WHERE id = $1`, [catalogId]),
    ).toEqual([{ total_products: 2, active_products: 2 }]);
  });

  it('change nothing the second time', async () => {
    const rows = [
      product('A', {
        variantOptions: { size: ['S', 'M'], colour: ['red'] },
        compliance: { importerName: 'X', importerAddress: { city: 'Goa', street1: '1' } },
        saleStartsAt: '2025-06-01T10:00:00Z',
      }),
      variant('A-1', 'A', { options: { b: '2', a: '1' } }),
    ];
    await apply(rows);
    const before = await sql(VERSIONS, [catalogId]);
    expect(codes(await apply(rows))).toEqual(['unchanged', 'unchanged']);
    expect(await sql(VERSIONS, [catalogId])).toEqual(before);
  });

  it('are refused one by one', async () => {
    await apply([product('A'), variant('A-1', 'A', { options: { size: 'M' } }), product('B')]);
    const results = await apply([
      product('A-1'),
      variant('B', 'A'),
      variant('A-1', 'B'),
      variant('A-2', 'A', { options: { size: 'M' } }),
      variant('A-3', 'nowhere'),
      product('C', { salePrice: '100.00' }),
      product('D', { price: '1.005' }),
      product('E', { currency: 'USD' }),
      product('F'),
      product('F', { name: 'Later' }),
      { kind: 'product', sku: 'G', input: { name: 'No price' } },
      product(' H'),
      product('GOOD'),
    ]);
    expect(codes(results)).toEqual([
      'repeated',
      'sku_taken',
      'sku_taken',
      'options_taken',
      'parent_unknown',
      'invalid',
      'invalid',
      'invalid',
      'repeated',
      'created',
      'invalid',
      'invalid',
      'created',
    ]);
    expect(codes(await apply([product('A-1')]))).toEqual(['sku_taken']);
  });

  it('follow the policy', async () => {
    await apply([product('A', { quantity: 5 })]);
    const create = { ...UPSERT, mode: 'create' } as const;
    expect(codes(await apply([product('A'), product('B')], create))).toEqual(['sku_taken', 'created']);
    const update = { ...UPSERT, mode: 'update' } as const;
    expect(codes(await apply([product('A', { brand: 'X' }), product('C')], update))).toEqual([
      'updated',
      'sku_unknown',
    ]);
    const quantity = async () =>
      (
        await sql(`SELECT quantity FROM whatsapp_products WHERE catalog_id = $1 AND sku = 'A'`, [catalogId])
      )[0]?.['quantity'] as number;
    await apply([product('A', { quantity: 9 })], { ...UPSERT, stock: 'keep' });
    expect(await quantity()).toBe(5);
    await apply([product('A', { quantity: 9 })], { ...UPSERT, stock: 'add' });
    expect(await quantity()).toBe(14);
    await apply([product('A', { quantity: 9 })]);
    expect(await quantity()).toBe(9);
  });
});

describe('an item of a catalog', () => {
  it('becomes dirty by what Meta shows, and by nothing else', async () => {
    await apply([product('A', { quantity: 5 }), product('G'), variant('G-1', 'G', { quantity: 1 })]);
    await synced();
    await apply([product('A', { tags: ['x'], quantity: 4, videoUrl: 'https://v.example/1' })]);
    expect(await dirtySkus()).toEqual([]);
    await apply([product('A', { quantity: 0 })]);
    expect(await dirtySkus()).toEqual(['A']);
    expect(await items()).toMatchObject([{ sku: 'A', status: 'dirty' }, {}, { status: 'synced' }]);
    await synced();
    await apply([product('A', { quantity: 3 })]);
    expect(await dirtySkus()).toEqual(['A']);
    await synced();
    // A variant inherits the description of its product.
    await apply([product('G', { description: 'New' })]);
    expect(await dirtySkus()).toEqual(['G', 'G-1']);
    await synced();
    await sql(`UPDATE whatsapp_product_variants SET price = 90 WHERE catalog_id = $1`, [catalogId]);
    expect(await dirtySkus()).toEqual(['G-1']);
    await synced();
    await sql(`UPDATE whatsapp_catalogs SET default_brand = 'Acme' WHERE id = $1`, [catalogId]);
    expect(await dirtySkus()).toEqual(['A', 'G', 'G-1']);
  });

  it('stays as a tombstone until Meta knows, and comes back with its SKU', async () => {
    await apply([product('A'), product('NEVER-SENT')]);
    await sql(
      `UPDATE whatsapp_catalog_items SET sent_at = now(), agreed = '{"name": "1"}' WHERE retailer_id = 'A'`,
    );
    await sql(`DELETE FROM whatsapp_products WHERE catalog_id = $1`, [catalogId]);
    expect(await items()).toMatchObject([{ sku: 'A', removed: true, dirty: true }]);
    expect(codes(await apply([product('A')]))).toEqual(['created']);
    expect(await items()).toMatchObject([{ sku: 'A', removed: false, dirty: true }]);
  });

  it('is claimed by raw SQL too, and never twice', async () => {
    await apply([product('G'), variant('G-1', 'G')]);
    const insert = (sku: string) =>
      sql(
        `INSERT INTO whatsapp_products (organization_id, catalog_id, sku, name, price, currency, created_at, updated_at)
         VALUES ($1, $2, $3, 'x', 1, 'INR', now(), now())`,
        [organizationId, catalogId, sku],
      );
    await expect(insert('G-1')).rejects.toThrow('the sku is taken');
    await insert('RAW');
    const insertVariant = (sku: string) =>
      sql(
        `INSERT INTO whatsapp_product_variants
           (organization_id, catalog_id, product_id, sku, name, options, options_key, price, created_at, updated_at)
         SELECT organization_id, catalog_id, id, $2, 'x', '{}', $2, 1, now(), now()
           FROM whatsapp_products WHERE catalog_id = $1 AND sku = 'G'`,
        [catalogId, sku],
      );
    await expect(insertVariant('RAW')).rejects.toThrow('the sku is taken');
    await insertVariant('RAW-1');
    expect((await items()).map(({ sku, role }) => `${role} ${sku}`)).toEqual([
      'group G',
      'variant G-1',
      'product RAW',
      'variant RAW-1',
    ]);
  });
});

describe('races', () => {
  it('gives a SKU to one of thirty creates, be it a product or a variant', async () => {
    await apply([product('G')]);
    for (let round = 0; round < 15; round++) {
      const sku = `S-${round}`;
      const create = { ...UPSERT, mode: 'create' } as const;
      const results = await Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          apply(
            [n % 2 === 0 ? product(sku) : variant(sku, 'G', { options: { n: `${n}-${round}` } })],
            create,
          ),
        ),
      );
      const outcomes = results.flatMap((result) => codes(result));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'sku_taken')).toHaveLength(29);
    }
    const [row] = await sql(
      `SELECT (SELECT count(*)::int FROM whatsapp_catalog_items WHERE catalog_id = $1) AS items,
              (SELECT count(*)::int FROM whatsapp_products WHERE catalog_id = $1)
              + (SELECT count(*)::int FROM whatsapp_product_variants WHERE catalog_id = $1) AS rows`,
      [catalogId],
    );
    expect(row).toEqual({ items: 16, rows: 16 });
  });

  it('lets twenty imports of the same new products all succeed', async () => {
    for (let round = 0; round < 3; round++) {
      const skus = Array.from({ length: 40 }, (_, n) => `P-${round}-${n}`);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          apply((n % 2 === 0 ? skus : [...skus].reverse()).map((sku) => product(sku, { brand: `B${n}` }))),
        ),
      );
      const outcomes = results.flatMap((result) => codes(result));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(40);
      expect(outcomes.filter((outcome) => outcome === 'updated')).toHaveLength(19 * 40);
    }
  });

  it('gives the same options to one of twenty variants', async () => {
    await apply([product('G')]);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) => apply([variant(`V-${n}`, 'G', { options: { size: 'M' } })])),
    );
    const outcomes = results.flatMap((result) => codes(result)).sort();
    expect(outcomes).toEqual(['created', ...Array.from({ length: 19 }, () => 'options_taken')]);
  });
});
