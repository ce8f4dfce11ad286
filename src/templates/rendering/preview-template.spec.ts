import { describe, expect, it } from '@jest/globals';
import { previewTemplate } from './preview-template.js';
import { compileTemplate, renderTemplate } from './render-template.js';

const TEMPLATE = [
  { type: 'HEADER', format: 'TEXT', text: 'For {{1}}' },
  { type: 'BODY', text: '{{2}} before {{1}}, again {{2}}' },
  { type: 'FOOTER', text: 'Reply STOP' },
  {
    type: 'BUTTONS',
    buttons: [
      { type: 'URL', text: 'Shop', url: 'https://x.example/c/{{1}}' },
      { type: 'URL', text: 'Home', url: 'https://x.example' },
      { type: 'COPY_CODE', text: 'Copy' },
      { type: 'QUICK_REPLY', text: 'Stop' },
    ],
  },
];

describe('previewTemplate', () => {
  it('shows the message as the customer will read it', () => {
    const compiled = compileTemplate(TEMPLATE);
    const variables = { header: 'Ana', '1': 'a', '2': 'b', 'button.0': 'z', 'button.2': '25OFF' };
    const rendered = renderTemplate(compiled, { variables });
    expect(rendered.ok && previewTemplate(compiled.description, rendered.components)).toEqual({
      header: { kind: 'text', text: 'For Ana' },
      body: 'b before a, again b',
      footer: 'Reply STOP',
      buttons: [
        { kind: 'url', label: 'Shop', value: 'https://x.example/c/z', sections: [] },
        { kind: 'url', label: 'Home', value: 'https://x.example', sections: [] },
        { kind: 'copy_code', label: 'Copy', value: '25OFF', sections: [] },
        { kind: 'quick_reply', label: 'Stop', value: null, sections: [] },
      ],
      offer: null,
      cards: [],
    });
  });

  it('keeps missing values of a draft in braces', () => {
    const compiled = compileTemplate(TEMPLATE);
    const rendered = renderTemplate(compiled, { variables: { '1': 'a' } });
    expect(!rendered.ok && previewTemplate(compiled.description, rendered.draft)).toMatchObject({
      header: { text: 'For {{1}}' },
      body: '{{2}} before a, again {{2}}',
      buttons: [{ value: 'https://x.example/c/{{1}}' }, {}, { value: null }, {}],
    });
  });

  it('reads components as an integrator writes them', () => {
    const { description } = compileTemplate([
      { type: 'HEADER', format: 'DOCUMENT' },
      { type: 'BODY', text: '{{first}} pays {{sum}} by {{day}}' },
    ]);
    const components = [
      { type: 'HEADER', parameters: [{ type: 'document', document: { link: 'https://x.example/a.pdf' } }] },
      {
        type: 'body',
        parameters: [
          { type: 'date_time', parameter_name: 'day', date_time: { fallback_value: '25 Dec' } },
          {
            type: 'currency',
            parameter_name: 'sum',
            currency: { fallback_value: '$25.00', code: 'USD', amount_1000: 25000 },
          },
          { type: 'text', parameter_name: 'first', text: 'Ana' },
        ],
      },
    ];
    expect(previewTemplate(description, components)).toMatchObject({
      header: { kind: 'document', text: 'https://x.example/a.pdf' },
      body: 'Ana pays $25.00 by 25 Dec',
    });
  });

  it('shows offers and cards', () => {
    const card = (text: string): object => ({ components: [{ type: 'BODY', text }] });
    const compiled = compileTemplate([
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Sale', has_expiration: true } },
      { type: 'CAROUSEL', cards: [card('One {{1}}'), card('Two {{1}}')] },
    ]);
    const variables = { 'offer.expires_at': '2026-12-31T00:00:00Z', 'card.0.1': 'a', 'card.1.1': 'b' };
    const rendered = renderTemplate(compiled, { variables });
    expect(rendered.ok && previewTemplate(compiled.description, rendered.components)).toMatchObject({
      offer: { text: 'Sale', expiresAt: '2026-12-31T00:00:00.000Z' },
      cards: [{ body: 'One a' }, { body: 'Two b' }],
    });
  });

  it.each([[[]], [[null, 5, 'x', { type: 5 }, { type: 'body', parameters: [null, 1] }]]])(
    'survives %j',
    (components) => {
      const { description } = compileTemplate(TEMPLATE);
      expect(previewTemplate(description, components).body).toBe('{{2}} before {{1}}, again {{2}}');
    },
  );
});
