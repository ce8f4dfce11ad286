import { describe, expect, it } from '@jest/globals';
import { errorOf, Meta, PHONE, TOKEN, type Json } from '../support/simulator-harness.js';

const TO = '+14155550101';

function template(name: string, components: unknown[] = [], language = 'en_US'): Json {
  return { to: TO, type: 'template', template: { name, language: { code: language }, components } };
}
const body = (...texts: string[]) => ({
  type: 'body',
  parameters: texts.map((text) => ({ type: 'text', text })),
});
const image = {
  type: 'header',
  parameters: [{ type: 'image', image: { link: 'https://shop.example/a.jpg' } }],
};
const url = { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'r/1' }] };

describe('an accepted message', () => {
  it.each([
    { to: '+14155550101', waId: '14155550101', why: 'as written' },
    { to: '+1 (415) 555-0101', waId: '14155550101', why: 'punctuation does not matter' },
    { to: '+5511999990000', waId: '551199990000', why: 'Brazil loses the ninth digit' },
    { to: '+525512345678', waId: '5215512345678', why: 'Mexico gains a 1' },
    { to: '+541123456789', waId: '5491123456789', why: 'Argentina gains a 9' },
    { to: '14155550101', waId: '114155550101', why: 'without + our own country code goes in front' },
  ])('to $to has wa_id $waId: $why', async ({ to, waId }) => {
    const meta = await Meta.start();
    const answer = await meta.promo(to);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: waId }],
      messages: [{ id: expect.stringMatching(/^wamid\.[A-Za-z0-9+/=]{20,}$/), message_status: 'accepted' }],
    });
  });

  it('to a user id names the user id and no number', async () => {
    const meta = await Meta.start();
    const { body: answer } = await meta.send({
      recipient: 'US.13491208655302741918',
      ...withoutTo(template('sale_template')),
    });
    expect(answer.contacts).toEqual([
      { input: 'US.13491208655302741918', user_id: 'US.13491208655302741918' },
    ]);
  });

  it.each<[string, Json]>([
    ['header image and body', template('summer_sale_promo', [image, body('30%')])],
    ['two body variables', template('tour_package_marketing', [body('Bali', '₹45,000')])],
    ['no components at all', template('black_friday_promo')],
    ['a URL button variable', template('spring_collection', [image, body('Ana', 'X'), url])],
    [
      'named parameters in any order',
      template('order_status_update', [
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'status', text: 'shipped' },
            { type: 'text', parameter_name: 'order_number', text: 'ORD-1' },
          ],
        },
      ]),
    ],
    ['a name that was never created, in open mode', template('any_name_at_all', [body('x', 'y', 'z')], 'de')],
    ['four spaces in a value', template('tour_package_marketing', [body('a    b', 'c')])],
  ])('may have %s', async (_, message) => {
    const meta = await Meta.start();
    expect(await meta.send(message)).toMatchObject({ status: 200 });
  });

  it('has the same wamid in the answer and in the list', async () => {
    const meta = await Meta.start();
    const answer = await meta.promo(TO);
    const [message] = await meta.messages();
    expect(message).toMatchObject({
      id: (answer.body.messages as Json[])[0]?.id,
      to: '14155550101',
      statuses: expect.anything(),
    });
  });
});

