import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Templates } from '../../../src/templates/api/templates.service.js';
import { DEFAULT_OPTIONS } from '../../../simulator/simulator-options.js';
import { type RequestContext, runInContext } from '../../../src/platform/request-context.js';
import { createSimulator, type Simulator } from '../../../simulator/simulator.js';
import type { Template } from '../../../simulator/templates/template.js';
import { type ApiClient } from '../../support/api-client.js';
import { makeKnown } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const { wabaId, accessToken } = DEFAULT_OPTIONS;
const SYNC = '/api/whatsapp/templates/sync';

interface TemplateBody {
  id: string;
  name: string;
  language: string;
  status: string;
  category: string;
  statusReason: string | null;
  updatedAt: string;
  preview: string;
  parameterCount: number;
}
interface Body {
  synced: number;
  total: number;
  data: TemplateBody[];
  detail: string;
  type: string;
  failures: { detail: string }[];
}

let app: TestApp;
let meta: Simulator;
let organization: { id: string; api: ApiClient };
let api: ApiClient;
/** Every listing waits for it, if there is one. */
let gate: Promise<void> | undefined;
/** The addresses of the listings asked for. */
const listings: string[] = [];

beforeAll(async () => {
  meta = createSimulator();
  meta.app.addHook('onRequest', async (request) => {
    if (!request.originalUrl.includes('/message_templates')) return;
    listings.push(request.originalUrl);
    await gate;
  });
  app = await startTestApp({ env: { WHATSAPP_API_URL: await meta.listen() } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  for (const template of meta.state.templates.all()) meta.state.templates.remove(template);
  organization = await newOrganization(app.api);
  ({ api } = organization);
  listings.length = 0;
});
afterEach(() => {
  gate = undefined;
  meta.state.book.reset();
});

let next = 300_000_000_000_000;
async function connect(
  more: { businessAccountId?: string; accessToken?: string } = {},
  to = api,
): Promise<string> {
  const sender = { phoneNumberId: String(next++), businessAccountId: wabaId, accessToken, ...more };
  makeKnown(meta, sender.accessToken, sender);
  return (await to.post<{ id: string }>('/api/whatsapp/senders', { name: 'Shop', ...sender })).body.id;
}
async function connectWithoutAccount(): Promise<string> {
  const sender = { phoneNumberId: String(next++), accessToken };
  makeKnown(meta, accessToken, sender);
  return (await api.post<{ id: string }>('/api/whatsapp/senders', { name: 'No account', ...sender })).body.id;
}

function atMeta(name: string, more: Partial<Template> = {}): Template {
  const template: Template = {
    id: meta.state.templates.newId(),
    name,
    language: 'en_US',
    category: 'MARKETING',
    status: 'APPROVED',
    parameterFormat: 'POSITIONAL',
    components: [{ type: 'BODY', text: 'Hi {{1}}', example: { body_text: [['Ana']] } }],
    quality: 'GREEN',
    rejectedReason: 'NONE',
    messageSendTtlSeconds: undefined,
    ...more,
  };
  meta.state.templates.put(template);
  return template;
}
const sync = (query = '') => api.post<Body>(SYNC + query);
const list = (query = '') => api.get<Body>(`/api/whatsapp/templates${query}`);

describe('the sync of templates', () => {
  it('fetches all pages, and then only says what has changed', async () => {
    await connect();
    const all = Array.from({ length: 230 }, (_, i) => atMeta(`sale_${String(i).padStart(3, '0')}`));
    const first = await sync();
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      synced: 230,
      created: 230,
      updated: 0,
      deleted: 0,
      unchanged: 0,
      failures: [],
    });
    expect(listings).toHaveLength(3);
    expect((await list('?limit=200&page=2')).body).toMatchObject({ total: 230, data: { length: 30 } });

    const [edited, removed] = all as [Template, Template];
    edited.components = [{ type: 'BODY', text: 'Hello {{1}} and {{2}}' }];
    meta.state.templates.remove(removed);
    atMeta('winter_sale');
    expect((await sync()).body).toEqual({
      synced: 230,
      created: 1,
      updated: 1,
      deleted: 1,
      unchanged: 228,
      failures: [],
    });
    const { body } = await api.get<Body>(`/api/whatsapp/templates/${edited.name}`);
    expect(body.data).toEqual([
      expect.objectContaining({ preview: 'Hello {{1}} and {{2}}', parameterCount: 2 }),
    ]);
  });

  it('leaves unchanged parts as they were', async () => {
    await connect();
    atMeta('sale');
    await sync();
    const before = (await list()).body.data[0];
    await sync();
    expect((await list()).body.data).toEqual([{ ...before, syncedAt: expect.any(String) }]);
  });

  it('keeps templates that Meta no longer lists as DELETED, and restores them when they return', async () => {
    await connect();
    const template = atMeta('sale');
    await sync();
    meta.state.templates.remove(template);
    expect((await sync()).body).toMatchObject({ deleted: 1 });
    expect((await sync()).body).toMatchObject({ deleted: 0 });
    expect((await list()).body.total).toBe(0);
    expect((await list('?status=deleted')).body.data).toEqual([expect.objectContaining({ name: 'sale' })]);
    expect((await api.get<Body>('/api/whatsapp/templates/sale')).body.data[0]).toMatchObject({
      status: 'DELETED',
      statusReason: 'Meta no longer lists it.',
    });
    atMeta('sale');
    expect((await sync()).body).toMatchObject({ created: 0, updated: 1 });
    expect((await list()).body.data[0]).toMatchObject({ status: 'APPROVED', statusReason: null });
  });

  it('restarts when Meta calls a cursor invalid midway', async () => {
    await connect();
    const all = Array.from({ length: 150 }, (_, i) => atMeta(`sale_${i}`));
    let turned = false;
    gate = {
      then: (go: () => void) => {
        // The item the cursor stands at goes away between two pages.
        if (listings.length === 2 && !turned) {
          turned = true;
          meta.state.templates.remove(all[99] as Template);
        }
        go();
      },
    } as unknown as Promise<void>;
    expect((await sync()).body).toMatchObject({ created: 150, deleted: 0 });
    expect(listings).toHaveLength(4);
    gate = undefined;
    expect((await sync()).body).toMatchObject({ synced: 149, deleted: 1 });
  });

  it('runs one at a time for an account, and rejects the others', async () => {
    await connect();
    atMeta('sale');
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const first = sync();
    await until(
      () => listings.length,
      (count) => count === 1,
    );
    const others = await Promise.all([sync(), sync()]);
    expect(others.map(({ status }) => status)).toEqual([409, 409]);
    expect(others[0].headers.get('retry-after')).toBe('2');
    open();
    expect((await first).body).toMatchObject({ created: 1 });
    expect((await sync()).status).toBe(200);
  });

  it('of two organizations in one account stores for each its own', async () => {
    const other = await newOrganization(app.api);
    const stranger = await newOrganization(app.api);
    await Promise.all([connect(), connect({}, other.api)]);
    atMeta('sale');
    const answers = await Promise.all([sync(), other.api.post<Body>(SYNC)]);
    expect(answers.map(({ body }) => body.synced)).toEqual([1, 1]);
    const seen = await other.api.get<Body>('/api/whatsapp/templates/sale');
    expect(seen.body.data[0]?.id).not.toBe((await list()).body.data[0]?.id);
    expect((await stranger.api.get<Body>('/api/whatsapp/templates')).body.total).toBe(0);
    expect((await stranger.api.get('/api/whatsapp/templates/sale')).status).toBe(404);
  });

  it('is of one account when a sender is named', async () => {
    const id = await connect();
    const other = await newOrganization(app.api);
    atMeta('sale');
    expect((await sync(`?senderId=${id}`)).body).toMatchObject({ synced: 1 });
    expect((await other.api.post(`${SYNC}?senderId=${id}`)).status).toBe(404);
    expect((await sync('?senderId=x')).status).toBe(400);
  });

  it('continues with the other accounts when one is rejected', async () => {
    await connect();
    await connect({ businessAccountId: '999', accessToken: 'token-of-999' });
    atMeta('sale');
    const { status, body } = await sync();
    expect([status, body.synced]).toEqual([200, 1]);
    expect(body.failures).toEqual([
      {
        businessAccountId: '999',
        code: 'meta_refused',
        detail: expect.stringContaining("Object with ID '999' does not exist"),
      },
    ]);
  });

  it('skips items that cannot be stored and logs them', async () => {
    await connect();
    atMeta('sale');
    atMeta('broken', { components: [{ type: 'BODY', text: 'a\0b' }] });
    expect((await sync()).body).toMatchObject({ synced: 1, created: 1 });
    expect(app.logs.join('')).toContain('templates that cannot be read');
  });
});

