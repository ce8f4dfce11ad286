import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { newOrganization, startTestApp, type TestApp } from '../../support/test-app.js';

let meta: TestMeta;
let app: TestApp;
let id: string;
// Only the API runs; the test plays the engine.
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, ROLE: 'api', CLOCK: '2025-01-10T10:00:00Z' } });
});
afterAll(async () => {
  await app.close();
  await meta.close();
});

const WHATSAPP = '/api/whatsapp/campaigns';
const query = <T>(text: string, values: unknown[] = []): Promise<T[]> =>
  app.app.get(Database).manager.query<T[]>(text, values);
const retry = (body: unknown, api = app.api) => api.post(`${WHATSAPP}/${id}/recipients/retry`, body);
const campaign = async () => (await app.api.get(`${WHATSAPP}/${id}`)).body;
let next = 0;

/** A running campaign with `count` recipients. */
async function started(count: number, more: object = {}): Promise<void> {
  const recipients = Array.from({ length: count }, () => ({
    phoneNumber: `+49151${String(20_000_000 + next++)}`,
  }));
  const { body } = await app.api.post(WHATSAPP, {
    name: 'Sale',
    templateName: 'sale_template',
    rateLimit: null,
    recipients,
    ...more,
  });
  id = body.id;
  await app.api.post(`${WHATSAPP}/${id}/send`);
}

interface Failure {
  code?: number | null;
  reason?: string;
  at?: string;
  count?: number;
}
/** Makes the first pending recipients fail. */
async function fail({ code = null, reason = 'x', at = '2025-01-10T09:00:00Z', count = 1 }: Failure) {
  const [rows] = await query<{ id: string }[]>(
    `UPDATE campaign_recipients
        SET status = 'failed', error_code = $2, failure_reason = $3, failed_at = $4, slice_id = gen_random_uuid(),
            attempts = 1, attempted_at = $4, whatsapp_message_id = 'wamid.' || id
      WHERE id IN (SELECT id FROM campaign_recipients WHERE campaign_id = $1 AND status = 'pending' ORDER BY id LIMIT $5)
      RETURNING id`,
    [id, code, reason, at, count],
  );
  return (rows ?? []).map((row) => row.id);
}

describe('failed recipients', () => {
  beforeEach(() => started(4));

  it('become pending with a new day, and keep their attempts', async () => {
    const [first, second] = await fail({ code: 131026, count: 2 });
    const { status, body } = await retry({ ids: [first, second] });
    expect([status, body]).toEqual([200, { retried: 2, refused: [], hasMore: false }]);
    const rows = await query(
      `SELECT status, scheduled_send_date AS day, slice_id, failed_at, failure_reason, error_code, attempts, retry_count
         FROM campaign_recipients WHERE campaign_id = $1 AND id = ANY($2)`,
      [id, [first, second]],
    );
    const again = {
      status: 'pending',
      day: '2025-01-10',
      slice_id: null,
      failed_at: null,
      failure_reason: null,
      error_code: null,
      attempts: 1,
      retry_count: 1,
    };
    expect(rows).toEqual([again, again]);
    expect(await campaign()).toMatchObject({ status: 'sending', failedCount: 0, pendingCount: 4 });
  });

  it('are found by error code', async () => {
    await fail({ code: 132015, count: 2 });
    await fail({ code: 131026 });
    expect((await retry({ errorCode: 132015 })).body).toMatchObject({ retried: 2 });
    expect(await campaign()).toMatchObject({ failedCount: 1, pendingCount: 3 });
  });

  it('are found as unconfirmed', async () => {
    const [lost] = await fail({ reason: 'unconfirmed' });
    await fail({ code: 131026 });
    expect((await retry({ reason: 'unconfirmed' })).body).toMatchObject({ retried: 1 });
    const { body } = await app.api.get(`${WHATSAPP}/${id}/recipients/${lost}`);
    expect(body.status).toBe('pending');
  });

  it('are refused for a day after Meta withheld the message', async () => {
    await fail({ code: 131049, at: '2025-01-09T10:00:00Z' });
    await fail({ code: 131049, at: '2025-01-09T18:00:00Z', count: 2 });
    const { body } = await retry({ errorCode: 131049 });
    expect(body).toEqual({ retried: 1, refused: [{ reason: 'too_early', count: 2 }], hasMore: false });
  });

  it('are refused if they have opted out or blocked the number', async () => {
    const [stopped, told] = await fail({ code: 131026, count: 2 });
    await fail({ code: 130403 });
    const numbers = await query<{ id: string; phone_number: string }>(
      'SELECT id, phone_number FROM campaign_recipients WHERE campaign_id = $1',
      [id],
    );
    const numberOf = (one: string | undefined) => numbers.find((row) => row.id === one)?.phone_number;
    for (const one of [stopped, told]) {
      const { body } = await app.api.post('/api/whatsapp/customers', { phoneNumber: numberOf(one) });
      await app.api.post(`/api/whatsapp/customers/${body.id}/opt-out`, {});
    }
    const all = await query<{ id: string }>('SELECT id FROM campaign_recipients WHERE campaign_id = $1', [
      id,
    ]);
    const ids = [...all.map((row) => row.id), randomUUID()];
    expect((await retry({ ids })).body).toEqual({
      retried: 0,
      refused: [
        { reason: 'not_failed', count: 1 },
        { reason: 'not_found', count: 1 },
        { reason: 'opted_out', count: 2 },
        { reason: 'blocked', count: 1 },
      ],
      hasMore: false,
    });
  });

  it('are requeued once by two concurrent callers', async () => {
    await fail({ code: 131026, count: 3 });
    const answers = await Promise.all([retry({ errorCode: 131026 }), retry({ errorCode: 131026 })]);
    expect(answers.map(({ body }) => body.retried).sort()).toEqual([0, 3]);
  });

  it('wait until their template is approved again', async () => {
    await fail({ code: 132015 });
    await query(`UPDATE whatsapp_templates SET status = 'PAUSED' WHERE name = 'sale_template'`);
    const refused = await retry({ errorCode: 132015 });
    await query(`UPDATE whatsapp_templates SET status = 'APPROVED' WHERE name = 'sale_template'`);
    expect([refused.status, refused.body.type]).toEqual([
      422,
      expect.stringContaining('template_not_approved'),
    ]);
    expect((await retry({ errorCode: 132015 })).body.retried).toBe(1);
  });
});

