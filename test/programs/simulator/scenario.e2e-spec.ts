import { describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import { App, errorOf, Meta, PHONE, type Answer, type Json } from '../support/simulator-harness.js';

const number = (i: number) => `+1415555${String(i).padStart(4, '0')}`;
const none = { delivery: 1, read: 1, skipDelivered: 0, reply: 0, stop: 0, order: 0 };

async function sendMany(meta: Meta, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => meta.promo(number(i), `r${i}`)));
  await meta.settled();
}

/** What happened to each number, in the order of numbers. */
async function fates(meta: Meta): Promise<string> {
  const messages = await meta.messages();
  return messages
    .map(({ to, statuses, answer }) => `${String(to)}:${(statuses as string[]).join('+')}:${String(answer)}`)
    .sort()
    .join(' ');
}

describe('the scenario itself', () => {
  it('starts calm, is replaced whole, changed in part and reset', async () => {
    const meta = await Meta.start({ webhookUrl: 'http://127.0.0.1:1/x' });
    const reset = await meta.call('DELETE', '/simulator/scenario');
    expect(reset.body).toMatchObject({
      errors: [],
      held: null,
      openTemplates: true,
      webhookUrl: 'http://127.0.0.1:1/x',
    });
    await meta.call('PUT', '/simulator/scenario', { duplicates: 0.5, rates: { read: 0 } });
    const changed = await meta.call('PATCH', '/simulator/scenario', { rates: { reply: 1 }, shuffle: true });
    expect(changed.body).toMatchObject({
      duplicates: 0.5,
      shuffle: { windowMs: 500 },
      rates: { read: 0, reply: 1 },
    });
    const replaced = await meta.call('PUT', '/simulator/scenario', { latencyMs: 5 });
    expect(replaced.body).toMatchObject({ duplicates: 0, shuffle: null, latencyMs: { min: 5, max: 5 } });
    expect((await meta.call('GET', '/simulator/scenario')).body).toEqual(replaced.body);
  });

  it.each<[Json | string | unknown[], string[]]>([
    [{ deliveryRate: 1 }, ['deliveryRate']],
    [
      { rates: { delivery: 1.5, opened: 1 }, duplicates: 'often' },
      ['rates.delivery', 'rates.opened', 'duplicates'],
    ],
    [{ delaysMs: { sent: { min: 5, max: 1 } } }, ['delaysMs.sent.max']],
    [{ delaysMs: { read: { min: 5 } } }, ['delaysMs.read.max']],
    [{ errors: [{ code: 131026 }, { share: 1 }] }, ['errors[1].code']],
    [{ errors: [{ code: 131026, when: 'later' }] }, ['errors[0].when']],
    [{ errors: { code: 1 } }, ['errors']],
    [{ held: { outcome: 'maybe' } }, ['held.outcome']],
    [{ webhookUrl: 'ftp://x' }, ['webhookUrl']],
    [{ webhookBatch: { size: 1001 } }, ['webhookBatch.size']],
    [{ dropConnection: { times: 0 } }, ['dropConnection.times']],
    [{ templateRates: [{ read: 1 }] }, ['templateRates[0].template']],
    [
      { templateRates: [{ template: 'a', read: 2, hours: [24], opened: 1 }] },
      ['templateRates[0].read', 'templateRates[0].hours[0]', 'templateRates[0].opened'],
    ],
    [{ templateRates: { template: 'a' } }, ['templateRates']],
    [[], ['body']],
    ['"text"', ['body']],
  ])('rejects %j and says what is wrong', async (given, fields) => {
    const meta = await Meta.start();
    const before = (await meta.call('GET', '/simulator/scenario')).body;
    const answer = await meta.call('PUT', '/simulator/scenario', given);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_scenario' } });
    expect((answer.body.errors as { field: string }[]).map(({ field }) => field)).toEqual(fields);
    expect((await meta.call('GET', '/simulator/scenario')).body).toEqual(before);
  });
});

