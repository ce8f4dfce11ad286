import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Engine, numbers, startEngine, WHATSAPP } from '../../support/engine.js';
import { newOrganization } from '../../support/test-app.js';
import { until } from '../../support/until.js';
import { assetOf, film, picture } from '../media/media-setup.js';

const TEMPLATES = '/api/whatsapp/templates';
const BODY = { type: 'BODY', text: 'Hi {{1}}, spring is here.', example: { body_text: [['Ana']] } };
const FOOTER = { type: 'FOOTER', text: 'Reply STOP to unsubscribe' };

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine('2026-03-02T10:00:00Z', { env: { SEND_WINDOW: 'off' } });
  await engine.scenario({ templateReview: { outcome: 'approve', delayMs: 1 } });
});
afterAll(async () => {
  await engine.close();
});
afterEach(async () => {
  engine.meta.intercept = undefined;
  await engine.scenario({ templateReview: { outcome: 'approve', delayMs: 1 } });
});

const api = () => engine.app.api;
const problem = (code: string) => `urn:drumbeat:problem:${code}`;

let next = 0;
const draft = (more: object = {}) => ({
  name: `written_${next++}`,
  language: 'en_US',
  category: 'MARKETING',
  components: [BODY, FOOTER],
  ...more,
});

async function statusOf(name: string): Promise<string> {
  return (await api().get(`${TEMPLATES}/${name}`)).body.data[0].status as string;
}

/** Written here and approved by Meta's review. */
async function approved(more: object = {}): Promise<string> {
  const { status, body } = await api().post(TEMPLATES, draft(more));
  expect([status, body.detail]).toEqual([201, undefined]);
  await until(async () => (await statusOf(body.name)) === 'APPROVED');
  return body.name as string;
}

const atMeta = (name: string) => engine.meta.simulator.state.templates.find(name, 'en_US');
const kindsOf = async (name: string): Promise<string[]> =>
  (await api().get(`${TEMPLATES}/${name}/history?limit=200`)).body.data.map(({ kind }: any) => kind);

