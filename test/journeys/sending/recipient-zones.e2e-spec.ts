import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Engine, MARKETING, startEngine, WHATSAPP } from '../../support/engine.js';
import { Slicer } from '../../../src/sending/slices/slicer.service.js';
import { until } from '../../support/until.js';

const CUSTOMERS = '/api/whatsapp/customers';
const HOUR_MS = 3_600_000;
let engine: Engine;
/** Each test has days of its own: the clock only goes forward, and the tests come in any order. */
let nextDay = Date.parse('2025-01-13T00:00:00Z');
beforeAll(async () => {
  engine = await startEngine('2025-01-12T12:00:00Z');
});
afterAll(async () => {
  await engine.close();
});

async function call(method: 'get' | 'post' | 'put', path: string, given?: object): Promise<any> {
  const { status, body } = await engine.app.api[method](path, given);
  if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
  return body;
}

let next = 0;
const digits = (): string => String(1_000_000 + next++);
const german = (): string => `+491511${digits()}`;
const indian = (): string => `+91987${digits()}`;
const canadian = (): string => `+1416${digits()}`;

/** Midnight (UTC) of a day that no other test has used; the clock stands there. */
function freshDay(days = 1): (hour: number, day?: number) => string {
  const midnight = Math.max(nextDay, engine.now().getTime() + HOUR_MS);
  const start = Math.ceil(midnight / (24 * HOUR_MS)) * 24 * HOUR_MS;
  nextDay = start + days * 24 * HOUR_MS;
  return (hour, day = 0) => new Date(start + (day * 24 + hour) * HOUR_MS).toISOString();
}

async function campaign(phones: readonly string[], more: object = {}): Promise<string> {
  const { id } = await call('post', WHATSAPP, {
    ...{
      name: 'Tours',
      templateName: 'new_year_promo',
      timeZone: 'UTC',
      dailySendLimit: null,
      rateLimit: null,
    },
    ...{ sendWindowStart: '09:00', sendWindowEnd: '20:00', sendInRecipientZone: true },
    ...more,
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
  });
  return id;
}

interface Row {
  phone: string;
  status: string;
  attempts: number;
  attemptedAt: Date | null;
  zone: string | null;
  variant: number | null;
}
const rowsOf = (id: string): Promise<Row[]> =>
  engine.sql<Row>(
    `SELECT r.phone_number AS phone, r.status, r.attempts, r.attempted_at AS "attemptedAt", z.name AS zone, r.variant
       FROM campaign_recipients r LEFT JOIN time_zones z ON z.id = r.zone_id WHERE r.campaign_id = $1 ORDER BY r.id`,
    [id],
  );
const sentOf = async (id: string): Promise<string[]> =>
  (await rowsOf(id)).filter(({ attempts }) => attempts > 0).map(({ phone }) => phone);
const hourOf = (row: Row | undefined): string | undefined => row?.attemptedAt?.toISOString().slice(0, 16);

/** Nothing is left that could go at this moment: the slicer has looked since the clock was moved, and its slices are done. */
async function settled(id: string): Promise<void> {
  await until(
    () =>
      engine.sql<{ busy: boolean }>(
        `SELECT (c.feed_at IS NULL OR c.feed_at <= $2
                 OR EXISTS (SELECT FROM campaign_recipients r
                             WHERE r.campaign_id = $1
                               AND (r.status IN ('queued', 'sending')
                                    OR r.status = 'pending'
                                       AND r.scheduled_send_date < ($2::timestamptz AT TIME ZONE c.time_zone)::date)))
                AND c.status = 'active' AS busy
           FROM marketing_campaigns c WHERE c.id = $1`,
        [id, engine.now()],
      ),
    ([row]) => row?.busy === false,
  );
}
const moveTo = async (instant: string, id: string): Promise<void> => {
  await engine.moveTo(instant);
  await settled(id);
};

it('writes to each person inside the window of their own clock', async () => {
  const at = freshDay();
  const [de, ind, ca, junk] = [german(), indian(), canadian(), german()];
  await call('post', CUSTOMERS, {
    phoneNumber: ca,
    name: 'Ann',
    attributes: { timeZone: 'america/vancouver' },
  });
  await call('post', CUSTOMERS, { phoneNumber: junk, name: 'Uwe', attributes: { timeZone: 'Mars/Base' } });
  const unknown = canadian();
  await engine.moveTo(at(0));
  const id = await campaign([de, ind, ca, junk, unknown]);
  await call('post', `${WHATSAPP}/${id}/send`);
  await settled(id);
  // 16:00 of the evening before in Vancouver; 05:30 in Kolkata.
  expect(await sentOf(id)).toEqual([ca]);
  expect((await rowsOf(id)).map(({ zone }) => zone)).toEqual([
    'Europe/Berlin',
    'Asia/Kolkata',
    'America/Vancouver',
    'Europe/Berlin',
    'UTC',
  ]);
  const { waitingFor } = await call('get', `${WHATSAPP}/${id}`);
  if (waitingFor !== undefined) expect(waitingFor).toContain('Asia/Kolkata');

  await moveTo(at(3.4), id);
  expect(await sentOf(id)).toEqual([ca]);
  await moveTo(at(3.5), id);
  expect(await sentOf(id)).toEqual([ind, ca]);
  // A newcomer gets a zone as well: it is 13:30 where they live.
  const late = indian();
  await moveTo(at(8), id);
  await call('post', `${WHATSAPP}/${id}/recipients`, { recipients: [{ phoneNumber: late }] });
  await until(
    () => sentOf(id),
    (sent) => sent.length === 5,
  );
  expect(new Set(await sentOf(id))).toEqual(new Set([ind, ca, de, junk, late]));
  await engine.moveTo(at(9));
  const rows = await until(
    () => rowsOf(id),
    (all) => all.every(({ attempts }) => attempts === 1),
  );
  expect(rows.map(hourOf)).toEqual(
    [at(8), at(3.5), at(0), at(8), at(9), at(8)].map((one) => one.slice(0, 16)),
  );
});

