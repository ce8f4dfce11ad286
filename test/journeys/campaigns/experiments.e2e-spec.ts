import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Campaigns } from '../../../src/campaigns/campaign/campaigns.service.js';
import { VariantMessages } from '../../../src/campaigns/message/variant-messages.service.js';
import { Database } from '../../../src/platform/database/database.js';
import { rowsOf, sql } from '../../../src/platform/database/sql.js';
import { bucket, identityOf } from '../../../src/recipients/variants/assign-variants.queries.js';
import {
  assign,
  bucketIdentity,
  bucketOf,
  weightsWithout,
} from '../../../src/recipients/variants/variant-bucket.js';
import { SendContexts } from '../../../src/sending/delivery/send-context.service.js';
import { type Engine, numbers, PROMPT, startEngine, WHATSAPP } from '../../support/engine.js';
import { until } from '../../support/until.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2025-03-03T10:00:00Z');
});
afterAll(async () => {
  await engine.close();
});
beforeEach(async () => {
  // Each test has its own morning, so no minute or day of an earlier test counts.
  const tomorrow = new Date(engine.now().getTime() + 86_400_000).toISOString().slice(0, 10);
  await engine.moveTo(`${tomorrow}T10:00:00Z`);
  await engine.scenario({ ...PROMPT, latencyMs: 0 });
});

interface Row {
  id: string;
  phone_number: string;
  status: string;
  variant: number | null;
  wave: number;
  attempts: number;
  failure_reason: string | null;
  scheduled_send_date: string | null;
  opted_out_at: Date | null;
}

const OTHER = 'black_friday_promo';
const UNFILLED = 'tour_package_marketing';
const THIRDS = [{ weight: 40 }, { weight: 30 }, { weight: 30 }];
const HALVES = [{ weight: 50 }, { weight: 50, templateVariables: { name: 'you' } }];
const rowsOfCampaign = (id: string): Promise<Row[]> =>
  engine.sql<Row>('SELECT * FROM campaign_recipients WHERE campaign_id = $1 ORDER BY id', [id]);
const campaignOf = async (id: string): Promise<Record<string, any>> =>
  (await engine.app.api.get(`${WHATSAPP}/${id}`)).body;
const experimentOf = async (id: string): Promise<Record<string, any>> =>
  (await engine.app.api.get(`${WHATSAPP}/${id}/experiment`)).body;