describe('rates of a template', () => {
  const template = (name: string, to: string) => ({
    ...{ to, type: 'template' },
    template: {
      name,
      language: { code: 'en_US' },
      ...(name === 'with_button'
        ? {
            components: [
              {
                type: 'button',
                sub_type: 'quick_reply',
                index: '0',
                parameters: [{ type: 'payload', payload: 'YES' }],
              },
            ],
          }
        : {}),
    },
  });
  const readOf = async (meta: Meta): Promise<string[]> =>
    (await meta.messages())
      .filter(({ statuses }) => (statuses as string[]).includes('read'))
      .map(({ to }) => `+${String(to)}`);

  it('hold for that template, at those hours', async () => {
    const meta = await Meta.start(
      {},
      {
        rates: { ...none, read: 0 },
        templateRates: [
          { template: 'a', hours: [10], read: 1 },
          { template: 'b', read: 1 },
        ],
      },
    );
    for (const name of ['a', 'b', 'c']) await meta.send(template(name, number(name.charCodeAt(0))));
    meta.clock.at = new Date('2026-11-20T11:00:00Z');
    await meta.send(template('a', number(1)));
    await meta.settled();
    expect(await readOf(meta)).toEqual([number(97), number(98)]);
  });

  it('give a share of the same people, with others beside them or not', async () => {
    const readers = async (people: number[]): Promise<string[]> => {
      const meta = await Meta.start(
        {},
        { rates: { ...none, read: 0 }, templateRates: [{ template: 'a', read: 0.5 }] },
      );
      await Promise.all(people.map((one) => meta.send(template('a', number(one)))));
      await meta.settled();
      return (await readOf(meta)).sort();
    };
    const some = await readers([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const others = await readers([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11, 12]);
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(10);
    expect(others.filter((to) => to < number(11))).toEqual(some);
  });
});

describe('the same seed', () => {
  const mixed: Json = {
    rates: { ...none, delivery: 0.8, read: 0.5, skipDelivered: 0.3 },
    errors: [{ code: 131026, share: 0.2 }],
    held: { share: 0.2, outcome: 'drop', delayMs: 0 },
    dropConnection: { share: 0.1 },
  };
  const quietly = async (meta: Meta) => {
    await Promise.allSettled(Array.from({ length: 80 }, (_, i) => meta.promo(number(i))));
    await meta.settled();
    return fates(meta);
  };

  it('gives every recipient the same fate again, in whatever order the requests come', async () => {
    const [one, two, other] = [await Meta.start(), await Meta.start(), await Meta.start()];
    await one.scenario({ seed: 11, ...mixed });
    await two.scenario({ seed: 11, ...mixed });
    await other.scenario({ seed: 12, ...mixed });
    const [first, second, third] = [await quietly(one), await quietly(two), await quietly(other)];
    expect(first).toBe(second);
    expect(first).not.toBe(third);
    expect(first).toContain('connection-dropped');
    expect(first).toContain('failed:held');
  });
});

describe('rates', () => {
  it.each([
    [{ ...none, delivery: 0 }, ['sent']],
    [{ ...none, read: 0 }, ['sent', 'delivered']],
    [{ ...none, skipDelivered: 1 }, ['sent', 'read']],
    [none, ['sent', 'delivered', 'read']],
  ])('%j lead to %j', async (rates, statuses) => {
    const meta = await Meta.start({}, { rates });
    await sendMany(meta, 5);
    for (const message of await meta.messages()) expect(message.statuses).toEqual(statuses);
  });

  it('hold on average', async () => {
    const meta = await Meta.start({}, { rates: { ...none, delivery: 0.7 } });
    await sendMany(meta, 400);
    const delivered = (await meta.messages()).filter(({ statuses }) =>
      (statuses as string[]).includes('delivered'),
    );
    expect(delivered.length).toBeGreaterThan(240);
    expect(delivered.length).toBeLessThan(320);
  });

  it.each<[string, Json, Json]>([
    ['reply', { ...none, reply: 1 }, { type: 'text' }],
    ['stop', { ...none, stop: 1 }, { type: 'text', text: { body: 'STOP' } }],
    [
      'order',
      { ...none, order: 1 },
      { type: 'order', order: expect.objectContaining({ product_items: expect.any(Array) }) },
    ],
  ])('of %s make the reader reply', async (_, rates, expected) => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { rates });
    await meta.promo('+14155550101');
    await meta.settled();
    expect(app.inbound()).toEqual([
      expect.objectContaining({
        ...expected,
        from: '14155550101',
        id: expect.stringMatching(/^wamid\./),
        timestamp: '1795168800',
      }),
    ]);
  });

  it.each<[Json, Json]>([
    [{ stop: 1 }, { type: 'button', button: { payload: 'STOP:cmp:1', text: 'Unsubscribe' } }],
    [{ reply: 1 }, { type: 'text' }],
  ])('%j: only customers who stop tap a button that unsubscribes', async (rate, expected) => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { rates: { ...none, ...rate } });
    const { body } = await meta.send(withQuickReply('STOP:cmp:1'));
    await meta.settled();
    expect(app.inbound()).toEqual([expect.objectContaining(expected)]);
    if (expected.type === 'button') {
      expect(app.inbound()[0]?.context).toEqual({
        from: '15550783881',
        id: (body.messages as Json[])[0]?.id,
      });
    }
  });
});

