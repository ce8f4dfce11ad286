import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Engine, MARKETING, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

const CUSTOMERS = '/api/whatsapp/customers';
const SETUPS = Number(process.env['FORECAST_SETUPS'] ?? 12);
const SEED = Number(process.env['FORECAST_SEED'] ?? 20_250_303);
const TOMORROW = '2025-03-04';
let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T08:00:00Z');
  await call('put', '/api/organization', { frequencyCap: { messages: 2, days: 60 } });
});
afterAll(async () => {
  await engine.close();
});

async function call(method: 'post' | 'put' | 'delete', path: string, given?: object): Promise<any> {
  const { status, body } = await engine.app.api[method](path, given);
  if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
  return body;
}

type Kind = 'plain' | 'customer' | 'stopped' | 'inactive' | 'deleted' | 'forgotten' | 'us' | 'capped';
const kind = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Kind>('plain') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Kind>(
      'customer',
      'stopped',
      'inactive',
      'deleted',
      'forgotten',
      'us',
      'capped',
    ),
  },
);
const setup = fc.record({
  people: fc.array(kind, { minLength: 8, maxLength: 24 }),
  audience: fc.constantFrom('manual', 'manual', 'segment'),
  dailySendLimit: fc.option(fc.integer({ min: 4, max: 10 })),
  limit: fc.option(fc.integer({ min: 4, max: 9 }), { freq: 2 }),
  priority: fc.constantFrom(1, 5, 9),
  timeZone: fc.constantFrom('UTC', 'Asia/Kolkata'),
  rateLimit: fc.constantFrom(null, 600),
  isActivated: fc.boolean(),
  neighbour: fc.option(
    fc.record({ count: fc.integer({ min: 3, max: 12 }), dailySendLimit: fc.integer({ min: 2, max: 5 }) }),
  ),
});
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;

