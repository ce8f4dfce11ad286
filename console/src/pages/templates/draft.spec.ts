import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { componentsOf, draftOf, EMPTY, messageOf, placeOf, type Draft } from './draft.ts';
import type { Template } from './templates.query.ts';

const templateOf = (draft: Draft): Template =>
  ({ ...draft, components: componentsOf(draft) }) as unknown as Template;

const SALE: Draft = {
  ...EMPTY,
  name: 'spring_sale',
  header: 'Hi {{1}}',
  body: 'Your {{2}} from {{1}}, {{2}} again.',
  footer: 'Reply STOP to unsubscribe',
  samples: { 'header.1': 'Ana', 'body.1': 'Bali', 'body.2': 'trip' },
  buttons: [
    { kind: 'URL', text: 'Book', value: 'https://x.example/{{1}}', sample: 'https://x.example/bali' },
    { kind: 'QUICK_REPLY', text: 'No', value: '', sample: '' },
  ],
};

describe('a template that is being written', () => {
  it('becomes the components of Meta, with an example for each blank', () => {
    expect(componentsOf(SALE)).toEqual([
      { type: 'HEADER', format: 'TEXT', text: 'Hi {{1}}', example: { header_text: ['Ana'] } },
      { type: 'BODY', text: SALE.body, example: { body_text: [['Bali', 'trip']] } },
      { type: 'FOOTER', text: SALE.footer },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Book', url: 'https://x.example/{{1}}', example: ['https://x.example/bali'] },
          { type: 'QUICK_REPLY', text: 'No' },
        ],
      },
    ]);
  });

  it('names its samples where its blanks have names', () => {
    const [body] = componentsOf({ ...EMPTY, body: 'Dear {{name}}', samples: { 'body.name': 'Ana' } });
    expect(body).toEqual({
      ...{ type: 'BODY', text: 'Dear {{name}}' },
      example: { body_text_named_params: [{ param_name: 'name', example: 'Ana' }] },
    });
  });

  it('comes back as it was', () => {
    expect(draftOf(templateOf(SALE))).toEqual(SALE);
    const text = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(text, text, text, (header, body, footer) => {
        const samples = {};
        const draft = { ...EMPTY, header, body, footer, samples };
        expect(componentsOf(draftOf(templateOf(draft)) ?? EMPTY)).toEqual(componentsOf(draft));
      }),
    );
  });

  it('is not opened when it has a picture, cards or a code', () => {
    for (const component of [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'CAROUSEL', cards: [] },
      { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE' }] },
    ]) {
      const template = { ...templateOf(SALE), components: [component] };
      expect(draftOf(template as Template)).toBeUndefined();
    }
  });

  it('shows what a customer would read, and the blanks that have no sample', () => {
    const { header, body, buttons } = messageOf({ ...SALE, samples: { 'body.1': 'Bali' } });
    expect([header?.text, body]).toEqual(['Hi {{1}}', 'Your {{2}} from Bali, {{2}} again.']);
    expect(buttons[0]).toMatchObject({ kind: 'url', label: 'Book', value: 'https://x.example/bali' });
  });

  it('says of each problem where it is', () => {
    const components = componentsOf(SALE);
    expect(placeOf('components.3.buttons.0.url', components)).toBe('buttons');
    expect(placeOf('components.1.text', components)).toBe('body');
    expect(placeOf('name', components)).toBe('name');
    expect(placeOf('components.9', components)).toBe('other');
  });
});
