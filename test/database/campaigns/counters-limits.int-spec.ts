import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../../src/platform/database/data-source.js';
import { Database } from '../../../src/platform/database/database.js';
import { RECIPIENT_STATES } from '../../../src/recipients/recipient-state.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { makeCampaign, makeOrganization, makeRecipients, START } from './counters-campaigns.js';
import { counters, recount } from './counters-recount.js';

let test: TestDatabase;
let db: DataSource;
let organization: string;
beforeAll(async () => {
  test = await createTestDatabase();
  db = await createDataSource({ url: test.url, poolSize: 10 }).initialize();
  organization = await makeOrganization(db);
});
beforeEach(() => db.query('TRUNCATE marketing_campaigns CASCADE'));
afterAll(async () => {
  await db.destroy();
  await test.drop();
});

async function expectExact(): Promise<void> {
  expect(await counters(db)).toEqual(await recount(db));
}
async function planDay(campaign: string, day: string, size: number): Promise<void> {
  await db.query(
    `INSERT INTO campaign_send_schedule (campaign_id, send_date, batch_size, messages_remaining, created_at, updated_at)
     VALUES ($1, $2, $3, $3, $4, $4)`,
    [campaign, day, size, START],
  );
}
async function dayOf(campaign: string, day: string): Promise<object | undefined> {
  const rows = await db.query<object[]>(
    `SELECT batch_size AS size, messages_sent AS sent, messages_remaining AS remaining, status
       FROM campaign_send_schedule WHERE campaign_id = $1 AND send_date = $2`,
    [campaign, day],
  );
  return rows[0];
}

it('stays exact under concurrent writes, without deadlocks over counters', async () => {
  const database = new Database(db);
  const WRITERS = 8;
  const campaigns = await Promise.all([1, 2, 3, 4].map(() => makeCampaign(db, organization)));
  for (const id of campaigns) await makeRecipients(db, id, 60);
  const batch = fc.record({
    of: fc.shuffledSubarray(campaigns, { minLength: 1 }),
    status: fc.constantFrom(...RECIPIENT_STATES),
    hours: fc.nat({ max: 30 }),
  });
  const batches = fc.sample(batch, 160);
  let attempts = 0;
  // Each writer has its own recipients, so writers meet only at the counters.
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    for (const { of, status, hours } of batches.filter((__, index) => index % WRITERS === writer)) {
      const at = new Date(START.getTime() + hours * 3_600_000);
      await database.transaction((tx) => {
        attempts++;
        return tx.query(
          `UPDATE campaign_recipients SET status = $2, sent_at = $3, failed_at = $3
            WHERE campaign_id = ANY($1) AND right(phone_number, 3)::int % ${WRITERS} = $4`,
          [of, status, at, writer],
        );
      });
    }
  });
  await Promise.all(writers);
  expect(attempts).toBe(batches.length);
  await expectExact();
});

it('stays exact when a transaction loses a deadlock over two campaigns and runs again', async () => {
  const database = new Database(db);
  const [one, other] = [await makeCampaign(db, organization), await makeCampaign(db, organization)];
  for (const id of [one, other]) await makeRecipients(db, id, 2);
  let attempts = 0;
  let halfWay = 0;
  const bothHalfWay = Promise.withResolvers<undefined>();
  // Each settles its own recipients, so they meet only at the counters.
  const settle = (order: string[], last: number) =>
    database.transaction(async (tx) => {
      attempts++;
      for (const id of order) {
        await tx.query(
          `UPDATE campaign_recipients SET status = 'sent', sent_at = $3
            WHERE campaign_id = $1 AND right(phone_number, 1)::int = $2`,
          [id, last, START],
        );
        if (++halfWay === 2) bothHalfWay.resolve(undefined);
        await bothHalfWay.promise;
      }
    });
  await Promise.all([settle([one, other], 1), settle([other, one], 2)]);
  expect(attempts).toBe(3);
  await expectExact();
});

it('deletes a campaign with all of its counters', async () => {
  const [gone, kept] = [await makeCampaign(db, organization), await makeCampaign(db, organization)];
  for (const id of [gone, kept]) await makeRecipients(db, id, 5);
  await db.query(`UPDATE campaign_recipients SET status = 'failed', failed_at = $1, error_code = 131026`, [
    START,
  ]);
  await db.query('DELETE FROM marketing_campaigns WHERE id = $1', [gone]);
  await expectExact();
  const left = await counters(db);
  expect(
    [left.campaigns, left.analytics, left.timeline, left.errors].map((sums) => Object.keys(sums).length),
  ).toEqual([1, 1, 1, 1]);
});

it('is empty when the recipients are truncated', async () => {
  const id = await makeCampaign(db, organization);
  await planDay(id, '2025-01-15', 0);
  await makeRecipients(db, id, 5);
  await db.query(
    `UPDATE campaign_recipients SET status = 'sent', sent_at = $1, scheduled_send_date = '2025-01-15'`,
    [START],
  );
  await db.query('TRUNCATE campaign_recipients');
  expect(await counters(db)).toEqual({
    campaigns: {},
    analytics: {},
    schedule: {},
    timeline: {},
    errors: {},
  });
});