describe('errors', () => {
  it.each([
    [131056, 400],
    [130429, 400],
    [131000, 500],
    [131016, 500],
    [2, 503],
    [131031, 403],
  ])('%i in the answer comes with status %i, and nothing is accepted', async (code, status) => {
    const meta = await Meta.start({}, { errors: [{ code, when: 'answer', details: 'so it is' }] });
    const answer = await meta.promo('+14155550101');
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({ code, error_data: { details: 'so it is' } });
    expect(await meta.stats()).toMatchObject({ accepted: 0 });
  });

  it.each([
    [131026, 'failed'],
    [131049, 'failed'],
    [131000, 'refused'],
    [132015, 'refused'],
  ])('%i without a moment comes when Meta reports it: %s', async (code, how) => {
    const meta = await Meta.start({}, { errors: [{ code }] });
    const answer = await meta.promo('+14155550101');
    await meta.settled();
    if (how === 'refused') expect(errorOf(answer)).toMatchObject({ code });
    else expect((await meta.messages())[0]).toMatchObject({ statuses: ['failed'], errorCode: code });
  });

  it('hit the named numbers, as often as set', async () => {
    const meta = await Meta.start(
      {},
      {
        errors: [
          { code: 131026, numbers: ['+1 415 555 0001'], timesPerNumber: 2 },
          { code: 131000, numbers: ['+1415556*'], times: 1 },
        ],
      },
    );
    for (const to of ['+14155550001', '+14155550001', '+14155550001', '+14155550002']) await meta.promo(to);
    const answers = [await meta.promo('+14155560001'), await meta.promo('+14155560002')];
    await meta.settled();
    expect((await meta.messages()).map(({ statuses }) => (statuses as string[])[0])).toEqual([
      'failed',
      'failed',
      'sent',
      'sent',
      'sent',
    ]);
    expect(answers.map(({ status }) => status)).toEqual([500, 200]);
  });

  it('after accepting make the answer a server error, and the message still goes out', async () => {
    const meta = await Meta.start({}, { errors: [{ code: 131026, when: 'answer-after-accepting' }] });
    const answer = await meta.promo('+14155550101', 'r1');
    await meta.settled();
    expect(answer.status).toBe(500);
    expect(await meta.messages()).toEqual([
      expect.objectContaining({
        answer: 'error-after-accepting',
        statuses: ['sent', 'delivered', 'read'],
        callback: 'r1',
      }),
    ]);
  });
});

describe('a lost connection', () => {
  it('after accepting leaves the message accepted and reported', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { dropConnection: { numbers: ['+14155550101'] } });
    await expect(meta.promo('+14155550101', 'r1')).rejects.toThrow();
    await meta.promo('+14155550102', 'r2');
    await meta.settled();
    expect((await meta.messages()).map(({ callback, answer }) => [callback, answer])).toEqual([
      ['r1', 'connection-dropped'],
      ['r2', 'accepted'],
    ]);
    expect(app.statuses().filter((status) => status.biz_opaque_callback_data === 'r1')).toHaveLength(3);
  });

  it('before accepting leaves nothing', async () => {
    const meta = await Meta.start({}, { dropBeforeAccepting: { times: 1 } });
    await expect(meta.promo('+14155550101')).rejects.toThrow();
    expect(await meta.stats()).toMatchObject({ accepted: 0, cutBeforeAccepting: 1 });
    expect(await meta.promo('+14155550101')).toMatchObject({ status: 200 });
  });
});

