import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_OPTIONS } from '../../../simulator/simulator-options.js';
import { createSimulator, type Simulator } from '../../../simulator/simulator.js';
import { SenderUpdates } from '../../../src/senders/health/sender-updates.service.js';
import { parseWebhook } from '../../../src/whatsapp/parsing/parse-webhook.js';
import { type ApiClient } from '../../support/api-client.js';
import { makeKnown } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let app: TestApp;
let meta: Simulator;
let api: ApiClient;
/** Answers selected requests instead of the simulator. */
let intercept: ((url: string) => { status: number; body: string } | undefined) | undefined;

beforeAll(async () => {
  meta = createSimulator();
  meta.app.addHook('onRequest', async (request, reply) => {
    const answer = intercept?.(request.originalUrl);
    if (answer !== undefined) await reply.code(answer.status).send(answer.body);
  });
  app = await startTestApp({ env: { WHATSAPP_API_URL: await meta.listen() } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});
beforeEach(async () => {
  ({ api } = await newOrganization(app.api));
});
afterEach(() => {
  intercept = undefined;
  meta.state.book.reset();
});

let next = 200_000_000_000_000;
const TOKEN = 'simulator-token';

/** The parts of a response that the tests check: a sender, or a problem. */
interface Body {
  id: string;
  syncedAt: string | null;
  portfolio: { id: string; metaBusinessId: string | null };
  warnings: string[];
  type: string;
  detail: string;
}

/** Connects a number that the simulated Meta knows. */
async function connect(
  more: { businessAccountId?: string; accessToken?: string; [field: string]: unknown } = {},
): Promise<{ id: string; path: string; number: string }> {
  const number = String(next++);
  const {
    businessAccountId = wabaId,
    accessToken = businessAccountId === wabaId ? TOKEN : `token-of-${businessAccountId}`,
  } = more;
  makeKnown(meta, accessToken, { phoneNumberId: number, businessAccountId });
  const sender = { name: 'Shop', phoneNumberId: number, accessToken, ...more };
  const { body } = await api.post<Body>('/api/whatsapp/senders', sender);
  return { id: body.id, path: `/api/whatsapp/senders/${body.id}`, number };
}
const sync = (path: string) => api.post<Body>(`${path}/sync`);
const { wabaId, businessId } = DEFAULT_OPTIONS;

describe('the sync of a sender', () => {
  it('stores what Meta reports about the number', async () => {
    const { path, number } = await connect({ metaBusinessId: businessId });
    Object.assign(meta.state.business.phone(number) ?? {}, { qualityRating: 'YELLOW', throughput: 'HIGH' });
    const synced = await sync(path);
    expect(synced.status).toBe(200);
    expect(synced.body).toMatchObject({
      displayPhoneNumber: `+1 555 ${number.slice(-7)}`,
      verifiedName: 'Drumbeat Demo Shop',
      qualityRating: 'YELLOW',
      throughputPerSecond: 1_000,
      throughputLevel: 'HIGH',
      health: 'AVAILABLE',
      status: 'active',
      syncedAt: expect.any(String),
      portfolio: { metaBusinessId: businessId, messagingLimit: 2_000, isUnlimited: false },
      warnings: [],
    });
    const { warnings, ...sender } = synced.body;
    expect([warnings, (await api.get<Body>(path)).body]).toEqual([[], sender]);
  });

  it.each([
    ['TIER_50', 50, false],
    ['TIER_250', 250, false],
    ['TIER_1K', 1_000, false],
    ['TIER_10K', 10_000, false],
    ['TIER_100K', 100_000, false],
    [250, 250, false],
    ['2000', 2_000, false],
    ['TIER_UNLIMITED', null, true],
    ['UNLIMITED', null, true],
    [-1, null, true],
  ])('reads the limit %p', async (limit, messagingLimit, isUnlimited) => {
    const { path } = await connect({ metaBusinessId: businessId });
    const before = meta.state.business.messagingLimit;
    meta.state.business.messagingLimit = limit as never;
    const { body } = await sync(path);
    meta.state.business.messagingLimit = before;
    expect(body.portfolio).toMatchObject({ messagingLimit, isUnlimited, limitCheckedAt: expect.any(String) });
  });

  it('keeps the known limit and warns when Meta reports one in an unknown form', async () => {
    const { path } = await connect({ metaBusinessId: businessId });
    await sync(path);
    meta.state.business.messagingLimit = 'TIER_GALACTIC' as never;
    const { body } = await sync(path);
    meta.state.business.messagingLimit = 'TIER_2K';
    expect(body).toMatchObject({
      portfolio: { messagingLimit: 2_000 },
      warnings: [expect.stringContaining('"TIER_GALACTIC"')],
    });
    expect(app.logs.join('')).toContain('TIER_GALACTIC');
  });

  it('keeps a throughput set by hand until it is returned to Meta', async () => {
    const { path, number } = await connect({ throughputPerSecond: 20 });
    Object.assign(meta.state.business.phone(number) ?? {}, { throughput: 'HIGH' });
    expect((await sync(path)).body).toMatchObject({ throughputPerSecond: 20, throughputIsManual: true });
    const given = await api.put(path, { throughputPerSecond: null });
    expect(given.body).toMatchObject({ throughputPerSecond: 1_000, throughputIsManual: false });
  });

  it('pauses a number that Meta blocks, and ends only that pause', async () => {
    const { path, number } = await connect();
    const phone = meta.state.business.phone(number);
    Object.assign(phone ?? {}, { health: 'BLOCKED' });
    const blocked = await sync(path);
    expect(blocked.body).toMatchObject({
      status: 'paused',
      pausedBy: 'health',
      statusReason: expect.stringContaining('The account has been restricted. (code 131031)'),
    });
    Object.assign(phone ?? {}, { health: 'LIMITED' });
    expect((await sync(path)).body).toMatchObject({
      status: 'active',
      statusReason: null,
      warnings: [expect.stringContaining('limits')],
    });
    await api.put(path, { status: 'paused' });
    Object.assign(phone ?? {}, { health: 'AVAILABLE' });
    expect((await sync(path)).body).toMatchObject({ status: 'paused', pausedBy: 'operator' });
    expect((await api.put(path, { status: 'active' })).body).toMatchObject({
      status: 'active',
      pausedBy: null,
    });
  });
});

describe('a sender without a known portfolio', () => {
  it('joins the portfolio that owns its account', async () => {
    const known = await connect({ metaBusinessId: businessId });
    const { path } = await connect({ businessAccountId: wabaId });
    const { body } = await sync(path);
    const { portfolio } = (await api.get<Body>(known.path)).body;
    expect(body.portfolio).toMatchObject({
      id: portfolio.id,
      metaBusinessId: businessId,
      messagingLimit: 2_000,
    });
  });

  it('shares a stand-in with its account until the owner is known', async () => {
    intercept = (url) => (url.includes('owner_business_info') ? { status: 403, body: '{}' } : undefined);
    const [one, other] = [
      await connect({ businessAccountId: wabaId }),
      await connect({ businessAccountId: wabaId }),
    ];
    const [first, second] = [await sync(one.path), await sync(other.path)];
    expect(first.body.portfolio).toMatchObject({ metaBusinessId: null, messagingLimit: 2_000 });
    expect(second.body.portfolio.id).toBe(first.body.portfolio.id);
    intercept = undefined;
    expect((await sync(one.path)).body.portfolio.metaBusinessId).toBe(businessId);
  });

  it('has a portfolio of its own when even the account is unknown', async () => {
    const [one, other] = [await connect(), await connect()];
    const [first, second] = [await sync(one.path), await sync(other.path)];
    expect(first.body.portfolio).toMatchObject({ metaBusinessId: null, messagingLimit: 2_000 });
    expect(second.body.portfolio.id).not.toBe(first.body.portfolio.id);
  });
});

describe('news from the webhook', () => {
  const LIMIT = 'business_capability_update';
  /** An event as Meta sends it, about a separate account, so that it does not affect the other tests. */
  async function told(wabaId: string, field: string, value: object): Promise<void> {
    const entry = [{ id: wabaId, changes: [{ field, value }] }];
    const body = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }));
    for (const event of parseWebhook(body).limits) await app.app.get(SenderUpdates).applyLimitUpdate(event);
  }

  it.each([
    ['TIER_10K', { messagingLimit: 10_000, isUnlimited: false }],
    [2000, { messagingLimit: 2_000, isUnlimited: false }],
    [-1, { messagingLimit: null, isUnlimited: true }],
  ])('sets the limit %p for all numbers of the account', async (limit, expected) => {
    const businessAccountId = String(next++);
    const placed = await connect({ businessAccountId, metaBusinessId: String(next++) });
    const [one, other] = [await connect({ businessAccountId }), await connect({ businessAccountId })];
    const stranger = await connect({ businessAccountId: String(next++), metaBusinessId: String(next++) });
    await told(businessAccountId, LIMIT, { max_daily_conversations_per_business: limit });
    const seen = await Promise.all([placed, one, other, stranger].map(({ path }) => api.get<Body>(path)));
    const [atPlaced, atOne, atOther, atStranger] = seen.map(({ body }) => body.portfolio);
    expect(atPlaced).toMatchObject(expected);
    expect(atOne).toMatchObject({ ...expected, metaBusinessId: null });
    expect(atOther?.id).toBe(atOne?.id);
    expect(atStranger).toMatchObject({ messagingLimit: null, isUnlimited: false });
    await told(businessAccountId, LIMIT, { max_daily_conversations_per_business: 'TIER_GALACTIC' });
    expect((await api.get<Body>(one.path)).body.portfolio).toMatchObject(expected);
  });

  it('raises the throughput of that number only, unless it was set by hand', async () => {
    const businessAccountId = String(next++);
    const upgraded = await connect({ businessAccountId });
    const manual = await connect({ businessAccountId, throughputPerSecond: 20 });
    for (const { path, number } of [upgraded, manual]) {
      await sync(path);
      const display_phone_number = `1555${number.slice(-7)}`;
      await told(businessAccountId, 'phone_number_quality_update', {
        event: 'THROUGHPUT_UPGRADE',
        display_phone_number,
      });
    }
    const other = await connect({ businessAccountId });
    const seen = await Promise.all([upgraded, manual, other].map(({ path }) => api.get(path)));
    expect(
      seen.map(({ body }: { body: { throughputPerSecond: number } }) => body.throughputPerSecond),
    ).toEqual([1_000, 20, 80]);
  });
});