describe('a new template', () => {
  it('goes to review with its examples uploaded, and its history says who submitted it', async () => {
    const asset = await assetOf(api(), await picture('red'));
    const name = await approved({
      components: [{ type: 'HEADER', format: 'IMAGE', example: { asset } }, BODY, FOOTER],
    });
    const [header] = atMeta(name)?.components ?? [];
    const { header_handle: handles } = header?.['example'] as { header_handle: string[] };
    expect(engine.meta.simulator.state.media.typeOf(handles[0] ?? '')).toBe('image/jpeg');
    const { body } = await api().get(`${TEMPLATES}/${name}/history`);
    expect(body).toMatchObject({
      total: 2,
      data: [
        { kind: 'approved', before: 'PENDING', after: 'APPROVED', actorId: null },
        { kind: 'submitted', after: 'MARKETING', actorId: expect.any(String) },
      ],
    });
  });

  it('that Meta rejects says why', async () => {
    await engine.scenario({ templateReview: { outcome: 'reject', delayMs: 1 } });
    const { body } = await api().post(TEMPLATES, draft());
    await until(async () => (await statusOf(body.name)) === 'REJECTED');
    const history = await api().get(`${TEMPLATES}/${body.name}/history`);
    expect(history.body.data[0]).toMatchObject({ kind: 'rejected', reason: 'INCORRECT_CATEGORY' });
  });

  it('is linted first, and all that is wrong is listed with its place', async () => {
    const wrong = draft({
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: '{{1}}' },
        { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Shop', url: 'https://a.example/{{1}}/x' }] },
      ],
    });
    const { status, body } = await api().post(TEMPLATES, wrong);
    expect([status, body.type]).toEqual([422, problem('template_lint')]);
    const fields = body.errors.map(({ field }: any) => field);
    for (const field of ['components.0.example', 'components.1.text', 'components.2.buttons.0.url'])
      expect(fields).toContain(field);
    const linted = await api().post(`${TEMPLATES}/lint`, wrong);
    expect([linted.status, linted.body.errors]).toEqual([200, body.errors]);
    expect(atMeta(wrong.name)).toBeUndefined();
  });

  it('that says the same as another one is warned of', async () => {
    const components = [{ type: 'BODY', text: 'Only once in a lifetime.' }, FOOTER];
    const name = await approved({ components });
    const { body } = await api().post(`${TEMPLATES}/lint`, draft({ components }));
    expect(body).toEqual({
      errors: [],
      warnings: [{ field: 'components', message: expect.stringContaining(name) }],
    });
  });

  it('of a name that exists is refused, also when two are submitted at once', async () => {
    const name = await approved();
    const again = await api().post(TEMPLATES, draft({ name }));
    expect([again.status, again.body.type]).toEqual([409, problem('template_exists')]);
    const one = draft();
    const answers = await Promise.all([api().post(TEMPLATES, one), api().post(TEMPLATES, one)]);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(201);
    expect([409, 422]).toContain(statuses[1]);
  });

  it('shows no file of another organization', async () => {
    const stranger = await newOrganization(api());
    const asset = await assetOf(stranger.api, await picture('navy'));
    const components = [{ type: 'HEADER', format: 'IMAGE', example: { asset } }, BODY];
    expect((await api().post(TEMPLATES, draft({ components }))).body.type).toBe(problem('template_lint'));
    const none = await stranger.api.post(TEMPLATES, draft());
    expect([none.status, none.body.type]).toEqual([422, problem('business_account_unknown')]);
  });

  it('that Meta refuses uses no budget and leaves its reason in the history', async () => {
    const one = draft();
    engine.meta.intercept = (url) =>
      url.includes('/message_templates')
        ? { status: 400, body: '{"error":{"code":100,"message":"(#100) Invalid parameter"}}' }
        : undefined;
    const refused = await api().post(TEMPLATES, one);
    expect([refused.status, refused.body.type]).toEqual([422, problem('meta_refused')]);
    engine.meta.intercept = undefined;
    expect((await api().post(TEMPLATES, one)).status).toBe(201);
    expect(await kindsOf(one.name)).toEqual(expect.arrayContaining(['refused', 'submitted']));
  });

  it.each([
    ['no components', { components: [] }],
    ['another field', { extra: 1 }],
    ['another category', { category: 'SPAM' }],
    ['another language', { language: 'english please' }],
    ['components of text', { components: ['BODY'] }],
  ])('with %s is a bad request', async (_what, more) => {
    expect((await api().post(TEMPLATES, draft(more))).status).toBe(400);
  });
});