it('leaves a person whose window is over to the next day, and says what they wait for', async () => {
  const at = freshDay(2);
  await engine.moveTo(at(15));
  const [ind, de] = [indian(), german()];
  const id = await campaign([ind, de]);
  await call('post', `${WHATSAPP}/${id}/send`);
  await settled(id);
  expect(await sentOf(id)).toEqual([de]);
  const { data } = await call('get', `${WHATSAPP}/${id}/recipients`);
  const { explanation } = await call('get', `${WHATSAPP}/${id}/recipients/${data[0].id}`);
  expect(explanation.at(-1)).toMatchObject({
    event: 'waiting',
    detail: `Waits for 09:00 in Asia/Kolkata (${at(3.5, 1)}).`,
  });
  await moveTo(at(0.1, 1), id);
  expect(await sentOf(id)).toEqual([de]);
  await engine.moveTo(at(3.5, 1));
  const rows = await until(
    () => rowsOf(id),
    (all) => all.every(({ attempts }) => attempts === 1),
  );
  expect(hourOf(rows[0])).toBe(at(3.5, 1).slice(0, 16));
});

it('keeps to a slow pace and to closing time, and a pause loses nobody', async () => {
  const at = freshDay(2);
  // Kolkata closes at 14:30 UTC: what closes first goes first, one a minute.
  await engine.moveTo(at(14.475));
  const people = [german(), indian(), indian(), indian()];
  const id = await campaign(people, { rateLimit: 1 });
  const sentAfter = async (count: number): Promise<string[]> => {
    for (let minute = 0; minute < 8; minute++) {
      const sent = await until(
        () => sentOf(id),
        (all) => all.length === count,
        { within: 1_500 },
      ).catch(() => null);
      if (sent !== null) return sent;
      await engine.advance('PT1M');
    }
    throw new Error(`${count} were never sent to`);
  };
  await call('post', `${WHATSAPP}/${id}/send`);
  expect(await sentAfter(1)).toEqual([people[1]]);
  await call('post', `${WHATSAPP}/${id}/pause`);
  await engine.moveTo(at(14.55));
  await call('post', `${WHATSAPP}/${id}/resume`);
  expect(await sentAfter(2)).toEqual([people[0], people[1]]);
  await moveTo(at(15), id);
  expect(await sentOf(id)).toHaveLength(2);
  await engine.moveTo(at(3.5, 1));
  await sentAfter(4);
  const rows = await rowsOf(id);
  expect(rows.every(({ attempts }) => attempts === 1)).toBe(true);
  for (const row of rows.slice(2)) expect(hourOf(row)).toMatch(new RegExp(`^${at(3.5, 1).slice(0, 13)}`));
});

it('lets eight workers look at once and sends once to each', async () => {
  const at = freshDay();
  await engine.moveTo(at(9));
  const people = Array.from({ length: 240 }, (_, n) => (n % 2 === 0 ? indian() : german()));
  const id = await campaign(people);
  const slicer = engine.app.app.get(Slicer);
  const [row] = await engine.sql<{ org: string }>(
    'SELECT organization_id AS org FROM marketing_campaigns WHERE id = $1',
    [id],
  );
  await call('post', `${WHATSAPP}/${id}/send`);
  await Promise.all(Array.from({ length: 8 }, () => slicer.slice(row?.org ?? '', id, { release: true })));
  const rows = await until(
    () => rowsOf(id),
    (all) => all.every(({ attempts }) => attempts > 0),
  );
  expect(rows).toHaveLength(240);
  expect(rows.every(({ attempts }) => attempts === 1)).toBe(true);
  const mixed = await engine.sql(
    `SELECT s.id FROM campaign_slices s JOIN campaign_recipients r ON r.slice_id = s.id
      WHERE s.campaign_id = $1 AND r.zone_id IS DISTINCT FROM s.zone_id LIMIT 1`,
    [id],
  );
  expect(mixed).toEqual([]);
});

