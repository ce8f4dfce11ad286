import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { execute, sql } from '../../../src/platform/database/sql.js';
import { SegmentFields } from '../../../src/segments/fields/segment-fields.service.js';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const FIELDS = '/api/whatsapp/segments/fields';
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

interface Field {
  path: string;
  label: string;
  group: string;
  type: string;
  operators: string[];
  hasWindow: boolean;
  sample: unknown;
}
const fieldsOf = async (api: ApiClient): Promise<Map<string, Field>> => {
  const { status, body } = await api.get<{ data: Field[]; isComplete: boolean }>(FIELDS);
  expect([status, body.isComplete]).toEqual([200, true]);
  return new Map(body.data.map((field) => [field.path, field]));
};
const suggested = async (api: ApiClient, field: string, more = ''): Promise<unknown[]> => {
  const answer = await api.get<{ data: { value: unknown }[] }>(
    `${FIELDS}/values?field=${encodeURIComponent(field)}${more}`,
  );
  expect(answer.status).toBe(200);
  return answer.body.data.map(({ value }) => value);
};
async function shopWith(customers: object[]): Promise<{ id: string; api: ApiClient }> {
  const shop = await newOrganization(app.api);
  for (const [index, customer] of customers.entries()) {
    const phoneNumber = `+91998${String(2_000_000 + index)}`;
    expect((await shop.api.post('/api/whatsapp/customers', { phoneNumber, ...customer })).status).toBe(201);
  }
  return shop;
}

