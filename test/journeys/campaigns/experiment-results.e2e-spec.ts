import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EvaluationRound } from '../../../src/experiments/evaluation-round.service.js';
import { beginLook } from '../../../src/experiments/looks.queries.js';
import { Database } from '../../../src/platform/database/database.js';
import { type Engine, numbers, PROMPT, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

const HOUR_MS = 3_600_000;
const [A, B] = ['black_friday_promo', 'sale_template'];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T09:30:00Z');
});
afterAll(async () => {
  await engine.close();
});

async function made(
  recipients: readonly string[],
  experiment: object,
  campaign: object = {},
): Promise<string> {
  const { body } = await engine.app.api.post(WHATSAPP, {
    ...{ name: 'Sale', templateName: A, templateLanguage: 'en_US', rateLimit: null, dailySendLimit: null },
    recipients: recipients.map((phoneNumber) => ({ phoneNumber })),
    ...campaign,
  });
  const put = await engine.app.api.put(`${WHATSAPP}/${body.id}/experiment`, {
    variants: [{ weight: 50 }, { weight: 50, templateName: B, templateLanguage: 'en_US' }],
    ...{ primaryMetric: 'read', minPerVariant: 10, ...experiment },
  });
  expect({ status: put.status, body: put.body }).toMatchObject({ status: 200 });
  return body.id;
}

const results = async (id: string): Promise<any> =>
  (await engine.app.api.get(`${WHATSAPP}/${id}/experiment/results`)).body;
const questionsOf = async (id: string): Promise<object[]> => {
  const { body } = await engine.app.api.get('/api/notifications?limit=200');
  return body.data.filter(({ kind, objectId }: any) => kind === 'experiment_undecided' && objectId === id);
};
const evaluate = (id: string) => engine.app.api.post(`${WHATSAPP}/${id}/experiment/evaluate`);
/** The round of the hour may have looked a moment ago. */
const evaluateSoon = async (id: string) => {
  const answer = await evaluate(id);
  if (answer.status === 429) await engine.app.api.post('/api/dev/clock', { advance: 'PT1M' });
  return answer;
};

interface Person {
  variant: number;
  status: string;
  /** In hours after the message, which goes out an hour ago; null: never. */
  read?: number | null;
  optedOut?: number | null;
  /** Left out: one, but for those who were skipped. */
  attempts?: number;
  count: number;
}

/** A running experiment with these people, written by SQL: how they got there does not matter here. */
async function running(people: readonly Person[], settings: object = {}): Promise<{ id: string; t0: Date }> {
  const id = await made(numbers(1), settings);
  const t0 = engine.now();
  await engine.sql('DELETE FROM campaign_recipients WHERE campaign_id = $1', [id]);
  await engine.sql(
    `UPDATE marketing_campaigns SET status = 'active', started_at = $2, status_changed_at = $2 WHERE id = $1`,
    [id, t0],
  );
  await engine.sql(
    `UPDATE campaign_experiments SET state = 'running', started_at = $2, mode = coalesce(mode, 'split'),
            outcome_window = coalesce(outcome_window, '48 hours') WHERE campaign_id = $1`,
    [id, t0],
  );
  const at = (hours: number | null | undefined): Date | null =>
    hours === null || hours === undefined ? null : new Date(t0.getTime() + hours * HOUR_MS);
  for (const { variant, status, read, optedOut, count, ...more } of people) {
    const { attempts = status === 'skipped' ? 0 : 1 } = more;
    await engine.sql(
      `INSERT INTO campaign_recipients (campaign_id, phone_number, status, variant, attempts, attempted_at, sent_at,
                                        failed_at, read_at, opted_out_at, created_at, updated_at)
       SELECT $1, phone, $3, $4, $5, $6, $7, $8, $9, $10, $6, $6 FROM unnest($2::text[]) AS phone`,
      [
        ...[id, numbers(count), status, variant, attempts, t0],
        ...[['sent', 'read'].includes(status) ? t0 : null, status === 'failed' ? t0 : null],
        ...[at(read), at(optedOut)],
      ],
    );
  }
  return { id, t0 };
}

