import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-06-02T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});

async function made(phones: readonly string[], more: object = {}): Promise<string> {
  const { body } = await engine.app.api.post(WHATSAPP, {
    name: 'Sale',
    templateName: 'new_year_promo',
    rateLimit: null,
    dailySendLimit: null,
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  return body.id;
}
const command = async (id: string, what: string): Promise<void> => {
  const { status } = await engine.app.api.post(`${WHATSAPP}/${id}/${what}`);
  expect(status).toBe(200);
};
const sentBy = async (id: string): Promise<number> =>
  (await engine.app.api.get(`${WHATSAPP}/${id}`)).body.sentCount;
const statesOf = async (id: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await engine.sql<{ status: string; n: number }>(
        'SELECT status, count(*)::int AS n FROM campaign_recipients WHERE campaign_id = $1 GROUP BY 1',
        [id],
      )
    ).map(({ status, n }) => [status, n]),
  );

/** A paused campaign with a slice for each of its recipients. */
async function pausedWithSlices(count: number): Promise<string> {
  const id = await made(numbers(count), { scheduledFor: '2025-06-02T23:00:00Z' });
  await command(id, 'send');
  await engine.sql(
    `WITH cut AS (
       UPDATE campaign_recipients SET status = 'queued', slice_id = gen_random_uuid() WHERE campaign_id = $1
       RETURNING id, slice_id)
     INSERT INTO campaign_slices
       (id, campaign_id, sender_id, send_date, first_recipient, last_recipient, size, due_at, created_at)
     SELECT slice_id, $1, (SELECT sender_id FROM marketing_campaigns WHERE id = $1), '2025-06-02', id, id, 1,
            '2025-06-02T23:00:00Z', '2025-06-02T10:00:00Z'
       FROM cut`,
    [id],
  );
  await engine.sql(
    `UPDATE campaign_send_schedule SET messages_taken = $2 WHERE campaign_id = $1 AND send_date = '2025-06-02'`,
    [id, count],
  );
  return id;
}

describe('the slices of a stopped campaign', () => {
  it('go back in one statement, 6,000 as well as one, with the places of their day', async () => {
    const id = await pausedWithSlices(6_000);
    await engine.sql(`UPDATE marketing_campaigns SET status = 'paused' WHERE id = $1`, [id]);
    await until(
      () => statesOf(id),
      ({ pending }) => pending === 6_000,
    );
    const rows = await engine.sql<{ transactions: number; statements: number }>(
      `SELECT count(DISTINCT xmin::text)::int AS transactions, count(DISTINCT cmin::text)::int AS statements
         FROM campaign_recipients WHERE campaign_id = $1
        UNION ALL
       SELECT count(DISTINCT xmin::text)::int, count(DISTINCT cmin::text)::int
         FROM campaign_slices WHERE campaign_id = $1`,
      [id],
    );
    expect(rows).toEqual([
      { transactions: 1, statements: 1 },
      { transactions: 1, statements: 1 },
    ]);
    const [left] = await engine.sql<{ open: number; taken: number }>(
      `SELECT (SELECT count(*) FROM campaign_slices WHERE campaign_id = $1 AND state <> 'done')::int AS open,
              (SELECT sum(messages_taken) FROM campaign_send_schedule WHERE campaign_id = $1)::int AS taken`,
      [id],
    );
    expect(left).toEqual({ open: 0, taken: 0 });
  });

  it('never hold up another campaign, even while they cannot be given back', async () => {
    const stopped = await pausedWithSlices(50);
    const lock = engine.app.app.get(Database).dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query(`UPDATE marketing_campaigns SET status = 'paused' WHERE id = $1`, [stopped]);
    await lock.commitTransaction();
    await lock.startTransaction();
    await lock.query('SELECT 1 FROM marketing_campaigns WHERE id = $1 FOR UPDATE', [stopped]);
    try {
      const other = await made(numbers(300));
      await command(other, 'send');
      await until(
        () => sentBy(other),
        (sent) => sent === 300,
      );
    } finally {
      await lock.rollbackTransaction();
      await lock.release();
    }
    await until(
      () => statesOf(stopped),
      ({ pending }) => pending === 50,
    );
  });
});

describe('a campaign with a rate', () => {
  it('has no more than a few minutes of its work in slices', async () => {
    const id = await made(numbers(400), { rateLimit: 10 });
    await command(id, 'send');
    const [first] = await until(
      () =>
        engine.sql<{ size: number; last: Date }>(
          `SELECT sum(size)::int AS size, max(due_at) AS last FROM campaign_slices
            WHERE campaign_id = $1 HAVING count(*) > 0`,
          [id],
        ),
      (rows) => rows.length === 1,
    );
    expect(first?.size).toBeLessThanOrEqual(30);
    expect(first?.last.getTime()).toBeLessThan(engine.now().getTime() + 4 * 60_000);
    // It goes on by itself: what time has made room for is released.
    for (let minute = 0; minute < 6; minute++) await engine.advance('PT1M');
    await until(
      async () => {
        await engine.advance('PT10S');
        return sentBy(id);
      },
      (sent) => sent > 40,
      { every: 200, within: 30_000 },
    );
    await command(id, 'pause');
    await until(
      () => statesOf(id),
      ({ queued = 0, sending = 0 }) => queued + sending === 0,
    );
  });
});
