import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { execute, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { selectAudience } from '../../../src/segments/language/audience.js';
import { parseTargetAudience } from '../../../src/segments/language/parse-target-audience.js';
import { Segments } from '../../../src/segments/api/segments.service.js';
import type { ApiClient } from '../../support/api-client.js';
import { insertCustomers } from '../../support/segment-customers.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const SEGMENTS = '/api/whatsapp/segments';
const NOW = new Date('2025-06-15T12:00:00Z');
const all = (...conditions: object[]): Record<string, unknown> => ({ logic: 'AND', conditions });
const BALI = all({ field: 'saleDetails.destination', operator: 'contains', value: 'Bali' });

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await app.close();
});

interface Shop {
  id: string;
  api: ApiClient;
}

/** Ann and Bob have been to Bali. Ann may be messaged, Bob has refused, Cid has never agreed, Dot has no number. */
async function newShop(): Promise<Shop> {
  const shop = await newOrganization(app.api);
  const person = (name: string, phone: string | null, more: object, destination: string) => ({
    columns: {
      ...{
        display_name: name,
        whatsapp_phone: phone,
        city: 'Pune',
        customer_tier: 'premium',
        tags: ['beach'],
      },
      ...{ is_active: true, subscription: 'subscribed', created_at: '2025-01-01T00:00:00Z' },
      ...{ marketing_opt_in_at: '2025-01-01T00:00:00Z', ...more },
    },
    attributes: { saleDetails: [{ destination }] },
    orders: [],
    campaigns: [],
  });
  await insertCustomers(app.app.get(Database).manager, shop.id, [
    person('Ann', '+14694652751', {}, 'Bali'),
    person('Bob', '+14694652752', { subscription: 'unsubscribed' }, 'Bali, Indonesia'),
    person('Cid', '+14694652753', { marketing_opt_in_at: null, tags: ['city', 'vip'] }, 'Goa'),
    person('Dot', null, { city: 'Goa' }, 'Goa'),
    person('Eve', '+14694652755', { is_active: false, customer_tier: 'standard' }, 'Goa'),
  ]);
  return shop;
}

describe('a preview', () => {
  it('counts customers, reports how many are reachable, and shows a sample', async () => {
    const { api } = await newShop();
    const { status, body } = await api.post(`${SEGMENTS}/preview`, { query: BALI });
    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 2, reachable: 1 });
    expect(body.sample.map(({ name }: { name: string }) => name)).toEqual(['Ann', 'Bob']);
    expect(body.sample[0]).toMatchObject({ phoneNumber: '+14694652751', city: 'Pune', tags: ['beach'] });
    const little = await api.post(`${SEGMENTS}/preview`, { query: BALI, limit: 1 });
    expect(little.body).toMatchObject({ count: 2, sample: [{ name: 'Ann' }] });
  });

  it('accepts the query under any of its names, but only once', async () => {
    const { api } = await newShop();
    for (const body of [{ query: BALI }, { segmentQuery: BALI }, BALI])
      expect((await api.post(`${SEGMENTS}/preview`, body)).body.count).toBe(2);
    for (const body of [{ query: BALI, segmentQuery: BALI }, { query: BALI, ...BALI }, {}])
      expect((await api.post(`${SEGMENTS}/preview`, body)).status).toBe(400);
  });

  it('only sees the customers of its own organization', async () => {
    await newShop();
    const { api } = await newOrganization(app.api);
    const { body } = await api.post(`${SEGMENTS}/preview`, { query: BALI });
    expect(body).toEqual({ count: 0, reachable: 0, sample: [] });
  });

  it('applies the organization’s policy of explicit consent', async () => {
    const { id, api } = await newShop();
    const goa = all({ field: 'tags', operator: 'contains', value: 'vip' });
    expect((await api.post(`${SEGMENTS}/preview`, goa)).body).toMatchObject({ count: 1, reachable: 1 });
    const { manager } = app.app.get(Database);
    await execute(manager, sql`UPDATE organizations SET consent_policy = 'explicit' WHERE id = ${id}`);
    expect((await api.post(`${SEGMENTS}/preview`, goa)).body).toMatchObject({ count: 1, reachable: 0 });
  });

  it.each([
    [{ field: 'city', operator: 'like', value: 'x' }, 'query.conditions.0.operator', /like/],
    [{ field: 'orders.sum', operator: 'eq', value: 1 }, 'query.conditions.0.field', /orders\.sum/],
    [{ field: 'isActive', operator: 'eq', value: 'yes' }, 'query.conditions.0.value', /isActive eq/],
  ])('reports what is wrong with %j', async (condition, field, message) => {
    const { status, body } = await app.api.post(`${SEGMENTS}/preview`, { query: all(condition) });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ field, message: expect.stringMatching(message) as unknown }]);
  });

  it('stops when it takes too long, with advice', async () => {
    const { id, api } = await newShop();
    const { dataSource } = app.app.get(Database);
    await dataSource.transaction(async (other) => {
      await rowsOf(other, sql`LOCK TABLE user_profiles IN ACCESS EXCLUSIVE MODE`);
      const preview = app.app.get(Segments).preview(id, { name: '', query: BALI }, { timeoutMs: 50 });
      await expect(preview).rejects.toMatchObject({ kind: 'rule', code: 'segment_too_slow' });
    });
    expect((await api.post(`${SEGMENTS}/preview`, BALI)).body.count).toBe(2);
  });

  it('needs the scope to read customers', async () => {
    const { api } = await newOrganization(app.api, ['campaigns:*']);
    expect((await api.post(`${SEGMENTS}/preview`, BALI)).status).toBe(403);
    const reader = await newOrganization(app.api, ['customers:read']);
    expect((await reader.api.post(`${SEGMENTS}/preview`, BALI)).status).toBe(200);
    expect((await reader.api.post(SEGMENTS, { name: 'x', query: BALI })).status).toBe(403);
  });
});