/** The clock never goes back, so a moment that has passed already counts as reached. */
async function moveAfter(t0: Date, hours: number): Promise<void> {
  await engine.moveTo(new Date(t0.getTime() + hours * HOUR_MS).toISOString());
}

const figuresOf = ({ variants }: any, key: string): any => variants.find((one: any) => one.key === key);

it('counts nobody before their time is over, and nothing that came after it', async () => {
  const { id, t0 } = await running([
    { variant: 1, status: 'read', read: 47, count: 3 },
    { variant: 1, status: 'read', read: 49, count: 4 },
    { variant: 1, status: 'failed', count: 2 },
    { variant: 1, status: 'skipped', count: 5 },
    { variant: 2, status: 'sending', count: 6 },
    { variant: 2, status: 'sent', optedOut: 1, count: 1 },
    { variant: 2, status: 'sent', count: 7 },
  ]);
  const draft = await made(numbers(1), {});
  expect(await evaluate(draft)).toMatchObject({
    status: 409,
    body: { type: 'urn:drumbeat:problem:experiment_not_running' },
  });
  expect(await results(draft)).toMatchObject({ state: 'draft', looks: 0, lookedAt: null, winner: null });

  expect(await results(id)).toMatchObject({
    looks: 0,
    horizon: { planned: 28, mature: 0 },
    text: 'Nothing has been counted yet: that happens once an hour.',
  });
  await moveAfter(t0, 47.5);
  const early = (
    await until(
      () => evaluateSoon(id),
      ({ status }) => status === 200,
    )
  ).body;
  expect(early).toMatchObject({ state: 'running', horizon: { mature: 0 }, verdict: 'collecting' });
  expect(figuresOf(early, 'A')).toMatchObject({ assigned: 14, attempted: 9, mature: 0 });
  expect(figuresOf(early, 'A').metrics.read).toEqual({
    units: 0,
    successes: 0,
    rate: null,
    low: null,
    high: null,
  });
  expect(await evaluate(id)).toMatchObject({
    status: 429,
    body: { type: 'urn:drumbeat:problem:evaluate_too_soon' },
  });
  expect((await evaluate(id)).headers.get('retry-after')).toMatch(/^[1-9]\d?$/);

  await moveAfter(t0, 49.5);
  const later = (
    await until(
      () => evaluateSoon(id),
      ({ status }) => status === 200,
    )
  ).body;
  expect(figuresOf(later, 'A')).toMatchObject({ mature: 9, metrics: { read: { units: 9, successes: 3 } } });
  expect(figuresOf(later, 'B')).toMatchObject({
    attempted: 14,
    mature: 8,
    metrics: { read: { units: 8, successes: 0 } },
  });
  // The time for opting out is longer.
  expect(later.guardrails.every(({ difference }: any) => difference === null)).toBe(true);

  await moveAfter(t0, 73);
  const last = (
    await until(
      () => evaluateSoon(id),
      ({ status }) => status === 200,
    )
  ).body;
  expect(last.guardrails.find(({ metric }: any) => metric === 'optedOut')).toMatchObject({
    difference: 1 / 8,
  });
  expect(last.guardrails.find(({ metric }: any) => metric === 'failed')).toMatchObject({
    difference: -2 / 9,
  });

  // The round of the hour may come between the two questions.
  const { page, shown } = await until(
    async () => ({
      page: (await engine.app.api.get(`${WHATSAPP}/${id}/experiment/looks?limit=2`)).body,
      shown: await results(id),
    }),
    (both) => both.page.total === both.shown.looks,
  );
  expect(page).toMatchObject({ data: [{ at: shown.lookedAt, mature: 17 }, {}] });
  const { body: next } = await engine.app.api.get(
    `${WHATSAPP}/${id}/experiment/looks?cursor=${page.nextCursor as string}`,
  );
  expect(Date.parse(next.data[0].at)).toBeLessThan(Date.parse(page.data[1].at));
});

