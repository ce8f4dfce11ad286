import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let api: ApiClient;
let products: string;
let mug: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
  const { body: catalog } = await api.post('/api/whatsapp/catalogs', { name: 'Shop' });
  products = `/api/whatsapp/catalogs/${catalog.id}/products`;
  mug = `${products}/${(await api.post(products, { sku: 'MUG', name: 'Mug', price: 1, quantity: 5 })).body.id}`;
});

const reason = 'Stocktaking';
const problem = (status: number, code: string) => ({ status, type: `urn:drumbeat:problem:${code}` });

describe('stock', () => {
  it('is set and adjusted, and never falls below zero', async () => {
    expect((await api.post(`${mug}/stock`, { set: 8, reason })).body).toEqual({
      quantity: 8,
      reservedQuantity: 0,
      onHand: 8,
    });
    expect((await api.post(`${mug}/stock`, { adjust: -3, reason })).body.quantity).toBe(5);
    expect((await api.post(`${mug}/stock`, { adjust: -6, reason })).body).toMatchObject(
      problem(422, 'stock_below_zero'),
    );
    expect((await api.post(`${mug}/stock`, { set: -1, reason })).body).toMatchObject(
      problem(422, 'stock_below_zero'),
    );
    expect((await api.post(`${mug}/stock`, { adjust: 9_999_996, reason })).body).toMatchObject(
      problem(422, 'stock_too_large'),
    );
    expect((await api.get(mug)).body.quantity).toBe(5);
  });

  it('does not change when it is not what the caller saw', async () => {
    expect((await api.post(`${mug}/stock`, { set: 8, expected: 4, reason })).body).toMatchObject(
      problem(409, 'stock_changed'),
    );
    expect((await api.post(`${mug}/stock`, { set: 8, expected: null, reason })).body).toMatchObject(
      problem(409, 'stock_changed'),
    );
    expect((await api.post(`${mug}/stock`, { adjust: 1, expected: 5, reason })).body.quantity).toBe(6);
  });

  it('is not tracked until it is set', async () => {
    await api.put(mug, { quantity: null });
    expect((await api.post(`${mug}/stock`, { adjust: 1, reason })).body).toMatchObject(
      problem(422, 'stock_not_tracked'),
    );
    expect((await api.post(`${mug}/stock`, { set: 0, expected: null, reason })).body.quantity).toBe(0);
    expect((await api.get(mug)).body.isAvailable).toBe(false);
  });

  it.each([
    ['neither', { reason }],
    ['both', { set: 1, adjust: 1, reason }],
    ['an adjustment by 0', { adjust: 0, reason }],
    ['half a piece', { set: 1.5, reason }],
    ['text', { set: '5', reason }],
    ['no reason', { set: 1 }],
    ['an empty reason', { set: 1, reason: '' }],
  ])('rejects %s', async (_, body) => {
    expect((await api.post(`${mug}/stock`, body)).status).toBe(400);
  });

  it('of another organization cannot be found', async () => {
    const { api: other } = await newOrganization(app.api);
    const answers = await Promise.all([
      other.post(`${mug}/stock`, { set: 1, reason }),
      other.get(`${mug}/stock-movements`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });
});

describe('stock movements', () => {
  it('list what changed a product and its variants, newest first, page by page', async () => {
    await api.post(`${mug}/stock`, { adjust: 2, reason: 'Delivery' });
    // Setting what it is already is not a movement.
    await api.post(`${mug}/stock`, { set: 7, reason });
    await api.put(mug, { quantity: 9 });
    const { body: variant } = await api.post(`${mug}/variants`, {
      sku: 'MUG-L',
      name: 'L',
      price: 1,
      quantity: 4,
    });
    await api.post(`${mug}/variants/${variant.id}/stock`, { set: 1, reason });
    const first = await api.get(`${mug}/stock-movements?limit=3`);
    const second = await api.get(`${mug}/stock-movements?limit=3&cursor=${first.body.nextCursor}`);
    expect(first.body.total).toBe(5);
    expect(second.body.nextCursor).toBeNull();
    const all = [...first.body.data, ...second.body.data];
    expect(all).toMatchObject([
      { kind: 'set', quantity: -3, quantityAfter: 1, variantId: variant.id, reason },
      { kind: 'set', quantity: 4, quantityAfter: 4, variantId: variant.id, reason: null },
      { kind: 'set', quantity: 2, quantityAfter: 9, variantId: null },
      {
        kind: 'adjust',
        quantity: 2,
        reserved: 0,
        quantityAfter: 7,
        reservedAfter: 0,
        orderId: null,
        reason: 'Delivery',
      },
      { kind: 'set', quantity: 5, quantityAfter: 5 },
    ]);
    expect(all.every(({ keyId }: { keyId: string | null }) => keyId !== null)).toBe(true);
    expect((await api.get(`${mug}/variants/${variant.id}/stock-movements`)).body.total).toBe(2);
  });
});
