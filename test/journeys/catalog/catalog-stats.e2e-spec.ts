import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProductStats, type StatsAddition } from '../../../src/catalog/statistics/product-stats.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { uuidV7 } from '../../../src/rules/ids/uuid-v7.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let api: ApiClient;
let organizationId: string;
let catalogId: string;
let catalog: string;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});
beforeEach(async () => {
  ({ api, id: organizationId } = await newOrganization(app.api));
  catalogId = (await api.post('/api/whatsapp/catalogs', { name: 'Shop' })).body.id;
  catalog = `/api/whatsapp/catalogs/${catalogId}`;
});

const newProduct = async (sku: string): Promise<string> =>
  (await api.post(`${catalog}/products`, { sku, name: sku, price: 1 })).body.id;
const add = (...additions: (Partial<StatsAddition> & { date: string })[]): Promise<void> =>
  app.app.get(Database).transaction((tx) =>
    app.app.get(ProductStats, { strict: false }).add(
      tx,
      organizationId,
      additions.map((one) => ({ catalogId, productId: null, variantId: null, campaignId: null, ...one })),
    ),
  );
const JUNE = 'from=2025-06-01&to=2025-06-30';

describe('statistics', () => {
  it('add up by day, product and campaign, and count an order of two products once', async () => {
    const [mug, shirt] = [await newProduct('MUG'), await newProduct('SHIRT')];
    const campaignId = uuidV7();
    await add(
      { date: '2025-06-10', productId: mug, campaignId, units: 2, orders: 1, revenue: '20.50', cartAdds: 1 },
      { date: '2025-06-10', productId: shirt, campaignId, units: 1, orders: 1, revenue: '99999999999.99' },
      { date: '2025-06-10', campaignId, orders: 1, revenue: '100000000020.49' },
      { date: '2025-06-12', productId: mug, views: 3, shares: 4 },
      { date: '2025-07-01', productId: mug, views: 1 },
    );
    // One of the two mugs comes back.
    await add(
      { date: '2025-06-12', productId: mug, units: -1, revenue: '-10.25' },
      { date: '2025-06-12', revenue: '-10.25' },
    );
    const { body } = await api.get(`${catalog}/stats?${JUNE}`);
    const sums = { shares: 4, views: 3, cartAdds: 1, units: 2, orders: 1, revenue: '100000000010.24' };
    expect(body).toMatchObject({
      from: '2025-06-01',
      to: '2025-06-30',
      sums,
      byCampaign: [{ campaignId, units: 3, orders: 1, revenue: '100000000020.49' }],
      products: [
        { sku: 'SHIRT', units: 1, orders: 1 },
        { sku: 'MUG', units: 1, orders: 1, revenue: '10.25', views: 3 },
      ],
    });
    expect(body.series).toHaveLength(30);
    expect(body.series[9]).toMatchObject({ date: '2025-06-10', units: 3, orders: 1 });
    expect(body.series[10]).toEqual({
      date: '2025-06-11',
      shares: 0,
      views: 0,
      cartAdds: 0,
      units: 0,
      orders: 0,
      revenue: '0.00',
    });
    const { body: ofMug } = await api.get(`${catalog}/products/${mug}/stats?${JUNE}`);
    expect(ofMug.sums).toEqual({ shares: 4, views: 3, cartAdds: 1, units: 1, orders: 1, revenue: '10.25' });
    expect((await api.get(`${catalog}/products/${mug}`)).body).toMatchObject({
      viewCount: 4,
      shareCount: 4,
      cartAddCount: 1,
      purchaseCount: 1,
    });
    expect((await api.get(catalog)).body).toMatchObject({ totalOrders: 1, totalRevenue: '100000000010.24' });
    // The figures of a deleted product stay in those of the catalog.
    await api.delete(`${catalog}/products/${mug}`);
    const after = (await api.get(`${catalog}/stats?${JUNE}`)).body;
    expect(after.sums).toEqual(sums);
    expect(after.products[1]).toMatchObject({ productId: mug, sku: null, name: null });
  });

  it('lose nothing when thirty transactions add to the same days in any order', async () => {
    const products = await Promise.all(['A', 'B', 'C', 'D'].map((sku) => newProduct(sku)));
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => {
        const additions = products.map((productId) => ({
          date: '2025-06-10',
          productId,
          units: 1,
          revenue: '0.01',
        }));
        return add(...(n % 2 === 0 ? additions : additions.reverse()), {
          date: '2025-06-10',
          orders: 1,
          revenue: '0.04',
        });
      }),
    );
    const { body } = await api.get(`${catalog}/stats?${JUNE}`);
    expect(body.sums).toMatchObject({ units: 120, orders: 30, revenue: '1.20' });
    expect((await api.get(catalog)).body).toMatchObject({ totalOrders: 30, totalRevenue: '1.20' });
  });

  it('cover the last 30 days by default, and at most 366', async () => {
    const { body } = await api.get(`${catalog}/stats`);
    expect(body.series).toHaveLength(30);
    for (const query of [
      'from=yesterday',
      'from=2025-02-30',
      'from=2020-01-01',
      'from=2025-06-02&to=2025-06-01',
      'zone=UTC',
    ]) {
      expect([query, (await api.get(`${catalog}/stats?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('of another organization cannot be found', async () => {
    const product = `${catalog}/products/${await newProduct('A')}`;
    const { api: other } = await newOrganization(app.api);
    expect((await other.get(`${catalog}/stats`)).status).toBe(404);
    expect((await other.get(`${product}/stats`)).status).toBe(404);
  });
});
