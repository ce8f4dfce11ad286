import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StockLedger } from '../../../src/catalog/stock/stock-ledger.service.js';
import type { StockLine } from '../../../src/catalog/stock/stock-moves.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let database: Database;
let ledger: StockLedger;
let api: ApiClient;
let organizationId: string;
let products: string;
beforeAll(async () => {
  app = await startTestApp();
  database = app.app.get(Database);
  ledger = app.app.get(StockLedger, { strict: false });
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api, id: organizationId } = await newOrganization(app.api));
  const { body } = await api.post('/api/whatsapp/catalogs', { name: 'Shop' });
  products = `/api/whatsapp/catalogs/${body.id}/products`;
});

type Row = Record<string, any>;
const sql = (text: string, values: unknown[] = []): Promise<Row[]> => database.manager.query(text, values);
const BY = { keyId: null, reason: null };
const newProduct = async (sku: string, quantity: number | null): Promise<string> =>
  (await api.post(products, { sku, name: sku, price: 1, quantity })).body.id;
const newVariant = async (productId: string, sku: string, quantity: number): Promise<string> => {
  const options = { sku };
  return (
    await api.post(`${products}/${productId}/variants`, { sku, name: sku, price: 1, quantity, options })
  ).body.id;
};
const line = (productId: string, quantity: number, variantId: string | null = null): StockLine => ({
  productId,
  variantId,
  quantity,
  orderId: uuidV7(),
});
type Move = 'reserve' | 'release' | 'fulfil' | 'giveBack';
const move = (kind: Move, lines: StockLine[]) =>
  database.transaction((tx) => ledger[kind](tx, organizationId, lines, BY));
const outcomes = async (kind: Move, lines: StockLine[]) =>
  (await move(kind, lines)).map(({ outcome }) => outcome);
const stockOf = async (productId: string) =>
  (
    await sql('SELECT quantity, reserved_quantity AS reserved FROM whatsapp_products WHERE id = $1', [
      productId,
    ])
  )[0];

/** Every sellable whose movements do not add up to its stock, or whose last one says otherwise. */
const unexplained = () =>
  sql(
    `WITH stock AS (
       SELECT id AS product_id, NULL::uuid AS variant_id, quantity, reserved_quantity AS reserved
         FROM whatsapp_products WHERE organization_id = $1
        UNION ALL
       SELECT product_id, id, quantity, reserved_quantity FROM whatsapp_product_variants WHERE organization_id = $1)
     SELECT s.*, m.* FROM stock s LEFT JOIN LATERAL (
       SELECT coalesce(sum(m.quantity), 0)::int AS quantities, coalesce(sum(m.reserved), 0)::int AS reservations,
              (array_agg(m.quantity_after ORDER BY m.id DESC))[1] AS quantity_after,
              coalesce((array_agg(m.reserved_after ORDER BY m.id DESC))[1], 0) AS reserved_after
         FROM stock_movements m
        WHERE m.product_id = s.product_id AND m.variant_id IS NOT DISTINCT FROM s.variant_id) m ON true
      WHERE coalesce(s.quantity, 0) <> m.quantities OR s.reserved <> m.reservations
         OR s.quantity IS DISTINCT FROM m.quantity_after OR s.reserved <> m.reserved_after`,
    [organizationId],
  );

describe('the stock of orders', () => {
  it('is reserved, released, fulfilled and given back, and every movement is kept', async () => {
    const mug = await newProduct('MUG', 5);
    const shirt = await newProduct('SHIRT', null);
    const m = await newVariant(shirt, 'SHIRT-M', 2);
    expect(await outcomes('reserve', [line(mug, 3), line(shirt, 1, m), line(mug, 3)])).toEqual([
      'moved',
      'moved',
      'short',
    ]);
    expect(await stockOf(mug)).toEqual({ quantity: 2, reserved: 3 });
    expect(await outcomes('release', [line(mug, 1)])).toEqual(['moved']);
    expect(await outcomes('fulfil', [line(mug, 2), line(shirt, 1, m)])).toEqual(['moved', 'moved']);
    expect(await outcomes('giveBack', [line(mug, 1)])).toEqual(['moved']);
    expect(await stockOf(mug)).toEqual({ quantity: 4, reserved: 0 });
    expect(await unexplained()).toEqual([]);
    const { body } = await api.get(`${products}/${mug}/stock-movements`);
    expect(
      body.data.map(({ kind, quantity, reserved, quantityAfter, reservedAfter }: Row) => [
        kind,
        quantity,
        reserved,
        quantityAfter,
        reservedAfter,
      ]),
    ).toEqual([
      ['return', 1, 0, 4, 0],
      ['fulfil', 0, -2, 3, 0],
      ['release', 1, -1, 3, 2],
      ['reserve', -3, 3, 2, 3],
      ['set', 5, 0, 5, 0],
    ]);
  });

  it('marks the item dirty when the last piece goes and when it comes back, and not between', async () => {
    const mug = await newProduct('MUG', 2);
    const settle = () => sql('UPDATE whatsapp_catalog_items SET dirty_at = NULL, dirty_since = NULL');
    const isDirty = async () =>
      (await sql('SELECT dirty_at FROM whatsapp_catalog_items WHERE product_id = $1', [mug]))[0]?.[
        'dirty_at'
      ] !== null;
    await settle();
    await move('reserve', [line(mug, 1)]);
    expect(await isDirty()).toBe(false);
    await move('reserve', [line(mug, 1)]);
    expect(await isDirty()).toBe(true);
    await settle();
    await move('release', [line(mug, 1)]);
    expect(await isDirty()).toBe(true);
  });

  it('of another organization is gone', async () => {
    const mug = await newProduct('MUG', 2);
    const { id: other } = await newOrganization(app.api);
    const results = await database.transaction((tx) => ledger.reserve(tx, other, [line(mug, 1)], BY));
    expect(results).toEqual([{ outcome: 'gone', after: null }]);
    expect(await stockOf(mug)).toEqual({ quantity: 2, reserved: 0 });
  });
});

