import { describe, expect, it } from '@jest/globals';
import { firstOf, rowsOf, sql } from '../../../src/platform/database/sql.js';
import { QuotaTransfer } from '../../../src/senders/quota/quota-transfer.service.js';
import { newShop } from '../../support/segment-customers.js';
import { HOUR, MINUTE, QuotaSetup } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const at = (ms: number): Date => new Date(setup.clock.ms + ms);

let next = 1;
const newNumber = (): string => `+49158${String(next++).padStart(8, '0')}`;

async function sender(shop: string, portfolioId: string | null): Promise<string> {
  const row = await firstOf<{ id: string }>(
    setup.db,
    sql`INSERT INTO senders (organization_id, portfolio_id, name, phone_number_id, access_token_encrypted,
                             created_at, updated_at)
        VALUES (${shop}, ${portfolioId}, 'x', ${String(9_000 + next++)}, 'x', ${at(0)}, ${at(0)}) RETURNING id`,
  );
  return row?.id ?? '';
}

async function sent(
  shop: string,
  senderId: string,
  phone: string,
  { ago, status = 'sent', type = 'template' }: { ago: number; status?: string; type?: string },
): Promise<void> {
  await rowsOf(
    setup.db,
    sql`INSERT INTO whatsapp_messages (organization_id, sender_id, direction, purpose, phone_number, type, status,
                                       created_at, accepted_at)
        VALUES (${shop}, ${senderId}, 'out', 'campaign', ${phone}, ${type}, ${status}, ${at(-ago)}, ${at(-ago)})`,
  );
}

const transfer = (): QuotaTransfer => new QuotaTransfer(setup.clock);
async function move(senderId: string, from: string | null, to: string): Promise<void> {
  await setup.database.transaction(async (tx) => {
    await rowsOf(tx, sql`UPDATE senders SET portfolio_id = ${to} WHERE id = ${senderId}`);
    await transfer().join(tx, { senderId, from, to });
  });
}
const used = (portfolioId: string): Promise<number> =>
  setup.ledger.used(setup.db, portfolioId, at(-24 * HOUR));
const reserve = (portfolioId: string, phones: string[]) =>
  setup.database.transaction((tx) =>
    setup.ledger.reserve(tx, { portfolioId, phones, keepFree: 0, at: at(0) }),
  );
const limitOf = (id: string): Promise<unknown> =>
  firstOf(
    setup.db,
    sql`SELECT messaging_limit AS limit, is_unlimited AS unlimited FROM portfolios WHERE id = ${id}`,
  );

describe('a number that moves to another portfolio', () => {
  it('brings along the people it wrote to in the last day, and the limit', async () => {
    const shop = await newShop(setup.db);
    const [former, owner] = [await setup.portfolio({ limit: 3 }, shop), await setup.portfolio({}, shop)];
    const id = await sender(shop, former);
    const [ana, ben, cem] = [newNumber(), newNumber(), newNumber()];
    await reserve(former, [ana, ben]);
    await sent(shop, id, ana, { ago: 2 * HOUR });
    await sent(shop, id, ana, { ago: HOUR });
    await sent(shop, id, ben, { ago: HOUR, status: 'sending' });
    await sent(shop, id, cem, { ago: 25 * HOUR });
    await sent(shop, id, newNumber(), { ago: HOUR, status: 'failed' });
    await sent(shop, id, newNumber(), { ago: HOUR, type: 'text' });
    await move(id, former, owner);
    expect(await used(owner)).toBe(2);
    expect(await limitOf(owner)).toEqual({ limit: 3, unlimited: false });
    const { granted } = await reserve(owner, [ana, newNumber(), newNumber()]);
    expect(granted.size).toBe(2);
    expect(granted.has(ana)).toBe(true);
  });

  it('leaves what the new portfolio knows as it is', async () => {
    const shop = await newShop(setup.db);
    const [former, owner] = [
      await setup.portfolio({ limit: 250 }, shop),
      await setup.portfolio({ limit: 2_000 }, shop),
    ];
    const [id, other] = [await sender(shop, former), await sender(shop, former)];
    const [ana, ben, cem] = [newNumber(), newNumber(), newNumber()];
    await reserve(owner, [ana, ben]);
    await sent(shop, id, ana, { ago: MINUTE });
    await sent(shop, id, cem, { ago: MINUTE });
    await sent(shop, other, newNumber(), { ago: MINUTE });
    await move(id, former, owner);
    expect(await used(owner)).toBe(3);
    expect(await limitOf(owner)).toEqual({ limit: 2_000, unlimited: false });
    // Moved back: nothing counts twice.
    await move(id, owner, former);
    expect(await used(former)).toBe(2);
  });
});

describe('a portfolio that was unlimited', () => {
  it('counts the people of its last day', async () => {
    const shop = await newShop(setup.db);
    const portfolioId = await setup.portfolio({ unlimited: true }, shop);
    const [one, two] = [await sender(shop, portfolioId), await sender(shop, portfolioId)];
    const [ana, ben] = [newNumber(), newNumber()];
    await reserve(portfolioId, [ana, ben]);
    await sent(shop, one, ana, { ago: HOUR });
    await sent(shop, two, ana, { ago: MINUTE });
    await sent(shop, two, ben, { ago: 23 * HOUR });
    expect(await used(portfolioId)).toBe(0);
    await setup.setLimits(portfolioId, { limit: 2 });
    await setup.database.transaction((tx) => transfer().rebuild(tx, [portfolioId]));
    expect(await used(portfolioId)).toBe(2);
    const { granted, nextUnitAt } = await reserve(portfolioId, [ana, newNumber()]);
    expect([...granted]).toEqual([ana]);
    expect(nextUnitAt).toEqual(at(HOUR));
  });
});
