import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, startEngine } from '../../support/engine.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2026-03-02T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});

const simulate = async (body: object): Promise<any> => {
  const response = await fetch(`${engine.meta.url}/simulator/inbound`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: any = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
};

it('goes from the adopted catalog to the paid, delivered and told customer', async () => {
  const { api } = engine.app;
  const adopted = { name: 'Demo shop', metaCatalogId: '700100200300401', currency: 'USD' };
  const { body: catalog } = await api.post('/api/whatsapp/catalogs', adopted);
  const path = `/api/whatsapp/catalogs/${catalog.id}`;
  await api.post(`${path}/sync`);
  const products = await until(
    async () => (await api.get(`${path}/products?hasVariants=false`)).body,
    ({ data }: any) => data.length > 0,
  );
  const product = products.data[0];
  await api.post(`${path}/products/${product.id}/stock`, { set: 10, reason: 'Counted' });

  const from = '+919876500001';
  const items = [{ product_retailer_id: product.sku, quantity: 2 }];
  const sent = await simulate({ from, name: 'Asha Rao', type: 'order', items, text: 'Gift wrap, please' });
  const order = await until(
    async () => (await api.get('/api/whatsapp/orders')).body.data[0],
    (found: any) => found !== undefined,
  );
  const ref = `/api/whatsapp/orders/${order.orderNumber}`;
  expect(order).toMatchObject({
    flags: [],
    customerName: 'Asha Rao',
    phoneNumber: from,
    orderNumber: 'ORD-2026-000001',
  });
  expect(sent.id).toBeDefined();

  await api.put(`${ref}/status`, { status: 'confirmed' });
  await api.post(`${ref}/payments`, { amount: order.total, method: 'bank_transfer', reference: 'UTR 1' });
  await api.post(`${ref}/fulfill`, { trackingNumber: 'AWB 123', carrier: 'Post' });
  await api.post(`${ref}/deliver`);
  const done = await api.put(`${ref}/status`, { status: 'completed' });
  expect([done.status, done.body.status, done.body.balance]).toEqual([200, 'completed', '0.00']);

  // Every message has arrived and was read, each once.
  const { messages } = await until(
    async () => (await api.get(ref)).body,
    (read: any) => read.messages.every(({ status }: any) => status === 'read'),
  );
  expect(messages.map(({ event }: any) => event)).toEqual(['received', 'confirmed', 'paid', 'shipped']);
  const after = (await api.get(`${path}/products/${product.id}`)).body;
  expect(after).toMatchObject({ quantity: 8, reservedQuantity: 0, purchaseCount: 2, cartAddCount: 1 });
  expect((await api.get(path)).body).toMatchObject({ totalOrders: 1, totalRevenue: order.total });
  const segment = { logic: 'AND', conditions: [{ field: 'orders.count', operator: 'eq', value: 1 }] };
  expect((await api.post('/api/whatsapp/segments/preview', { query: segment })).body.count).toBe(1);
});
