import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { Cipher } from '../../../src/platform/encryption/cipher.js';
import { createLogger } from '../../../src/platform/logging/logger.js';
import { SenderHealth, type StopScope } from '../../../src/senders/health/sender-health.service.js';
import { SenderStops } from '../../../src/senders/health/sender-stops.service.js';
import type { SenderEvents } from '../../../src/senders/accounts/sender-events.service.js';
import { SenderPacing } from '../../../src/senders/pace/sender-pace.service.js';
import { newShop } from '../../support/segment-customers.js';
import { HOUR, QuotaSetup, START } from './quota-setup.js';

const setup = QuotaSetup.forThisFile();
const cipher = new Cipher(Buffer.alloc(32, 7));
const ACCOUNT = '102290129340398';
let health: SenderHealth;
let shop: string;
beforeAll(() => {
  const logger = createLogger('info', { write: () => undefined });
  const pace = new SenderPacing(setup.database, setup.clock);
  const events = { changed: () => Promise.resolve() } as unknown as SenderEvents;
  const stops = new SenderStops(cipher, events, setup.clock);
  health = new SenderHealth(setup.database, stops, setup.clock, logger, pace);
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
    health.pause(tx, id, { scope, reason: 'Spam.', until: until === null ? null : new Date(until) }),
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

describe('pause', () => {
  it('stops the number, its account, or every number with the same token', async () => {
    const other = await newShop(setup.db);
    const one = await sender('of the app', ACCOUNT);
    const sibling = await sender('of another app', ACCOUNT);
    const app = await sender('of the app', '555');
    const lone = await sender('lone token', null);
    const stranger = await sender('stranger', ACCOUNT, other);
    const partner = await sender('of the app', null, other);
    await setup.database.transaction(async (tx) => {
      expect(await health.sendersIn(tx, one, 'sender')).toEqual([one]);
      expect(await health.sendersIn(tx, one, 'account')).toEqual([one, sibling]);
      expect(await health.sendersIn(tx, one, 'app')).toEqual([one, app, partner]);
      expect(await health.sendersIn(tx, lone, 'account')).toEqual([lone]);
    });
    expect(await pause(one, { scope: 'account' })).toEqual([one, sibling]);
    expect(await state(stranger)).toEqual(ACTIVE);
  });

  it('skips numbers whose token cannot be decrypted', async () => {
    const one = await sender('shared', ACCOUNT);
    const broken = await setup.sender(shop, { token: 'v1:AAAA' });
    await setup.database.transaction(async (tx) => {
      expect(await health.sendersIn(tx, one, 'app')).toEqual([one]);
      expect(await health.sendersIn(tx, broken, 'app')).toEqual([broken]);
    });
  });

  it('reports a stop once, with its reason and its end', async () => {
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

  it('makes a stop longer, never shorter', async () => {
    const one = await sender('token', ACCOUNT);
    const seen: (Date | null | undefined)[] = [];
    for (const until of [START + HOUR, START + 3 * HOUR, START + 2 * HOUR, null, START + 9 * HOUR]) {
      await pause(one, { until });
      seen.push((await state(one))?.until);
    }
    const [hour, three] = [new Date(START + HOUR), new Date(START + 3 * HOUR)];
    expect(seen).toEqual([hour, three, three, null, null]);
  });

  it.each(['operator', 'health', 'account'])('leaves a pause by %s unchanged', async (by) => {
    const one = await sender('token', ACCOUNT);
    await pausedBy(one, by);
    expect(await pause(one, { until: START + HOUR })).toEqual([]);
    expect(await state(one)).toEqual({ status: 'paused', by, until: null, reason: 'Before.' });
  });

  it('does not deadlock when two numbers stop each other', async () => {
    const [one, other] = [await sender('a', 'both'), await sender('b', 'both')];
    const stopped = await Promise.all(
      Array.from({ length: 10 }, (_, index) => pause(index % 2 === 0 ? one : other, { scope: 'account' })),
    );
    expect(stopped.flat()).toEqual([one, other]);
  });
});

describe('resumeDue', () => {
  it('ends every pause at its time and not before, whatever its source', async () => {
    const [one, account, forever] = [
      await sender('a', null),
      await sender('b', null),
      await sender('c', null),
    ];
    await pause(one, { until: START + HOUR });
    await pausedBy(account, 'account', START + HOUR);
    await pause(forever);
    setup.clock.ms = START + HOUR - 1;
    await health.resumeDue();
    expect(await state(one)).toMatchObject({ status: 'paused' });
    setup.clock.ms = START + HOUR;
    await Promise.all([health.resumeDue(), health.resumeDue()]);
    expect([await state(one), await state(account)]).toEqual([ACTIVE, ACTIVE]);
    expect(await state(forever)).toMatchObject({ status: 'paused', by: 'errors' });
  });
});

it('useEndpoint switches the endpoint for marketing messages', async () => {
  const one = await sender('token', ACCOUNT);
  const seen: unknown[] = [];
  for (const endpoint of ['marketing_messages', 'messages'] as const) {
    await setup.database.transaction((tx) => health.useEndpoint(tx, one, endpoint));
    seen.push(
      ...(await rowsOf(setup.db, sql`SELECT uses_marketing_api AS used FROM senders WHERE id = ${one}`)),
    );
  }
  expect(seen).toEqual([{ used: true }, { used: false }]);
});