describe('a held message', () => {
  it.each([
    ['release', ['sent', 'delivered', 'read'], undefined],
    ['drop', ['failed'], 132015],
  ])('whose outcome is %s ends in %j', async (outcome, statuses, errorCode) => {
    const meta = await Meta.start({}, { held: { outcome, delayMs: 20 } });
    const answer = await meta.promo('+14155550101');
    expect((answer.body.messages as Json[])[0]).toMatchObject({
      message_status: 'held_for_quality_assessment',
    });
    await meta.settled();
    const [message] = await meta.messages();
    expect(message).toMatchObject({ answer: 'held', statuses });
    expect(message?.errorCode).toBe(errorCode);
  });

  it.each([
    ['release', 'sent'],
    ['drop', 'failed'],
  ])('that waits is decided by the operator: %s', async (outcome, status) => {
    const meta = await Meta.start({}, { held: { outcome: 'wait' } });
    await sendMany(meta, 3);
    expect((await meta.messages())[0]).toMatchObject({ statuses: [] });
    expect(await meta.stats()).toMatchObject({ held: 3 });
    expect((await meta.call('POST', '/simulator/held', { outcome })).body).toEqual({ decided: 3 });
    await meta.settled();
    for (const message of await meta.messages()) expect((message.statuses as string[])[0]).toBe(status);
  });
});

describe('limits', () => {
  const errorCodes = async (meta: Meta, targets: string[]) =>
    Promise.all(targets.map(async (to) => (errorOf(await meta.promo(to)) as Json | undefined)?.code ?? 'ok'));

  it('of throughput refuse messages beyond those of the second', async () => {
    const meta = await Meta.start({}, { rateLimits: { perSecond: 5 } });
    const codes = await errorCodes(
      meta,
      Array.from({ length: 40 }, (_, i) => number(i)),
    );
    expect(new Set(codes)).toEqual(new Set(['ok', 130429]));
    const stats = (await meta.stats()) as { accepted: number };
    expect(stats.accepted).toBeLessThan(40);
  });

  it('of a pair allow a burst of 45 and one more every 6 seconds', async () => {
    const meta = await Meta.start({}, { rateLimits: { pair: true } });
    const burst = await errorCodes(
      meta,
      Array.from({ length: 46 }, () => number(1)),
    );
    expect(burst.filter((code) => code === 131056)).toHaveLength(1);
    expect(await errorCodes(meta, [number(2)])).toEqual(['ok']);
    meta.clock.at = new Date(meta.clock.at.getTime() + 6_000);
    expect(await errorCodes(meta, [number(1)])).toEqual(['ok']);
    expect(await errorCodes(meta, [number(1)])).toEqual([131056]);
  });

  it('of the portfolio count each user once in 24 hours, and none in an open window', async () => {
    const meta = await Meta.start({}, { rateLimits: { portfolio: true } });
    await meta.call('POST', `/simulator/phone/${PHONE}`, { messaging_limit: 'TIER_250' });
    expect(
      new Set(
        await errorCodes(
          meta,
          Array.from({ length: 250 }, (_, i) => number(i)),
        ),
      ),
    ).toEqual(new Set(['ok']));
    await meta.call('POST', '/simulator/inbound', { from: number(900), text: 'hi' });
    expect(await errorCodes(meta, [number(0), number(800), number(900)])).toEqual(['ok', 131048, 'ok']);
    meta.clock.at = new Date(meta.clock.at.getTime() + 24 * 3_600_000);
    expect(await errorCodes(meta, [number(800)])).toEqual(['ok']);
  });

  it('of management calls are announced in the header and then enforced', async () => {
    const meta = await Meta.start({}, { rateLimits: { managementPerHour: 2 } });
    const calls = [];
    for (let i = 0; i < 3; i += 1) calls.push(await meta.call('GET', `/v25.0/${PHONE}`));
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 400]);
    expect(calls[1]?.headers.get('x-business-use-case-usage')).toContain('"call_count":100');
    expect(errorOf(calls.at(-1) as Answer)).toMatchObject({ code: 80007 });
    expect(await meta.promo(number(1))).toMatchObject({ status: 200 });
  });
});