describe('the sync is refused', () => {
  it('with the words of Meta and without the token', async () => {
    await connect({ accessToken: 'EAAGwrongwrongwrongwrong' });
    meta.state.businesses.remove('EAAGwrongwrongwrongwrong');
    const { status, body } = await sync();
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:meta_refused']);
    expect(body.detail).toMatch(/Invalid OAuth access token .*\(code 190, fbtrace id A\S+\)/);
    expect(body.detail + app.logs.join('')).not.toContain('EAAGwrong');
  });

  it('with 429 and a time when Meta wants fewer calls', async () => {
    await connect();
    meta.state.book.change({ rateLimits: { managementPerHour: 1 } });
    await sync();
    const { status, headers } = await sync();
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  it('without an account to list', async () => {
    expect((await sync()).body.type).toBe('urn:drumbeat:problem:business_account_unknown');
    expect((await sync(`?senderId=${await connectWithoutAccount()}`)).status).toBe(422);
  });

  it('to keys that may only read', async () => {
    const reader = await newOrganization(app.api, ['campaigns:read']);
    expect((await reader.api.post(SYNC)).status).toBe(403);
  });
});

describe('the templates', () => {
  beforeEach(async () => {
    await connect();
    atMeta('spring_sale', {
      language: 'pt_BR',
      parameterFormat: 'NAMED',
      components: [
        { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://x/?sig=1'] } },
        {
          type: 'BODY',
          text: 'Hi {{first_name}}, use {{code}}.',
          example: { body_text_named_params: [{ param_name: 'first_name', example: 'Ana' }] },
        },
        {
          type: 'BUTTONS',
          buttons: [{ type: 'URL', text: 'Shop', url: 'https://x/{{1}}', example: ['https://x/a'] }],
        },
      ],
    });
    atMeta('spring_sale');
    atMeta('order_update', { category: 'UTILITY', status: 'PAUSED' });
    await sync();
  });

  it('are shown in all languages or in one, with counted and typed parameters', async () => {
    const all = await api.get<Body>('/api/whatsapp/templates/spring_sale');
    expect(all.body).toMatchObject({ name: 'spring_sale', languages: ['en_US', 'pt_BR'] });
    const one = await api.get<Body>('/api/whatsapp/templates/spring_sale?language=pt-br');
    expect(one.body.data).toEqual([
      expect.objectContaining({
        language: 'pt_BR',
        parameterFormat: 'named',
        parameterCount: 4,
        preview: '[image]\nHi Ana, use {{code}}.\n[Shop: https://x/a]',
        parameters: [
          expect.objectContaining({ component: 'header', kind: 'media', required: true }),
          expect.objectContaining({ component: 'body', name: 'first_name', kind: 'text', index: 0 }),
          expect.objectContaining({ component: 'body', name: 'code', kind: 'text', index: 1 }),
          expect.objectContaining({ component: 'button', kind: 'text', index: 0, keys: ['button.0', '1'] }),
        ],
      }),
    ]);
  });

  it.each(['nothing', 'spring_sale?language=de', 'a%00b', '%27%3B--'])('are 404 for %s', async (name) => {
    expect((await api.get(`/api/whatsapp/templates/${name}`)).status).toBe(404);
  });

  it.each([
    ['?status=approved', ['spring_sale', 'spring_sale']],
    ['?category=UTILITY', ['order_update']],
    ['?language=pt_BR', ['spring_sale']],
    ['?search=ORDER', ['order_update']],
    ['?search=use%20%7B%7Bcode', ['spring_sale']],
    ['?search=%25', []],
    ['?status=APPROVED&language=en-us&search=spring&limit=1', ['spring_sale']],
  ])('are found by %s', async (query, names) => {
    expect((await list(query)).body.data.map(({ name }) => name)).toEqual(names);
  });

  it.each(['?status=x%00', '?limit=201', '?language=<>', '?colour=red', '?search='])(
    'refuse %s',
    async (query) => {
      expect((await list(query)).status).toBe(400);
    },
  );
});

describe('findTemplate', () => {
  const find = (name: string, language: string, senderId?: string) =>
    app.app.get(Templates).findTemplate(organization.id, name, language, senderId);

  it('asks Meta for what it does not know, at most once a minute', async () => {
    const id = await connect();
    atMeta('fresh');
    expect(await find('fresh', 'en_US')).toMatchObject({ name: 'fresh', status: 'APPROVED' });
    expect(listings).toHaveLength(1);
    expect(await find('fresh', 'en_US', id)).toMatchObject({ name: 'fresh' });
    await expect(find('fresh', 'en')).rejects.toMatchObject({
      kind: 'rule',
      code: 'template_unknown',
      message: 'The template fresh exists in en_US, not in en.',
    });
    await expect(find('nowhere', 'en')).rejects.toMatchObject({ message: 'There is no template nowhere.' });
    expect(listings).toHaveLength(1);
  });

  it('lists outside the request that asks, whose idempotency key stays unused', async () => {
    await connect();
    atMeta('fresh');
    const request: RequestContext = {
      requestId: 'r',
      committed: false,
      beforeCommit: () => Promise.reject(new Error('the listing is not what the request was for')),
    };
    expect(await runInContext(request, () => find('fresh', 'en_US'))).toMatchObject({ name: 'fresh' });
    expect([request.committed, listings.length]).toEqual([false, 1]);
  });

  it('asks once when many ask at the same time, and all get the answer', async () => {
    await connect();
    atMeta('fresh');
    const found = await Promise.all(Array.from({ length: 5 }, () => find('fresh', 'en_US')));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
    expect(listings).toHaveLength(1);
  });

  it('says when Meta could not be asked', async () => {
    await connect({ accessToken: 'EAAGwrong' });
    meta.state.businesses.remove('EAAGwrong');
    await expect(find('sale', 'en')).rejects.toMatchObject({ code: 'meta_refused' });
    await expect(find('sale', 'en')).rejects.toMatchObject({
      code: 'templates_unreadable',
      message: expect.stringContaining('could not be listed just now: Meta did not give the listing'),
    });
  });

  it('leaves the decision to Meta when the account shows no templates at all', async () => {
    await connect();
    await expect(find('sale', 'en')).rejects.toMatchObject({
      code: 'templates_unreadable',
      message: expect.stringContaining('Meta lists no templates at all'),
    });
  });

  it('needs a sender whose account is known', async () => {
    await expect(find('sale', 'en')).rejects.toMatchObject({ code: 'no_sender' });
    const id = await connectWithoutAccount();
    await expect(find('sale', 'en', id)).rejects.toMatchObject({ code: 'business_account_unknown' });
  });

  it('does not find what is deleted', async () => {
    await connect();
    const template = atMeta('old');
    await sync();
    meta.state.templates.remove(template);
    await sync();
    await expect(find('old', 'en_US')).rejects.toMatchObject({ message: 'There is no template old.' });
  });
});
