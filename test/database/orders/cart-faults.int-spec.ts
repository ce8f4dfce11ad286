import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { lockDue } from '../../../src/orders/reminders/cart-reminders.queries.js';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { brokenInvariants, Shop, somebody, sqlOf, startShopApp, tapOf, wordsOf } from '../../support/shop.js';
import type { TestApp } from '../../support/test-app.js';
import { tellWebhook } from '../../support/told-webhooks.js';
import { until } from '../../support/until.js';

const NOON = '2026-03-01T12:00:00Z';
const at = new Date(NOON);
const CARTS = '/api/whatsapp/carts';

let app: TestApp;
let shop: Shop;
let sku: string;
beforeAll(async () => {
  app = await startShopApp({ CLOCK: NOON });
  shop = await Shop.open(app);
  ({ sku } = await shop.product({ price: '20.00', quantity: null }));
});
afterEach(async () => {
  expect(await brokenInvariants(app)).toEqual({});
});
afterAll(async () => {
  await app.close();
});

const query = (text: string, values: unknown[] = []) => sqlOf(app)(text, values);
const build = async (phoneNumber = somebody(), items: object[] = [{ sku, quantity: 1 }]): Promise<any> =>
  (await app.api.post(CARTS, { phoneNumber, catalogId: shop.catalogId, items })).body;
/** A cart whose person has just written. */
const builtFor = async (): Promise<{ id: string; from: string }> => {
  const from = somebody();
  await tellWebhook(app, wordsOf(from, at));
  return { from, id: (await build(from)).id };
};
const send = (id: string) => app.api.post(`${CARTS}/${id}/send`, {});
const summaries = (id: string) =>
  query('SELECT state, skip_reason AS reason FROM message_outbox WHERE dedupe_key LIKE $1', [
    `cart:${id}:summary:%`,
  ]);
const pauseSenders = (status: 'paused' | 'active') => query('UPDATE senders SET status = $1', [status]);
const abandon = (...ids: string[]) =>
  query(`UPDATE whatsapp_carts SET status = 'abandoned', abandoned_at = $2 WHERE id = ANY($1)`, [ids, NOON]);

/** Holds a cart while `work` runs into its lock, and lets `look` see what else is locked at that moment. */
async function whileHeld<T>(
  cartId: string,
  work: () => Promise<T>,
  look: () => Promise<unknown>,
): Promise<T> {
  let working: Promise<T> | undefined;
  await app.app.get(Database).transaction(async (tx) => {
    await rowsOf(tx, sql`SELECT id FROM whatsapp_carts WHERE id = ${cartId} FOR UPDATE`);
    working = work();
    working.catch(() => undefined);
    await until(
      () =>
        query(
          `SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%whatsapp_carts%'`,
        ),
      (rows) => rows.length > 0,
    );
    await look();
  });
  if (working === undefined) throw new Error('nothing ran');
  return working;
}

/** Throws when somebody else has the row locked. */
const isFree = (table: string, id: string) =>
  query(`SELECT id FROM ${table} WHERE id = $1 FOR UPDATE NOWAIT`, [id]);

describe('a cart that is sent', () => {
  it('by eight calls at once goes once', async () => {
    const { id } = await builtFor();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(id)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 202));
    expect((await summaries(id)).length).toBe(1);
    expect((await send(id)).status).toBe(202);
    expect((await summaries(id)).length).toBe(2);
  });

  it('meets a STOP that came while it waited for the cart', async () => {
    const { id, from } = await builtFor();
    const answer = await whileHeld(
      id,
      () => send(id),
      () => tellWebhook(app, wordsOf(from, at, 'STOP')),
    );
    expect([answer.status, answer.body.type]).toEqual([422, 'urn:drumbeat:problem:unsubscribed']);
    expect(await summaries(id)).toEqual([]);
  });

  it('does not go after a STOP that came before it was on its way', async () => {
    const { id, from } = await builtFor();
    await pauseSenders('paused');
    expect((await send(id)).status).toBe(202);
    await tellWebhook(app, wordsOf(from, at, 'STOP'));
    await pauseSenders('active');
    const [message] = await until(
      () => summaries(id),
      (rows) => rows.every(({ state }) => state !== 'waiting'),
    );
    expect(message).toEqual({ state: 'skipped', reason: 'User unsubscribed' });
  });
});

describe('the lock of a cart', () => {
  it('comes before stock in a batch of orders and taps', async () => {
    const { id, from } = await builtFor();
    expect((await send(id)).status).toBe(202);
    const product = await shop.product({ quantity: 10 });
    const lines = [{ sku: product.sku, quantity: 1, price: 100 }];
    const { raw } = shop.message({ from: somebody(), lines, at });
    const batch = [raw, tapOf(from, `cart:${id}:order`)];
    await whileHeld(
      id,
      () => shop.flood(batch),
      () => isFree('whatsapp_products', product.id),
    );
    expect((await app.api.get(`${CARTS}/${id}`)).body.status).toBe('converted');
  });

  it('is taken together with those of the same person, by id', async () => {
    const from = somebody();
    const [first, second] = [await build(from), await build(from)];
    await abandon(first.id, second.id);
    const answer = await whileHeld(
      first.id,
      () => app.api.post(`${CARTS}/${second.id}/checkout`, {}),
      () => isFree('whatsapp_carts', second.id),
    );
    expect(answer.status).toBe(201);
  });
});

describe('the job that reminds', () => {
  it('reads the carts that are due, and not all that were abandoned', async () => {
    const { id } = await build();
    await abandon(id);
    // Half of them have had their last reminder, and half wait for their first.
    await query(
      `INSERT INTO whatsapp_carts (id, organization_id, catalog_id, source, phone_number, status, currency,
                                   reminders_done, abandoned_at, last_activity_at, created_at, updated_at)
       SELECT gen_random_uuid(), c.organization_id, c.catalog_id, 'api', '+4915400' || n, 'abandoned', c.currency,
              2 * (n % 2), c.abandoned_at + make_interval(hours => 2 * ((n + 1) % 2)), c.last_activity_at,
              c.created_at, c.updated_at
         FROM whatsapp_carts c CROSS JOIN generate_series(10001, 14000) AS n WHERE c.id = $1`,
      [id],
    );
    await query('ANALYZE whatsapp_carts');
    const [{ organizationId }] = (await query(
      'SELECT organization_id AS "organizationId" FROM whatsapp_carts WHERE id = $1',
      [id],
    )) as [{ organizationId: string }];
    const now = new Date(at.getTime() + 3_600_000);
    await app.app.get(Database).transaction(async (tx) => {
      const read = async (): Promise<number> => {
        const [row] = await rowsOf<{ n: number }>(
          tx,
          sql`SELECT (seq_tup_read + idx_tup_fetch)::int AS n FROM pg_stat_xact_user_tables
               WHERE relname = 'whatsapp_carts'`,
        );
        return row?.n ?? 0;
      };
      const before = await read();
      const due = await lockDue(tx, organizationId, { afterMinutes: [60, 90], now, limit: 200 });
      // Another test may have left one that is due as well; of the four thousand none is.
      expect(due.map((cart) => cart.id)).toContain(id);
      expect(due.length).toBeLessThan(5);
      expect((await read()) - before).toBeLessThan(20);
    });
    await query(`DELETE FROM whatsapp_carts WHERE phone_number LIKE '+4915400%'`);
  });
});
