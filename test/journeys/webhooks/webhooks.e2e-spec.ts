import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import type { Answer } from '../../support/api-client.js';
import {
  APP_SECRET,
  change,
  messaging,
  metaJson,
  signatureOf,
  status,
  statuses,
  VERIFY_TOKEN,
  webhook,
  WEBHOOK_ENV,
} from '../../support/signed-webhooks.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

const PATH = '/api/webhooks/whatsapp';
let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...WEBHOOK_ENV, WHATSAPP_API_URL: meta.url } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

function post(
  body: string | Buffer,
  signature: string | undefined = signatureOf(body),
): Promise<Answer<any>> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (signature !== '') headers['x-hub-signature-256'] = signature;
  return app.api.withKey(undefined).post(PATH, undefined, { raw: body, headers });
}

async function stored(): Promise<number> {
  const [row] = await app.app.get(Database).manager.query('SELECT count(*)::int AS n FROM webhook_events');
  return row.n;
}

async function lastBody(): Promise<Buffer> {
  const [row] = await app.app
    .get(Database)
    .manager.query('SELECT body FROM webhook_events ORDER BY id DESC LIMIT 1');
  return row.body;
}

describe('the handshake', () => {
  const query = (token: string): string =>
    `${PATH}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`;

  it('returns the bare challenge', async () => {
    const answer = await app.api.withKey(undefined).get(query(VERIFY_TOKEN));
    expect(answer).toMatchObject({ status: 200, body: '1158201444' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it.each([
    ['another token', query('theirs')],
    ['no token', `${PATH}?hub.mode=subscribe&hub.challenge=1`],
    ['nothing', PATH],
    ['another mode', query(VERIFY_TOKEN).replace('subscribe', 'unsubscribe')],
  ])('rejects %s', async (_, path) => {
    expect(await app.api.withKey(undefined).get(path)).toMatchObject({
      status: 403,
      body: { type: 'urn:drumbeat:problem:verify_token_wrong' },
    });
  });

  it('rejects everything when no token is configured', async () => {
    const bare = await startTestApp();
    const answer = await bare.api.withKey(undefined).get(query(''));
    await bare.close();
    expect(answer.status).toBe(403);
  });
});

describe('a signature', () => {
  const ASCII = metaJson({ object: 'whatsapp_business_account', entry: [{ id: '1', note: 'café / 🎉' }] });

  it.each([
    ['over the raw bytes', ASCII, signatureOf(ASCII)],
    ['over bytes beyond ASCII', '{"entry":[],"a":"é"}', signatureOf('{"entry":[],"a":"é"}')],
    [
      'over the escaped form of what a proxy decoded',
      '{"entry":[],"a":"é"}',
      signatureOf('{"entry":[],"a":"\\u00e9"}'),
    ],
    ['in upper case', ASCII, signatureOf(ASCII).replace(/=.*/, (hex) => hex.toUpperCase())],
    ['over a body that is not JSON', 'no json', signatureOf('no json')],
  ])('%s is accepted, and the body stored unchanged', async (_, body, signature) => {
    const before = await stored();
    expect(await post(body, signature)).toMatchObject({ status: 200, body: '' });
    expect(await stored()).toBe(before + 1);
    expect((await lastBody()).toString()).toBe(body);
  });

  it.each([
    ['that is missing', ASCII, ''],
    ['of another scheme', ASCII, signatureOf(ASCII).replace('sha256', 'sha1')],
    ['that is not hex', ASCII, `sha256=${'z'.repeat(64)}`],
    ['over re-serialised JSON', ASCII, signatureOf(JSON.stringify(JSON.parse(ASCII)))],
    ['over another body', ASCII, signatureOf('{}')],
    ['with another secret', ASCII, signatureOf(ASCII, 'another-secret')],
    ['with the verify token', ASCII, signatureOf(ASCII, VERIFY_TOKEN)],
    ['over another body that is not JSON', '{', signatureOf('}')],
  ])('%s is rejected, and nothing is stored', async (_, body, signature) => {
    const before = await stored();
    expect(await post(body, signature)).toMatchObject({
      status: 401,
      body: { type: 'urn:drumbeat:problem:signature_invalid' },
    });
    expect(await stored()).toBe(before);
  });

  it('of any sender is valid from its creation until its deletion', async () => {
    const { api } = await newOrganization(app.api);
    const body = statuses('wamid.other');
    const signature = signatureOf(body, 'secret-of-the-second');
    expect((await post(body, signature)).status).toBe(401);
    const sender = {
      name: 'Second',
      phoneNumberId: '777000111',
      accessToken: 't',
      appSecret: 'secret-of-the-second',
    };
    meta.knows(sender.accessToken, sender);
    const { body: made } = await api.post('/api/whatsapp/senders', sender);
    await until(
      () => post(body, signature),
      ({ status: code }) => code === 200,
      { within: 2_000 },
    );
    expect((await post(body)).status).toBe(200);
    await api.delete(`/api/whatsapp/senders/${made.id}`);
    await until(
      () => post(body, signature),
      ({ status: code }) => code === 401,
      { within: 8_000 },
    );
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
    'is valid for any content type, such as %s',
    async (type) => {
      const body = statuses('wamid.typed');
      const headers = { 'content-type': type, 'x-hub-signature-256': signatureOf(body) };
      expect((await app.api.withKey(undefined).post(PATH, undefined, { raw: body, headers })).status).toBe(
        200,
      );
    },
  );
});

describe('a body', () => {
  it('of 3 MB with a thousand updates is stored in full', async () => {
    const updates = Array.from({ length: 1_000 }, (_, i) =>
      status(`wamid.big${i}`, 'sent', { biz_opaque_callback_data: 'x'.repeat(2_900) }),
    );
    const body = webhook(messaging({ statuses: updates }));
    expect(body.length).toBeGreaterThan(3_000_000);
    expect((await post(body)).status).toBe(200);
    expect((await lastBody()).equals(Buffer.from(body))).toBe(true);
  });

  it('above the limit is rejected', async () => {
    const body = Buffer.alloc(6 * 1_024 * 1_024, 'x');
    expect((await post(body)).status).toBe(413);
  });
});

describe('the list of events', () => {
  async function settled(id: string, isIt: (event: any) => boolean = (event) => event.status !== 'received') {
    return until(async () => (await app.api.get(`/api/webhook-events/${id}`)).body, isIt);
  }
  async function newest(): Promise<any> {
    return (await app.api.get('/api/webhook-events?limit=1')).body.data[0];
  }

  it('shows each event with its payload and its outcome', async () => {
    const body = webhook(change('a_field_of_tomorrow', { anything: [1, 'ü'] }));
    await post(body);
    const event = await settled((await newest()).id);
    expect(event).toMatchObject({
      payload: body,
      status: 'unhandled',
      openParts: ['kind:unknown'],
      attempts: 1,
    });
  });

  it('parks a body that is not an event, and replays it on request', async () => {
    const body = '["not","an","object"]';
    await post(body);
    const { id } = await newest();
    expect(await settled(id)).toMatchObject({
      status: 'failed',
      failureReason: expect.stringMatching(/JSON/),
    });
    const failed = await app.api.get('/api/webhook-events?status=failed&limit=1');
    expect(failed.body.data[0].id).toBe(id);
    const replayed = await app.api.post(`/api/webhook-events/${id}/replay`);
    expect(replayed).toMatchObject({
      status: 200,
      body: { status: 'received', attempts: 0, failureReason: null },
    });
    expect(await settled(id, (event) => event.processedAt !== replayed.body.processedAt)).toMatchObject({
      status: 'failed',
      attempts: 1,
    });
  });

  it('continues with a cursor', async () => {
    for (let i = 0; i < 4; i++) await post(statuses(`wamid.page${i}`));
    const first = (await app.api.get('/api/webhook-events?limit=2')).body;
    expect(first).toMatchObject({ page: 1, limit: 2, total: expect.any(Number) });
    const second = (await app.api.get(`/api/webhook-events?limit=2&cursor=${first.nextCursor}`)).body;
    const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(new Set(ids).size).toBe(4);
  });

  it.each([['status=lost'], ['limit=201'], ['cursor=x']])('rejects ?%s', async (query) => {
    expect((await app.api.get(`/api/webhook-events?${query}`)).status).toBe(400);
  });

  it('is closed to other organizations and to keys without the scope', async () => {
    await post(statuses('wamid.mine'));
    const { id } = await newest();
    await settled(id);
    const other = await newOrganization(app.api);
    expect((await other.api.get('/api/webhook-events')).body.total).toBe(0);
    expect((await other.api.get(`/api/webhook-events/${id}`)).status).toBe(404);
    expect((await other.api.post(`/api/webhook-events/${id}/replay`)).status).toBe(404);
    const reader = await newOrganization(app.api, ['webhooks:read']);
    expect((await reader.api.get('/api/webhook-events')).status).toBe(200);
    expect((await reader.api.post(`/api/webhook-events/${id}/replay`)).status).toBe(403);
    const stranger = await newOrganization(app.api, ['campaigns:*']);
    expect((await stranger.api.get('/api/webhook-events')).status).toBe(403);
  });

  it('shows an organization the events of its numbers, and events about several only to the operator', async () => {
    const other = await newOrganization(app.api);
    const about = { phoneNumberId: '888000222', businessAccountId: '888' };
    meta.knows('t2', about);
    await other.api.post('/api/whatsapp/senders', {
      name: 'Other',
      phoneNumberId: about.phoneNumberId,
      businessAccountId: about.businessAccountId,
      accessToken: 't2',
      appSecret: 'secret-of-the-other',
    });
    const theirs = webhook(messaging({ statuses: [status('wamid.t')] }, about));
    const both = webhook(
      messaging({ statuses: [status('wamid.t2')] }, about),
      messaging({ statuses: [status('wamid.o')] }),
    );
    await post(theirs);
    await post(both);
    const { body } = await until(
      () => other.api.get('/api/webhook-events'),
      // The page and the total are two queries: the total may include an event that the page does not show yet.
      (answer) => answer.body.data.length > 0,
    );
    expect(body.total).toBe(1);
    expect((await other.api.get(`/api/webhook-events/${body.data[0].id}`)).body.payload).toBe(theirs);
    expect((await app.api.get(`/api/webhook-events/${body.data[0].id}`)).status).toBe(404);
    const audit = (await other.api.get('/api/audit')).body.data;
    expect(audit[0].action).toBe('GET /api/webhook-events/:id');
    expect((await newest()).id).not.toBe(body.data[0].id);
  });
});

describe('the metrics', () => {
  it('count accepted and refused events, and show the age of the inbox', async () => {
    await post(statuses('wamid.metric'));
    await post('{}', 'sha256=00');
    const { body } = await app.api.get<string>('/metrics');
    expect(body).toMatch(/drumbeat_webhook_requests_total\{outcome="accepted"\} [1-9]/);
    expect(body).toMatch(/drumbeat_webhook_requests_total\{outcome="refused"\} [1-9]/);
    expect(body).toMatch(/drumbeat_webhook_group_size_count [1-9]/);
    expect(body).toMatch(/drumbeat_webhook_inbox_lag_seconds \d/);
    expect(body).toMatch(/drumbeat_webhook_parked_events \d/);
  });
});

it('never logs a secret or a body', () => {
  const all = app.logs.join('\n');
  for (const hidden of [APP_SECRET, VERIFY_TOKEN, '551199990000', 'biz_opaque'])
    expect(all).not.toContain(hidden);
});