describe('a saved segment', () => {
  it('is created, read, changed, previewed, listed and deleted', async () => {
    const { api } = await newShop();
    const made = await api.post(SEGMENTS, { name: 'Bali', description: 'Been there', query: BALI });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: 'Bali', description: 'Been there', query: BALI });
    const path = `${SEGMENTS}/${made.body.id as string}`;
    expect((await api.get(path)).body).toEqual(made.body);
    expect((await api.post(`${path}/preview`, {})).body.count).toBe(2);
    expect((await api.post(`${path}/preview`)).body.count).toBe(2);
    const query = { ...BALI, not: true };
    const changed = await api.put(path, { name: 'Elsewhere', description: null, query });
    expect(changed.body).toMatchObject({ name: 'Elsewhere', description: null, query });
    expect((await api.post(`${path}/preview`, { limit: 0 })).body).toMatchObject({ count: 3, sample: [] });
    await api.post(SEGMENTS, { name: 'Another', segmentQuery: BALI });
    const { body } = await api.get(`${SEGMENTS}?limit=1`);
    expect(body).toMatchObject({ total: 2, data: [{ name: 'Another' }] });
    expect((await api.delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
    expect((await api.post(`${path}/preview`, {})).status).toBe(404);
  });

  it('keeps relative times relative', async () => {
    const { api } = await newShop();
    const query = all({ field: 'createdAt', operator: 'withinLast', value: '100y' });
    const { body } = await api.post(SEGMENTS, { name: 'New', query });
    expect(body.query).toEqual(query);
  });

  it('has a unique name, even when two are created at the same time', async () => {
    const { api } = await newShop();
    const answers = await Promise.all([1, 2, 3].map(() => api.post(SEGMENTS, { name: 'Bali', query: BALI })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const other = await api.post(SEGMENTS, { name: 'Other', query: BALI });
    expect((await api.put(`${SEGMENTS}/${other.body.id as string}`, { name: 'Bali' })).status).toBe(409);
    expect((await (await newShop()).api.post(SEGMENTS, { name: 'Bali', query: BALI })).status).toBe(201);
  });

  it('is invisible to other organizations', async () => {
    const [one, other] = [await newShop(), await newShop()];
    const { body } = await one.api.post(SEGMENTS, { name: 'Bali', query: BALI });
    const path = `${SEGMENTS}/${body.id as string}`;
    expect((await other.api.get(path)).status).toBe(404);
    expect((await other.api.put(path, { name: 'mine' })).status).toBe(404);
    expect((await other.api.delete(path)).status).toBe(404);
    expect((await other.api.post(`${path}/preview`, {})).status).toBe(404);
    expect((await other.api.get(SEGMENTS)).body.total).toBe(0);
  });

  it.each([
    [{ name: 'x' }, 'query'],
    [{ name: '', query: BALI }, 'name'],
    [{ name: 'x', query: {} }, 'query.conditions'],
    [{ name: 'x', query: all() }, 'query.conditions'],
    [{ name: 'x', query: [] }, 'query'],
    [{ name: 'x', query: BALI, id: 'y' }, 'id'],
    [{ name: 'x', query: { ...BALI, limit: 1 } }, 'query.limit'],
  ])('is rejected as %j', async (body, field) => {
    const answer = await app.api.post(SEGMENTS, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
  });

  it.each([
    ['a body that is not an object', '[]'],
    ['a poisoned body', `{"name": "x", "query": {"__proto__": {"logic": "AND"}}}`],
    ['a body without end', `{"name": "x", "query": ${'{"conditions":['.repeat(5_000)}${']}'.repeat(5_000)}}`],
  ])('is rejected as %s', async (_, raw) => {
    const headers = { 'content-type': 'application/json' };
    expect((await app.api.post(SEGMENTS, undefined, { raw, headers })).status).toBe(400);
  });
});

describe('the audience of a campaign', () => {
  async function audience(
    shop: Shop,
    target: unknown,
    consentPolicy: 'assume' | 'explicit',
  ): Promise<string[]> {
    const parsed = parseTargetAudience(target, NOW);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    const { segment } = parsed;
    const select = selectAudience({
      organizationId: shop.id,
      consentPolicy,
      ...(segment === undefined ? {} : { segment }),
    });
    const { manager } = app.app.get(Database);
    const rows = await rowsOf<{ display_name: string }>(manager, sql`${select} ORDER BY display_name`);
    return rows.map(({ display_name }) => display_name);
  }

  it.each<[target: object, assumed: string[], agreed: string[]]>([
    [{}, ['Ann', 'Cid'], ['Ann']],
    [{ customer_tier: 'premium' }, ['Ann', 'Cid'], ['Ann']],
    [{ tier: 'premium', city: 'Pune', tags: ['beach', 'vip'] }, ['Ann', 'Cid'], ['Ann']],
    [{ tags: ['beach'] }, ['Ann'], ['Ann']],
    [{ tags: 'vip' }, ['Cid'], []],
    [{ city: ['Goa', 'Delhi'] }, [], []],
    [{ customer_tier: 'standard' }, [], []],
    [{ segment: BALI, city: 'Pune' }, ['Ann'], ['Ann']],
    [{ segment: { ...BALI, not: true } }, ['Cid'], []],
  ])('for %j contains matching customers who may be messaged', async (target, assumed, agreed) => {
    const shop = await newShop();
    expect(await audience(shop, target, 'assume')).toEqual(assumed);
    expect(await audience(shop, target, 'explicit')).toEqual(agreed);
  });

  it('can be read by an INSERT', async () => {
    const { id } = await newShop();
    const parsed = parseTargetAudience({ segment: BALI }, NOW);
    if (!parsed.ok || parsed.segment === undefined) throw new Error('it is a segment');
    const select = selectAudience({ organizationId: id, consentPolicy: 'assume', segment: parsed.segment });
    await app.app.get(Database).transaction(async (tx) => {
      await rowsOf(tx, sql`CREATE TEMPORARY TABLE picked (id uuid, phone text, name text) ON COMMIT DROP`);
      const rows = await rowsOf(tx, sql`INSERT INTO picked ${select} RETURNING phone`);
      expect(rows).toEqual([{ phone: '+14694652751' }]);
    });
  });

  it.each<[target: unknown, field: string]>([
    [null, ''],
    [['premium'], ''],
    [{ country: 'IN' }, 'country'],
    [{ city: 5 }, 'city'],
    [{ tags: [] }, 'tags'],
    [{ tags: [null] }, 'tags'],
    [{ segment: all() }, 'segment.conditions'],
    [{ segment: 'x' }, 'segment'],
  ])('is rejected as %j', (target, field) => {
    expect(parseTargetAudience(target, NOW)).toMatchObject({ ok: false, errors: [{ field }] });
  });
});