it('calls shares that are wrong invalid, and lets the campaign go on', async () => {
  const { id } = await running([
    { variant: 1, status: 'sent', count: 250 },
    { variant: 2, status: 'sent', count: 120 },
  ]);
  const { body } = await evaluate(id);
  expect(body).toMatchObject({
    state: 'invalid',
    invalidReason: 'srm',
    winner: null,
    srm: { mismatch: true },
  });
  expect(body.text).not.toMatch(/significant/);
  expect((await engine.app.api.get(`${WHATSAPP}/${id}`)).body.status).toBe('sending');
});

it('pauses a campaign whose variant drives people away, once', async () => {
  const { id } = await running([
    { variant: 1, status: 'sent', count: 100 },
    { variant: 2, status: 'sent', count: 90 },
    { variant: 2, status: 'sent', optedOut: 0, count: 10 },
  ]);
  const statusOf = async (): Promise<any> => (await engine.app.api.get(`${WHATSAPP}/${id}`)).body;
  expect((await evaluate(id)).body).toMatchObject({ verdict: 'opt_outs', state: 'running' });
  expect(await statusOf()).toMatchObject({
    status: 'paused',
    statusReason: expect.stringMatching(/Variant B .* 10\.0 %/),
  });
  // The person who resumes it has read why.
  await engine.sql(`UPDATE marketing_campaigns SET status = 'active', status_changed_at = $2 WHERE id = $1`, [
    id,
    engine.now(),
  ]);
  await engine.advance('PT2M');
  await until(
    () => evaluateSoon(id),
    ({ status }) => status === 200,
  );
  expect(await statusOf()).toMatchObject({ status: 'sending' });
});

it('pauses for people who opt out also when the test is invalid, and after a pause for another reason', async () => {
  const { id } = await running([
    { variant: 1, status: 'sent', count: 250 },
    { variant: 2, status: 'sent', count: 100 },
    { variant: 2, status: 'sent', optedOut: 0, count: 20 },
  ]);
  const moved = (status: string) =>
    engine.sql(
      `UPDATE marketing_campaigns SET status = $2, status_reason = 'lunch', status_changed_at = $3 WHERE id = $1`,
      [id, status, engine.now()],
    );
  const looked = async (): Promise<any> => {
    await until(
      () => evaluateSoon(id),
      ({ status }) => status === 200,
    );
    return (await engine.app.api.get(`${WHATSAPP}/${id}`)).body;
  };
  await moved('paused');
  expect(await looked()).toMatchObject({ status: 'paused', statusReason: 'lunch' });
  expect(await results(id)).toMatchObject({ state: 'invalid', invalidReason: 'srm', verdict: 'opt_outs' });
  await moved('active');
  expect(await looked()).toMatchObject({
    status: 'paused',
    statusReason: expect.stringMatching(/Variant B .* opted out/),
  });
});

it('keeps an opt-out of a later day, and counts it where the window of the test is as long', async () => {
  const { body: campaign } = await engine.app.api.post(WHATSAPP, {
    ...{ name: 'Late', templateName: A, templateLanguage: 'en_US', rateLimit: null, dailySendLimit: null },
    recipients: numbers(1).map((phoneNumber) => ({ phoneNumber })),
  });
  const personOf = async (): Promise<any> =>
    (await engine.sql('SELECT * FROM campaign_recipients WHERE campaign_id = $1', [campaign.id]))[0];
  await engine.app.api.post(`${WHATSAPP}/${campaign.id}/send`);
  await moveAfter(engine.now(), 24);
  await until(personOf, (person) => person.delivered_at !== null);
  await moveAfter(engine.now(), 100);
  const { phone_number: phone } = await personOf();
  await fetch(`${engine.meta.url}/simulator/inbound`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: phone, text: 'STOP' }),
  });
  // Too late for an answer to the message.
  expect(await until(personOf, (person) => person.opted_out_at !== null)).toMatchObject({
    responded_at: null,
  });

  const people: Person[] = [
    { variant: 1, status: 'sent', count: 100 },
    { variant: 2, status: 'sent', count: 90 },
    { variant: 2, status: 'sent', optedOut: 100, count: 10 },
  ];
  const short = await running(people);
  const long = await running(people, { outcomeWindow: 'P7D' });
  await moveAfter(long.t0, 101);
  const verdictOf = async (id: string): Promise<string> => {
    const judged = async (): Promise<any> => (await evaluateSoon(id), await results(id));
    return (await until(judged, ({ lookedAt }) => Date.parse(lookedAt) > long.t0.getTime() + 100 * HOUR_MS))
      .verdict;
  };
  expect(await verdictOf(short.id)).not.toBe('opt_outs');
  expect(await verdictOf(long.id)).toBe('opt_outs');
});

