import { describe, expect, it } from '@jest/globals';
import { App, Meta, PHONE, TOKEN, type Json } from '../support/simulator-harness.js';

const number = (i: number) => `+1415555${String(i).padStart(4, '0')}`;

async function received(
  meta: Meta,
  query: string,
): Promise<{ callbacks: unknown[]; after: number | null; total: number }> {
  const { body } = await meta.call('GET', `/simulator/messages?${query}`);
  return {
    callbacks: (body.data as Json[]).map(({ callback }) => callback),
    after: (body.paging as { after: number | null }).after,
    total: body.total as number,
  };
}

async function startWith(count: number, options = {}): Promise<Meta> {
  const meta = await Meta.start(options);
  for (let i = 0; i < count; i += 1) await meta.promo(number(i), `r${i}`);
  return meta;
}

describe('the messages received', () => {
  it('show what was sent and how Meta understood it', async () => {
    const meta = await Meta.start();
    await meta.promo('1 (415) 555-0101', 'r1');
    await meta.settled();
    expect(await meta.messages()).toEqual([
      {
        id: expect.any(String),
        sequence: 0,
        endpoint: 'messages',
        phoneNumberId: PHONE,
        type: 'template',
        template: 'black_friday_promo',
        language: 'en_US',
        input: '1 (415) 555-0101',
        to: '114155550101',
        callback: 'r1',
        receivedAt: '2026-11-20T10:00:00.000Z',
        answer: 'accepted',
        statuses: ['sent', 'delivered', 'read'],
        body: {
          messaging_product: 'whatsapp',
          to: '1 (415) 555-0101',
          type: 'template',
          template: { name: 'black_friday_promo', language: { code: 'en_US' } },
          biz_opaque_callback_data: 'r1',
        },
      },
    ]);
  });

  it.each(['oldest', 'newest'])('are all seen once when paged, %s first', async (order) => {
    const meta = await startWith(7);
    const seen: unknown[] = [];
    let after: number | null = null;
    do {
      const page = await received(meta, `order=${order}&limit=3${after === null ? '' : `&after=${after}`}`);
      expect(page.total).toBe(7);
      seen.push(...page.callbacks);
      after = page.after;
    } while (after !== null);
    const expected = Array.from({ length: 7 }, (_, i) => `r${i}`);
    expect(seen).toEqual(order === 'oldest' ? expected : expected.reverse());
  });

  it.each([
    ['to=%2B14155550002', ['r2']],
    ['to=14155550002', ['r2']],
    ['to=+14155550002', ['r2']],
    ['callback=r1', ['r1']],
    ['template=black_friday_promo', ['r2', 'r1', 'r0']],
    ['template=other', []],
  ])('are filtered by %s', async (query, callbacks) => {
    const meta = await startWith(3);
    expect((await received(meta, query)).callbacks).toEqual(callbacks);
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'order=up', 'page=2', 'after=-1'])(
    'are not shown for %s',
    async (query) => {
      const meta = await Meta.start();
      expect(await meta.call('GET', `/simulator/messages?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid_query' },
      });
    },
  );

  it('are still counted beyond those kept', async () => {
    const meta = await startWith(9, { keepMessages: 4, keepBodies: 2 });
    await meta.promo(number(0), 'r0');
    expect((await received(meta, '')).callbacks).toEqual(['r0', 'r8', 'r7', 'r6']);
    expect((await meta.messages()).map(({ body }) => body !== undefined)).toEqual([false, false, true, true]);
    expect(await meta.stats()).toMatchObject({
      accepted: 10,
      numbers: 9,
      maxPerNumber: 2,
      repeated: 1,
      repeats: [{ to: '14155550000', template: 'black_friday_promo', callback: 'r0' }],
    });
  });

  it('are forgotten on request, and no id is given twice', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { delaysMs: { sent: 60_000 } });
    const first = await meta.promo(number(1), 'r1');
    expect(await meta.call('DELETE', '/simulator/messages')).toMatchObject({ status: 204 });
    expect(await meta.settled()).toMatchObject({ posted: 0 });
    expect(await meta.stats()).toMatchObject({
      accepted: 0,
      numbers: 0,
      maxPerNumber: 0,
      repeated: 0,
      refused: 0,
    });
    const second = await meta.promo(number(1), 'r1');
    expect(await meta.messages()).toHaveLength(1);
    expect(await meta.stats()).toMatchObject({ accepted: 1, maxPerNumber: 1, repeated: 0 });
    expect(first.body.messages).not.toEqual(second.body.messages);
  });
});

describe('repeats', () => {
  it.each<[string, [number, string | undefined][], number, number]>([
    [
      'two people',
      [
        [1, 'a'],
        [2, 'b'],
      ],
      0,
      1,
    ],
    [
      'one person in two campaigns',
      [
        [1, 'a'],
        [1, 'b'],
      ],
      0,
      2,
    ],
    [
      'the same send three times',
      [
        [1, 'a'],
        [1, 'a'],
        [1, 'a'],
      ],
      1,
      3,
    ],
    [
      'two different sends twice',
      [
        [1, 'a'],
        [2, 'b'],
        [1, 'a'],
        [2, 'b'],
      ],
      2,
      2,
    ],
    [
      'the same send without callback data',
      [
        [1, undefined],
        [1, undefined],
      ],
      1,
      2,
    ],
  ])('are counted for %s', async (_, sends, repeated, maxPerNumber) => {
    const meta = await Meta.start();
    for (const [to, callback] of sends) await meta.promo(number(to), callback);
    expect(await meta.stats()).toMatchObject({ accepted: sends.length, repeated, maxPerNumber });
  });

  it('include a message whose connection was dropped', async () => {
    const meta = await Meta.start({}, { dropConnection: { times: 1 } });
    await expect(meta.promo(number(1), 'a')).rejects.toThrow();
    await meta.promo(number(1), 'a');
    expect(await meta.stats()).toMatchObject({ accepted: 2, repeated: 1 });
  });
});

describe('inbound messages', () => {
  it.each<[Json, Json]>([
    [{ text: 'Stop' }, { type: 'text', text: { body: 'Stop' } }],
    [
      { type: 'button', payload: 'STOP:cmp:1', text: 'Unsubscribe', context: 'wamid.X' },
      {
        type: 'button',
        context: { from: '15550783881', id: 'wamid.X' },
        button: { payload: 'STOP:cmp:1', text: 'Unsubscribe' },
      },
    ],
    [
      { type: 'button_reply', id: 'yes', title: 'Yes', context: 'wamid.Y' },
      {
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } },
      },
    ],
    [
      { type: 'list_reply', id: 'row1', title: 'Express', text: '1-2 days' },
      {
        type: 'interactive',
        interactive: {
          type: 'list_reply',
          list_reply: { id: 'row1', title: 'Express', description: '1-2 days' },
        },
      },
    ],
    [
      { type: 'reaction', context: 'wamid.X', emoji: '❤️' },
      { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '❤️' } },
    ],
    [
      { type: 'image', caption: 'look' },
      { type: 'image', image: { mime_type: 'image/jpeg', caption: 'look' } },
    ],
    [
      {
        type: 'order',
        items: [
          { product_retailer_id: 'MUG-WHITE', quantity: 2 },
          { product_retailer_id: 'SAREE-RED-M', item_price: 45000.5, currency: 'INR' },
        ],
      },
      {
        type: 'order',
        order: {
          catalog_id: '700100200300401',
          text: '',
          product_items: [
            { product_retailer_id: 'MUG-WHITE', quantity: 2, item_price: 8.5, currency: 'USD' },
            { product_retailer_id: 'SAREE-RED-M', quantity: 1, item_price: 45000.5, currency: 'INR' },
          ],
        },
      },
    ],
    [
      { type: 'raw', message: { type: 'unsupported', errors: [{ code: 131051 }] } },
      { type: 'unsupported', errors: [{ code: 131051 }] },
    ],
  ])('%j arrive as Meta writes them', async (input, expected) => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    const answer = await meta.call('POST', '/simulator/inbound', { from: '+5511999990000', ...input });
    await meta.settled();
    expect(answer).toMatchObject({
      status: 201,
      body: { from: '551199990000', id: expect.stringMatching(/^wamid\./) },
    });
    expect(app.inbound()).toEqual([
      expect.objectContaining({
        from: '551199990000',
        id: answer.body.id,
        timestamp: '1795168800',
        from_user_id: answer.body.user_id,
      }),
    ]);
    expect(app.inbound()[0]).toMatchObject(expected);
    expect(app.values()[0]?.contacts).toEqual([
      { profile: { name: expect.any(String) }, wa_id: '551199990000', user_id: answer.body.user_id },
    ]);
  });

  it('carry only the user id for a customer without a number', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    await meta.call('POST', '/simulator/inbound', { user_id: 'US.4711', name: 'Ana', text: 'hi' });
    await meta.settled();
    expect(app.inbound()[0]).toMatchObject({ from_user_id: 'US.4711' });
    expect(app.inbound()[0]).not.toHaveProperty('from');
    expect(app.values()[0]?.contacts).toEqual([{ profile: { name: 'Ana' }, user_id: 'US.4711' }]);
  });

  it('go to the number they were written to', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    await meta.call('POST', '/simulator/phone/777', { display_phone_number: '+55 11 4000-0000' });
    await meta.call('POST', '/simulator/inbound', { from: number(1), phone_number_id: '777', text: 'olá' });
    await meta.settled();
    expect(app.values()[0]?.metadata).toEqual({
      display_phone_number: '551140000000',
      phone_number_id: '777',
    });
    const sent = await meta.call('POST', '/v25.0/777/messages', {
      messaging_product: 'whatsapp',
      to: '11999990000',
      type: 'text',
      text: { body: 'oi' },
    });
    expect(sent.body).toMatchObject({ error: { code: 131047 } });
    expect(await meta.call('POST', '/v25.0/777/messages', promoTo('11999990000'))).toMatchObject({
      body: { contacts: [{ input: '11999990000', wa_id: '551199990000' }] },
    });
  });

  it.each<[Json, number]>([
    [{ text: 'who?' }, 400],
    [{ from: 'me', text: 'x' }, 400],
    [{ user_id: 'x', text: 'x' }, 400],
    [{ from: number(1), type: 'telepathy' }, 400],
    [{ from: number(1), type: 'order' }, 400],
    [{ from: number(1), type: 'order', items: [{ product_retailer_id: 'UNKNOWN' }] }, 400],
    [{ from: number(1), type: 'order', items: [{ product_retailer_id: 'MUG-WHITE', quantity: 0 }] }, 400],
    [{ from: number(1), type: 'reaction' }, 400],
    [{ from: number(1), type: 'raw' }, 400],
    [{ from: number(1), text: 'x', colour: 'red' }, 400],
    [{ from: number(1), text: 'x', phone_number_id: '404' }, 404],
  ])('%j are refused with %i', async (input, status) => {
    const meta = await Meta.start();
    expect(await meta.call('POST', '/simulator/inbound', input)).toMatchObject({ status });
  });
});

describe('the front page', () => {
  it('lists what there is', async () => {
    const meta = await Meta.start();
    const page = await fetch(meta.url);
    expect(await page.json()).toMatchObject({
      name: expect.stringContaining('simulator'),
      control: expect.any(Array),
    });
    expect(TOKEN).toBe('simulator-token');
  });
});

function promoTo(to: string): Json {
  return {
    messaging_product: 'whatsapp',
    to,
    type: 'template',
    template: { name: 'black_friday_promo', language: { code: 'en_US' } },
  };
}