describe('a refused message', () => {
  it.each<[string, Json, number, number, RegExp]>([
    ['no recipient', withoutTo(template('sale_template')), 400, 100, /parameter to is required/],
    [
      'a recipient that is not a number',
      { ...template('sale_template'), to: '+12' },
      400,
      131009,
      /not valid/,
    ],
    ['our own number', { ...template('sale_template'), to: '+15550783881' }, 400, 131021, /sender/],
    [
      'a bad user id',
      { ...withoutTo(template('sale_template')), recipient: 'nobody' },
      400,
      131009,
      /not valid/,
    ],
    ['no template object', { to: TO, type: 'template' }, 400, 100, /parameter template is required/],
    ['no language', { to: TO, type: 'template', template: { name: 'x' } }, 400, 100, /language/],
    ['another language', template('sale_template', [], 'en'), 404, 132001, /does not exist in/],
    [
      'too few body parameters',
      template('tour_package_marketing', [body('Bali')]),
      400,
      132000,
      /Number of parameters/,
    ],
    [
      'parameters where there are none',
      template('sale_template', [body('x')]),
      400,
      132000,
      /Number of parameters/,
    ],
    ['no header image', template('summer_sale_promo', [body('30%')]), 400, 132012, /format/],
    [
      'a video for an image',
      template('summer_sale_promo', [
        { type: 'header', parameters: [{ type: 'video', video: { link: 'https://a.example/b.mp4' } }] },
        body('30%'),
      ]),
      400,
      132012,
      /format/,
    ],
    [
      'no URL button parameter',
      template('spring_collection', [image, body('Ana', 'X')]),
      400,
      131008,
      /missing/,
    ],
    ['a URL parameter for no button', template('sale_template', [url]), 400, 132000, /Number of parameters/],
    [
      'a newline in a value',
      template('tour_package_marketing', [body('a\nb', 'c')]),
      400,
      100,
      /Invalid parameter/,
    ],
    [
      'a tab in a value',
      template('tour_package_marketing', [body('a\tb', 'c')]),
      400,
      100,
      /Invalid parameter/,
    ],
    ['five spaces in a value', template('any_name', [body('a     b')]), 400, 100, /Invalid parameter/],
    ['an empty value', template('any_name', [body('')]), 400, 100, /Invalid parameter/],
    [
      'a named parameter without its name',
      template('order_status_update', [body('ORD-1', 'shipped')]),
      400,
      100,
      /Invalid parameter/,
    ],
    [
      'a named parameter of another name',
      template('order_status_update', [
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'order_number', text: '1' },
            { type: 'text', parameter_name: 'colour', text: '2' },
          ],
        },
      ]),
      400,
      132012,
      /format/,
    ],
    [
      'callback data that is too long',
      { ...template('sale_template'), biz_opaque_callback_data: 'x'.repeat(513) },
      400,
      100,
      /Invalid parameter/,
    ],
    ['text outside a window', { to: TO, type: 'text', text: { body: 'hi' } }, 400, 131047, /Re-engagement/],
    ['text without a body', { to: TO, type: 'text', text: {} }, 400, 100, /required/],
    ['an unknown type', { to: TO, type: 'hologram', hologram: {} }, 400, 131051, /Unsupported/],
    ['an image of nothing', { to: TO, type: 'image', image: {} }, 400, 131008, /missing/],
  ])('%s', async (_, message, status, code, text) => {
    const meta = await Meta.start();
    const answer = await meta.send(message);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({
      code,
      type: 'OAuthException',
      message: expect.stringMatching(text),
      fbtrace_id: expect.stringMatching(/^A[\w-]{20,}$/),
    });
    expect(await meta.stats()).toMatchObject({ accepted: 0, refused: 1, refusedByCode: { [code]: 1 } });
  });

  it.each([
    ['PAUSED', 132015],
    ['DISABLED', 132016],
    ['PENDING', 132001],
    ['REJECTED', 132001],
  ])('a template that is %s', async (status, code) => {
    const meta = await Meta.start();
    await meta.call('POST', '/simulator/template/sale_template', { status });
    expect(errorOf(await meta.send(template('sale_template')))).toMatchObject({ code });
  });

  it('a name that was never created, in strict mode', async () => {
    const meta = await Meta.start({}, { openTemplates: false });
    const answer = await meta.send(template('any_name_at_all'));
    expect([answer.status, errorOf(answer).code]).toEqual([404, 132001]);
  });

  it.each<[string, Json, number]>([
    ['a utility template', template('hello_world'), 134100],
    ['no template', { to: TO, type: 'text', text: { body: 'hi' } }, 131055],
  ])('%s on the marketing API', async (_, message, code) => {
    const meta = await Meta.start();
    expect(errorOf(await meta.send(message, 'marketing_messages'))).toMatchObject({ code });
    expect(await meta.send(template('sale_template'), 'marketing_messages')).toMatchObject({ status: 200 });
  });

  it('no messaging_product', async () => {
    const meta = await Meta.start();
    const answer = await meta.send({ ...template('sale_template'), messaging_product: 'telegram' });
    expect(errorOf(answer)).toMatchObject({
      code: 100,
      message: '(#100) The parameter messaging_product is required.',
    });
  });
});

describe('access', () => {
  it.each([
    ['another token', { authorization: 'Bearer wrong' }],
    ['no token', { authorization: '' }],
  ])('with %s is 401 with code 190', async (_, headers) => {
    const meta = await Meta.start();
    const answer = await meta.call('POST', `/v25.0/${PHONE}/messages`, {}, headers);
    expect(answer.status).toBe(401);
    expect(errorOf(answer)).toMatchObject({ code: 190, type: 'OAuthException' });
  });

  it('accepts the token as a parameter too, and any version or none', async () => {
    const meta = await Meta.start();
    for (const prefix of ['', '/v19.0', '/v26.0']) {
      const answer = await meta.call('GET', `${prefix}/${PHONE}?access_token=${TOKEN}`, undefined, {
        authorization: '',
      });
      expect(answer.status).toBe(200);
    }
  });

  it.each([
    '/v25.0/404404',
    '/v25.0/404404/messages',
    `/v25.0/${PHONE}/no_such_edge`,
    `/v25.0/${PHONE}/messages/deeper`,
  ])('%s does not exist', async (path) => {
    const meta = await Meta.start();
    const answer = await meta.call('GET', path);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatchObject({ code: 100 });
  });

  it('answers broken JSON like Graph and accepts bodies of 4 MB', async () => {
    const meta = await Meta.start();
    const broken = await meta.call('POST', `/v25.0/${PHONE}/messages`, '{"to":');
    expect([broken.status, errorOf(broken).code]).toEqual([400, 100]);
    const big = await meta.send({ ...template('any_name', [body('x'.repeat(4 * 1024 * 1024))]) });
    expect(big.status).toBe(200);
  });

  it.each([[[]], ['text'], [null], [7]])('treats a body of %j as empty', async (value) => {
    const meta = await Meta.start();
    const answer = await meta.call('POST', `/v25.0/${PHONE}/messages`, JSON.stringify(value));
    expect([answer.status, errorOf(answer).code]).toEqual([400, 100]);
  });

  it('marks inbound messages as read', async () => {
    const meta = await Meta.start();
    const { body: inbound } = await meta.call('POST', '/simulator/inbound', { from: TO, text: 'hi' });
    const answer = await meta.send({ status: 'read', message_id: inbound.id });
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect(await meta.stats()).toMatchObject({ accepted: 0 });
  });
});

function withoutTo(message: Json): Json {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name !== 'to'));
}
