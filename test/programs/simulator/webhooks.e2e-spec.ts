import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../../support/until.js';
import { App, errorOf, Meta, PHONE, WABA, type Json } from '../support/simulator-harness.js';

const TO = '+14155550101';

describe('the statuses of a message', () => {
  it('are reported as Meta reports them', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    const { body: answer } = await meta.promo(TO, 'cmp_42:rcp_9001');
    await meta.settled();
    const id = (answer.messages as Json[])[0]?.id;
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
    const common = {
      id,
      timestamp: '1795168800',
      recipient_id: '14155550101',
      recipient_user_id: expect.stringMatching(/^US\.\d+$/),
      biz_opaque_callback_data: 'cmp_42:rcp_9001',
    };
    expect(app.statuses()).toEqual([
      { ...common, status: 'sent', pricing },
      { ...common, status: 'delivered', pricing },
      { ...common, status: 'read' },
    ]);
    expect(app.bodies()[0]).toEqual({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: WABA,
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '15550783881', phone_number_id: PHONE },
                contacts: [
                  {
                    profile: { name: expect.any(String) },
                    wa_id: '14155550101',
                    user_id: expect.any(String),
                  },
                ],
                statuses: [expect.objectContaining({ status: 'sent' })],
              },
            },
          ],
        },
      ],
    });
    expect((await meta.messages())[0]).toMatchObject({ statuses: ['sent', 'delivered', 'read'] });
  });

  it('carry the price once when delivered is skipped', async () => {
    const app = await App.start();
    const rates = { delivery: 1, read: 1, skipDelivered: 1, reply: 0, stop: 0, order: 0 };
    const meta = await Meta.start({ webhookUrl: app.url }, { rates });
    await meta.promo(TO);
    await meta.settled();
    expect(app.statuses().map(({ status, pricing }) => [status, pricing !== undefined])).toEqual([
      ['sent', true],
      ['read', true],
    ]);
  });

  it.each([
    ['marketing_messages', 'sale_template', 'marketing_lite'],
    ['messages', 'sale_template', 'marketing'],
    ['messages', 'hello_world', 'utility'],
  ])('through %s of %s are priced as %s', async (endpoint, name, category) => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    await meta.send({ to: TO, type: 'template', template: { name, language: { code: 'en_US' } } }, endpoint);
    await meta.settled();
    expect(app.statuses()[0]?.pricing).toMatchObject({ category });
  });

  it('of a failed message contain the least', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { errors: [{ code: 131049 }] });
    await meta.promo(TO, 'cb');
    await meta.settled();
    expect(app.values()).toEqual([
      {
        messaging_product: 'whatsapp',
        metadata: expect.anything(),
        statuses: [
          {
            id: expect.any(String),
            status: 'failed',
            timestamp: '1795168800',
            recipient_id: '14155550101',
            biz_opaque_callback_data: 'cb',
            errors: [
              {
                code: 131049,
                title: 'This message was not delivered to maintain healthy ecosystem engagement.',
                message: 'This message was not delivered to maintain healthy ecosystem engagement.',
                error_data: { details: expect.any(String) },
                href: expect.stringContaining('error-codes'),
              },
            ],
          },
        ],
      },
    ]);
    expect((await meta.messages())[0]).toMatchObject({ statuses: ['failed'], errorCode: 131049 });
  });

  it('to a user id hide the number', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    await meta.send({
      recipient: 'BR.42',
      type: 'template',
      template: { name: 'sale_template', language: { code: 'en_US' } },
    });
    await meta.settled();
    expect(app.statuses()[0]).toMatchObject({ recipient_user_id: 'BR.42' });
    expect(app.statuses()[0]).not.toHaveProperty('recipient_id');
    expect((app.values()[0]?.contacts as Json[])[0]).not.toHaveProperty('wa_id');
  });
});

