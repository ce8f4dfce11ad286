import { describe, expect, it } from '@jest/globals';
import { type RecipientValues, type RenderProblem } from './filling.js';
import {
  compileTemplate,
  renderTemplate,
  type CompileOptions,
  type RenderedTemplate,
} from './render-template.js';

const body = (text: string): object => ({ type: 'BODY', text });
const buttons = (...list: object[]): object => ({ type: 'BUTTONS', buttons: list });
const url = (address = 'https://r.example.com/c/{{1}}'): object => ({
  type: 'URL',
  text: 'Shop',
  url: address,
});
const header = (format: string, text?: string): object => ({ type: 'HEADER', format, text });

const render = (components: object[], values: RecipientValues, options?: CompileOptions): RenderedTemplate =>
  renderTemplate(compileTemplate(components, options), values);
const problemsOf = (rendered: RenderedTemplate): RenderProblem[] => (rendered.ok ? [] : rendered.problems);
const text = (value: string): object => ({ type: 'text', text: value });
const sentBody = (...values: string[]): object => ({ type: 'body', parameters: values.map(text) });
const button = (sub_type: string, index: number, parameter: object): object => ({
  type: 'button',
  sub_type,
  index: String(index),
  parameters: [parameter],
});
const action = (content: object): object => ({ type: 'action', action: content });