describe('a failed sync answers', () => {
  it('with the text from Meta and without the token', async () => {
    const { path } = await connect({ accessToken: 'EAAGwrongwrongwrongwrong' });
    meta.state.businesses.remove('EAAGwrongwrongwrongwrong');
    const { status, body } = await sync(path);
    expect([status, body.type]).toEqual([422, 'urn:drumbeat:problem:meta_refused']);
    expect(body.detail).toMatch(/Invalid OAuth access token .*\(code 190, fbtrace id A\S+\)/);
    intercept = () => ({ status: 400, body: '{"error":{"code":100,"message":"EAAGwrongwrongwrongwrong!"}}' });
    expect((await sync(path)).body.detail).toContain('[token]!');
    expect(app.logs.join('')).not.toContain('EAAGwrong');
    expect((await api.get<Body>(path)).body.syncedAt).toBeNull();
  });

  it('for a number Meta does not know', async () => {
    const accessToken = 'token-of-a-lost-number';
    const { path, number } = await connect({ accessToken });
    meta.state.businesses.remove(accessToken);
    makeKnown(meta, accessToken, { phoneNumberId: String(next++) });
    const synced = await sync(path);
    expect(synced.status).toBe(422);
    expect(synced.body.detail).toContain(`Object with ID '${number}' does not exist`);
  });

  it('with 429 and a delay when Meta wants fewer calls', async () => {
    const { path } = await connect();
    meta.state.book.change({ rateLimits: { managementPerHour: 1 } });
    await sync(path);
    const { status, headers } = await sync(path);
    expect([status, Number(headers.get('retry-after')) > 0]).toEqual([429, true]);
  });

  it('with 503 when the answer from Meta is unreadable', async () => {
    const { path } = await connect();
    intercept = () => ({ status: 502, body: '<html><title>Bad Gateway</title></html>' });
    const { status, body, headers } = await sync(path);
    expect([status, headers.get('retry-after')]).toEqual([503, '30']);
    expect(body.detail).toContain('Bad Gateway');
  });

  it('with 404 to other organizations and 403 to keys that may only read', async () => {
    const { path } = await connect();
    const other = await newOrganization(app.api);
    const reader = await newOrganization(app.api, ['campaigns:read']);
    expect((await other.api.post(`${path}/sync`)).status).toBe(404);
    expect((await reader.api.post(`${path}/sync`)).status).toBe(403);
  });
});

it('rejects null where a sender must have a value', async () => {
  const { path } = await connect();
  for (const field of ['name', 'phoneNumberId', 'accessToken', 'status'])
    expect((await api.put(path, { [field]: null })).status).toBe(400);
});