describe('an edit', () => {
  const components = [{ ...BODY, text: 'Hello {{1}}, spring is here.' }, FOOTER];

  it('goes to review, once a day, ten times a month', async () => {
    const name = await approved();
    // Two approvals within one second look like one that came twice.
    await engine.advance('PT5S');
    const edited = await api().put(`${TEMPLATES}/${name}/en_US`, { components });
    expect(edited.status).toBe(200);
    expect(['PENDING', 'APPROVED']).toContain(edited.body.status);
    await until(async () => (await statusOf(name)) === 'APPROVED');
    expect(atMeta(name)?.components[0]).toMatchObject({ text: 'Hello {{1}}, spring is here.' });
    const again = await api().put(`${TEMPLATES}/${name}/en_US`, { components });
    expect([again.status, again.body.type]).toEqual([429, problem('template_budget')]);
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(86_000);
    await engine.advance('PT25H');
    expect((await api().put(`${TEMPLATES}/${name}/en_US`, { components })).status).toBe(200);
    expect((await kindsOf(name)).filter((kind) => kind === 'edited')).toHaveLength(2);
  });

  it('waits for the review of the one before', async () => {
    await engine.scenario({ templateReview: { outcome: 'wait', delayMs: 1 } });
    const { body } = await api().post(TEMPLATES, draft());
    const edited = await api().put(`${TEMPLATES}/${body.name}/en_US`, { components });
    expect([edited.status, edited.body.type]).toEqual([409, problem('template_edit_pending')]);
  });

  it('of two at once takes one', async () => {
    const name = await approved();
    const answers = await Promise.all(
      [0, 1].map(() => api().put(`${TEMPLATES}/${name}/en_US`, { components })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    expect([409, 429]).toContain(statuses[1]);
  });

  it('keeps the category of an approved template, and is linted', async () => {
    const name = await approved();
    const moved = await api().put(`${TEMPLATES}/${name}/en_US`, { category: 'UTILITY', components });
    expect(moved.body).toMatchObject({ type: problem('template_lint'), errors: [{ field: 'category' }] });
    const wrong = await api().put(`${TEMPLATES}/${name}/en_US`, { components: [FOOTER] });
    expect(wrong.body.type).toBe(problem('template_lint'));
    expect((await api().put(`${TEMPLATES}/nothing_here/en_US`, { components })).status).toBe(404);
    expect((await api().put(`${TEMPLATES}/${name}/pt_BR`, { components })).status).toBe(404);
  });

  it('and the deletion wait for the campaigns that send the template', async () => {
    const name = await approved();
    const { body: campaign } = await api().post(WHATSAPP, {
      name: 'Spring',
      templateName: name,
      rateLimit: 1,
      recipients: numbers(20).map((phoneNumber) => ({ phoneNumber, variables: { 1: 'Ana' } })),
    });
    expect((await api().post(`${WHATSAPP}/${campaign.id}/send`)).status).toBe(200);
    const edited = await api().put(`${TEMPLATES}/${name}/en_US`, { components });
    expect([edited.status, edited.body.type]).toEqual([409, problem('template_in_use')]);
    expect(edited.body.detail).toContain('"Spring"');
    await api().post(`${WHATSAPP}/${campaign.id}/pause`);
    expect((await api().delete(`${TEMPLATES}/${name}`)).body.type).toBe(problem('template_in_use'));
    expect((await api().put(`${TEMPLATES}/${name}/en_US`, { components })).status).toBe(200);
    await api().post(`${WHATSAPP}/${campaign.id}/cancel`);
    expect((await api().delete(`${TEMPLATES}/${name}`)).status).toBe(204);
  });
});

describe('a deletion', () => {
  it('blocks the name of an approved template for 30 days', async () => {
    const name = await approved();
    expect((await api().delete(`${TEMPLATES}/${name}?language=en_US`)).status).toBe(204);
    expect(atMeta(name)).toBeUndefined();
    expect((await api().delete(`${TEMPLATES}/${name}`)).status).toBe(404);
    const blocked = await api().post(TEMPLATES, draft({ name }));
    expect([blocked.status, blocked.body.type]).toEqual([422, problem('template_name_blocked')]);
    await engine.advance('P31D');
    expect((await api().post(TEMPLATES, draft({ name }))).status).toBe(201);
  });

  it('takes one language or all of them', async () => {
    const name = await approved();
    const other = await api().post(TEMPLATES, draft({ name, language: 'pt-BR' }));
    expect([other.status, other.body.language]).toEqual([201, 'pt_BR']);
    expect((await api().delete(`${TEMPLATES}/${name}?language=pt_BR`)).status).toBe(204);
    expect(atMeta(name)).toBeDefined();
    expect((await api().delete(`${TEMPLATES}/${name}`)).status).toBe(204);
    expect(engine.meta.simulator.state.templates.named(name)).toEqual([]);
    expect((await kindsOf(name)).filter((kind) => kind === 'deleted')).toHaveLength(2);
  });
});

it('unpauses a template that Meta has paused', async () => {
  const name = await approved();
  const early = await api().post(`${TEMPLATES}/${name}/en_US/unpause`);
  expect([early.status, early.body.type]).toEqual([409, problem('template_not_paused')]);
  await fetch(`${engine.meta.url}/simulator/template/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"status":"PAUSED"}',
  });
  await until(async () => (await statusOf(name)) === 'PAUSED');
  const { status, body } = await api().post(`${TEMPLATES}/${name}/en_US/unpause`);
  expect([status, body.status]).toEqual([200, 'APPROVED']);
  expect((await kindsOf(name)).slice(0, 2)).toEqual(['unpaused', 'paused']);
});

it('submits no more than 100 templates of an account an hour', async () => {
  await engine.advance('PT2H');
  const [{ account } = { account: '' }] = await engine.sql<{ account: string }>(
    'SELECT business_account_id AS account FROM senders LIMIT 1',
  );
  await engine.sql(
    `INSERT INTO template_events (organization_id, business_account_id, name, language, kind, at)
     SELECT o.id, $1, 'other', 'en_US', 'submitted', $2::timestamptz
       FROM (SELECT id FROM organizations ORDER BY id LIMIT 1) o, generate_series(1, 98)`,
    [account, engine.now()],
  );
  const answers = await Promise.all(Array.from({ length: 5 }, () => api().post(TEMPLATES, draft())));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body.type).toBe(problem('template_budget'));
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(3_000);
  await engine.advance('PT61M');
});

/** Every kind of message, as Meta's documentation writes the call. */
describe('from the review to the message', () => {
  const url = {
    type: 'URL',
    text: 'Shop',
    url: 'https://shop.example/r/{{1}}',
    example: ['https://shop.example/r/abc'],
  };
  const reply = { type: 'QUICK_REPLY', text: 'Stop' };
  const text = (value: string) => ({ type: 'text', text: value });

  async function sent(name: string, templateVariables: object): Promise<any> {
    const { status, body } = await api().post(WHATSAPP, {
      name,
      templateName: name,
      templateVariables,
      recipients: [{ phoneNumber: numbers(1)[0] }],
    });
    expect([status, body.detail]).toEqual([201, undefined]);
    const started = await api().post(`${WHATSAPP}/${body.id}/send`);
    expect([started.status, started.body.detail]).toEqual([200, undefined]);
    const { log } = engine.meta.simulator.state;
    const { data } = await until(
      () => log.page({ limit: 1, template: name, oldestFirst: true }),
      (page) => page.data.length === 1,
    );
    const message = data[0]?.body as { template: object };
    const preview = await api().post(`${WHATSAPP}/${body.id}/preview`, {});
    return { template: message.template, shown: preview.body.message };
  }

  it('a picture, a link with a suffix, a reply', async () => {
    const asset = await assetOf(api(), await picture('teal'));
    const name = await approved({
      components: [
        { type: 'HEADER', format: 'IMAGE', example: { asset } },
        BODY,
        FOOTER,
        { type: 'BUTTONS', buttons: [url, reply] },
      ],
    });
    const { body } = await api().get(`${TEMPLATES}/${name}`);
    expect(body.data[0].message).toEqual({
      header: { kind: 'image', text: '' },
      body: 'Hi Ana, spring is here.',
      buttons: [
        { kind: 'url', label: 'Shop', value: 'https://shop.example/r/abc', sections: [] },
        { kind: 'quick_reply', label: 'Stop', value: null, sections: [] },
      ],
      footer: 'Reply STOP to unsubscribe',
      offer: null,
      cards: [],
    });
    const { template } = await sent(name, {
      header: { asset },
      1: 'Ben',
      'button.0': 'xyz',
      'button.1': 'STOP:1',
    });
    expect(template).toEqual({
      name,
      language: { code: 'en_US' },
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: expect.stringMatching(/^\d+$/) } }] },
        { type: 'body', parameters: [text('Ben')] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [text('xyz')] },
        {
          type: 'button',
          sub_type: 'quick_reply',
          index: '1',
          parameters: [{ type: 'payload', payload: 'STOP:1' }],
        },
      ],
    });
  });

  it('an offer with a code', async () => {
    const name = await approved({
      components: [
        BODY,
        { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends tonight', has_expiration: true } },
        { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', example: 'SPRING25' }, url] },
      ],
    });
    const { template, shown } = await sent(name, {
      1: 'Ben',
      'button.0': '25OFF',
      'button.1': 'xyz',
      'offer.expires_at': '2027-01-01T00:00:00Z',
    });
    expect(template.components).toEqual([
      { type: 'body', parameters: [text('Ben')] },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '0',
        parameters: [{ type: 'coupon_code', coupon_code: '25OFF' }],
      },
      { type: 'button', sub_type: 'url', index: '1', parameters: [text('xyz')] },
      {
        type: 'limited_time_offer',
        parameters: [
          { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1_798_761_600_000 } },
        ],
      },
    ]);
    expect(shown).toMatchObject({
      offer: { text: 'Ends tonight', expiresAt: '2027-01-01T00:00:00.000Z' },
      buttons: [{ kind: 'copy_code', value: '25OFF' }, { kind: 'url' }],
    });
  });

  it('a carousel of films', async () => {
    const films = [await assetOf(api(), film()), await assetOf(api(), film())];
    const card = (asset: string | undefined, place: string) => ({
      components: [
        { type: 'HEADER', format: 'VIDEO', example: { asset } },
        { type: 'BODY', text: `Two weeks in ${place}` },
        { type: 'BUTTONS', buttons: [url, { type: 'QUICK_REPLY', text: 'More' }] },
      ],
    });
    const name = await approved({
      components: [BODY, { type: 'CAROUSEL', cards: [card(films[0], 'Bali'), card(films[1], 'Java')] }],
    });
    const { template, shown } = await sent(name, {
      1: 'Ben',
      'card.0.header': { asset: films[0] },
      'card.1.header': { asset: films[1] },
      'card.0.button.0': 'bali',
      'card.1.button.0': 'java',
    });
    const sentCard = (index: number, suffix: string) => ({
      card_index: index,
      components: [
        { type: 'header', parameters: [{ type: 'video', video: { id: expect.stringMatching(/^\d+$/) } }] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [text(suffix)] },
      ],
    });
    expect(template.components).toEqual([
      { type: 'body', parameters: [text('Ben')] },
      { type: 'carousel', cards: [sentCard(0, 'bali'), sentCard(1, 'java')] },
    ]);
    expect(shown.cards[1]).toMatchObject({
      header: { kind: 'video', text: films[1] },
      body: 'Two weeks in Java',
      buttons: [{ value: 'https://shop.example/r/java' }, { label: 'More' }],
    });
  });

  it('a catalog, a list of products, a flow', async () => {
    const catalog = await approved({
      components: [BODY, { type: 'BUTTONS', buttons: [{ type: 'CATALOG', text: 'View catalog' }] }],
    });
    const action = { thumbnail_product_retailer_id: 'MUG-WHITE' };
    expect((await sent(catalog, { 1: 'Ben', 'button.0': 'MUG-WHITE' })).template.components[1]).toEqual({
      type: 'button',
      sub_type: 'CATALOG',
      index: '0',
      parameters: [{ type: 'action', action }],
    });
    const products = await approved({
      components: [BODY, { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] }],
    });
    const sections = [{ title: 'Spring', product_items: [{ product_retailer_id: 'MUG-WHITE' }] }];
    const list = await sent(products, { 1: 'Ben', 'button.0': { ...action, sections } });
    expect(list.template.components[1]).toEqual({
      type: 'button',
      sub_type: 'mpm',
      index: '0',
      parameters: [{ type: 'action', action: { ...action, sections } }],
    });
    expect(list.shown.buttons).toEqual([
      {
        kind: 'mpm',
        label: 'View items',
        value: 'MUG-WHITE',
        sections: [{ title: 'Spring', products: ['MUG-WHITE'] }],
      },
    ]);
    const flow = await approved({
      components: [BODY, { type: 'BUTTONS', buttons: [{ type: 'FLOW', text: 'Book', flow_id: '123' }] }],
    });
    expect((await sent(flow, { 1: 'Ben', 'button.0': 'token-1' })).template.components[1]).toEqual({
      type: 'button',
      sub_type: 'flow',
      index: '0',
      parameters: [{ type: 'action', action: { flow_token: 'token-1' } }],
    });
  });
});