describe('the ledger', () => {
  it('is only ever added to, and ends with its product', async () => {
    const mug = await newProduct('MUG', 2);
    const refusal = 'rows of stock_movements are only ever added';
    await expect(sql('UPDATE stock_movements SET quantity = 0')).rejects.toThrow(refusal);
    await expect(sql('DELETE FROM stock_movements WHERE product_id = $1', [mug])).rejects.toThrow(refusal);
    await expect(sql('TRUNCATE stock_movements')).rejects.toThrow(refusal);
    expect((await api.delete(`${products}/${mug}`)).status).toBe(204);
    expect(await sql('SELECT FROM stock_movements WHERE product_id = $1', [mug])).toEqual([]);
  });
});

describe('races', () => {
  it('promises no piece twice: thirty orders for ten pieces', async () => {
    for (let round = 0; round < 10; round++) {
      const mug = await newProduct(`MUG-${round}`, 10);
      const all = await Promise.all(Array.from({ length: 30 }, () => outcomes('reserve', [line(mug, 1)])));
      expect(all.flat().filter((outcome) => outcome === 'moved')).toHaveLength(10);
      expect(await stockOf(mug)).toEqual({ quantity: 0, reserved: 10 });
    }
    expect(await unexplained()).toEqual([]);
  });

  it('lets counts with an expectation and orders race: what was expected was true', async () => {
    for (let round = 0; round < 10; round++) {
      const mug = await newProduct(`MUG-${round}`, 10);
      const orders = Array.from({ length: 10 }, () => outcomes('reserve', [line(mug, 1)]));
      const counts = Array.from({ length: 10 }, (_, n) =>
        api.post(`${products}/${mug}/stock`, { set: 50 + n, expected: 10, reason: 'counted' }),
      );
      const answers = await Promise.all(counts);
      await Promise.all(orders);
      const counted = answers.filter(({ status }) => status === 200).length;
      expect(counted).toBeLessThanOrEqual(1);
      expect(answers.filter(({ status }) => status === 409)).toHaveLength(10 - counted);
      const after = await stockOf(mug);
      expect(after?.['reserved']).toBe(10);
      // A count is only accepted while nothing had been sold.
      expect(after?.['quantity'] >= (counted === 1 ? 40 : 0)).toBe(true);
    }
    expect(await unexplained()).toEqual([]);
  });

  it('keeps the sums when everything happens at once, in any order of products', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, (_, n) => newProduct(`P-${n}`, 100)));
    const group = await newProduct('G', null);
    const variants = await Promise.all(Array.from({ length: 4 }, (_, n) => newVariant(group, `G-${n}`, 100)));
    const lines = (n: number): StockLine[] => {
      const all = [...ids.map((id) => line(id, 1)), ...variants.map((id) => line(group, 1, id))];
      return n % 2 === 0 ? all : all.reverse();
    };
    const edit = (n: number) => api.put(`${products}/${ids[n % 6]}`, { name: `n${n}`, quantity: 200 });
    const rename = (n: number) =>
      api.put(`${products}/${group}/variants/${variants[n % 4]}`, { name: `n${n}` });
    const adjust = (n: number) => api.post(`${products}/${ids[n % 6]}/stock`, { adjust: 3, reason: 'found' });
    await Promise.all(
      Array.from({ length: 25 }, async (_, n) => {
        await move('reserve', lines(n));
        await Promise.all([
          move(n % 3 === 0 ? 'release' : 'fulfil', lines(n)),
          ...(n % 4 === 0 ? [edit(n), rename(n), adjust(n)] : []),
        ]);
      }),
    );
    expect(await unexplained()).toEqual([]);
    expect(
      await sql(
        `SELECT id FROM whatsapp_products WHERE organization_id = $1 AND reserved_quantity <> 0
          UNION ALL SELECT id FROM whatsapp_product_variants WHERE organization_id = $1 AND reserved_quantity <> 0`,
        [organizationId],
      ),
    ).toEqual([]);
  });
});