async function made(phones: readonly string[], more: object = {}): Promise<string> {
  const { status, body } = await engine.app.api.post(WHATSAPP, {
    name: 'Tours',
    templateName: 'new_year_promo',
    templateLanguage: 'en_US',
    dailySendLimit: null,
    rateLimit: 60_000,
    recipients: phones.map((phoneNumber) => ({ phoneNumber })),
    ...more,
  });
  expect({ status, body }).toMatchObject({ status: 201 });
  return body.id;
}
async function define(id: string, more: object = {}): Promise<void> {
  const body = { variants: HALVES, minPerVariant: 1, primaryMetric: 'read', ...more };
  const answer = await engine.app.api.put(`${WHATSAPP}/${id}/experiment`, body);
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
}
async function command(id: string, word: string, body?: object): Promise<Record<string, any>> {
  const answer = await engine.app.api.post(`${WHATSAPP}/${id}/${word}`, body);
  expect({ word, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
  return answer.body;
}
const decide = (id: string, variant: string) =>
  engine.app.api.post(`${WHATSAPP}/${id}/experiment/decide`, { variant, reason: 'enough seen' });
const settled = (id: string) =>
  until(
    () => campaignOf(id),
    ({ status }) => status === 'completed',
  );
const variantsOf = (rows: readonly Row[]) => rows.map(({ phone_number, variant }) => [phone_number, variant]);

describe('buckets in SQL', () => {
  it.each([
    ['exp-1', '+14694652751', 1697],
    ['exp-1', '+919978783238', 8935],
    ['exp-1', '+5511999990000', 7605],
    ['exp-2', '+14694652751', 1662],
    ['exp-1', 'bsuid:US.13491208655302741918', 3782],
    ['exp-1/v', '+14694652751', 3454],
    ['exp-1/s', '+14694652751', 2828],
  ])('bucket(%s, %s) is %i', async (seed, identity, expected) => {
    const db = engine.app.app.get(Database).manager;
    const [row] = await rowsOf<{ bucket: string }>(
      db,
      sql`SELECT ${bucket(seed, sql`${identity}::text`)} AS bucket`,
    );
    expect(Number(row?.bucket)).toBe(expected);
    expect(bucketOf(seed, identity)).toBe(expected);
  });

  it('know the spellings of a number as the code does', async () => {
    const spellings = ['+5491123456789', '+541123456789', '+5215512345678', '+525512345678', '+551199990000'];
    spellings.push('+5511999990000', '+14694652751');
    const db = engine.app.app.get(Database).manager;
    const rows = await rowsOf<{ n: string; same: string }>(
      db,
      sql`SELECT n, ${identityOf(sql`n`)} AS same FROM unnest(${spellings}::text[]) AS n`,
    );
    expect(rows.map(({ same }) => same)).toEqual(rows.map(({ n }) => bucketIdentity(n)));
  });

  it('spread a million numbers over a hundred bands', async () => {
    const db = engine.app.app.get(Database).manager;
    const bands = await rowsOf<{ people: number }>(
      db,
      sql`SELECT count(*)::int AS people
            FROM (SELECT ${bucket('exp-1', sql`'+91' || (9000000000 + n)`)} / 100 AS band
                    FROM generate_series(0, 999999) AS n) AS b GROUP BY band`,
    );
    expect(bands).toHaveLength(100);
    const deviation = 5 * Math.sqrt(1_000_000 * 0.01 * 0.99);
    for (const { people } of bands) expect(Math.abs(people - 10_000)).toBeLessThan(deviation);
  });
});

describe('a definition', () => {
  it.each([
    ['variants_too_few', { variants: [{ weight: 100 }] }],
    ['weights_not_100', { variants: [{ weight: 50 }, { weight: 49.99 }] }],
    ['variant_outside_window', { variants: [{ weight: 50, sendAt: '03:00' }, { weight: 50 }] }],
    ['primary_metric_unmeasurable', { variants: HALVES, primaryMetric: 'revenue' }],
    ['variant_category_mixed', { variants: [{ weight: 50, templateName: 'hello_world' }, { weight: 50 }] }],
    ['template_unknown', { variants: [{ weight: 50, templateName: 'no_such_template' }, { weight: 50 }] }],
  ])('is refused with %s', async (code, body) => {
    const id = await made(numbers(2));
    const answer = await engine.app.api.put(`${WHATSAPP}/${id}/experiment`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.type).toContain(code);
  });

  it('is refused where its shape is wrong', async () => {
    const id = await made(numbers(2));
    const put = (body: object) => engine.app.api.put(`${WHATSAPP}/${id}/experiment`, body);
    const nine = Array.from({ length: 9 }, () => ({ weight: 11 }));
    expect((await put({ variants: nine })).status).toBe(400);
    expect(
      (
        await put({
          variants: [
            { weight: 50, key: 'X' },
            { weight: 50, key: 'X' },
          ],
        })
      ).status,
    ).toBe(400);
    expect((await put({ variants: HALVES, outcomeWindow: 'soon' })).status).toBe(400);
    expect((await put({ variants: HALVES, holdoutPercent: 51 })).status).toBe(400);
    expect((await put({ variants: HALVES, surprise: 1 })).status).toBe(400);
  });

  it('can be replaced and deleted until the start, and is frozen from then on', async () => {
    const id = await made(numbers(20));
    expect((await engine.app.api.get(`${WHATSAPP}/${id}/experiment`)).status).toBe(404);
    await define(id);
    expect((await decide(id, 'A')).body.type).toContain('experiment_not_running');
    expect((await engine.app.api.delete(`${WHATSAPP}/${id}/experiment`)).status).toBe(204);
    await define(id, { mode: 'split', seed: 'exp-1', outcomeWindow: 'P3D' });
    expect(await experimentOf(id)).toMatchObject({ state: 'draft', seed: 'exp-1', outcomeWindow: 'PT72H' });
    await command(id, 'send');
    const again = await engine.app.api.put(`${WHATSAPP}/${id}/experiment`, { variants: HALVES });
    expect([again.status, again.body.type]).toEqual([409, expect.stringContaining('experiment_running')]);
    expect((await engine.app.api.delete(`${WHATSAPP}/${id}/experiment`)).status).toBe(409);
    expect((await decide(id, 'A')).body.type).toContain('experiment_without_winner');
    await settled(id);
  });

  it('needs enough people for each variant at the start', async () => {
    const id = await made(numbers(20));
    await define(id, { mode: 'split', minPerVariant: 11 });
    const answer = await engine.app.api.post(`${WHATSAPP}/${id}/send`);
    expect([answer.status, answer.body.type]).toEqual([422, expect.stringContaining('sample_too_small')]);
    expect((await campaignOf(id)).status).toBe('draft');
  });

  it('that a scheduled campaign cannot start with is refused, and nothing of it is kept', async () => {
    const at = new Date(engine.now().getTime() + 86_400_000).toISOString();
    const id = await made(numbers(20), { scheduledFor: at });
    await define(id, { mode: 'split', seed: 'kept' });
    await command(id, 'send');
    const before = await experimentOf(id);
    const put = async (more: object) => {
      const body = { variants: HALVES, minPerVariant: 1, mode: 'split', seed: 'refused', ...more };
      const answer = await engine.app.api.put(`${WHATSAPP}/${id}/experiment`, body);
      return [answer.status, String(answer.body.type).split(':').at(-1)];
    };
    // This template has places for values that nobody gives.
    const unfilled = [{ weight: 50 }, { weight: 50, templateName: UNFILLED }];
    expect(await put({ variants: unfilled })).toEqual([422, 'variant_variables_missing']);
    expect(await put({ minPerVariant: 11 })).toEqual([422, 'sample_too_small']);
    expect(await experimentOf(id)).toEqual(before);
    await command(id, 'unschedule');
  });

  it('needs them already when the campaign is scheduled, and fails with the reason when they have left', async () => {
    const phones = numbers(20);
    const at = new Date(engine.now().getTime() + 3_600_000).toISOString();
    const id = await made(phones, { scheduledFor: at });
    await define(id, { mode: 'split', minPerVariant: 11 });
    const answer = await engine.app.api.post(`${WHATSAPP}/${id}/send`);
    expect([answer.status, answer.body.type]).toEqual([422, expect.stringContaining('sample_too_small')]);
    await define(id, { mode: 'split', minPerVariant: 10 });
    await command(id, 'send');
    const removed = await engine.app.api.delete(`${WHATSAPP}/${id}/recipients`, {
      phoneNumbers: phones.slice(0, 2),
    });
    expect(removed.status).toBe(200);
    await engine.advance('PT1H');
    const ended = await until(
      () => campaignOf(id),
      ({ status }) => status === 'failed',
    );
    expect(ended['statusReason']).toContain('fewer than minPerVariant (10)');
    const { body: overview } = await engine.app.api.get('/api/whatsapp/overview');
    expect(JSON.stringify(overview)).toContain(id);
  });
});

describe('a split', () => {
  it('gives each the message of their variant, the control group none, and the counters add up', async () => {
    const phones = numbers(120);
    const id = await made(phones);
    await define(id, {
      mode: 'split',
      seed: 'exp-1',
      holdoutPercent: 25,
      variants: [{ weight: 60 }, { weight: 40, key: 'letter', templateName: OTHER }],
    });
    await command(id, 'send');
    await settled(id);
    await engine.toldAll();
    const rows = await rowsOfCampaign(id);
    const weights = [
      { number: 1, weightBp: 6_000 },
      { number: 2, weightBp: 4_000 },
    ];
    const expected = (phone: string) =>
      assign({ seed: 'exp-1', holdoutBp: 2_500, weights, sampleBp: null }, phone).variant;
    expect(variantsOf(rows)).toEqual(rows.map(({ phone_number }) => [phone_number, expected(phone_number)]));

    const held = rows.filter(({ variant }) => variant === 0);
    expect(held.length).toBeGreaterThan(0);
    for (const row of held) {
      expect(row).toMatchObject({ status: 'skipped', failure_reason: 'Control group', attempts: 0 });
    }
    const sent = await engine.sql<{ template_name: string; variant: number; n: number }>(
      `SELECT m.template_name, r.variant, count(*)::int AS n FROM whatsapp_messages m
         JOIN campaign_recipients r ON r.id = m.recipient_id WHERE m.campaign_id = $1 GROUP BY 1, 2 ORDER BY 2`,
      [id],
    );
    const people = (variant: number) => rows.filter((row) => row.variant === variant).length;
    expect(sent).toEqual([
      { template_name: 'new_year_promo', variant: 1, n: people(1) },
      { template_name: OTHER, variant: 2, n: people(2) },
    ]);
    const { body } = await engine.app.api.get(`${WHATSAPP}/${id}/stats`);
    expect(body.variants).toEqual([
      expect.objectContaining({ key: 'A', sent: people(1), failed: 0 }),
      expect.objectContaining({ key: 'letter', sent: people(2), failed: 0 }),
    ]);
    const shown = await experimentOf(id);
    const assigned = shown['variants'].map((one: { assigned: number }) => one.assigned);
    expect([shown['heldOut'], ...assigned]).toEqual([held.length, people(1), people(2)]);
    expect(body.stats).toMatchObject({ total: 120, sent: people(1) + people(2) });

    const [first] = held;
    const { body: explained } = await engine.app.api.get(`${WHATSAPP}/${id}/recipients/${first?.id ?? ''}`);
    expect(JSON.stringify(explained)).toContain('control group');
    const preview = await engine.app.api.post(`${WHATSAPP}/${id}/preview?variant=letter`, {});
    expect(preview.body.payload.template.name).toBe(OTHER);
  });
});

describe('waiting for a decision', () => {
  it('sends the sample first, and the winner alone to everybody else, the same day', async () => {
    const id = await made(numbers(100));
    await define(id, { mode: 'wait', samplePercent: 30, outcomeWindow: 'PT72H' });
    await command(id, 'send');
    const sampled = await until(
      () => rowsOfCampaign(id),
      (rows) => rows.every(({ wave, status }) => wave === 1 || status === 'read'),
    );
    const later = sampled.filter(({ wave }) => wave === 1);
    expect(later.length).toBeGreaterThan(40);
    expect(later.every(({ status, attempts }) => status === 'pending' && attempts === 0)).toBe(true);
    const days = new Set(later.map(({ scheduled_send_date: day }) => day));
    const opens = new Date(engine.now().getTime() + 4 * 86_400_000).toISOString().slice(0, 10);
    expect([...days]).toEqual([opens]);
    const { body: explained } = await engine.app.api.get(
      `${WHATSAPP}/${id}/recipients/${later[0]?.id ?? ''}`,
    );
    expect(JSON.stringify(explained)).toContain('has to be decided first');

    // Who joins now is divided as well, and its second wave waits.
    const joined = numbers(10);
    const recipients = joined.map((phoneNumber) => ({ phoneNumber }));
    await engine.app.api.post(`${WHATSAPP}/${id}/recipients`, { recipients });
    const newcomers = (await rowsOfCampaign(id)).filter((row) => joined.includes(row.phone_number));
    expect(newcomers.every(({ variant }) => variant === 1 || variant === 2)).toBe(true);

    const answers = await Promise.all([decide(id, 'B'), decide(id, 'A')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.type).toContain('experiment_decided');
    const { winner, state, decisionBasis } = await experimentOf(id);
    expect([state, decisionBasis]).toEqual(['decided', 'manual']);
    await settled(id);
    const ended = await rowsOfCampaign(id);
    const number = winner === 'A' ? 1 : 2;
    expect(ended.filter(({ wave }) => wave === 1).every(({ variant }) => variant === number)).toBe(true);
    const before = new Map(
      sampled.filter(({ wave }) => wave === 0).map(({ id: one, variant }) => [one, variant]),
    );
    for (const row of ended) if (before.has(row.id)) expect(row.variant).toBe(before.get(row.id));
    expect((await engine.received()).repeated).toBe(0);
  });
});

describe('a sample with a most', () => {
  it('is drawn by a smaller share, also among those who join', async () => {
    const id = await made(numbers(200));
    await define(id, {
      mode: 'wait',
      seed: 'exp-1',
      samplePercent: 50,
      maxSample: 20,
      outcomeWindow: 'PT72H',
    });
    await command(id, 'send');
    const recipients = numbers(50).map((phoneNumber) => ({ phoneNumber }));
    await engine.app.api.post(`${WHATSAPP}/${id}/recipients`, { recipients });
    const weights = HALVES.map(({ weight }, n) => ({ number: n + 1, weightBp: weight * 100 }));
    const assignment = { seed: 'exp-1', holdoutBp: 0, weights, sampleBp: 1_000 };
    const rows = await rowsOfCampaign(id);
    expect(rows).toHaveLength(250);
    for (const { phone_number: phone, wave } of rows)
      expect([phone, wave]).toEqual([phone, assign(assignment, phone).wave]);
    expect(await experimentOf(id)).toMatchObject({ maxSample: 20, samplePercent: 50 });
    await command(id, 'cancel');
  });
});

describe('a decision while messages go out', () => {
  it('changes nobody who was attempted, and everybody else', async () => {
    const id = await made(numbers(120), { rateLimit: 1_200 });
    await define(id, { mode: 'continue' });
    await command(id, 'send');
    const before = await until(
      () => rowsOfCampaign(id),
      (rows) => rows.filter(({ attempts }) => attempts > 0).length > 10,
    );
    expect(before.some(({ attempts }) => attempts === 0)).toBe(true);
    expect((await decide(id, 'B')).status).toBe(200);
    await settled(id);
    const ended = new Map((await rowsOfCampaign(id)).map((row) => [row.id, row]));
    for (const { id: one, variant, attempts } of before) {
      if (attempts > 0) expect(ended.get(one)?.variant).toBe(variant);
    }
    const last = [...ended.values()].filter(({ wave }) => wave === 1);
    expect(last.length).toBeGreaterThan(0);
    expect(last.every(({ variant }) => variant === 2)).toBe(true);
    // The message that went is that of the variant in the row.
    const wrong = await engine.sql(
      `SELECT FROM campaign_recipients WHERE campaign_id = $1 AND (attempts <> 1 OR variant NOT IN (1, 2))`,
      [id],
    );
    expect(wrong).toEqual([]);
    expect((await engine.received()).repeated).toBe(0);
  });
});

describe('a drip', () => {
  it('of forty days ends on day 40 as without an experiment, and keeps every variant through its commands', async () => {
    const id = await made([], { dailySendLimit: 250, sendWindowStart: '09:00', sendWindowEnd: '21:00' });
    await engine.sql(
      `INSERT INTO campaign_recipients (campaign_id, phone_number, created_at, updated_at)
       SELECT $1, '+4915' || (200000000 + n), $2, $2 FROM generate_series(1, 10000) AS n`,
      [id, engine.now()],
    );
    await define(id, { minPerVariant: 100 });
    await engine.scenario({ latencyMs: 50 });
    await command(id, 'send');
    expect(await experimentOf(id)).toMatchObject({ state: 'running', mode: 'continue', maxSample: 5_000 });
    const { body } = await engine.app.api.get(`/api/marketing/campaigns/${id}/schedule`);
    expect(body).toHaveLength(40);
    const before = variantsOf(await rowsOfCampaign(id));
    await command(id, 'pause');
    await command(id, 'resume');
    const changed = await engine.app.api.put(`${WHATSAPP}/${id}`, { dailySendLimit: 500 });
    expect(changed.status).toBe(200);
    await until(
      async () => (await engine.app.api.get(`/api/marketing/campaigns/${id}/schedule`)).body as unknown[],
      (days) => days.length < 25,
    );
    expect(variantsOf(await rowsOfCampaign(id))).toEqual(before);
    await command(id, 'cancel');
  });
});

describe('a variant that nobody is given any more', () => {
  it.each(['drop', 'decide'])('after %s stops nobody when its template is gone', async (how) => {
    const { templates, review } = engine.meta.simulator.state;
    const shown = templates.find('new_year_promo', 'en_US');
    if (shown === undefined) throw new Error('the simulator has no template');
    const gone = { ...shown, id: templates.newId(), name: `gone_after_${how}` };
    templates.put(gone);
    expect((await engine.app.api.post('/api/whatsapp/templates/sync')).status).toBe(200);
    const id = await made(numbers(40), { dailySendLimit: 10 });
    const variants = [{ weight: 50, templateName: gone.name }, { weight: 50 }];
    await define(id, { mode: 'continue', variants });
    await command(id, 'send');
    await until(
      () => rowsOfCampaign(id),
      (rows) => rows.filter(({ status }) => status === 'read').length === 10,
    );
    if (how === 'drop') await command(id, 'experiment/drop', { variant: 'A' });
    else expect((await decide(id, 'B')).status).toBe(200);
    review.move(gone, 'PAUSED');
    await engine.toldAll();
    expect((await campaignOf(id))['status']).toBe('sending');
    templates.remove(gone);
    expect((await engine.app.api.post('/api/whatsapp/templates/sync')).status).toBe(200);

    const [row] = await engine.sql<{ organization: string }>(
      'SELECT organization_id AS organization FROM marketing_campaigns WHERE id = $1',
      [id],
    );
    const campaign = await engine.app.app.get(Campaigns, { strict: false }).get(row?.organization ?? '', id);
    const messages = await engine.app.app.get(VariantMessages, { strict: false }).of(campaign);
    expect(messages.variants.map(({ number }) => number)).toEqual([2]);
    expect(messages.base.campaign.templateName).toBe('new_year_promo');
    await engine.advance('P1D');
    await until(
      () => rowsOfCampaign(id),
      (rows) => rows.filter(({ status }) => status === 'read').length === 20,
    );
    await command(id, 'cancel');
  });
});

describe('an experiment that proves nothing any more', () => {
  it('is one whose variant was dropped: its unsent people get the others', async () => {
    const id = await made(numbers(60), { dailySendLimit: 10 });
    await define(id, { mode: 'continue', variants: THIRDS });
    await command(id, 'send');
    await until(
      () => rowsOfCampaign(id),
      (rows) => rows.filter(({ status }) => status === 'read').length === 10,
    );
    const before = await rowsOfCampaign(id);
    const { reassigned } = await command(id, 'experiment/drop', { variant: 'B' });
    const after = await rowsOfCampaign(id);
    const unsent = (rows: Row[]) => rows.filter(({ attempts }) => attempts === 0);
    expect(reassigned).toBe(unsent(before).filter(({ variant }) => variant === 2).length);
    expect(unsent(after).some(({ variant }) => variant === 2)).toBe(false);
    const kept = (rows: Row[]) =>
      variantsOf(rows.filter(({ attempts, variant }) => attempts > 0 || variant !== 2));
    expect(kept(after)).toEqual(expect.arrayContaining(kept(before)));
    expect(await experimentOf(id)).toMatchObject({
      state: 'invalid',
      invalidReason: 'Variant B was dropped.',
    });
    expect((await campaignOf(id))['status']).toBe('sending');
    await command(id, 'cancel');
  });

  it('gives nobody the dropped variant who was being claimed as it was dropped, by a claim that came to nothing', async () => {
    const id = await made(numbers(40), { dailySendLimit: 10 });
    await define(id, { mode: 'continue', seed: 'exp-1', variants: THIRDS });
    await command(id, 'send');
    await until(
      () => rowsOfCampaign(id),
      (rows) => rows.filter(({ status }) => status === 'read').length === 10,
    );
    await command(id, 'experiment/drop', { variant: 'B' });
    const [row] = await engine.sql<{ organization_id: string; sender_id: string }>(
      'SELECT organization_id, sender_id FROM marketing_campaigns WHERE id = $1',
      [id],
    );
    if (row === undefined) throw new Error('the campaign is gone');
    // Workers keep what they know of a campaign for seconds.
    await until(
      () => engine.app.app.get(SendContexts, { strict: false }).of(row.organization_id, id, row.sender_id),
      (context) => context !== undefined && 'contents' in context && context.contents.reassignment !== null,
    );
    await engine.sql('UPDATE campaign_recipients SET variant = 2 WHERE campaign_id = $1 AND attempts = 0', [
      id,
    ]);
    const before = await rowsOfCampaign(id);
    await engine.advance('P1D');
    const after = await until(
      () => rowsOfCampaign(id),
      (rows) => rows.filter(({ status }) => status === 'read').length === 20,
    );
    const later = after.filter(({ attempts }, n) => attempts > 0 && before[n]?.attempts === 0);
    const weights = weightsWithout(
      THIRDS.map(({ weight }, n) => ({ number: n + 1, weightBp: weight * 100 })),
      [2],
    );
    const assignment = { seed: 'exp-1', holdoutBp: 0, weights, sampleBp: null };
    expect(later).toHaveLength(10);
    expect(variantsOf(later)).toEqual(
      later.map(({ phone_number: phone }) => [phone, assign(assignment, phone).variant]),
    );
    await command(id, 'cancel');
  });

  it('is one whose template was edited: the campaign pauses, and goes on when it is resumed', async () => {
    // In the evening nothing goes out, so the first message is made after the edit.
    await engine.advance('PT12H');
    const id = await made(numbers(20));
    await define(id, { mode: 'continue' });
    await command(id, 'send');
    await engine.sql(`UPDATE campaign_variants SET template_hash = 'another' WHERE campaign_id = $1`, [id]);
    await engine.advance('PT12H');
    const { statusReason } = await until(
      () => campaignOf(id),
      ({ status }) => status === 'paused',
    );
    expect(statusReason).toContain('was edited during the experiment');
    const { invalidReason, state } = await experimentOf(id);
    expect([state, invalidReason]).toEqual(['invalid', expect.stringContaining('was edited')]);
    expect((await rowsOfCampaign(id)).every(({ attempts }) => attempts === 0)).toBe(true);
    await command(id, 'resume');
    await settled(id);
  });
});

it('keeps when the person of a message opted out', async () => {
  const phones = numbers(1);
  await engine.scenario({ rates: { ...PROMPT.rates, reply: 1, stop: 1 } });
  const id = await made(phones);
  await command(id, 'send');
  const [row] = await until(
    () => rowsOfCampaign(id),
    (rows) => rows.every(({ opted_out_at: at }) => at !== null),
  );
  expect(row?.opted_out_at).toEqual(expect.any(Date));
});