it('follows both clocks when one of them changes', async () => {
  // Europe changes on the 30th: 09:00 in Berlin is 08:00 UTC the day before and 07:00 on the day; India does not change.
  await engine.moveTo('2027-03-27T22:30:00Z');
  const [de, ind] = [german(), indian()];
  const id = await campaign([de, ind], { timeZone: 'America/New_York' });
  await call('post', `${WHATSAPP}/${id}/send`);
  await moveTo('2027-03-28T03:29:00Z', id);
  expect(await sentOf(id)).toEqual([]);
  await moveTo('2027-03-28T03:31:00Z', id);
  expect(await sentOf(id)).toEqual([ind]);
  await moveTo('2027-03-28T06:59:00Z', id);
  expect(await sentOf(id)).toEqual([ind]);
  await engine.moveTo('2027-03-28T07:01:00Z');
  await until(
    () => sentOf(id),
    (sent) => sent.length === 2,
  );
});

it('releases on the day of the campaign those whose window no daily run can reach', async () => {
  const at = freshDay(2);
  await engine.moveTo(at(10));
  const japanese = `+8190${digits()}1`;
  const id = await campaign([japanese, german()], { sendWindowEnd: '18:00' });
  await call('post', `${MARKETING}/${id}/activate?start_date=${at(0, 1).slice(0, 10)}`);
  await moveTo(at(0.5, 1), id);
  await until(
    () => sentOf(id),
    (sent) => sent.length === 1,
  );
  expect(await sentOf(id)).toEqual([japanese]);
  await moveTo(at(8.5, 1), id);
  expect(await sentOf(id)).toEqual([japanese]);
  await engine.moveTo(at(9.01, 1));
  await until(
    () => sentOf(id),
    (sent) => sent.length === 2,
  );
});

async function experiment(id: string, times: readonly (string | null)[]): Promise<void> {
  await engine.sql(
    `INSERT INTO campaign_experiments (campaign_id, state, mode, seed, created_at, updated_at)
     VALUES ($1, 'running', 'split', 's', $2, $2)`,
    [id, engine.now()],
  );
  for (const [n, sendAt] of times.entries()) {
    await engine.sql(
      `INSERT INTO campaign_variants (campaign_id, number, key, weight_bp, send_at) VALUES ($1, $2, $3, 5000, $4)`,
      [id, n + 1, 'AB'[n], sendAt],
    );
  }
  await engine.sql(
    `UPDATE campaign_recipients r SET variant = 1 + n.n % 2
       FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM campaign_recipients WHERE campaign_id = $1) n
      WHERE r.id = n.id`,
    [id],
  );
}

it('sends a variant at its hour, on the clock of the campaign or of each person', async () => {
  const at = freshDay(2);
  await engine.moveTo(at(1));
  const own = await campaign([german(), indian(), german(), indian()], {
    sendInRecipientZone: false,
    dailySendLimit: 2,
  });
  const theirs = await campaign([german(), german(), indian(), indian()]);
  for (const id of [own, theirs]) {
    await experiment(id, ['10:00', '18:00']);
    await call('post', `${WHATSAPP}/${id}/send`);
  }
  for (const hour of [4.5, 9, 10, 12.5, 17, 18]) {
    await engine.moveTo(at(hour));
    await settled(own);
    await settled(theirs);
  }
  for (const hour of [0.1, 10, 18]) {
    await engine.moveTo(at(hour, 1));
    await settled(own);
  }
  const rows = await until(
    async () => ({ own: await rowsOf(own), theirs: await rowsOf(theirs) }),
    (all) => [...all.own, ...all.theirs].every(({ attempts }) => attempts === 1),
  );
  const minutes = (...instants: string[]): string[] => instants.map((one) => one.slice(0, 16));
  expect(rows.own.map(hourOf)).toEqual(minutes(at(10), at(18), at(10, 1), at(18, 1)));
  expect(rows.theirs.map(hourOf)).toEqual(minutes(at(9), at(17), at(4.5), at(12.5)));
});

it('sends the winner at the hour of the winner, from the next day on', async () => {
  const at = freshDay(2);
  await engine.moveTo(at(8));
  const id = await campaign([german(), german(), german(), german()], {
    sendInRecipientZone: false,
    dailySendLimit: 2,
  });
  await experiment(id, ['10:00', '18:00']);
  await call('post', `${WHATSAPP}/${id}/send`);
  await moveTo(at(10), id);
  await moveTo(at(12), id);
  expect(await sentOf(id)).toHaveLength(1);
  await engine.sql('UPDATE marketing_campaigns SET winner = 1, feed_at = NULL WHERE id = $1', [id]);
  await engine.sql(
    `UPDATE campaign_experiments SET state = 'decided', decided_at = $2 WHERE campaign_id = $1`,
    [id, engine.now()],
  );
  await settled(id);
  await moveTo(at(18), id);
  expect(await sentOf(id)).toHaveLength(1);
  await moveTo(at(0.1, 1), id);
  await moveTo(at(10, 1), id);
  const rows = await until(
    () => rowsOf(id),
    (all) => all.filter(({ attempts }) => attempts === 1).length === 3,
  );
  expect(rows.slice(0, 3).map(({ variant }) => variant)).toEqual([1, 1, 1]);
});
