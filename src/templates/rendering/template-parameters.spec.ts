import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileTemplate } from './render-template.js';
import { describeTemplate } from './template-parameters.js';

describe('describeTemplate', () => {
  it('reads a template as Meta lists it', () => {
    const template = [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['https://scontent.example/x'] } },
      { type: 'BODY', text: 'Hi {{first_name}}, use {{code}} today.' },
      { type: 'FOOTER', text: 'Reply STOP to unsubscribe' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+1555' },
          {
            type: 'URL',
            text: 'Shop',
            url: 'https://r.example.com/c/{{1}}',
            example: ['https://r.example.com/c/abc'],
          },
          { type: 'REQUEST_CONTACT_INFO' },
          { type: 'QUICK_REPLY', text: 'Unsubscribe' },
        ],
      },
    ];
    expect(describeTemplate(template)).toEqual({
      format: 'named',
      header: { kind: 'image' },
      body: { text: 'Hi {{first_name}}, use {{code}} today.', variables: ['first_name', 'code'] },
      footer: 'Reply STOP to unsubscribe',
      buttons: [
        { index: 0, label: 'Call', kind: 'static', type: 'PHONE_NUMBER', shown: '+1555' },
        { index: 1, label: 'Shop', kind: 'url', url: 'https://r.example.com/c/{{1}}', variables: ['1'] },
        { index: 2, label: '', kind: 'static', type: 'REQUEST_CONTACT_INFO', shown: null },
        { index: 3, label: 'Unsubscribe', kind: 'quick_reply' },
      ],
      offer: null,
      carousel: null,
      unknown: [],
    });
  });

  it.each([
    [
      'positional by its numbers',
      [{ type: 'BODY', text: '{{2}} {{1}}' }],
      undefined,
      { format: 'positional', body: { variables: ['1', '2'] } },
    ],
    ['positional without variables', [{ type: 'BODY', text: 'Hi' }], undefined, { format: 'positional' }],
    ['named as declared', [{ type: 'BODY', text: 'Hi' }], 'NAMED', { format: 'named' }],
    [
      'named by its header',
      [{ type: 'HEADER', format: 'TEXT', text: '{{ name }}' }],
      undefined,
      { format: 'named', header: { kind: 'text', variables: ['name'] } },
    ],
    [
      'an offer',
      [{ type: 'limited_time_offer', limited_time_offer: { text: 'Sale', has_expiration: true } }],
      undefined,
      { offer: { text: 'Sale', hasExpiration: true } },
    ],
    [
      'a product carousel',
      [{ type: 'CAROUSEL', cards: [{ components: [{ type: 'HEADER', format: 'PRODUCT' }] }] }],
      undefined,
      { carousel: { kind: 'product', cards: [{ header: { kind: 'product' } }] } },
    ],
    ['a type nobody knows', [{ type: 'HOLOGRAM' }], undefined, { unknown: ['HOLOGRAM'] }],
  ])('recognises %s', (_, components, format, expected) => {
    expect(describeTemplate(components, format)).toMatchObject(expected);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (components, format) => {
        describeTemplate(components, format);
      }),
    );
  });
});

describe('the inputs of a compiled template', () => {
  it('list the values to provide and their names', () => {
    const { inputs } = compileTemplate([
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Hi {{1}}' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Stop' },
          { type: 'URL', text: 'Shop', url: 'https://x.example/{{1}}' },
        ],
      },
    ]);
    expect(
      inputs.map(({ component, index, name, kind, keys, required }) => [
        component,
        index,
        name,
        kind,
        keys[0],
        required,
      ]),
    ).toEqual([
      ['header', null, 'image', 'media', 'header', true],
      ['body', 0, '1', 'text', '1', true],
      ['button', 0, 'payload', 'payload', 'button.0', false],
      ['button', 1, '1', 'text', 'button.1', true],
    ]);
  });
});
