import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CampaignStops } from '../../../src/campaigns/stops/campaign-stops.service.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import type { DeliveryReport } from '../../../src/sending/outcomes/delivery-report.js';
import { counters, recount } from '../campaigns/counters-recount.js';
import {
  expectedMessage,
  expectedRecipient,
  reportsOf,
  stories,
  type Story,
} from './delivery-reports-model.js';
import { after, Desk, graphError, report, type StoredMessage } from './delivery-reports-setup.js';

const desk = Desk.forThisFile();

/** The full run of 100,000 takes a minute: DELIVERY_REPORTS=100000 npm run -s jest -- delivery-reports-orders */
const REPORTS = Number(process.env['DELIVERY_REPORTS'] ?? 20_000);
const PER_RECIPIENT = 6;

async function calmCampaign(shop: Awaited<ReturnType<Desk['shop']>>): Promise<string> {
  return desk.campaign(shop, { breaker_first_failures: null, breaker_failure_percent: null });
}

/** Mulberry32: a failing run can be repeated with its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

it('gives the same result in any order, however often reports repeat and however they are batched', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomFrom(seed);
  const shop = await desk.shop();
  const campaigns = [await calmCampaign(shop), await calmCampaign(shop), await calmCampaign(shop)];
  const perCampaign = Math.ceil(REPORTS / PER_RECIPIENT / campaigns.length);
  const told = new Map<string, Story>();
  const samples = fc.sample(stories, { numRuns: perCampaign * campaigns.length, seed });
  for (const [index, campaign] of campaigns.entries()) {
    for (const id of await desk.sending(shop, campaign, perCampaign, index * perCampaign)) {
      const story = samples[told.size];
      if (story !== undefined) told.set(id, story);
    }
  }
  const once = [...told].flatMap(([id, story]) => reportsOf(id, story));
  const again = Array.from(
    { length: Math.max(0, REPORTS - once.length) },
    () => once[Math.floor(random() * once.length)],
  );
  const all = shuffled([...once, ...again.filter((one) => one !== undefined)], random);
  for (let from = 0; from < all.length;) {
    const size = 1 + Math.floor(random() * 500);
    await desk.apply(all.slice(from, from + size));
    from += size;
  }

  const recipients = new Map((await desk.recipients([...told.keys()])).map((row) => [row.id, row]));
  const messages = await messagesOf(campaigns);
  for (const [id, story] of told) {
    expect({ seed, id, story, row: recipients.get(id) }).toMatchObject({ row: expectedRecipient(id, story) });
    expect({ seed, id, story, row: messages.get(id) }).toMatchObject({ row: expectedMessage(id, story) });
  }
  expect(await counters(desk.database.dataSource)).toEqual(await recount(desk.database.dataSource));
  await expectReach(shop.portfolioId, told);
}, 600_000);

async function messagesOf(campaigns: readonly string[]): Promise<Map<string, StoredMessage>> {
  const rows = await rowsOf<StoredMessage & { recipientId: string }>(
    desk.database.manager,
    sql`SELECT recipient_id AS "recipientId", attempt, status, whatsapp_message_id AS wamid,
               accepted_at AS "acceptedAt", sent_at AS "sentAt", delivered_at AS "deliveredAt", read_at AS "readAt",
               failed_at AS "failedAt"
          FROM whatsapp_messages WHERE campaign_id = ANY(${campaigns}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.recipientId, row]));
}

/** A failure frees the unit, an acceptance counts from then on; after both, either may hold. */
async function expectReach(portfolioId: string, told: ReadonlyMap<string, Story>): Promise<void> {
  const rows = await rowsOf<{ id: string; at: Date | null }>(
    desk.database.manager,
    sql`SELECT r.id, q.counted_at AS at FROM campaign_recipients r
          LEFT JOIN portfolio_reach q ON q.phone_number = r.phone_number AND q.portfolio_id = ${portfolioId}
         WHERE r.id = ANY(${[...told.keys()]}::uuid[])`,
  );
  for (const { id, at } of rows) {
    const story = told.get(id);
    if (story === undefined) continue;
    const { status, sentAt } = expectedRecipient(id, story);
    const isFailed = status === 'failed' || status === 'opted_out' || status === 'retry';
    if (isFailed) expect({ story, at }).toEqual({ story, at: null });
    else if (story.failure === null) expect({ story, at }).toEqual({ story, at: sentAt ?? after(0) });
  }
}

it('counts everything once when the same reports are applied concurrently', async () => {
  const shop = await desk.shop();
  const campaign = await calmCampaign(shop);
  const ids = await desk.sending(shop, campaign, 300);
  const failing = ids.slice(0, 100);
  const answers = ids.map((id) => report(id, 'accepted'));
  const statuses = [
    ...ids.map((id) => report(id, 'sent', { at: after(2) })),
    ...failing.map((id) => report(id, 'failed', { at: after(3), error: graphError(131026) })),
    ...ids.slice(100).map((id) => report(id, 'delivered', { at: after(3) })),
  ];
  const backwards = (reports: readonly DeliveryReport[]) => reports.toReversed();
  await Promise.all([
    desk.apply(answers),
    desk.apply(backwards(answers)),
    desk.apply(statuses),
    desk.apply(backwards(statuses)),
    desk.apply(statuses.slice(50, 350)),
  ]);
  expect(await desk.stored(campaign)).toMatchObject({ pending: 100, sent: 200, delivered: 200, failed: 0 });
  const retried = await desk.recipients(failing);
  expect(new Set(retried.map(({ status, retryCount }) => `${status} ${retryCount}`))).toEqual(
    new Set(['retry 1']),
  );
  expect(await counters(desk.database.dataSource)).toEqual(await recount(desk.database.dataSource));
});

it('records messages in flight during a pause, and the pause stands', async () => {
  const shop = await desk.shop();
  for (let round = 0; round < 10; round++) {
    const campaign = await calmCampaign(shop);
    const ids = await desk.sending(shop, campaign, 50, round * 50);
    await Promise.all([
      desk.apply(ids.slice(0, 25).map((id) => report(id, 'accepted'))),
      desk.database.transaction((tx) =>
        desk.service(CampaignStops).pause(tx, [campaign], 'because of a test.'),
      ),
      desk.apply(ids.slice(20, 45).map((id) => report(id, 'refused', { error: graphError(131047) }))),
    ]);
    expect(await desk.stored(campaign)).toMatchObject({
      status: 'paused',
      reason: 'Paused by the engine: because of a test.',
      pending: 5,
    });
  }
});