describe('a webhook POST', () => {
  it('is pure ASCII with escaped slashes, and signed over exactly those bytes', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    await meta.call('POST', '/simulator/inbound', {
      from: TO,
      name: 'Zoë 🌻',
      text: 'a/b ₹45,000 "x" \u007f',
    });
    await meta.settled();
    const raw = app.received[0]?.raw.toString('latin1') ?? '';
    expect(raw).toMatch(/^[\x20-\x7e]+$/);
    expect(raw).toContain('Zo\\u00eb \\ud83c\\udf3b');
    expect(raw).toContain('a\\/b \\u20b945,000 \\"x\\" \\u007f');
    expect(app.inbound()[0]).toMatchObject({ text: { body: 'a/b ₹45,000 "x" \u007f' } });
    expect(app.hasGoodSignatures()).toBe(true);
  });

  it('is repeated, byte for byte, until the answer is 200', async () => {
    const app = await App.start();
    app.answer = (nth) => [500, 201, 404][nth] ?? 200;
    const meta = await Meta.start(
      { webhookUrl: app.url },
      { webhookRetry: { attempts: 5, firstDelayMs: 1 } },
    );
    await meta.call('POST', '/simulator/inbound', { from: TO, text: 'hello' });
    const stats = await meta.settled();
    expect(app.received).toHaveLength(4);
    expect(new Set(app.received.map(({ raw, signature }) => raw.toString() + signature)).size).toBe(1);
    expect(stats).toMatchObject({ posted: 1, failedAttempts: 3, givenUp: 0 });
  });

  it('is given up after the allowed attempts', async () => {
    const app = await App.start();
    app.answer = () => 503;
    const meta = await Meta.start(
      { webhookUrl: app.url },
      { webhookRetry: { attempts: 3, firstDelayMs: 1 } },
    );
    await meta.call('POST', '/simulator/inbound', { from: TO, text: 'hello' });
    expect(await meta.settled()).toMatchObject({
      posted: 0,
      failedAttempts: 3,
      givenUp: 1,
      lastFailure: { url: app.url, status: 503 },
    });
  });

  it('counts as a failure if it gets no answer', async () => {
    const meta = await Meta.start(
      { webhookUrl: 'http://127.0.0.1:1/nobody' },
      { webhookRetry: { attempts: 2, firstDelayMs: 1 } },
    );
    await meta.call('POST', '/simulator/inbound', { from: TO, text: 'hello' });
    expect(await meta.settled()).toMatchObject({
      posted: 0,
      failedAttempts: 2,
      givenUp: 1,
      lastFailure: { status: 0 },
    });
  });

  it('is not made while no URL is set', async () => {
    const meta = await Meta.start();
    await meta.promo(TO);
    expect(await meta.settled()).toMatchObject({ url: null, withoutUrl: 3, posted: 0 });
  });
});

