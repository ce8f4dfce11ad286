import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../../support/api-client.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let api: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  ({ api } = await newOrganization(app.api));
});
afterAll(() => app.close());

interface Kind {
  /** Returns the path of a new one. */
  make: () => Promise<string>;
  change: (name: string) => object;
}
let next = 0;
const created = async (path: string, body: object): Promise<string> => {
  const answer = await api.post(path, body);
  expect(answer).toMatchObject({ status: 201 });
  return `${path}/${answer.body.id}`;
};
const QUERY = { logic: 'AND', conditions: [{ field: 'city', operator: 'eq', value: 'Goa' }] };
const KINDS: Record<string, Kind> = {
  campaign: {
    make: () => created('/api/whatsapp/campaigns', { name: 'Sale', templateName: 'sale_template' }),
    change: (name) => ({ name }),
  },
  segment: {
    make: () => created('/api/whatsapp/segments', { name: `S ${next++}`, query: QUERY }),
    change: (description) => ({ description }),
  },
  customer: {
    make: () => created('/api/whatsapp/customers', { phoneNumber: `+49152${30_000_000 + next++}` }),
    change: (name) => ({ name }),
  },
  product: {
    make: async () => {
      const catalog = await created('/api/whatsapp/catalogs', { name: `C ${next++}`, currency: 'INR' });
      return created(`${catalog}/products`, { sku: 'MUG', name: 'Mug', price: '8.50', quantity: 3 });
    },
    change: (name) => ({ name }),
  },
};

describe.each(Object.entries(KINDS))('a %s', (_, { make, change }) => {
  const tagOf = async (path: string): Promise<string> => (await api.get(path)).headers.get('etag') ?? '';
  const put = (path: string, body: object, tag?: string) =>
    api.put(path, body, tag === undefined ? {} : { headers: { 'if-match': tag } });

  it('has a strong tag, which stays until it is changed', async () => {
    const path = await make();
    const tag = await tagOf(path);
    expect(tag).toMatch(/^"[\w-]{27}"$/);
    expect(await tagOf(path)).toBe(tag);
    const changed = await put(path, change('One'));
    const after = changed.headers.get('etag');
    expect(after).not.toBe(tag);
    expect(await tagOf(path)).toBe(after);
    expect((await put(path, change('One'))).headers.get('etag')).toBe(after);
  });

  it('is changed with the tag that was read, and with the one that a change answers', async () => {
    const path = await make();
    const first = await put(path, change('One'), await tagOf(path));
    expect(first.status).toBe(200);
    const second = await put(path, change('Two'), `"other", ${first.headers.get('etag') ?? ''}`);
    expect(second).toMatchObject({ status: 200, body: change('Two') });
    expect((await put(path, change('Three'), '*')).status).toBe(200);
  });

  it('is not changed with an old or a weak tag', async () => {
    const path = await make();
    const tag = await tagOf(path);
    await put(path, change('One'), tag);
    const { status, body } = await put(path, change('Two'), tag);
    expect([status, body.type, body.status]).toEqual([412, 'urn:drumbeat:problem:precondition_failed', 412]);
    expect((await api.get(path)).body).toMatchObject(change('One'));
    expect((await put(path, change('Two'), `W/${await tagOf(path)}`)).status).toBe(412);
    expect((await put(path, change('Two'), 'no tag')).status).toBe(400);
  });

  it('is changed by one of several editors who have read the same', async () => {
    const path = await make();
    const tag = await tagOf(path);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => put(path, change(`E ${n}`), tag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200);
    const { body, headers } = await api.get(path);
    expect(headers.get('etag')).toBe(winner?.headers.get('etag'));
    expect(body).toMatchObject(change(`E ${answers.findIndex(({ status }) => status === 200) + 1}`));
  });

  it('is not found by another organization, whatever its tag', async () => {
    const path = await make();
    const tag = await tagOf(path);
    const other = await newOrganization(app.api);
    const options = { headers: { 'if-match': tag } };
    expect((await other.api.put(path, change('One'), options)).status).toBe(404);
    expect(await tagOf(path)).toBe(tag);
  });
});

describe('changes of different settings at the same moment', () => {
  it('both stay when nobody asked for the state before', async () => {
    const path = await KINDS['campaign']?.make();
    const changes = [{ name: 'New' }, { tags: ['x'] }, { priority: 1 }, { description: 'D' }];
    const answers = await Promise.all(changes.map((change) => api.put(path ?? '', change)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await api.get(path ?? '')).body).toMatchObject(Object.assign({}, ...changes));
  });
});

describe('the tag of a product', () => {
  it('changes with its stock', async () => {
    const path = (await KINDS['product']?.make()) ?? '';
    const tag = (await api.get(path)).headers.get('etag') ?? '';
    await api.put(path, { quantity: 2 });
    const answer = await api.put(path, { quantity: 5 }, { headers: { 'if-match': tag } });
    expect(answer.status).toBe(412);
  });
});