it('asks somebody once when the test is over without a winner', async () => {
  const even: Person[] = [1, 2].map((variant) => ({ variant, status: 'sent', count: 20 }));
  const { id, t0 } = await running(even, { mode: 'continue', onNoWinner: 'ask', maxSample: 40 });
  await moveAfter(t0, 73);
  const judged = await until(
    () => results(id),
    ({ verdict }) => verdict === 'no_winner',
  );
  expect(judged).toMatchObject({ state: 'running', winner: null, sample: 'first 40 in insertion order' });
  await engine.advance('PT2H');
  await until(
    () => results(id),
    ({ looks }) => looks > judged.looks,
  );
  expect(await questionsOf(id)).toHaveLength(1);
});

it('asks once for those who wait behind a sample that proves nothing, or that is decided by hand', async () => {
  const uneven: Person[] = [
    { variant: 1, status: 'sent', count: 250 },
    { variant: 2, status: 'sent', count: 120 },
  ];
  const broken = await running(uneven, { mode: 'wait' });
  const cancelled = await running(uneven, { mode: 'wait' });
  const even: Person[] = [1, 2].map((variant) => ({ variant, status: 'sent', count: 20 }));
  const manual = await running(even, { mode: 'wait', decision: 'manual' });
  await engine.sql(`UPDATE marketing_campaigns SET status = 'cancelled' WHERE id = $1`, [cancelled.id]);
  const lookAgain = async (id: string): Promise<void> => {
    const { looks } = await results(id);
    await until(
      async () => (await evaluateSoon(id), await results(id)),
      (now) => now.looks > looks,
    );
  };
  for (const { id } of [broken, cancelled, manual]) await lookAgain(id);
  expect(await questionsOf(manual.id)).toEqual([]);
  await moveAfter(manual.t0, 73);
  for (const { id } of [broken, cancelled, manual, manual]) await lookAgain(id);
  expect(await questionsOf(broken.id)).toMatchObject([{ text: expect.stringContaining('proves nothing') }]);
  expect(await questionsOf(manual.id)).toMatchObject([{ text: expect.stringContaining('is over') }]);
  expect(await questionsOf(cancelled.id)).toEqual([]);
  // Nothing stops a campaign for its shares.
  expect((await engine.app.api.get(`${WHATSAPP}/${broken.id}`)).body.status).toBe('sending');
});

it('lets the others go although one of the sample was skipped after an attempt', async () => {
  const { id, t0 } = await running(
    [
      ...[1, 2].map((variant) => ({ variant, status: 'sent', count: 20 })),
      { variant: 1, status: 'skipped', attempts: 1, count: 1 },
      { variant: 2, status: 'skipped', count: 1 },
    ],
    { mode: 'wait', decision: 'automatic', onNoWinner: 'first' },
  );
  await engine.sql('UPDATE marketing_campaigns SET open_wave = 0 WHERE id = $1', [id]);
  await engine.sql(
    `INSERT INTO campaign_recipients (campaign_id, phone_number, status, variant, wave, created_at, updated_at)
     SELECT $1, phone, 'pending', 1, 1, $3, $3 FROM unnest($2::text[]) AS phone`,
    [id, numbers(3), t0],
  );
  await moveAfter(t0, 73);
  const over = await until(
    async () => (await evaluateSoon(id), await results(id)),
    ({ state }) => state === 'decided',
  );
  expect(over).toMatchObject({ winner: 'A', decisionBasis: 'first', horizon: { reached: true } });
  expect(figuresOf(over, 'A')).toMatchObject({ attempted: 21, mature: 21 });
  const [campaign] = await engine.sql<object>('SELECT open_wave FROM marketing_campaigns WHERE id = $1', [
    id,
  ]);
  expect(campaign).toEqual({ open_wave: 1 });
});

