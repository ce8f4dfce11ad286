import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Engine, numbers, PROMPT, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

let engine: Engine;
let sender: string;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
  const { body } = await engine.app.api.get('/api/whatsapp/senders');
  sender = `/api/whatsapp/senders/${body.data[0].id}`;
});
afterAll(async () => {
  await engine.close();
});
beforeEach(async () => {
  await engine.moveTo(
    `${new Date(engine.now().getTime() + 86_400_000).toISOString().slice(0, 10)}T10:00:00Z`,
  );
  await engine.scenario({ ...PROMPT, errors: [] });
  await engine.app.api.put(sender, { status: 'active', throughputPerSecond: 1_000 });
});

async function sent(phones: readonly string[], more: object): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'new_year_promo',
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  await engine.app.api.post(`${WHATSAPP}/${body.id}/send`);
  return body.id;
}
const attemptsOf = async (id: string): Promise<number[]> => {
  const rows = await engine.sql<{ created_at: Date }>(
    'SELECT created_at FROM whatsapp_messages WHERE campaign_id = $1 ORDER BY created_at',
    [id],
  );
  return rows.map(({ created_at }) => created_at.getTime());
};
const statesOf = async (id: string): Promise<string[]> => {
  const rows = await engine.sql<{ status: string }>(
    'SELECT status FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ status }) => status);
};

it('keeps to the rate when a slice resumes that began before its number was paused', async () => {
  await engine.app.api.put(sender, { throughputPerSecond: 1 });
  const id = await sent(numbers(90), { rateLimit: 60, dailySendLimit: null });
  await until(
    () => attemptsOf(id),
    (attempts) => attempts.length >= 2,
  );
  await engine.app.api.put(sender, { status: 'paused' });
  const begun = `campaign_id = '${id}' AND last_claim_at IS NOT NULL`;
  await until(
    () => engine.sql<{ state: string }>(`SELECT state FROM campaign_slices WHERE ${begun}`),
    ([slice]) => slice?.state === 'waiting',
  );
  const before = (await attemptsOf(id)).length;
  // A dead worker holds it until the other slices have used a whole minute's worth.
  const [slice] = await engine.sql<{ id: string }>(`SELECT id FROM campaign_slices WHERE ${begun}`);
  const lease = new Date(engine.now().getTime() + 320_000);
  await engine.sql(`UPDATE campaign_slices SET state = 'taken', leased_until = $1 WHERE ${begun}`, [lease]);
  await engine.app.api.put(sender, { throughputPerSecond: 1_000 });
  await engine.advance('PT5M');
  await engine.app.api.put(sender, { status: 'active' });
  await until(
    () => attemptsOf(id),
    (attempts) => attempts.length === before + 60,
  );
  await engine.advance('PT20S');
  // It resumes, or is postponed.
  await until(
    () =>
      engine.sql<{ due_at: Date; last_claim_at: Date }>('SELECT * FROM campaign_slices WHERE id = $1', [
        slice?.id,
      ]),
    ([one]) => one !== undefined && (one.due_at > engine.now() || one.last_claim_at > lease),
  );
  await until(
    async () => {
      await engine.advance('PT10S');
      return attemptsOf(id);
    },
    (attempts) => attempts.length === 90,
    { every: 300 },
  );
  const attempts = await attemptsOf(id);
  for (const at of attempts) {
    expect(attempts.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(60);
  }
});

it('stays within the daily limit when failed recipients are retried by hand', async () => {
  const phones = numbers(30);
  await engine.scenario({
    errors: [{ code: 131047, numbers: phones.filter((_, index) => index % 2 === 0) }],
  });
  const more = {
    rateLimit: null,
    dailySendLimit: 10,
    breakerFirstFailures: null,
    breakerFailurePercent: null,
  };
  const id = await sent(phones, more);
  const failed = (count: number) =>
    until(
      () => statesOf(id),
      (states) => states.filter((state) => state === 'failed').length === count,
    );
  await failed(5);
  await engine.advance('PT24H');
  await failed(10);
  await engine.scenario({ errors: [] });
  const day = engine.now().toISOString().slice(0, 10);
  const { body } = await engine.app.api.post(`${WHATSAPP}/${id}/recipients/retry`, { errorCode: 131047 });
  expect(body).toMatchObject({ retried: 10 });
  await until(
    () =>
      engine.sql(
        `SELECT 1 FROM campaign_recipients WHERE campaign_id = $1
            AND (status IN ('queued', 'sending') OR (status = 'pending' AND scheduled_send_date = $2))`,
        [id, day],
      ),
    (rows) => rows.length === 0,
  );
  const people = async () => {
    const rows = await engine.sql<{ people: number }>(
      `SELECT count(DISTINCT phone_number)::int AS people FROM whatsapp_messages
        WHERE campaign_id = $1 GROUP BY (created_at AT TIME ZONE 'UTC')::date ORDER BY min(created_at)`,
      [id],
    );
    return rows.map((row) => row.people);
  };
  expect(await people()).toEqual([10, 10]);
  await engine.advance('PT24H');
  await until(people, ({ length, 2: third }) => length === 3 && third === 10);
  await engine.app.api.post(`${WHATSAPP}/${id}/cancel`);
});