let next = 0;
/** A number with a portfolio of its own, so that the set-ups do not share a limit. */
async function sender(limit: number | null): Promise<string> {
  const phoneNumberId = String(620_000_000_000 + next++);
  await fetch(`${engine.meta.url}/simulator/phone/${phoneNumberId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ display_phone_number: `+1 555 ${1_000_000 + next}`, notify: false }),
  });
  const { id, portfolio } = await call('post', '/api/whatsapp/senders', {
    ...{ name: 'Shop', phoneNumberId, accessToken: 'simulator-token', businessAccountId: '102290129340398' },
    metaBusinessId: `${phoneNumberId}1`,
  });
  await engine.sql('UPDATE portfolios SET messaging_limit = $2, is_unlimited = false WHERE id = $1', [
    portfolio.id,
    limit,
  ]);
  return id;
}

let lastUs = 1_000;
/** Adds the people of a set-up as they are before the campaign has them; returns what happens to them afterwards. */
async function prepare(
  kinds: readonly Kind[],
  tag: string,
): Promise<{ phones: string[]; afterwards: () => Promise<void> }> {
  const later: (() => Promise<unknown>)[] = [];
  const phones = await Promise.all(
    kinds.map(async (one) => {
      const phoneNumber = one === 'us' ? `+1212555${lastUs++}` : (numbers(1)[0] ?? '');
      if (one === 'plain') return phoneNumber;
      const { id } = await call('post', CUSTOMERS, { phoneNumber, name: 'Asha', tags: [tag] });
      const path = `${CUSTOMERS}/${id}`;
      if (one === 'stopped') later.push(() => call('post', `${path}/opt-out`, {}));
      if (one === 'inactive') later.push(() => call('put', path, { isActive: false }));
      if (one === 'deleted') later.push(() => call('delete', path));
      if (one === 'forgotten') {
        await call('post', `${path}/opt-out`, {});
        await call('delete', path);
      }
      if (one === 'capped') {
        await engine.sql(
          `INSERT INTO whatsapp_messages
             (organization_id, direction, purpose, phone_number, type, category, status, created_at)
           SELECT organization_id, 'out', 'direct', whatsapp_phone, 'template', 'MARKETING', 'read',
                  timestamptz '2025-03-02T10:00:00Z'
             FROM user_profiles, generate_series(1, 2) WHERE id = $1`,
          [id],
        );
      }
      return phoneNumber;
    }),
  );
  return {
    phones,
    afterwards: async () => {
      await Promise.all(later.map((change) => change()));
    },
  };
}

const draft = (phones: readonly string[] | null, more: object): Promise<{ id: string }> =>
  call('post', WHATSAPP, {
    ...{ name: 'Tours', templateName: 'new_year_promo', ...more },
    ...(phones === null ? {} : { recipients: phones.map((phoneNumber) => ({ phoneNumber })) }),
  });

interface Started {
  id: string;
  timeZone: string;
  foretold: any;
}

/** Foretells the campaign of a set-up and starts it at once. */
async function start(given: Setup): Promise<Started> {
  const { people, audience, limit, neighbour, isActivated, timeZone, ...settings } = given;
  const senderId = await sender(limit);
  if (neighbour !== null) {
    const { count, ...more } = neighbour;
    const { id } = await draft(numbers(count), { senderId, rateLimit: null, priority: 5, ...more });
    await call('post', `${WHATSAPP}/${id}/send`);
  }
  const tag = `setup-${next}`;
  const { phones, afterwards } = await prepare(people, tag);
  const segmentQuery = { logic: 'AND', conditions: [{ field: 'tags', operator: 'contains', value: tag }] };
  const target = audience === 'segment' ? { targetType: 'segment', segmentQuery } : {};
  const { id } = await draft(audience === 'segment' ? null : phones, {
    ...{ senderId, timeZone, ...settings, ...target },
  });
  await afterwards();
  const byDay = isActivated && audience === 'manual';
  const foretold = await call('post', `${WHATSAPP}/${id}/forecast`, byDay ? { startDate: TOMORROW } : {});
  if (foretold.recipients.total > 0) {
    await call(
      'post',
      byDay ? `${MARKETING}/${id}/activate?start_date=${TOMORROW}` : `${WHATSAPP}/${id}/send`,
    );
  }
  return { id, timeZone, foretold };
}

/** Nothing is left to do at this hour. */
const isIdle = async (): Promise<boolean> => {
  const [row] = await engine.sql<{ busy: number }>(
    `SELECT count(*)::int AS busy FROM campaign_recipients r JOIN marketing_campaigns c ON c.id = r.campaign_id
      WHERE c.status = 'active'
        AND (r.status IN ('queued', 'sending', 'retry')
             OR r.status = 'pending' AND r.scheduled_send_date <= ($1::timestamptz AT TIME ZONE c.time_zone)::date)`,
    [engine.now()],
  );
  return row?.busy === 0;
};
const isOver = async (): Promise<boolean> =>
  (await engine.sql(`SELECT 1 FROM marketing_campaigns WHERE status = 'active'`)).length === 0;

/** Units of the limit become free a day after they were used, so a day may take several looks. */
async function workThrough(day: string): Promise<void> {
  await engine.moveTo(`${day}T09:01:00Z`);
  for (let look = 0; look < 12; look++) {
    const done = await until(isIdle, Boolean, { within: 2_000 }).catch(() => false);
    if (done) return;
    await engine.advance('PT25M');
  }
  throw new Error(`${day} was never done`);
}

async function outcomeOf({ id, timeZone }: Started): Promise<object> {
  const days = await engine.sql(
    `SELECT (attempted_at AT TIME ZONE $2)::date::text AS date, count(*)::int AS count FROM campaign_recipients
      WHERE campaign_id = $1 AND status <> 'skipped' GROUP BY 1 ORDER BY 1`,
    [id, timeZone],
  );
  const skipped = await engine.sql(
    `SELECT failure_reason AS reason, count(*)::int AS count FROM campaign_recipients
      WHERE campaign_id = $1 AND status = 'skipped' GROUP BY 1 ORDER BY 2 DESC, 1`,
    [id],
  );
  return { days, skipped };
}

const told = ({ foretold: { days, recipients } }: Started): object => ({
  days: days.map(({ date, count }: any) => ({ date, count })),
  skipped: recipients.skipped.map(({ reason, count }: any) => ({ reason, count })),
});

it(
  `gives the days and the skipped people of ${SETUPS} random campaigns, as they then run`,
  async () => {
    const setups = fc.sample(setup, { numRuns: SETUPS, seed: SEED });
    const started: Started[] = [];
    for (const one of setups) started.push(await start(one));
    for (let day = 3; !(await isOver()); day++) {
      if (day > 30) throw new Error('the campaigns never end');
      await workThrough(`2025-03-${String(day).padStart(2, '0')}`);
    }
    for (const [n, one] of started.entries()) {
      expect({ setup: setups[n], ...(await outcomeOf(one)) }).toEqual({ setup: setups[n], ...told(one) });
    }
  },
  SETUPS * 20_000 + 60_000,
);