it('does not count again what cannot have changed', async () => {
  const { id, t0 } = await running([1, 2].map((variant) => ({ variant, status: 'sent', count: 20 })));
  const round = engine.app.app.get(EvaluationRound);
  const looksAfterRound = async (): Promise<number> => {
    await engine.advance('PT1M');
    await round.run();
    return (await results(id)).looks;
  };
  await moveAfter(t0, 7 * 24 - 2);
  // The window of the last metric is open.
  const open = await looksAfterRound();
  await until(looksAfterRound, (looks) => looks > open);
  await moveAfter(t0, 7 * 24 + 1);
  // The round of the hour runs beside this one.
  const settled = async (): Promise<{ before: number; after: number }> => {
    const { looks: before } = await results(id);
    return { before, after: await looksAfterRound() };
  };
  const { after: over } = await until(settled, ({ before, after }) => before === after);
  expect(await looksAfterRound()).toBe(over);
  await engine.sql(
    `INSERT INTO campaign_recipients (campaign_id, phone_number, status, variant, attempts, attempted_at, failed_at,
                                      created_at, updated_at)
     SELECT $1, phone, 'failed', 1, 1, $3, $3, $3, $3 FROM unnest($2::text[]) AS phone`,
    [id, numbers(1), t0],
  );
  await until(looksAfterRound, (looks) => looks > over);
  expect(figuresOf(await results(id), 'A')).toMatchObject({ attempted: 21 });
  // Somebody who asks is always answered.
  const { looks }: { looks: number } = await results(id);
  const asked = async (): Promise<any> => (await evaluateSoon(id)).body;
  expect(await until(asked, (body) => body.looks !== undefined)).toMatchObject({
    looks: looks + 1,
  });
});

it('makes one look at a time, and no command waits for it', async () => {
  const { id } = await running([1, 2].map((variant) => ({ variant, status: 'sent', count: 20 })));
  const database = engine.app.app.get(Database);
  // A command holds the row: it is counted all the same.
  await database.transaction(async (tx) => {
    await tx.query('SELECT FROM campaign_experiments WHERE campaign_id = $1 FOR NO KEY UPDATE', [id]);
    await until(
      () => evaluateSoon(id),
      ({ status }) => status === 200,
    );
  });
  // Another process is counting: a command takes the row at once, and there is no second look.
  const second = await running([1, 2].map((variant) => ({ variant, status: 'sent', count: 20 })));
  await database.transaction(async (tx) => {
    await until(() => beginLook(tx, second.id), Boolean);
    const { looks } = await results(second.id);
    await engine.sql('SELECT FROM campaign_experiments WHERE campaign_id = $1 FOR UPDATE NOWAIT', [
      second.id,
    ]);
    expect(await evaluate(second.id)).toMatchObject({ status: 429 });
    await engine.app.app.get(EvaluationRound).run();
    expect(await results(second.id)).toMatchObject({ looks });
  });
});

