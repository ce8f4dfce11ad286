import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { MARKETING, numbers, WHATSAPP } from '../../support/engine.js';
import { startMeta, type TestMeta } from '../../support/meta.js';
import { startTestApp, type TestApp } from '../../support/test-app.js';
import { until } from '../../support/until.js';

/**
 * A command that needs a second connection while it holds one brings the whole process to a halt as soon as there are as
 * many commands as connections. Here there is one.
 */
let meta: TestMeta;
let app: TestApp;
beforeAll(async () => {
  meta = await startMeta();
  app = await startTestApp({ env: { ...meta.env, CLOCK: '2025-01-10T10:00:00Z' } });
  // A first campaign, so that templates and caches are there. Then all connections but one go.
  await app.api.post(WHATSAPP, { name: 'First', templateName: 'new_year_promo' });
  const pool = app.app.get(DataSource).driver as unknown as { master: pg.Pool };
  pool.master.options.max = 1;
  await until(
    async () => {
      await pool.master
        .query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'drumbeat' AND pid <> pg_backend_pid()`,
        )
        .catch(() => undefined);
      return pool.master.totalCount;
    },
    (connections) => connections === 1,
  );
}, 60_000);
afterAll(async () => {
  await app.close();
  await meta.close();
});

const draft = async (more: object = {}): Promise<string> => {
  const { status, body } = await app.api.post(WHATSAPP, {
    name: 'Sale',
    templateName: 'new_year_promo',
    recipients: numbers(3).map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  expect(status).toBe(201);
  return body.id;
};
const post = async (path: string, body: object = {}) => {
  const { status } = await app.api.post(path, body);
  return status;
};

describe('with one connection to the database', () => {
  it('every command of a campaign is carried out', async () => {
    const id = await draft();
    expect((await app.api.put(`${WHATSAPP}/${id}`, { name: 'Sale 2' })).status).toBe(200);
    expect(await post(`${WHATSAPP}/${id}/test`, { phoneNumbers: numbers(1) })).toBe(200);
    expect(await post(`${MARKETING}/${id}/activate`)).toBe(200);
    expect(await post(`${WHATSAPP}/${id}/recipients`, { recipients: [{ phoneNumber: numbers(1)[0] }] })).toBe(
      200,
    );
    const csv = await app.api.post(`${WHATSAPP}/${id}/recipients`, undefined, {
      raw: `phone\n${numbers(2).join('\n')}\n`,
      headers: { 'content-type': 'text/csv' },
    });
    expect(csv.status).toBe(200);
    const removed = await app.api.delete(`${WHATSAPP}/${id}/recipients`, { phoneNumbers: numbers(1) });
    expect(removed.status).toBe(200);
    expect(await post(`${WHATSAPP}/${id}/pause`)).toBe(200);
    expect(await post(`${WHATSAPP}/${id}/resume`)).toBe(200);
    expect(await post(`${WHATSAPP}/${id}/cancel`)).toBe(200);
  }, 60_000);

  it('starts are carried out, of a list, of all customers, and at an hour', async () => {
    await app.api.post('/api/whatsapp/customers', { phoneNumber: numbers(1)[0] });
    const all = await draft({ targetType: 'all', recipients: undefined });
    const later = await draft({ scheduledFor: '2025-02-01T10:00:00Z' });
    for (const id of [await draft(), all, later, later])
      expect((await app.api.post(`${WHATSAPP}/${id}/send`)).body).not.toHaveProperty('type');
    expect((await app.api.put(`${WHATSAPP}/${later}`, { dailySendLimit: 1 })).status).toBe(200);
  }, 60_000);

  it('twelve starts at once are carried out, and reads beside them', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await draft());
    const answers = await Promise.all([
      ...ids.map((id) => post(`${WHATSAPP}/${id}/send`)),
      ...ids.map(async (id) => (await app.api.get(`${WHATSAPP}/${id}`)).status),
    ]);
    expect(answers).toEqual(answers.map(() => 200));
  }, 60_000);

  it('messages are sent and their statuses recorded', async () => {
    const id = await draft({ rateLimit: null });
    await post(`${WHATSAPP}/${id}/send`);
    await until(
      async () => (await app.api.get(`${WHATSAPP}/${id}`)).body.sentCount,
      (sent) => sent === 3,
    );
  }, 60_000);
});

describe('a template that has to be asked for', () => {
  it('is asked for before any lock of the campaign is taken', async () => {
    const id = await draft();
    const other = new pg.Client({ connectionString: app.config.databaseUrl });
    await other.connect();
    // The engine no longer knows the template, so the start has to ask Meta.
    await other.query('DELETE FROM whatsapp_templates');
    await other.query('DELETE FROM whatsapp_template_syncs');
    await other.query('BEGIN');
    await other.query('SELECT 1 FROM marketing_campaigns WHERE id = $1 FOR UPDATE', [id]);
    const started = post(`${WHATSAPP}/${id}/send`);
    await until(
      () => other.query('SELECT 1 FROM whatsapp_templates LIMIT 1'),
      ({ rowCount }) => rowCount === 1,
    );
    await other.query('ROLLBACK');
    await other.end();
    expect(await started).toBe(200);
  }, 60_000);
});