it('writes to no campaign when nothing has changed', async () => {
  const id = await makeCampaign(db, organization);
  await makeRecipients(db, id, 5);
  const version = () => db.query<object[]>('SELECT xmin, ctid FROM marketing_campaigns WHERE id = $1', [id]);
  const before = await version();
  await db.query(
    `UPDATE campaign_recipients SET status = status, slice_id = new_id(), updated_at = updated_at`,
  );
  expect(await version()).toEqual(before);
  await db.query(`UPDATE campaign_recipients SET status = 'queued'`);
  expect(await version()).toEqual(before);
  await db.query(`UPDATE campaign_recipients SET status = 'sent'`);
  expect(await version()).not.toEqual(before);
});

it.each([
  ['comes a second later than reported', '2025-01-15T10:01:05Z', '2025-01-15T10:01:06Z'],
  // Meta's clock and ours differ, so this delivery took no time at all.
  ['is reported only after the reading', null, '2025-01-15T10:00:59Z'],
])('measures again when a delivery %s, in the same hour', async (_, first, then) => {
  const id = await makeCampaign(db, organization);
  await makeRecipients(db, id, 1);
  await db.query(
    `UPDATE campaign_recipients SET status = 'read', sent_at = '2025-01-15T10:01:00Z', delivered_at = $1,
            read_at = '2025-01-15T10:02:00Z'`,
    [first],
  );
  await db.query(`UPDATE campaign_recipients SET delivered_at = $1`, [then]);
  await expectExact();
});

describe('a planned day', () => {
  it('is processing once one recipient is settled, and completed when all are', async () => {
    const id = await makeCampaign(db, organization);
    await makeRecipients(db, id, 3);
    await db.query(`UPDATE campaign_recipients SET scheduled_send_date = '2025-01-15'`);
    await planDay(id, '2025-01-15', 3);
    const settle = async (status: string) => {
      await db.query(
        `UPDATE campaign_recipients SET status = $1 WHERE id = (SELECT min(id::text)::uuid FROM campaign_recipients
          WHERE status IN ('pending', 'queued'))`,
        [status],
      );
      return dayOf(id, '2025-01-15');
    };
    expect(await settle('queued')).toEqual({ size: 3, sent: 0, remaining: 3, status: 'pending' });
    expect(await settle('skipped')).toEqual({ size: 3, sent: 0, remaining: 2, status: 'processing' });
    expect(await settle('sent')).toEqual({ size: 3, sent: 1, remaining: 1, status: 'processing' });
    expect(await settle('failed')).toEqual({ size: 3, sent: 1, remaining: 0, status: 'completed' });
    await db.query(`UPDATE campaign_recipients SET status = 'pending' WHERE status = 'failed'`);
    expect(await dayOf(id, '2025-01-15')).toEqual({ size: 3, sent: 1, remaining: 1, status: 'processing' });
  });

  it('follows recipients that are moved to another day by hand', async () => {
    const id = await makeCampaign(db, organization);
    await makeRecipients(db, id, 4);
    await db.query(`UPDATE campaign_recipients SET scheduled_send_date = '2025-01-15'`);
    await planDay(id, '2025-01-15', 4);
    await planDay(id, '2025-01-16', 0);
    await db.query(
      `UPDATE campaign_recipients SET scheduled_send_date = '2025-01-16' WHERE right(phone_number, 1)::int > 1`,
    );
    expect(await dayOf(id, '2025-01-15')).toMatchObject({ size: 1, remaining: 1, status: 'pending' });
    expect(await dayOf(id, '2025-01-16')).toMatchObject({ size: 3, remaining: 3, status: 'pending' });
  });
});

describe('while drumbeat.planning is on', () => {
  it('leaves the schedule to the planner', async () => {
    const id = await makeCampaign(db, organization);
    await makeRecipients(db, id, 4);
    await db.transaction(async (tx) => {
      await tx.query(`SET LOCAL drumbeat.planning = 'on'`);
      await tx.query(
        `INSERT INTO campaign_send_schedule (campaign_id, send_date, batch_size, messages_remaining, created_at, updated_at)
         VALUES ($1, '2025-01-15', 4, 4, $2, $2)`,
        [id, START],
      );
      await tx.query(`UPDATE campaign_recipients SET scheduled_send_date = '2025-01-15'`);
    });
    await expectExact();
    await db.query(`UPDATE campaign_recipients SET status = 'sent', sent_at = $1`, [START]);
    await expectExact();
  });

  it('rejects a change of state, which would not be counted', async () => {
    const id = await makeCampaign(db, organization);
    await makeRecipients(db, id, 1);
    const uncounted = db.transaction(async (tx) => {
      await tx.query(`SET LOCAL drumbeat.planning = 'on'`);
      await tx.query(`UPDATE campaign_recipients SET status = 'sent'`);
    });
    await expect(uncounted).rejects.toThrow('nothing but dates may change');
    await expectExact();
  });
});

it('keeps the time zone of a campaign that has sent, because its days are counted in it', async () => {
  const id = await makeCampaign(db, organization);
  await makeRecipients(db, id, 1);
  const move = (zone: string) => db.query('UPDATE marketing_campaigns SET time_zone = $1', [zone]);
  await move('Asia/Kolkata');
  await db.query(`UPDATE campaign_recipients SET status = 'sent', sent_at = $1`, [START]);
  await expect(move('Europe/Paris')).rejects.toThrow('keeps its time zone');
  await move('Asia/Kolkata');
  await expectExact();
});
