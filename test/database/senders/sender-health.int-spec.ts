import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { Cipher } from '../../../src/platform/encryption/cipher.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { SenderStops, type StopScope } from '../../../src/senders/health/sender-health.service.js';
import { newShop } from '../../support/segment-customers.js';
import { HOUR, QuotaSetup, START } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const cipher = new Cipher(Buffer.alloc(32, 7));
const ACCOUNT = '102290129340398';
let stops: SenderStops;
let shop: string;
beforeAll(() => {
  const logger = createLogger('info', { write: () => undefined });
  stops = new SenderStops(setup.database, cipher, setup.clock, logger);
});
beforeEach(async () => {
  setup.clock.ms = START;
  shop = await newShop(setup.db);
});

async function sender(token: string, account: string | null, owner = shop): Promise<string> {
  const id = await setup.sender(owner, { account });
  const sealed = cipher.encrypt(token, `sender:${id}:access_token`);
  await rowsOf(setup.db, sql`UPDATE senders SET access_token_encrypted = ${sealed} WHERE id = ${id}`);
  return id;
}

const pause = (
  id: string,
  { scope = 'sender', until = null }: { scope?: StopScope; until?: number | null } = {},
): Promise<string[]> =>
  setup.database.transaction((tx) =>
    stops.pause(tx, id, { scope, reason: 'Spam.', until: until === null ? null : new Date(until) }),
  );

interface State {
  status: string;
  by: string | null;
  until: Date | null;
  reason: string | null;
}

async function state(id: string): Promise<State | undefined> {
  const rows = await rowsOf<State>(
    setup.db,
    sql`SELECT status, paused_by AS by, paused_until AS until, status_reason AS reason FROM senders WHERE id = ${id}`,
  );
  return rows[0];
}

async function pausedBy(id: string, by: string, until: number | null = null): Promise<void> {
  await rowsOf(
    setup.db,
    sql`UPDATE senders SET status = 'paused', paused_by = ${by}, status_reason = 'Before.',
               paused_until = ${until === null ? null : new Date(until)} WHERE id = ${id}`,
  );
}

const ACTIVE = { status: 'active', by: null, until: null, reason: null };

describe('a stop', () => {
  it('reaches the number, its account, or whoever has the same token', async () => {
    const other = await newShop(setup.db);
    const one = await sender('of the app', ACCOUNT);
    const sibling = await sender('of another app', ACCOUNT);
    const app = await sender('of the app', '555');
    const lone = await sender('lone token', null);
    const stranger = await sender('stranger', ACCOUNT, other);
    const partner = await sender('of the app', null, other);
    await setup.database.transaction(async (tx) => {
      expect(await stops.sendersIn(tx, one, 'sender')).toEqual([one]);
      expect(await stops.sendersIn(tx, one, 'account')).toEqual([one, sibling]);
      expect(await stops.sendersIn(tx, one, 'app')).toEqual([one, app, partner]);
      expect(await stops.sendersIn(tx, lone, 'account')).toEqual([lone]);
    });
    expect(await pause(one, { scope: 'account' })).toEqual([one, sibling]);
    expect(await state(stranger)).toEqual(ACTIVE);
  });

  it('goes on without those whose token does not open', async () => {
    const one = await sender('shared', ACCOUNT);
    const broken = await setup.sender(shop, { token: 'v1:AAAA' });
    await setup.database.transaction(async (tx) => {
      expect(await stops.sendersIn(tx, one, 'app')).toEqual([one]);
      expect(await stops.sendersIn(tx, broken, 'app')).toEqual([broken]);
    });
  });

  it('is told once, says why, and until when', async () => {
    const one = await sender('token', ACCOUNT);
    expect(await pause(one, { until: START + HOUR })).toEqual([one]);
    expect(await state(one)).toEqual({
      status: 'paused',
      by: 'errors',
      until: new Date(START + HOUR),
      reason: 'Spam.',
    });
    expect(await pause(one, { until: START + HOUR })).toEqual([]);
  });

  it('becomes longer and never shorter', async () => {
    const one = await sender('token', ACCOUNT);
    const seen: (Date | null | undefined)[] = [];
    for (const until of [START + HOUR, START + 3 * HOUR, START + 2 * HOUR, null, START + 9 * HOUR]) {
      await pause(one, { until });
      seen.push((await state(one))?.until);
    }
    const [hour, three] = [new Date(START + HOUR), new Date(START + 3 * HOUR)];
    expect(seen).toEqual([hour, three, three, null, null]);
  });

  it.each(['operator', 'health', 'account'])('leaves a pause by %s to it', async (by) => {
    const one = await sender('token', ACCOUNT);
    await pausedBy(one, by);
    expect(await pause(one, { until: START + HOUR })).toEqual([]);
    expect(await state(one)).toEqual({ status: 'paused', by, until: null, reason: 'Before.' });
  });

  it('of two that reach each other from both sides does not lock up', async () => {
    const [one, other] = [await sender('a', 'both'), await sender('b', 'both')];
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, index) => pause(index % 2 === 0 ? one : other, { scope: 'account' })),
    );
    expect(told.flat()).toEqual([one, other]);
  });
});

describe('the end of a stop', () => {
  it('comes at its time and not before, for whoever paused until then', async () => {
    const [one, account, forever] = [
      await sender('a', null),
      await sender('b', null),
      await sender('c', null),
    ];
    await pause(one, { until: START + HOUR });
    await pausedBy(account, 'account', START + HOUR);
    await pause(forever);
    setup.clock.ms = START + HOUR - 1;
    await stops.resumeDue();
    expect(await state(one)).toMatchObject({ status: 'paused' });
    setup.clock.ms = START + HOUR;
    await Promise.all([stops.resumeDue(), stops.resumeDue()]);
    expect([await state(one), await state(account)]).toEqual([ACTIVE, ACTIVE]);
    expect(await state(forever)).toMatchObject({ status: 'paused', by: 'errors' });
  });
});

it('a number may change the endpoint it sends marketing through', async () => {
  const one = await sender('token', ACCOUNT);
  const seen: unknown[] = [];
  for (const endpoint of ['marketing_messages', 'messages'] as const) {
    await setup.database.transaction((tx) => stops.useEndpoint(tx, one, endpoint));
    seen.push(
      ...(await rowsOf(setup.db, sql`SELECT uses_marketing_api AS used FROM senders WHERE id = ${one}`)),
    );
  }
  expect(seen).toEqual([{ used: true }, { used: false }]);
});