describe('batched, doubled and shuffled updates', () => {
  it('are never lost, and each signature holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.integer({ min: 1, max: 1000 }),
          maxWaitMs: fc.integer({ min: 0, max: 60 }),
          shape: fc.constantFrom('statuses', 'changes', 'entries'),
          duplicates: fc.constantFrom(0, 0.3, 1),
          windowMs: fc.integer({ min: 0, max: 100 }),
          concurrency: fc.integer({ min: 1, max: 8 }),
          messages: fc.integer({ min: 1, max: 60 }),
        }),
        async ({ size, maxWaitMs, shape, duplicates, windowMs, concurrency, messages }) => {
          const app = await App.start();
          const meta = await Meta.start(
            { webhookUrl: app.url },
            {
              webhookBatch: { size, maxWaitMs, shape },
              webhookConcurrency: concurrency,
              duplicates,
              shuffle: { windowMs },
            },
          );
          await Promise.all(
            Array.from({ length: messages }, (_, i) => meta.promo(`+1415555${1000 + i}`, `r${i}`)),
          );
          await meta.call('POST', '/simulator/inbound', { from: TO, text: 'hello' });
          await meta.settled();
          const seen = app
            .statuses()
            .map(({ biz_opaque_callback_data: data, status }) => `${String(data)} ${String(status)}`);
          expect(new Set(seen).size).toBe(3 * messages);
          if (duplicates === 0) expect(seen).toHaveLength(3 * messages);
          if (duplicates === 1) expect(seen).toHaveLength(6 * messages);
          expect(app.inbound().length).toBeGreaterThanOrEqual(1);
          expect(app.hasGoodSignatures()).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  it.each([
    ['statuses', 1, 1],
    ['changes', 1, 9],
    ['entries', 9, 9],
  ])('as %s have %i entries and %i changes per batch', async (shape, entries, changes) => {
    const app = await App.start();
    const meta = await Meta.start(
      { webhookUrl: app.url },
      { webhookBatch: { size: 9, maxWaitMs: 10_000, shape } },
    );
    await Promise.all(['+14155550001', '+14155550002', '+14155550003'].map((to) => meta.promo(to)));
    await meta.settled();
    const [body, ...others] = app.bodies();
    const sent = body?.entry as { changes: unknown[] }[];
    expect([sent.length, sent.flatMap((entry) => entry.changes).length, others.length]).toEqual([
      entries,
      changes,
      0,
    ]);
    expect(app.statuses()).toHaveLength(9);
  });

  it('may overtake each other when shuffled', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { shuffle: { windowMs: 150 } });
    await Promise.all(Array.from({ length: 40 }, (_, i) => meta.promo(`+1415555${1000 + i}`, `r${i}`)));
    await meta.settled();
    const order = (callback: string) =>
      app
        .statuses()
        .filter((one) => one.biz_opaque_callback_data === callback)
        .map(({ status }) => status);
    const orders = Array.from({ length: 40 }, (_, i) => order(`r${i}`).join());
    expect(orders.some((one) => one !== 'sent,delivered,read')).toBe(true);
  });

  it('go out in a partial batch after the maximum wait', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url }, { webhookBatch: { size: 1000, maxWaitMs: 50 } });
    await meta.promo(TO);
    await until(() => app.statuses().length === 3);
    expect(app.received.length).toBeLessThanOrEqual(3);
  });
});

describe('the URL of the account', () => {
  it('can be overridden for messages once it answers the challenge', async () => {
    const [app, override] = [await App.start(), await App.start()];
    const meta = await Meta.start({ webhookUrl: app.url });
    const subscribe = (verifyToken: string) =>
      meta.call('POST', `/v25.0/${WABA}/subscribed_apps`, {
        override_callback_uri: override.url,
        verify_token: verifyToken,
      });
    expect(errorOf(await subscribe('wrong'))).toMatchObject({ code: 2200 });
    expect(await subscribe(override.verifyToken)).toMatchObject({ status: 200, body: { success: true } });
    const listed = await meta.call('GET', `/v25.0/${WABA}/subscribed_apps`);
    expect(listed.body).toMatchObject({ data: [{ override_callback_uri: override.url }] });

    await meta.call('POST', '/simulator/inbound', { from: TO, text: 'hello' });
    await meta.call('POST', '/simulator/webhooks', {
      field: 'account_update',
      value: { event: 'ACCOUNT_DELETED' },
    });
    await meta.settled();
    expect([override.inbound().length, override.values('account_update').length]).toEqual([1, 0]);
    expect([app.inbound().length, app.values('account_update').length]).toEqual([0, 1]);

    await meta.call('DELETE', `/v25.0/${WABA}/subscribed_apps`);
    expect((await meta.call('GET', '/simulator/webhooks')).body.url).toBe(app.url);
  });
});

describe('any field an operator sends', () => {
  it('is signed, and template ids are numbers even beyond 2^53', async () => {
    const app = await App.start();
    const meta = await Meta.start({ webhookUrl: app.url });
    await meta.call('POST', '/simulator/webhooks', {
      field: 'message_template_status_update',
      value: { event: 'PAUSED', message_template_id: '99999999999999999', message_template_name: 'x' },
    });
    await meta.settled();
    expect(app.received[0]?.raw.toString()).toContain('"message_template_id":99999999999999999,');
    expect(app.bodies()[0]).toMatchObject({ entry: [{ id: WABA, time: 1795168800 }] });
    expect(app.hasGoodSignatures()).toBe(true);
  });

  it.each([[{}], [{ field: 'x', value: 'text' }], [{ field: 'x', value: {}, sometimes: true }]])(
    'is rejected as %j',
    async (body) => {
      const meta = await Meta.start();
      expect(await meta.call('POST', '/simulator/webhooks', body)).toMatchObject({ status: 400 });
    },
  );
});
