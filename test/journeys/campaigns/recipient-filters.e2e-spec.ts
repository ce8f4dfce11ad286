import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

const ROUTE = '/api/whatsapp/campaigns';

let meta: TestMeta;
let app: TestApp;
let id: string;
const PEOPLE = [
  { phoneNumber: '+919978783231', name: 'Ravi Kumar' },
  { phoneNumber: '+919978783232', name: 'Asha Kumari' },
  { phoneNumber: '+919978783233', name: 'Meera Shah' },
  { phoneNumber: '+919978783234' },
  { phoneNumber: '+5491123456789', name: 'Juan' },
  { phoneNumber: '+919978783236', name: 'राम कुमार' },
];
// Only the API runs; the test plays the engine.
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, ROLE: 'api', CLOCK: '2025-01-10T10:00:00Z' } });
  id = await made();
});

/** A campaign of these people that has failed for some of them. */
async function made(): Promise<string> {
  const { body } = await app.api.post(ROUTE, {
    ...{ name: 'Sale', templateName: 'sale_template', rateLimit: null, dailySendLimit: 2 },
    recipients: PEOPLE,
  });
  const campaignId: string = body.id;
  await app.api.post(`${ROUTE}/${campaignId}/send`);
  const fail = (n: number, code: number | null, reason: string, status = 'failed') =>
    app.app.get(Database).manager.query(
      `UPDATE campaign_recipients
          SET status = $5::text, error_code = $3, failure_reason = $4, slice_id = gen_random_uuid(), attempts = 1,
              failed_at = CASE WHEN $5::text = 'failed' THEN timestamptz '2025-01-09 10:00Z' END
        WHERE campaign_id = $1 AND phone_number = $2`,
      [campaignId, PEOPLE[n]?.phoneNumber, code, reason, status],
    );
  await fail(0, 131026, 'Message undeliverable');
  await fail(1, 131026, 'Message undeliverable');
  await fail(2, null, 'unconfirmed');
  await fail(3, null, 'User unsubscribed', 'skipped');
  return campaignId;
}
afterAll(async () => {
  await app.close();
  await meta.close();
});

const list = async (filter: string, api = app.api, of = id) => api.get(`${ROUTE}/${of}/recipients${filter}`);
const indexes = (numbers: readonly string[]): number[] =>
  numbers.map((number) => PEOPLE.findIndex(({ phoneNumber }) => phoneNumber === number));
const found = async (filter: string, of = id): Promise<number[]> => {
  const { status, body } = await list(filter, app.api, of);
  expect([status, body.total]).toEqual([200, body.data.length]);
  return indexes(body.data.map(({ phoneNumber }: { phoneNumber: string }) => phoneNumber));
};
const q = encodeURIComponent;

describe('recipients of a campaign', () => {
  it.each<[string, number[]]>([
    [`?search=${q('+91 99787 83231')}`, [0]],
    ['?search=00919978783231', [0]],
    ['?search=919978783231', [0]],
    [`?search=${q('+54 11 2345-6789')}`, [4]],
    ['?search=9978783231', []],
    ['?search=kumar', [0, 1]],
    ['?search=KUMAR%20ra', [0]],
    [`?search=${q('कुमार')}`, [5]],
    ['?search=umar', []],
    ['?search=%25', []],
    ['?errorCode=131026', [0, 1]],
    ['?errorCode=131026&search=asha', [1]],
    ['?errorCode=1', []],
    ['?reason=unconfirmed', [2]],
    ['?reason=unsubscribed', [3]],
    ['?reason=User%20unsubscribed', [3]],
    ['?reason=Message%20undeliverable&status=failed', [0, 1]],
    ['?reason=us_number', []],
    ['?day=2025-01-10', [0, 1]],
    ['?day=2025-01-11', [2, 3]],
    ['?day=2025-01-12&status=pending', [4, 5]],
    ['?day=2025-01-13', []],
  ])('are found by %s', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it('are paged with the filter', async () => {
    const first = (await list('?search=kumar&limit=1')).body;
    const second = (await list(`?search=kumar&limit=1&cursor=${first.nextCursor}`)).body;
    expect([first.total, first.data[0].name, second.data[0].name, second.nextCursor]).toEqual([
      ...[2, 'Ravi Kumar', 'Asha Kumari', null],
    ]);
    expect((await list('?search=kumar&limit=1&page=2')).body.data[0].name).toBe('Asha Kumari');
  });

  it.each([
    '?search=',
    `?search=${'x'.repeat(201)}`,
    '?search=a%00b',
    '?errorCode=x',
    '?errorCode=-1',
    '?errorCode=99999999999',
    '?reason=boredom',
    '?day=2025-02-30',
    '?day=yesterday',
    '?other=1',
  ])('are not found by %s', async (filter) => {
    expect((await list(filter)).status).toBe(400);
    expect((await list(`/export${filter}`)).status).toBe(400);
  });

  it('are exported with the same filter', async () => {
    const { body } = await list('/export?search=kumar&errorCode=131026');
    const lines = (body as string).trim().split('\r\n');
    expect(lines.map((line) => line.split(',')[1])).toEqual(['name', 'Ravi Kumar', 'Asha Kumari']);
    const all = (await list('/export')).body as string;
    expect(all.trim().split('\r\n')).toHaveLength(PEOPLE.length + 1);
  });

  it('are those of the own organization', async () => {
    const other = await newOrganization(app.api);
    expect((await list('?search=kumar', other.api)).status).toBe(404);
    expect((await list('/export?search=kumar', other.api)).status).toBe(404);
  });

  it('are tried again with the same filter', async () => {
    const own = await made();
    const retry = (body: object) => app.api.post(`${ROUTE}/${own}/recipients/retry`, body);
    expect((await retry({ search: '%' })).body).toMatchObject({ retried: 0 });
    expect((await retry({ day: 'never' })).status).toBe(400);
    expect((await retry({ search: 'asha', errorCode: 131026 })).body).toMatchObject({ retried: 1 });
    expect(await found('?errorCode=131026', own)).toEqual([0]);
    expect((await retry({ reason: 'Message undeliverable' })).body).toMatchObject({ retried: 1 });
    expect((await retry({ day: '2025-01-11' })).body).toMatchObject({ retried: 1 });
    expect(await found('?status=failed', own)).toEqual([]);
  });
});