describe('the fields of segments', () => {
  it('names columns, the attributes of the organization, orders and campaigns', async () => {
    const { api } = await shopWith([
      { name: 'Ann', city: 'Mumbai', tags: ['vip'], attributes: { saleDetails: [{ destination: 'Bali' }] } },
      { name: 'Bob', attributes: { saleDetails: [{ destination: 'Goa' }], points: 12, 'e mail.home': 'x' } },
    ]);
    const fields = await fieldsOf(api);
    expect(fields.get('city')).toMatchObject({
      label: 'City',
      group: 'customer',
      type: 'text',
      sample: 'Mumbai',
    });
    expect(fields.get('tags')).toMatchObject({ type: 'set', sample: 'vip' });
    expect(fields.get('attributes.saleDetails.destination')).toMatchObject({
      ...{ label: 'Sale details › Destination', group: 'attributes', type: 'text' },
    });
    expect(fields.get('attributes.points')).toMatchObject({ type: 'number', sample: 12 });
    expect(fields.get('attributes."e mail.home"')).toMatchObject({ sample: 'x' });
    expect(fields.get('orders.total')).toMatchObject({ group: 'orders', type: 'number', hasWindow: true });
    expect(fields.get('campaigns.read')?.operators).toContain('withinLast');
    // What is offered works: each field with its first operators, as a segment.
    for (const { path } of fields.values()) {
      const condition = { field: path, operator: 'exists' };
      const takesExists = fields.get(path)?.operators.includes('exists');
      const { status } = await api.post('/api/whatsapp/segments/preview', { conditions: [condition] });
      expect([path, status]).toEqual([path, takesExists === true ? 200 : 400]);
    }
  });

  it('says nothing of another organization, and needs customers:read', async () => {
    await shopWith([{ city: 'Secret city', attributes: { secret: 'x' } }]);
    const { api } = await newOrganization(app.api);
    const fields = await fieldsOf(api);
    expect(fields.has('attributes.secret')).toBe(false);
    expect(fields.get('city')?.sample).toBeNull();
    expect(await suggested(api, 'city')).toEqual([]);
    expect(await suggested(api, 'attributes.secret')).toEqual([]);
    const { api: other } = await newOrganization(app.api, ['campaigns:*']);
    expect((await other.get(FIELDS)).status).toBe(403);
    expect((await other.get(`${FIELDS}/values?field=city`)).status).toBe(403);
  });

  it('suggests values: those that begin with the search first, then the most frequent', async () => {
    const { api } = await shopWith([
      {
        city: 'Navi Mumbai',
        tags: ['vip', 'beach'],
        attributes: { trips: [{ to: 'Bali' }, { to: 'Bali' }] },
      },
      { city: 'Navi Mumbai', tags: ['vip'], attributes: { trips: { to: 'Goa' }, points: 5 } },
      { city: 'Mumbai', customerTier: '100%', attributes: { trips: [{ to: ['Goa', 'Ubud'] }], points: '5' } },
    ]);
    expect(await suggested(api, 'city')).toEqual(['Navi Mumbai', 'Mumbai']);
    expect(await suggested(api, 'city', '&search=MUM')).toEqual(['Mumbai', 'Navi Mumbai']);
    expect(await suggested(api, 'city', '&search=mum&limit=1')).toEqual(['Mumbai']);
    expect(await suggested(api, 'tags')).toEqual(['vip', 'beach']);
    expect(await suggested(api, 'trips.to')).toEqual(['Goa', 'Bali', 'Ubud']);
    expect(await suggested(api, 'attributes.points')).toEqual(expect.arrayContaining([5, '5']));
    // A pattern of SQL is only text.
    expect(await suggested(api, 'customerTier', '&search=%25')).toEqual(['100%']);
    expect(await suggested(api, 'city', '&search=%25')).toEqual([]);
    expect(await suggested(api, 'isActive')).toEqual([true, false]);
    expect(await suggested(api, 'subscription', '&search=un')).toEqual(['unsubscribed']);
    expect(await suggested(api, 'createdAt')).toEqual([]);
    expect(await suggested(api, 'campaigns.read')).toEqual([]);
  });

  it('suggests the SKUs of products and variants by name', async () => {
    const { api } = await newOrganization(app.api);
    const { body: catalog } = await api.post('/api/whatsapp/catalogs', { name: 'Trips', currency: 'INR' });
    const product = { sku: 'BALI-5', name: 'Five nights in Bali', price: '100.00' };
    expect((await api.post(`/api/whatsapp/catalogs/${catalog.id}/products`, product)).status).toBe(201);
    const { body } = await api.get(`${FIELDS}/values?field=orders.products&search=nights`);
    expect(body.data).toEqual([{ value: 'BALI-5', label: 'Five nights in Bali', customers: null }]);
    const { api: other } = await newOrganization(app.api);
    expect(await suggested(other, 'orders.products')).toEqual([]);
  });

  it.each([
    ['', 400],
    ['?field=', 400],
    ['?field=a..b', 400],
    ['?field=orders.secret', 400],
    ['?field=organizationId', 400],
    ['?field=city&limit=51', 400],
    ['?field=city&unknown=1', 400],
    [`?field=city&search=${'x'.repeat(101)}`, 400],
  ])('answers %s with %i', async (query, expected) => {
    expect((await app.api.get(`${FIELDS}/values${query}`)).status).toBe(expected);
  });

  it('finds what only a few of very many customers have, and looks at no more than a sample', async () => {
    const { id, api } = await newOrganization(app.api);
    const { manager } = app.app.get(Database);
    await execute(
      manager,
      sql`INSERT INTO user_profiles (id, organization_id, whatsapp_phone, city, attributes, created_at, updated_at)
          SELECT new_id(), ${id}, '+9197' || lpad(n::text, 8, '0'), 'City ' || n % 7,
                 CASE WHEN n < 50 THEN '{"old": 1}' WHEN n > 19950 THEN '{"new": 1}' ELSE '{"middle": 1}' END::jsonb,
                 now(), now()
            FROM generate_series(1, 20000) AS n`,
    );
    const fields = await fieldsOf(api);
    for (const name of ['old', 'new', 'middle']) expect(fields.has(`attributes.${name}`)).toBe(true);
    expect(await suggested(api, 'city')).toHaveLength(7);
  });

  it('answers with what it has when the database is slow', async () => {
    const { id } = await shopWith([{ city: 'Pune', attributes: { a: 1 } }]);
    const fields = app.app.get(SegmentFields);
    const database = app.app.get(Database);
    // A transaction that holds the table makes every look at it wait for longer than its limit.
    await database.dataSource.transaction(async (tx) => {
      await tx.query('LOCK TABLE user_profiles IN ACCESS EXCLUSIVE MODE');
      expect(await fields.values(id, 'city', { search: '', limit: 20 }, 50)).toEqual([]);
      const { data, isComplete } = await fields.list(id, 50);
      expect(isComplete).toBe(false);
      expect(data.some(({ path }) => path === 'orders.total')).toBe(true);
    });
  });
});