describe('the campaign', () => {
  it('becomes active again if it was completed, within its daily limit', async () => {
    await started(3, { dailySendLimit: 1 });
    await fail({ code: 131026, count: 3, at: '2025-01-09T09:00:00Z' });
    await query(
      `UPDATE marketing_campaigns SET status = 'completed', completed_at = '2025-01-10T09:30:00Z' WHERE id = $1`,
      [id],
    );
    expect((await retry({ errorCode: 131026 })).body.retried).toBe(3);
    expect(await campaign()).toMatchObject({
      status: 'sending',
      completedAt: null,
      pendingCount: 3,
      estimatedCompletionDate: '2025-01-12',
    });
  });

  it('stays completed if no recipient may be retried', async () => {
    await started(1);
    await fail({ code: 130403 });
    await query(`UPDATE marketing_campaigns SET status = 'completed' WHERE id = $1`, [id]);
    expect((await retry({ errorCode: 130403 })).body.retried).toBe(0);
    expect((await campaign()).status).toBe('completed');
  });

  it('plans them on resume if it is paused', async () => {
    await started(2);
    await fail({ code: 131026 });
    await app.api.post(`${WHATSAPP}/${id}/pause`);
    expect((await retry({ errorCode: 131026 })).body.retried).toBe(1);
    expect((await campaign()).status).toBe('paused');
    await app.api.post(`${WHATSAPP}/${id}/resume`);
    const days = await query(
      'SELECT scheduled_send_date AS day FROM campaign_recipients WHERE campaign_id = $1',
      [id],
    );
    expect(days).toEqual([{ day: '2025-01-10' }, { day: '2025-01-10' }]);
  });

  it.each(['draft', 'cancelled', 'failed', 'scheduled'])('rejects retries while it is %s', async (state) => {
    await started(1);
    await fail({ code: 131026 });
    await query('UPDATE marketing_campaigns SET status = $2 WHERE id = $1', [id, state]);
    expect((await retry({ errorCode: 131026 })).status).toBe(409);
  });
});

describe('a request', () => {
  beforeEach(() => started(1));

  it.each([
    {},
    { ids: ['no-id'] },
    { ids: Array.from({ length: 10_001 }, () => randomUUID()) },
    { reason: 'boredom' },
    { errorCode: 'x' },
    { errorCode: 1, more: true },
  ])('is rejected if it is invalid: %#', async (body) => {
    expect((await retry(body)).status).toBe(400);
  });

  it('finds no campaign of another organization, and needs the write scope', async () => {
    const reason = { reason: 'unconfirmed' };
    expect((await retry(reason, (await newOrganization(app.api)).api)).status).toBe(404);
    expect((await retry(reason, (await newOrganization(app.api, ['campaigns:read'])).api)).status).toBe(403);
  });
});