describe('renderTemplate', () => {
  it('renders media header, three body variables and a URL button exactly as Meta documents', () => {
    const components = [
      header('IMAGE'),
      body('Hi {{1}}, {{2}} costs {{3}}.'),
      { type: 'FOOTER', text: 'Reply STOP to unsubscribe' },
      buttons({ type: 'QUICK_REPLY', text: 'Unsubscribe' }, url()),
    ];
    const variables = {
      '1': 'Ana',
      '2': 'Bali',
      '3': '₹45,000',
      'header.link': 'https://x.example/a.jpg',
      'button.0': 'STOP:cmp_42',
      'button.1': 'r/9f3kQ2',
    };
    expect(render(components, { variables })).toEqual({
      ok: true,
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://x.example/a.jpg' } }] },
        sentBody('Ana', 'Bali', '₹45,000'),
        button('quick_reply', 0, { type: 'payload', payload: 'STOP:cmp_42' }),
        button('url', 1, text('r/9f3kQ2')),
      ],
    });
  });

  it('names every parameter of a named template, but not the one of its URL', () => {
    const components = [
      header('TEXT', 'For {{first_name}}'),
      body('Hi {{first_name}}, use {{code}} today.'),
      buttons(url()),
    ];
    const named = (name: string, value: string): object => ({
      type: 'text',
      parameter_name: name,
      text: value,
    });
    expect(render(components, { variables: { first_name: 'Ana', code: 'A25', '1': 'x' } })).toEqual({
      ok: true,
      components: [
        { type: 'header', parameters: [named('first_name', 'Ana')] },
        { type: 'body', parameters: [named('first_name', 'Ana'), named('code', 'A25')] },
        button('url', 0, text('x')),
      ],
    });
  });

  it.each<[string, object[], unknown, object[]]>([
    [
      'nothing for a template without values',
      [
        header('TEXT', 'Hi'),
        body('Hello'),
        buttons({ type: 'PHONE_NUMBER', text: 'Call' }, url('https://x.example')),
      ],
      {},
      [],
    ],
    ['a list by position', [body('{{1}} and {{2}}')], ['a', 2], [sentBody('a', '2')]],
    ['a variable used twice once', [body('{{1}} {{2}} {{1}}')], { '1': 'a', '2': 'b' }, [sentBody('a', 'b')]],
    [
      'ten variables by number',
      [body('{{10}}{{9}}{{8}}{{7}}{{6}}{{5}}{{4}}{{3}}{{2}}{{1}}')],
      Array.from('abcdefghij'),
      [sentBody(...Array.from('abcdefghij'))],
    ],
    [
      'a header text of its own',
      [header('TEXT', 'For {{1}}'), body('Hi {{1}}.')],
      { header: 'H', '1': 'B' },
      [{ type: 'header', parameters: [text('H')] }, sentBody('B')],
    ],
    [
      'a header text that is the only variable',
      [header('TEXT', 'For {{1}}'), body('Hi.')],
      ['H'],
      [{ type: 'header', parameters: [text('H')] }],
    ],
    [
      'a media id',
      [header('VIDEO')],
      { header: '1339522734477770' },
      [{ type: 'header', parameters: [{ type: 'video', video: { id: '1339522734477770' } }] }],
    ],
    [
      'a document with its name',
      [header('DOCUMENT')],
      { header: { link: 'https://x.example/a.pdf' }, 'header.filename': 'Offer.pdf' },
      [
        {
          type: 'header',
          parameters: [
            { type: 'document', document: { link: 'https://x.example/a.pdf', filename: 'Offer.pdf' } },
          ],
        },
      ],
    ],
    [
      'a location',
      [header('LOCATION')],
      { 'header.latitude': '37.44', 'header.longitude': -122.16, 'header.name': 'HQ' },
      [
        {
          type: 'header',
          parameters: [
            { type: 'location', location: { latitude: '37.44', longitude: '-122.16', name: 'HQ' } },
          ],
        },
      ],
    ],
    [
      'a location as one object',
      [header('LOCATION')],
      { header: { latitude: 1, longitude: 2 } },
      [{ type: 'header', parameters: [{ type: 'location', location: { latitude: '1', longitude: '2' } }] }],
    ],
    [
      'a product header',
      [header('PRODUCT')],
      { 'header.product_retailer_id': 'A1', 'header.catalog_id': '1948' },
      [
        {
          type: 'header',
          parameters: [{ type: 'product', product: { product_retailer_id: 'A1', catalog_id: '1948' } }],
        },
      ],
    ],
    [
      'URLs counted on from the body',
      [body('{{1}} {{2}}'), buttons(url(), url())],
      ['a', 'b', 'c', 'd'],
      [sentBody('a', 'b'), button('url', 0, text('c')), button('url', 1, text('d'))],
    ],
    [
      'the end of a whole URL',
      [buttons(url())],
      { 'button.0': 'https://r.example.com/c/a b?x=é' },
      [button('url', 0, text('a%20b?x=%C3%A9'))],
    ],
    [
      'the code of a password template',
      [
        body('{{1}} is your code.'),
        buttons({ type: 'URL', text: 'Copy', url: 'https://www.whatsapp.com/otp/code/?code=otp{{1}}' }),
      ],
      ['123456'],
      [sentBody('123456'), button('url', 0, text('123456'))],
    ],
    [
      'a code to copy',
      [buttons({ type: 'COPY_CODE', text: 'Copy' })],
      { coupon_code: '25OFF' },
      [button('copy_code', 0, { type: 'coupon_code', coupon_code: '25OFF' })],
    ],
    [
      'a catalog with its thumbnail',
      [buttons({ type: 'CATALOG', text: 'View' })],
      { 'button.0': 'sku1' },
      [button('CATALOG', 0, action({ thumbnail_product_retailer_id: 'sku1' }))],
    ],
    ['a catalog without one', [buttons({ type: 'CATALOG', text: 'View' })], {}, []],
    [
      'a flow without a token',
      [buttons({ type: 'FLOW', text: 'Go' })],
      {},
      [button('flow', 0, action({ flow_token: 'unused' }))],
    ],
    [
      'a flow with data',
      [buttons({ type: 'FLOW', text: 'Go' })],
      { 'button.0': { flow_token: 't', flow_action_data: { a: 1 } } },
      [button('flow', 0, action({ flow_token: 't', flow_action_data: { a: 1 } }))],
    ],
    [
      'order details',
      [buttons({ type: 'ORDER_DETAILS', text: 'Pay' })],
      { order_details: { reference_id: 'r' } },
      [button('order_details', 0, action({ order_details: { reference_id: 'r' } }))],
    ],
    [
      'an offer until an ISO time',
      [{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Sale', has_expiration: true } }],
      { 'offer.expires_at': '2026-12-31T00:00:00Z' },
      [
        {
          type: 'limited_time_offer',
          parameters: [
            { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1798675200000 } },
          ],
        },
      ],
    ],
    [
      'an offer without an end',
      [{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Sale' } }],
      {},
      [],
    ],
  ])('sends %s', (_, components, variables, expected) => {
    expect(render(components, { variables })).toEqual({ ok: true, components: expected });
  });

  it('sends sections of products', () => {
    const sections = [{ title: 'A', product_items: [{ product_retailer_id: 'a' }] }];
    const value = { thumbnail_product_retailer_id: 'a', sections };
    const mpm = [buttons({ type: 'MPM', text: 'View items' })];
    expect(render(mpm, {}, { defaults: { 'button.0': value } })).toEqual({
      ok: true,
      components: [button('mpm', 0, action(value))],
    });
  });

  const card = (...components: object[]): object => ({ components });
  const carousel = (...cards: object[]): object => ({ type: 'CAROUSEL', cards });

  it('sends exactly the approved cards of a media carousel', () => {
    const one = card(header('IMAGE'), body('Hi {{1}}'), buttons(url()));
    const variables = {
      'card.0.header': '1111111',
      'card.0.1': 'a',
      'card.0.button.0': 'x',
      'card.1.header': '2222222',
      'card.1.1': 'b',
      'card.1.button.0': 'y',
    };
    const sent = (card_index: number, id: string, value: string, suffix: string): object => ({
      card_index,
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id } }] },
        sentBody(value),
        button('url', 0, text(suffix)),
      ],
    });
    expect(render([carousel(one, one)], { variables })).toEqual({
      ok: true,
      components: [{ type: 'carousel', cards: [sent(0, '1111111', 'a', 'x'), sent(1, '2222222', 'b', 'y')] }],
    });
    const incomplete = render([carousel(one, one)], { variables: { ...variables, 'card.1.1': '' } });
    expect(problemsOf(incomplete)).toMatchObject([
      { component: 'body', card: 1, name: '1', reason: 'missing' },
    ]);
  });

  it.each([2, 3, 10])('sends a product carousel of two approved cards with %i', (count) => {
    const one = card(header('PRODUCT'), buttons({ type: 'SPM', text: 'View' }));
    const products = Array.from({ length: count }, (_, i) => [
      `card.${i}.header.product_retailer_id`,
      `sku${i}`,
    ]);
    const catalogs = Array.from({ length: count }, (_, i) => [`card.${i}.header.catalog_id`, '1948']);
    const rendered = render([carousel(one, one)], {
      variables: Object.fromEntries([...products, ...catalogs]),
    });
    expect(rendered).toMatchObject({ ok: true, components: [{ cards: { length: count } }] });
  });

  it.each([
    [0, 'missing', 0],
    [1, 'missing', 1],
    [11, 'invalid', 10],
  ])('refuses a product carousel with %i cards', (count, reason, at) => {
    const one = card(header('PRODUCT'), buttons({ type: 'SPM', text: 'View' }));
    const products = Array.from({ length: count }, (_, i) => [`card.${i}.header.productId`, `sku${i}`]);
    const rendered = render(
      [carousel(one, one)],
      { variables: Object.fromEntries(products) },
      { catalogId: '1948' },
    );
    expect(problemsOf(rendered)).toContainEqual(expect.objectContaining({ card: at, reason }));
  });

  it('sends two cards of a product carousel that was approved with three', () => {
    const one = card(header('PRODUCT'));
    const variables = { 'card.0.header.productId': 'a', 'card.1.header.productId': 'b' };
    const rendered = render([carousel(one, one, one)], { variables }, { catalogId: '1948' });
    expect(rendered).toMatchObject({ ok: true, components: [{ cards: { length: 2 } }] });
  });

  it('takes the catalog of a product from the value, else the connected one', () => {
    const shown = (catalog_id: string) => ({
      ok: true,
      components: [
        {
          type: 'header',
          parameters: [{ type: 'product', product: { product_retailer_id: 'a', catalog_id } }],
        },
      ],
    });
    const variables = { 'header.productId': 'a' };
    const named = { ...variables, 'header.catalog_id': '7' };
    expect(render([header('PRODUCT')], { variables }, { catalogId: '1948' })).toEqual(shown('1948'));
    expect(render([header('PRODUCT')], { variables: named }, { catalogId: '1948' })).toEqual(shown('7'));
    expect(problemsOf(render([header('PRODUCT')], { variables }))).toMatchObject([{ name: 'catalog_id' }]);
  });

  it.each<[string, object[], unknown, Partial<RenderProblem>[]]>([
    [
      'each missing variable',
      [body('{{1}} {{2}} {{3}}')],
      ['a'],
      [
        { component: 'body', index: 1, name: '2', reason: 'missing' },
        { component: 'body', index: 2, name: '3', reason: 'missing' },
      ],
    ],
    ['a blank value', [body('{{1}}')], [' \n '], [{ component: 'body', name: '1', reason: 'missing' }]],
    ['a value that is not text', [body('{{1}}')], { '1': { a: 1 } }, [{ name: '1', reason: 'missing' }]],
    [
      'a missing header file',
      [header('IMAGE')],
      {},
      [{ component: 'header', name: 'image', reason: 'missing' }],
    ],
    [
      'a header file that is none',
      [header('IMAGE')],
      { header: 'a.jpg' },
      [{ component: 'header', name: 'image', reason: 'invalid' }],
    ],
    [
      'a header text hidden behind the body',
      [header('TEXT', '{{1}}'), body('{{1}}')],
      ['B'],
      [{ component: 'header', name: '1', reason: 'missing' }],
    ],
    [
      'a place off the earth',
      [header('LOCATION')],
      { 'header.latitude': '91', 'header.longitude': '0' },
      [{ component: 'header', name: 'location', reason: 'invalid' }],
    ],
    [
      'a missing URL end',
      [buttons(url())],
      {},
      [{ component: 'button', index: 0, name: '1', reason: 'missing' }],
    ],
    [
      'a foreign URL',
      [buttons(url())],
      { 'button.0': 'https://evil.example' },
      [{ component: 'button', index: 0, reason: 'invalid' }],
    ],
    [
      'a URL of over 2,000',
      [buttons(url())],
      { 'button.0': 'x'.repeat(1_977) },
      [{ component: 'button', reason: 'too-long' }],
    ],
    [
      'a code with a space',
      [buttons({ type: 'COPY_CODE' })],
      { 'button.0': '25 OFF' },
      [{ component: 'button', name: 'coupon_code', reason: 'invalid' }],
    ],
    [
      'sections that are none',
      [buttons({ type: 'MPM' })],
      { 'button.0': { sections: [] } },
      [{ component: 'button', name: 'sections', reason: 'invalid' }],
    ],
    [
      'an end in seconds',
      [{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: true } }],
      { 'offer.expires_at': 1798675200 },
      [{ component: 'offer', reason: 'invalid' }],
    ],
    [
      'a body of over 1,024',
      [body('Hi {{1}}.')],
      ['x'.repeat(1_021)],
      [{ component: 'body', name: 'text', reason: 'too-long' }],
    ],
    [
      'missing sections',
      [buttons({ type: 'MPM' })],
      {},
      [{ component: 'button', name: 'sections', reason: 'missing' }],
    ],
    [
      'a body of over 160 under a product',
      [header('PRODUCT'), body('{{1}}')],
      { '1': 'x'.repeat(161), 'header.product_retailer_id': 'a', 'header.catalog_id': '1' },
      [{ component: 'body', card: null, reason: 'too-long' }],
    ],
    [
      'a card of over 160',
      [{ type: 'CAROUSEL', cards: [{ components: [body('{{1}}')] }] }],
      { 'card.0.1': 'x'.repeat(161) },
      [{ component: 'body', card: 0, reason: 'too-long' }],
    ],
    [
      'a header of over 60',
      [header('TEXT', '{{1}}')],
      ['x'.repeat(61)],
      [{ component: 'header', name: 'text', reason: 'too-long' }],
    ],
  ])('reports %s', (_, components, variables, problems) => {
    const rendered = render(components, { variables });
    expect(problemsOf(rendered)).toHaveLength(problems.length);
    expect(problemsOf(rendered)).toMatchObject(problems);
  });

  it.each([
    ['1,024 characters', 'x'.repeat(1_020)],
    ['1,024 emoji', '🎉'.repeat(1_020)],
  ])('takes a body of %s', (_, value) => {
    expect(render([body('Hi {{1}}.')], { variables: [value] }).ok).toBe(true);
  });
});