it('says what a test needs, and refuses what cannot be', async () => {
  const ask = (body: object) => engine.app.api.post('/api/whatsapp/experiments/sample-size', body);
  const { body } = await ask({ baseline: 0.1, effect: 0.05, audience: 1_000, dailyLimit: 250 });
  expect(body).toMatchObject({ perVariant: 686, total: 1_372, days: 6 });
  expect(body.detectableAt).toHaveLength(4);
  expect(await ask({ baseline: 0.1, effect: 0.95 })).toMatchObject({ status: 400 });
  expect(await ask({ baseline: 0, effect: 0.05 })).toMatchObject({ status: 400 });
  expect(await ask({ baseline: 0.1, effect: 0.05, people: 3 })).toMatchObject({ status: 400 });
});

it('finds the better message on a drip, and from then on sends no other', async () => {
  await engine.scenario({
    ...PROMPT,
    rates: { ...PROMPT.rates, read: 0 },
    templateRates: [
      { template: A, read: 0.2 },
      { template: B, read: 0.7 },
    ],
  });
  const day = new Date(engine.now().getTime() + 24 * HOUR_MS).toISOString().slice(0, 10);
  await engine.moveTo(`${day}T09:30:00Z`);
  const phones = numbers(420);
  const before = await engine.received();
  const id = await made(phones, { decision: 'automatic', maxSample: 300 }, { dailySendLimit: 70 });
  expect(await engine.app.api.post(`${WHATSAPP}/${id}/send`)).toMatchObject({ status: 200 });
  const sentOf = async (variant: number): Promise<number> => {
    const [row] = await engine.sql<{ sent: number }>(
      `SELECT count(*)::int AS sent FROM campaign_recipients
        WHERE campaign_id = $1 AND variant = $2 AND attempts > 0`,
      [id, variant],
    );
    return row?.sent ?? 0;
  };
  const allSent = async (people: number): Promise<void> => {
    await until(
      async () => (await sentOf(1)) + (await sentOf(2)),
      (sent) => sent === people,
    );
    await engine.toldAll();
  };
  let ofA: number | undefined;
  for (let past = 1; past <= 6; past += 1) {
    await allSent(70 * past);
    const { state } = await results(id);
    if (state === 'decided') ofA ??= await sentOf(1);
    if (ofA !== undefined) expect(await sentOf(1)).toBe(ofA);
    if (past === 6) break;
    const moved = engine.now().getTime() + 24 * HOUR_MS;
    await engine.advance('PT24H');
    await until(
      () => results(id),
      ({ lookedAt }) => lookedAt !== null && Date.parse(lookedAt) >= moved - 60_000,
    );
    // The decision follows the look at once, in a transaction of its own.
    await until(
      () => results(id),
      ({ verdict, state: now }) => verdict !== 'winner' || now !== 'running',
    );
  }
  const over = await until(
    () => results(id),
    ({ state }) => state === 'decided',
  );
  expect(over).toMatchObject({ winner: 'B', decidedBy: 'automatic', decisionBasis: 'significant' });
  expect(over.text).toMatch(/^B: .* read it \(A: .*\): the difference is significant/);
  const read = over.comparisons.find(({ metric }: any) => metric === 'read');
  expect(read).toMatchObject({ a: 'A', b: 'B', significant: true, because: 'interval_excludes_zero' });
  expect(read.low).toBeGreaterThan(0);
  // Six days, as without a test, each person once.
  expect(await engine.app.api.get(`${WHATSAPP}/${id}`)).toMatchObject({ body: { status: 'completed' } });
  expect(ofA).toBeLessThan(210);
  const after = await engine.received();
  const sent = await engine.sql<{ messages: number; people: number }>(
    `SELECT count(*)::int AS messages, count(DISTINCT phone_number)::int AS people
       FROM whatsapp_messages WHERE campaign_id = $1 AND direction = 'out'`,
    [id],
  );
  expect(sent).toEqual([{ messages: 420, people: 420 }]);
  expect(after.repeated).toBe(before.repeated);
  const again = await engine.app.api.post(`${WHATSAPP}/${id}/experiment/decide`, {
    variant: 'A',
    reason: 'no',
  });
  expect(again).toMatchObject({ status: 409, body: { type: 'urn:drumbeat:problem:experiment_decided' } });
});