describe('consent and country', () => {
  it('fails marketing to a customer who stopped it with 131050, but not after resuming', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    const wish = (type: string) => meta.call('POST', '/simulator/inbound', { from: number(1), type });
    await wish('stop_marketing');
    await meta.promo(number(1));
    await meta.send({
      to: number(1),
      type: 'template',
      template: { name: 'hello_world', language: { code: 'en_US' } },
    });
    await meta.settled();
    await wish('resume_marketing');
    await meta.promo(number(1));
    await meta.settled();
    expect((await meta.messages()).map(({ errorCode }) => errorCode ?? 'ok')).toEqual([131050, 'ok', 'ok']);
    expect(app.values('user_preferences').map((value) => (value.user_preferences as Json[])[0])).toEqual([
      expect.objectContaining({
        wa_id: '14155550001',
        category: 'marketing_messages',
        value: 'stop',
        timestamp: 1795168800,
      }),
      expect.objectContaining({ value: 'resume' }),
    ]);
  });

  it.each([
    ['+14155550101', 'US', 131049],
    ['+16045550101', 'Canada', 'ok'],
    ['+18765550101', 'Jamaica', 'ok'],
    ['+919978783238', 'India', 'ok'],
  ])('%s (%s) with US marketing refused: %s', async (to, _, outcome) => {
    const meta = await Meta.start({}, { usMarketing: 'refuse' });
    await meta.promo(to);
    await meta.settled();
    expect((await meta.messages())[0]?.errorCode ?? 'ok').toBe(outcome);
  });

  it.each([
    ['answer', 400, []],
    ['status', 200, ['failed']],
    ['allow', 200, ['sent', 'delivered', 'read']],
  ])('a closed window with %s answers %i', async (closedWindow, status, statuses) => {
    const meta = await Meta.start({}, { closedWindow });
    const answer = await meta.send({ to: number(1), type: 'text', text: { body: 'hi' } });
    await meta.settled();
    expect(answer.status).toBe(status);
    expect((await meta.messages()).flatMap((message) => message.statuses)).toEqual(statuses);
  });

  it('a window opens when the customer writes and closes 24 hours later', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    const text = () => meta.send({ to: number(1), type: 'text', text: { body: 'hi' } });
    expect((await text()).status).toBe(400);
    await meta.call('POST', '/simulator/inbound', { from: number(1), text: 'hello' });
    expect((await text()).body.messages).toEqual([{ id: expect.any(String) }]);
    await meta.settled();
    expect(app.statuses()[0]?.pricing).toMatchObject({ type: 'free_customer_service', category: 'service' });
    meta.clock.at = new Date(meta.clock.at.getTime() + 24 * 3_600_000);
    expect((await text()).status).toBe(400);
  });
});

describe('slowness', () => {
  it('delays the answer, so that a status may come first', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { latencyMs: 800 });
    let isAnswered = false;
    const answer = meta.promo(number(1)).then(() => (isAnswered = true));
    await until(() => app.statuses().length === 3);
    expect(isAnswered).toBe(false);
    await answer;
  });

  it('spreads the statuses over their delays', async () => {
    const meta = await Meta.start(
      {},
      { delaysMs: { sent: 0, delivered: { min: 100, max: 120 }, read: 0, reply: 0 } },
    );
    await meta.promo(number(1));
    const started = performance.now();
    await meta.settled();
    expect(performance.now() - started).toBeGreaterThan(90);
  });
});

function withQuickReply(payload: string): Json {
  const text = (value: string) => ({ type: 'text', text: value });
  return {
    to: '+14155550101',
    type: 'template',
    template: {
      name: 'spring_collection',
      language: { code: 'en_US' },
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] },
        { type: 'body', parameters: [text('Ana'), text('X')] },
        { type: 'button', sub_type: 'url', index: 0, parameters: [text('r/1')] },
        { type: 'button', sub_type: 'quick_reply', index: 1, parameters: [{ type: 'payload', payload }] },
      ],
    },
  };
}
